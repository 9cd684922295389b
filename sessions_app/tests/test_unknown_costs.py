"""Costs that nobody knows, or that nobody pays, are told as such wherever a session is told."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from accounts.tests.factories import browser_of
from sessions_app.engine.apply import apply
from sessions_app.journal.export import bundle_of
from sessions_app.models import CallStatus, ExecutionSession
from sessions_app.rules.ledger import CallPlan, reserve_call
from sessions_app.rules.sessions import cancel_session
from sessions_app.tests.factories import claim, hand_in, make_call, make_session

REAL = "openai:gpt-5"
EXPECTED = {  # what a session of one architect's calls costs, by model and cost of each
    "known": ([(REAL, "0.25")], "$0.25 no cap", "$0.25", "cost $0.25."),
    "unknown": ([(REAL, None)], "$0.10 no cap estimated, cost unknown", "~$0.10", "cost unknown (counted as $0.10)."),
    "partly unknown": (
        [(REAL, "0.25"), (REAL, None)],
        "$0.35 no cap $0.10 estimated",
        "~$0.35",
        "cost $0.35, of it $0.10 estimated.",
    ),
    "partly simulated": (
        [(REAL, "0.25"), ("simulator", "0.05")],
        "$0.30 no cap $0.05 simulated",
        "$0.30",
        "cost $0.30, of it $0.05 simulated.",
    ),
    "simulated": ([("simulator", "0.05")], "$0.05 no cap", "$0.05", "cost $0.05 simulated."),
}


@pytest.fixture
def worked(db):
    """Return a session in which an architect made calls of these models and costs, and handed in."""

    def work(calls) -> ExecutionSession:
        session = make_session()
        [architect] = claim(session)
        for number, (model, cost) in enumerate(calls, start=1):
            make_call(architect, model=model, cost_usd=cost, call_key=f"r1:deliver:{number}")
        hand_in(architect)
        session.refresh_from_db()
        return session

    return work


def words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


@pytest.mark.parametrize("case", EXPECTED)
def test_the_page_and_the_bundle_say_what_is_sure_of_a_cost(worked, case):
    calls, figure, of_agent, in_readme = EXPECTED[case]
    session = worked(calls)

    page = browser_of(session.user).get(f"/sessions/{session.pk}/").content.decode()
    readme = bundle_of(session.pk)["README.md"].decode()

    told = words(re.search(r"<dt>Cost.*?</dd>", page, re.S).group())
    assert told.partition("Cost")[2].removeprefix(", simulated").strip() == figure
    agent = words(re.search(r'data-agent="architect".*?</article>', page, re.S).group())
    assert re.search(r"Cost (\S*?)(?:,| |$)", agent).group(1) == of_agent
    assert in_readme in readme


def test_the_api_tells_an_unknown_cost_as_null_and_what_is_counted(worked):
    session = worked([(REAL, "0.25"), (REAL, None)])
    api = browser_of(session.user)

    detail = api.get(f"/api/v1/sessions/{session.pk}").json()
    calls = api.get(f"/api/v1/sessions/{session.pk}/llm-calls").json()["results"]
    task = api.get(f"/api/v1/tasks/{detail['tasks'][0]['id']}").json()

    assert (detail["spent_usd"], detail["estimated_usd"], detail["simulated_usd"]) == (
        "0.350000",
        "0.100000",
        "0.000000",
    )
    assert {(call["cost_usd"], call["charged_usd"], call["estimated"]) for call in calls} == {
        ("0.250000", "0.250000", False),
        (None, "0.100000", True),
    }
    assert (task["cost_usd"], task["estimated_usd"]) == ("0.350000", "0.100000")
    assert detail["stages"][0]["estimated_usd"] == "0.100000"


@pytest.mark.parametrize(
    ("models", "simulated"),
    [
        (None, True),
        ({"model": "simulator", "fallback_models": [], "roles": {}}, True),
        ({"model": "simulator", "fallback_models": [], "roles": {"dba": {"model": REAL}}}, False),
        ({"model": "simulator", "fallback_models": [REAL], "roles": {}}, False),
        ({"model": REAL, "fallback_models": [], "roles": {}}, False),
    ],
)
def test_a_session_is_simulated_when_no_real_model_can_be_asked(db, models, simulated):
    session = make_session()
    session.workflow["models"] = models and {"temperature": 0.7, "max_tokens": 4096, **models}
    session.save(update_fields=["workflow"])
    api = browser_of(session.user)

    [row] = api.get("/api/v1/sessions").json()["results"]
    page = api.get("/sessions/").content.decode()

    assert row["simulated"] is simulated
    assert ('<span class="sub">simulated</span>' in page) is simulated


def test_a_simulated_call_that_nobody_waited_for_charges_nobody(db):
    session = make_session()
    [architect] = claim(session)
    plan = CallPlan(architect.call_key, 1, "simulator", "simulator", {}, Decimal("0.1"))
    apply(session.pk, reserve_call, architect.held, plan)
    apply(session.pk, cancel_session, by="ada")

    detail = browser_of(session.user).get(f"/api/v1/sessions/{session.pk}").json()

    assert session.llm_calls.get().status == CallStatus.UNCONFIRMED
    assert (detail["spent_usd"], detail["estimated_usd"], detail["simulated_usd"]) == (
        "0.100000",
        "0.000000",
        "0.100000",
    )
