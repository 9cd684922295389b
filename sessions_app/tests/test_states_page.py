"""`docs/states.md` is drawn from the table of transitions."""

from pathlib import Path

from sessions_app.rules.transitions import TRANSITIONS
from sessions_app.states import as_markdown

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_of_states_is_what_the_table_says() -> None:
    page = (ROOT / "docs" / "states.md").read_text()

    assert page == as_markdown(), "run: python -m sessions_app.states > docs/states.md"
    for row in TRANSITIONS:
        assert f"  {row.before} --> {row.after}: {row.event}\n" in page
        assert f"| `{row.before}` | `{row.after}` | `{row.event}` |" in page


def test_every_machine_is_drawn_once() -> None:
    page = as_markdown()

    assert page.count("stateDiagram-v2") == len({row.table for row in TRANSITIONS}) == 4
    assert page.count("[*] --> ") == 4
