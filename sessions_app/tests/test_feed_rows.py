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
    "answer": "Postmark",
    "after_stage": 2,
    "attempt": 2,
    "artifacts": 3,
    "artifact_id": 7,
    "budget_usd": "8.000000",
    "cap": "session",
    "cost_usd": "0.012300",
    "decisions": 4,
    "duration_seconds": "2.100",
    "estimate_usd": "0.210000",
    "failed": 1,
    "scores": {"validity": 90},
    "former_usd": None,
    "input_tokens": 900,
    "number": "D-12",
    "output_tokens": 640,
    "parent_id": 126,
    "path": "db/schema.sql",
    "reserved_usd": "0.100000",
    "roles": ["backend_dev", "dba"],
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


def test_who_finished_says_which_real_model_wrote_it() -> None:
    paid, offline = (
        row_of("agent_task_completed", **FACTS, **wrote).detail
        for wrote in ({"model": "anthropic:large-1"}, {"model": "simulator"})
    )

    assert paid == "4 decisions, 3 artifacts, 2.1 s, anthropic:large-1"
    assert offline == row_of("agent_task_completed", **FACTS).detail == "4 decisions, 3 artifacts, 2.1 s"


def test_an_erased_event_says_so() -> None:
    assert row_of("decision_recorded").detail == "Its data was erased"


def test_an_event_of_a_later_version_is_shown_by_its_type() -> None:
    assert row_of("poem_written", agent="poet").says == "poem written"


def test_whoever_ends_a_session_is_named_and_an_end_by_itself_is_not_ascribed() -> None:
    ended, complete = row_of("session_completed", by="ada"), row_of("session_completed", status="completed")

    assert (ended.who, ended.says) == ("ada", "ended the session")
    assert (complete.who, complete.says) == ("", "The session is complete")


def test_a_call_whose_answer_is_lost_says_what_that_costs() -> None:
    row = row_of("llm_call_finished", **{**FACTS, "status": "unconfirmed"}, model="simulator")

    assert row.says == "asked the model, the answer is lost and its estimate counts"


@pytest.mark.parametrize(
    ("type", "data", "says", "detail"),
    [
        ("gate_opened", {"stage": 2, "reason": "1 check failed"}, "Gate 2 is open: a person decides", "1 check failed"),
        ("gate_approved", {"stage": 2, "by": "ada", "feedback": "Fine"}, "approved gate 2", "“Fine”"),
        (
            "gate_approved",
            {"stage": 2, "reason": "its rule holds: no warnings"},
            "Gate 2 passed by itself",
            "its rule holds: no warnings",
        ),
        (
            "gate_rejected",
            {"stage": 2, "by": "ada", "feedback": "Use UUIDs", "roles": ["backend_dev", "dba"]},
            "sent stage 2 back to Backend Dev, DBA",
            "“Use UUIDs”",
        ),
        ("session_resumed", {"status": "active", "by": "ada", "reason": "retry"}, "retried the session", ""),
        (
            "session_paused",
            {"status": "paused", "by": "ada", "reason": "paused by a person"},
            "paused the session",
            "Running calls finish, nothing new starts",
        ),
        (
            "session_paused",
            {"status": "paused", "reason": "budget_exhausted"},
            "The session is paused",
            "The next model call would go over the cap",
        ),
        ("budget_changed", {"by": "ada", "budget_usd": "9.5", "former_usd": "8"}, "set the cap to $9.50", "was $8.00"),
        ("budget_changed", {"by": "ada", "budget_usd": None, "former_usd": "8"}, "took the cap away", "was $8.00"),
        ("session_changed", {"by": "ada", "gates": [1, 3]}, "changed the session", "gates after stage 1, 3"),
        (
            "session_forked",
            {
                "by": "ada",
                "status": "active",
                "parent_id": 7,
                "after_stage": 2,
                "parent_chain_id": "c",
                "brief_changed": True,
            },
            "forked session #7 after stage 2",
            "Changed: brief",
        ),
    ],
)
def test_what_a_person_did_is_told_with_what_they_said(type: str, data: dict, says: str, detail: str) -> None:
    row = row_of(type, **data)

    assert (row.says, row.detail) == (says, detail)
