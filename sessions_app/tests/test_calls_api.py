"""`GET sessions/{id}/llm-calls`, `GET llm-calls/{id}` and `GET providers`."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of
from sessions_app.models import ExecutionSession, LLMCall
from sessions_app.tests.factories import claim, hand_in, make_call, make_session
from teams.tests.factories import Cast, make_cast

LIST_QUERIES, CALL_QUERIES, PROVIDERS_QUERIES = 4, 3, 6


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def session(cast: Cast) -> ExecutionSession:
    """A session with a call of the architect, one of the backend developer, and one of the DBA that failed."""
    session = make_session(cast.team)
    [architect] = claim(session)
    make_call(architect)
    hand_in(architect)
    backend, dba = claim(session)
    make_call(backend)
    call_id = make_call(dba)
    LLMCall.objects.filter(pk=call_id).update(status="failed", model="openai:gpt-5", provider="openai", response=None)
    return session


def asked(session: ExecutionSession, path: str, **query: Any) -> Any:
    return browser_of(session.user).get(f"/api/v1/{path}", query)


@pytest.mark.parametrize("path", ["sessions/{session}/llm-calls", "llm-calls/{call}"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("admin", 200), ("member", 200), ("viewer", 200), ("outsider", 404), ("anonymous", 401)],
)
def test_the_cast_reads_calls(cast: Cast, session: ExecutionSession, path: str, who: str, status: int) -> None:
    address = path.format(session=session.pk, call=LLMCall.objects.order_by("id")[0].pk)

    assert browser_of(cast.named(who)).get(f"/api/v1/{address}").status_code == status


@pytest.mark.parametrize(
    ("query", "agents"),
    [
        ({}, ["dba", "backend_dev", "architect"]),
        ({"agent": "dba"}, ["dba"]),
        ({"status": "succeeded"}, ["backend_dev", "architect"]),
        ({"model": "openai:gpt-5"}, ["dba"]),
        ({"provider": "simulator"}, ["backend_dev", "architect"]),
        ({"stage": "1"}, ["architect"]),
        ({"stage": "2", "status": "failed"}, ["dba"]),
        ({"agent": "nobody"}, []),
    ],
)
def test_filters_keep_the_calls_they_name(session: ExecutionSession, query: dict[str, str], agents: list[str]) -> None:
    answer = asked(session, f"sessions/{session.pk}/llm-calls", **query).json()

    assert [call["agent"] for call in answer["results"]] == agents


@pytest.mark.parametrize(("name", "value"), [("status", "done"), ("stage", "two"), ("model", "x" * 256)])
def test_a_filter_that_cannot_be_understood_is_refused_by_name(
    session: ExecutionSession, name: str, value: str
) -> None:
    answer = asked(session, f"sessions/{session.pk}/llm-calls", **{name: value})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


def test_one_call_has_what_was_asked_and_answered(session: ExecutionSession) -> None:
    call = LLMCall.objects.order_by("id")[0]

    told = asked(session, f"llm-calls/{call.pk}").json()

    assert (told["request"], told["response"]) == ({"messages": []}, {"text": "{}"})
    assert (told["session_id"], told["stage"], told["call_key"]) == (session.pk, 1, "r1:deliver:1")
    assert (told["cost_usd"], told["reserved_usd"]) == ("0.012300", "0.100000")
    assert told["ended_at"] >= told["created_at"]


def test_a_call_that_does_not_exist_is_not_found(session: ExecutionSession) -> None:
    assert asked(session, "llm-calls/999999").status_code == 404


def test_the_number_of_queries_is_fixed(session: ExecutionSession) -> None:
    call = LLMCall.objects.order_by("id")[0]
    browser = browser_of(session.user)

    counted = []
    for path in (f"sessions/{session.pk}/llm-calls", f"llm-calls/{call.pk}", f"providers?team={session.team_id}"):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/api/v1/{path}").status_code == 200
        counted.append(len(queries))

    assert counted == [LIST_QUERIES, CALL_QUERIES, PROVIDERS_QUERIES]
