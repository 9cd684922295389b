"""Who writes what: a writer names the artifacts it hands in, and is found by what a task owes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agents.deliverable import Deliverable
from agents.roles.role import Owed
from agents.simulator.material import Material


@dataclass(frozen=True)
class Writer:
    """Writes a deliverable with these artifacts, named as `Owed.path` names them."""

    paths: tuple[str, ...]
    write: Callable[[Material], Deliverable]


def writer_for(owes: Sequence[Owed], writers: Iterable[Writer]) -> Writer | None:
    """Return the writer that writes most of what is owed, and least beside it; None when nobody writes any of it."""
    wanted = {owed.path for owed in owes}
    fitting = [writer for writer in writers if wanted & set(writer.paths)]
    if not fitting:
        return None
    return max(fitting, key=lambda writer: (len(wanted & set(writer.paths)), -len(set(writer.paths) - wanted)))
