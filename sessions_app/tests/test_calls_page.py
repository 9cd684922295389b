"""The tab “LLM calls” of a session, and the page of one call."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of
from sessions_app.engine.apply import apply
from sessions_app.models import CallStatus, ExecutionSession, LLMCall
from sessions_app.rules.claims import Claimed
from sessions_app.rules.ledger import CallPlan, CallResult, reserve_call, settle_call
from sessions_app.tests.factories import claim, hand_in, make_call, make_session
from teams.tests.factories import Cast, make_cast

TAB_QUERIES, FRAGMENT_QUERIES, CALL_QUERIES = 21, 6, 7


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def tab(session: ExecutionSession, **query: Any) -> str:
    response = browser_of(session.user).get(f"/sessions/{session.pk}/", {"view": "calls", **query})
    assert response.status_code == 200
    return response.content.decode()


def rows_of(page: str) -> list[str]:
    table = re.search(r"<tbody>(.*?)</tbody>", page.partition('aria-label="LLM calls"')[2], re.S)
    return re.findall(r"<tr>.*?</tr>", table.group(1), re.S) if table else []


def call_page(call: LLMCall) -> str:
    response = browser_of(call.session.user).get(f"/sessions/{call.session_id}/calls/{call.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def make_try(claimed: Claimed, *, attempt: int = 1, model: str = "openai:gpt-5", asked: Any = None) -> int:
    """Reserve a try of a held task's call."""
    plan = CallPlan(
        call_key=claimed.call_key,
        attempt=attempt,
        provider=model.partition(":")[0],
        model=model,
        request=asked or {"system": "You plan.", "messages": [{"role": "user", "content": "Sign in."}]},
        estimate_usd=Decimal("0.1"),
    )
    call_id: int = apply(claimed.session_id, reserve_call, claimed.held, plan)
    return call_id


def settle(claimed: Claimed, call_id: int, status: CallStatus, **facts: Any) -> LLMCall:
    apply(claimed.session_id, settle_call, claimed.held, call_id, CallResult(status, **facts))
    return LLMCall.objects.get(pk=call_id)


