"""Events as sentences."""

from datetime import UTC, datetime

import pytest

from sessions_app.events import EVENTS
from sessions_app.feed_rows import SENTENCES, feed_rows
from sessions_app.models import SessionEvent

AT = datetime(2026, 11, 20, 14, 18, tzinfo=UTC)
FACTS = {
    "agent": "dba",
    "agent_name": "DBA",
    "attempt": 2,
    "artifacts": 3,
    "artifact_id": 7,
    "cost_usd": "0.012300",
    "decisions": 4,
    "duration_seconds": "2.100",
    "failed": 1,
    "input_tokens": 900,
    "number": "D-12",
    "output_tokens": 640,
    "path": "db/schema.sql",
    "spent_usd": "7.94",
    "stage": 2,
    "status": "succeeded",
    "text": "One table",
    "version": 2,
    "will_retry": True,
}


def row_of(type: str, **data: object):
    event = SessionEvent(session_id=1, seq=5, type=type, at=AT, data=data or None)
    return feed_rows([event], {2: "Build"})[0]


@pytest.mark.parametrize("type", EVENTS)
def test_every_event_type_has_a_sentence_of_its_own(type: str) -> None:
    known = EVENTS[type]
    row = row_of(type, **{name: FACTS.get(name, f"<{name}>") for name in known.fields})

    assert type in SENTENCES or type.startswith("stage_")
    assert row.says
    assert (row.seq, row.at) == (5, AT)


def test_an_agent_is_told_by_name_and_a_person_by_username() -> None:
    agent = row_of("decision_recorded", **(FACTS | {"confidence": 58}))
    person = row_of("session_cancelled", by="ada", status="cancelled")

    assert (agent.who, agent.agent, agent.person) == ("DBA", "dba", "")
    assert (agent.says, agent.detail) == ("decided D-12: One table", "Confidence 58%")
    assert (person.who, person.person, person.says) == ("ada", "ada", "cancelled the session")


def test_an_erased_event_says_so() -> None:
    assert row_of("decision_recorded").detail == "Its data was erased"


def test_an_event_of_a_later_version_is_shown_by_its_type() -> None:
    assert row_of("gate_opened", agent="poet").says == "gate opened"


def test_whoever_ends_a_session_is_named_and_an_end_by_itself_is_not_ascribed() -> None:
    ended, complete = row_of("session_completed", by="ada"), row_of("session_completed", status="completed")

    assert (ended.who, ended.says) == ("ada", "ended the session")
    assert (complete.who, complete.says) == ("", "The session is complete")


def test_a_call_whose_answer_is_lost_says_what_that_costs() -> None:
    row = row_of("llm_call_finished", **{**FACTS, "status": "unconfirmed"}, model="simulator")

    assert row.says == "asked the model, the answer is lost and its estimate counts"
