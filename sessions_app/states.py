"""The legal steps of sessions, stages, tasks and gates as the page `docs/states.md`.

Drawn from `sessions_app/rules/transitions.py`: `python -m sessions_app.states` prints it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import groupby

HEAD = """# States

Drawn from `sessions_app/rules/transitions.py` by `python -m sessions_app.states`; a test compares both.

Every change of status is one of these steps, and one of the events named at it says so in the record. Whatever is not
here is refused with 409. A step that several events can tell has a line for each.
"""
TITLES = {"execution_sessions": "Session", "stages": "Stage", "agent_tasks": "Agent task", "gates": "Gate"}


def as_markdown() -> str:
    """Return the page: for each machine a diagram and a table."""
    from sessions_app.rules.transitions import TRANSITIONS  # Django has to be set up before models are loaded

    parts = [HEAD]
    for table, rows in groupby(TRANSITIONS, key=lambda row: row.table):
        steps = [(str(row.before), str(row.after), row.event) for row in rows]
        parts += [f"## {TITLES[table]} (`{table}`)\n", _diagram(steps), _table(steps)]
    return "\n".join(parts)


def _diagram(steps: list[tuple[str, str, str]]) -> str:
    befores, afters = ({step[end] for step in steps} for end in (0, 1))
    lines = ["```mermaid", "stateDiagram-v2", f"  [*] --> {steps[0][0]}"]
    lines += [f"  {before} --> {after}: {event}" for before, after, event in steps]
    lines += [f"  {state} --> [*]" for state in sorted(afters - befores)]
    return "\n".join([*lines, "```\n"])


def _table(steps: Iterable[tuple[str, str, str]]) -> str:
    lines = ["| from | to | said by |", "| --- | --- | --- |"]
    lines += [f"| `{before}` | `{after}` | `{event}` |" for before, after, event in steps]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sagemode.settings")
    django.setup()
    print(as_markdown(), end="")