@pytest.mark.parametrize("path", ["?view=calls", "calls/", "calls/{call}/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("admin", 200), ("member", 200), ("viewer", 200), ("outsider", 404), ("anonymous", 302)],
)
def test_the_cast_looks_at_calls(cast: Cast, path: str, who: str, status: int) -> None:
    session = make_session(cast.team)
    call_id = make_call(claim(session)[0])

    response = browser_of(cast.named(who)).get(f"/sessions/{session.pk}/{path.format(call=call_id)}")

    assert response.status_code == status


def test_a_call_of_another_session_is_not_found(cast: Cast) -> None:
    call_id = make_call(claim(make_session(cast.team))[0])
    other = make_session(cast.team)

    assert browser_of(cast.owner).get(f"/sessions/{other.pk}/calls/{call_id}/").status_code == 404


def test_a_session_without_calls_says_what_will_be_here(db: None) -> None:
    page = tab(make_session())

    assert "No model calls yet" in page
    assert rows_of(page) == []


def test_each_try_is_listed_with_its_model_tokens_cost_and_times(db: None) -> None:
    session = make_session()
    [architect] = claim(session)
    first = make_try(architect)
    settle(architect, first, CallStatus.FAILED, error="OpenAI answered 529: overloaded", latency_ms=310)
    second = make_try(architect, attempt=2, model="anthropic:claude")
    facts = {"input_tokens": 9_800, "output_tokens": 3_100, "cost_usd": Decimal("0.08")}
    settle(
        architect, second, CallStatus.SUCCEEDED, response={"text": "{}"}, latency_ms=21_000, first_token_ms=640, **facts
    )
    LLMCall.objects.filter(pk=second).update(cached_tokens=8_000, reasoning_tokens=1_200)

    newest, oldest = rows_of(tab(session))

    for fact in ("Architect", "Answered", "anthropic:claude", "9.8k", "8.0k cached", "3.1k", "1.2k thought", "$0.08"):
        assert fact in newest
    assert "21.0 s" in newest
    assert "first token 640 ms" in newest
    assert "Failed" in oldest
    assert "310 ms" in oldest


def test_a_cost_that_nobody_knows_is_told_as_unknown_with_what_the_budget_counts(db: None) -> None:
    session = make_session()
    [architect] = claim(session)
    call = settle(architect, make_try(architect), CallStatus.SUCCEEDED, response={"text": "{}"})
    LLMCall.objects.filter(pk=call.pk).update(estimated=True, cost_usd=Decimal("0.1"))

    [row] = rows_of(tab(session))

    assert "unknown" in row
    assert "counted as $0.10" in row


def test_a_call_under_way_tells_how_long_and_what_it_may_cost(db: None) -> None:
    session = make_session()
    [architect] = claim(session)
    make_try(architect)

    [row] = rows_of(tab(session))

    assert "Running" in row
    assert "so far" in row
    assert "up to $0.10" in row


@pytest.mark.parametrize(
    ("query", "agents"),
    [
        ({"agent": "dba"}, ["DBA"]),
        ({"status": "reserved"}, ["DBA"]),
        ({"status": "succeeded"}, ["Backend Dev", "Architect"]),
        ({"model": "openai:gpt-5"}, ["DBA"]),
        ({"step": "repair"}, []),
        ({"agent": "architect", "status": "reserved"}, []),
        ({"agent": "nobody"}, ["DBA", "Backend Dev", "Architect"]),
    ],
)
def test_filters_keep_the_calls_they_name(db: None, query: dict[str, str], agents: list[str]) -> None:
    session = make_session()
    [architect] = claim(session)
    make_call(architect)
    hand_in(architect)
    backend, dba = claim(session)
    make_call(backend)
    make_try(dba)

    page = tab(session, **query)

    assert [re.search(r'class="title"[^>]*>([^<]+)<', row)[1] for row in rows_of(page)] == agents  # type: ignore[index]
    assert ("cannot be understood" in page) == (query == {"agent": "nobody"})
    assert ("No call matches" in page) == (not agents)


def test_a_long_list_comes_in_pages_that_keep_the_filter(db: None) -> None:
    session = make_session()
    [architect] = claim(session)
    for attempt in range(1, 31):
        settle(architect, make_try(architect, attempt=attempt), CallStatus.FAILED, error="529")

    first, second = tab(session, status="failed"), tab(session, status="failed", page="2")

    assert (len(rows_of(first)), len(rows_of(second))) == (25, 5)
    assert "1 to 25 of 30" in first
    assert re.search(r'rel="next" href="[^"]*status=failed[^"]*page=2#view"', first)


def test_request_and_answer_are_shown_as_plain_text(db: None) -> None:
    session = make_session()
    [architect] = claim(session)
    evil = "<script>alert(1)</script>"
    asked = {"system": f"System {evil}", "messages": [{"role": "user", "content": f"Brief {evil}"}], "max_tokens": 4096}
    answer = {"text": f'{{"summary": "{evil}"}}', "finish": "length"}
    call = settle(
        architect, make_try(architect, asked=asked), CallStatus.SUCCEEDED, response=answer, cost_usd=Decimal("0.01")
    )

    page = call_page(call)

    assert evil not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert "cut at the most tokens" in page
    assert "4096" in page


def test_a_call_that_failed_tells_its_error_and_that_there_is_no_answer(db: None) -> None:
    session = make_session()
    [architect] = claim(session)
    call = settle(architect, make_try(architect), CallStatus.UNCONFIRMED, error="OpenAI did not answer in time")

    page = call_page(call)

    assert "OpenAI did not answer in time" in page
    assert "Nobody knows whether this try was billed" in page
    assert "No answer" in page


def test_what_retention_erased_is_told_as_erased(db: None, settings: Any) -> None:
    settings.RETENTION_DAYS = 30
    session = make_session()
    call_id = make_call(claim(session)[0])
    LLMCall.objects.filter(pk=call_id).update(request=None, response=None)

    page = call_page(LLMCall.objects.get(pk=call_id))

    assert "Request and answer are erased" in page
    assert "30 days" in page
    assert "900" in page


@pytest.mark.parametrize("number", [1, 12])
def test_the_number_of_queries_does_not_grow_with_the_calls(db: None, number: int) -> None:
    session = make_session()
    [architect] = claim(session)
    for attempt in range(1, number + 1):
        settle(architect, make_try(architect, attempt=attempt), CallStatus.FAILED, error="529")
    browser = browser_of(session.user)
    path = f"/sessions/{session.pk}/"

    counted = []
    for address in (f"{path}?view=calls", f"{path}calls/", f"{path}calls/{LLMCall.objects.first().pk}/"):  # type: ignore[union-attr]
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        counted.append(len(queries))

    assert counted == [TAB_QUERIES, FRAGMENT_QUERIES, CALL_QUERIES]
