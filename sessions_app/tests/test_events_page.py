"""`docs/events.md` is made from the event table."""

from pathlib import Path

from sessions_app.events import EVENTS, as_markdown
from sessions_app.rules.transitions import TRANSITIONS

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_of_events_is_what_the_table_says() -> None:
    page = (ROOT / "docs" / "events.md").read_text()

    assert page == as_markdown(), "run: python -m sessions_app.events > docs/events.md"
    for type in EVENTS:
        assert f"| `{type}` |" in page


def test_every_transition_names_an_event_that_exists() -> None:
    assert {row.event for row in TRANSITIONS} <= set(EVENTS)
