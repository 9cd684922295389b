"""Print how much of the readers' lists is found: `python -m agents.tests.readers.figures [--missed]`."""

import sys
from collections.abc import Iterable
from pathlib import Path

from agents.brief.understanding import understand
from agents.tests.readers.measure import (
    FOLDER,
    KINDS,
    Recall,
    invented,
    last,
    later,
    readers_list,
    recalls,
    seen,
    share,
    unseen,
)

ROOT = FOLDER.parents[2]


def text_of(path: Path) -> str:
    """Return the brief that a reader's list belongs to."""
    places = (path.with_suffix(".md"), ROOT / "tests" / "briefs", ROOT / "agents" / "tests" / "briefs")
    for place in places:
        file = place if place.suffix else place / f"{path.stem}.md"
        if file.exists():
            return file.read_text(encoding="utf-8")
    raise FileNotFoundError(path)


def main(*, missed: bool) -> None:
    for name, paths in (("At hand", seen()), ("unseen/", unseen()), ("later/", later()), ("last/", last())):
        every: list[Recall] = []
        print(f"{name:24} both   " + " ".join(f"{kind[:9]:>9}" for kind in KINDS) + "  invented")
        for path in paths:
            brief = text_of(path)
            figures = recalls(brief, readers_list(path))
            every += figures
            made_up = invented(brief, understand(brief).domain)
            print(f"{path.stem:24} {_line(figures)}  {', '.join(made_up) or '-'}")
            for figure in figures if missed else ():
                for item in figure.missed:
                    print(f"    {figure.kind}: {item}")
        print(f"{'all':24} {_line(every)}\n")


def _line(figures: Iterable[Recall]) -> str:
    figures = list(figures)
    both = share(figure for figure in figures if figure.kind in ("entities", "operations"))
    cells = []
    for kind in KINDS:
        of_kind = [figure for figure in figures if figure.kind == kind]
        wanted = sum(figure.wanted for figure in of_kind)
        found = wanted - sum(len(figure.missed) for figure in of_kind)
        cells.append(f"{f'{found}/{wanted}':>9}")
    return f"{both:5.1%}  " + " ".join(cells)


if __name__ == "__main__":
    main(missed="--missed" in sys.argv)
