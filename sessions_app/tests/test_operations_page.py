"""`/operations/`: how Sage Mode itself is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import browser_of, make_user
from agents.models import ProviderStatus
from sessions_app.models import ExecutionSession, LLMCall, WorkerHeartbeat
from sessions_app.tests.factories import claim, make_call, make_session
from teams.tests.factories import make_team

PAGE_QUERIES = 12


@pytest.fixture
def staff(db: None) -> User:
    user = make_user()
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.refresh_from_db()
    return user


def beat(number: int, *, cluster: str = "agents", silent_seconds: float = 0, running: int = 0) -> None:
    WorkerHeartbeat.objects.create(
        owner=f"boot:1:{number}:9",
        host="host-a.example.org",
        cluster=cluster,
        slots=0 if cluster == "reconciler" else 64,
        running=running,
        version="9.9.9",
        seen_at=timezone.now() - timedelta(seconds=silent_seconds),
    )


def has_been(status: str, *, provider: str = "openai", **facts: Any) -> ProviderStatus:
    """A provider that was asked just now."""
    now = timezone.now()
    facts = {"checked_at": now, "since": now, "latency_ms": 180, "message": "Its key is refused."} | facts
    return ProviderStatus.objects.create(provider=provider, status=status, **facts)


def page_of(user: User, path: str = "/operations/") -> str:
    response = browser_of(user).get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", ["/operations/", "/operations/now/"])
def test_whoever_is_signed_in_sees_it_and_nobody_else(db: None, path: str) -> None:
    assert browser_of(make_user()).get(path).status_code == 200
    assert browser_of(None).get(path).headers["Location"].startswith("/login/")


@pytest.mark.parametrize(
    ("beats", "sentence"),
    [
        ([], "Work stands still: no worker is running"),
        ([{}, {"cluster": "reconciler"}], "Work flows"),
        ([{}], "Work flows, no reconciler is running"),
        ([{}, {"silent_seconds": 40}, {"cluster": "reconciler"}], "Work flows, one worker is lost"),
        ([{}, {"silent_seconds": 40}], "Work flows, no reconciler is running and one worker is lost"),
    ],
)
def test_the_heading_is_the_state(db: None, beats: list[dict[str, Any]], sentence: str) -> None:
    for number, facts in enumerate(beats):
        beat(number, **facts)

    assert f"<h1>{sentence}</h1>" in page_of(make_user())


def test_staff_see_each_process_with_its_host_and_others_a_count(staff: User) -> None:
    beat(4711, running=3)
    beat(4712, silent_seconds=290)
    beat(4713, cluster="reconciler")

    told, shown = page_of(staff), page_of(make_user())

    for fact in ("host-a.example.org", "4711", "Busy", "Lost", "4:50 ago", "9.9.9", "reconciler"):
        assert fact in told
    assert "3<small>of 64 slots" in told
    assert "host-a" not in shown
    assert "4711" not in shown
    assert "1 of 2 workers of the last hour lives" in shown


def test_providers_are_told_with_their_traffic(db: None, settings: Any) -> None:
    settings.OPENAI_API_KEY = "sk-test"
    has_been("unhealthy")
    session = make_session()
    [architect] = claim(session)
    make_call(architect)

    page = page_of(make_user())

    assert "Work flows" not in page
    assert "Its key is refused." in page
    assert "Down" in page
    assert "Always on" in page
    assert "<dt>Calls, errors</dt><dd>1, 0</dd><dt>p50, p95</dt><dd>120 ms, 120 ms</dd>" in page
    assert "sk-test" not in page


def test_calls_that_are_replayed_are_no_traffic_of_their_provider(db: None, settings: Any) -> None:
    settings.OPENAI_API_KEY = "sk-test"
    session = make_session()
    [architect] = claim(session)
    make_call(architect, model="openai:gpt-5")
    ExecutionSession.objects.filter(pk=session.pk).update(replay_of=uuid4())
    assert "<dd>1, 0</dd>" in page_of(make_user())  # a person let a replay go on: that asks models

    LLMCall.objects.update(reserved_usd=0)

    assert "<dd>1, 0</dd>" not in page_of(make_user())


def test_a_teams_own_provider_is_shown_to_staff_alone(staff: User) -> None:
    team = make_team(name="Orchard of Ada")
    has_been("healthy", provider="anthropic", team=team)

    assert "Orchard of Ada" in page_of(staff)
    assert "Orchard of Ada" not in page_of(make_user())


def test_every_page_says_that_a_provider_is_down(db: None, settings: Any) -> None:
    settings.OPENAI_API_KEY = "sk-test"
    user = make_user()
    row = has_been("unhealthy")

    assert "OpenAI cannot be used" in page_of(user, "/sessions/")

    row.status = "healthy"
    row.save()
    assert "OpenAI cannot be used" not in page_of(user, "/sessions/")


def test_the_number_of_queries_does_not_grow(staff: User, settings: Any) -> None:
    settings.OPENAI_API_KEY = "sk-test"
    has_been("unhealthy")
    for number in range(5):
        beat(number)
        has_been("healthy", provider="anthropic", team=make_team())
        make_call(claim(make_session())[0])
    assert LLMCall.objects.count() == 5
    browser = browser_of(staff)

    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/operations/").status_code == 200

    assert len(queries) == PAGE_QUERIES
