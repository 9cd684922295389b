"""`GET usage`: what calls came to, for those who may see them, in agreement with sessions and months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of, make_user
from sessions_app.engine.apply import apply
from sessions_app.errors import InvalidInput
from sessions_app.models import CallStatus, ExecutionSession, LLMCall
from sessions_app.queries import usage as usage_queries
from sessions_app.queries.usage import GROUPS, Period
from sessions_app.rules.ledger import CallPlan, CallResult, reserve_call, settle_call
from sessions_app.rules.sessions import delete_session
from sessions_app.tests.factories import claim, hand_in, make_call, make_session
from teams.models import TeamMonth
from teams.tests.factories import Cast, join, make_cast, make_team

GPT, CLAUDE = "openai:gpt-5", "anthropic:claude-sonnet-4-5"
MONEY = ("cost_usd", "estimated_usd", "simulated_usd", "total_usd")


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def asked(user, query=""):
    response = browser_of(user).get(f"/api/v1/usage{query}")
    assert response.status_code == 200, response.content
    return response.json()


def rows(user, query):
    return {row["name"]: row for row in asked(user, query)["results"]}


def end_call(claimed, number, status, *, error="429"):
    plan = CallPlan(f"r1:deliver:{number}", 1, "openai", GPT, {}, Decimal("0.1"))
    call_id = apply(claimed.session_id, reserve_call, claimed.held, plan)
    apply(claimed.session_id, settle_call, claimed.held, call_id, CallResult(status, error=error))


def mixed_session(team, **fields) -> ExecutionSession:
    """A session whose calls were answered, counted by estimate, refused, simulated, and one that still runs."""
    session = make_session(team, **fields)
    [architect] = claim(session)
    told = {"cached_tokens": 400, "cache_write_tokens": 100, "reasoning_tokens": 60}
    make_call(architect, model=GPT, cost_usd="0.25", call_key="r1:deliver:1", **told)
    make_call(architect, model=GPT, cost_usd=None, call_key="r1:deliver:2")
    end_call(architect, 3, CallStatus.FAILED)
    end_call(architect, 4, CallStatus.UNCONFIRMED)
    make_call(architect, model=CLAUDE, cost_usd="0.5", call_key="r1:deliver:5")
    hand_in(architect)
    for claimed in claim(session):
        make_call(claimed, cost_usd="0.01")
    session.refresh_from_db()
    return session


def test_every_call_is_counted_once_and_every_sort_of_cost_stands_apart(cast):
    mixed_session(cast.team)

    told = asked(cast.member)

    assert told["group_by"] == "model"
    assert (told["first_day"], told["last_day"]) == (
        f"{datetime.now(UTC):%Y-%m}-01",
        f"{datetime.now(UTC):%Y-%m-%d}",
    )
    claude, gpt, simulator = told["results"]
    assert gpt | {"key": GPT} == {
        "key": GPT, "name": GPT, "calls": 4,
        "input_tokens": 1800, "cached_tokens": 400, "cache_write_tokens": 100,
        "output_tokens": 1280, "reasoning_tokens": 60,
        "cost_usd": "0.250000", "estimated_usd": "0.200000", "simulated_usd": "0.000000", "total_usd": "0.450000",
    }  # fmt: skip
    assert [claude[name] for name in MONEY] == ["0.500000", "0.000000", "0.000000", "0.500000"]
    assert [simulator[name] for name in MONEY] == ["0.000000", "0.000000", "0.020000", "0.020000"]
    assert [told["total"][name] for name in MONEY] == ["0.750000", "0.200000", "0.020000", "0.970000"]
    assert not told["has_more"]


@pytest.mark.parametrize("group_by", GROUPS)
def test_sums_agree_with_sessions_and_months_however_they_are_grouped(cast, group_by):
    sessions = [mixed_session(cast.team), mixed_session(cast.team, by=cast.member)]
    apply(sessions[0].pk, delete_session, by="x")

    told = asked(cast.viewer, f"?team={cast.team.pk}&group_by={group_by}")

    totals = {name: sum(Decimal(str(row[name])) for row in told["results"]) for name in told["total"]}
    assert totals == {name: Decimal(str(value)) for name, value in told["total"].items()}
    months = TeamMonth.objects.filter(team=cast.team).aggregate(spent=Sum("spent_usd"))
    spent = ExecutionSession.objects.filter(team=cast.team).aggregate(
        usd=Sum("spent_usd"), read=Sum("input_tokens"), written=Sum("output_tokens")
    )
    assert Decimal(told["total"]["total_usd"]) == months["spent"] == spent["usd"]
    assert (told["total"]["input_tokens"], told["total"]["output_tokens"]) == (spent["read"], spent["written"])


def test_each_row_names_what_it_is_of(cast):
    mine = mixed_session(cast.team, feature_name="Invoices", by=cast.member)
    gone = mixed_session(cast.team, feature_name="Secret")
    apply(gone.pk, delete_session, by="x")

    def keys(group_by):
        return {row["name"]: row["key"] for row in asked(cast.owner, f"?group_by={group_by}")["results"]}

    assert keys("session") == {"Invoices": mine.pk, "Deleted sessions": None}
    assert keys("user") == {cast.member.username: cast.member.pk, cast.owner.username: cast.owner.pk}
    assert keys("team") == {cast.team.name: cast.team.pk}
    assert keys("role") == {"Architect": "architect", "Backend Dev": "backend_dev", "DBA": "dba"}
    assert keys("provider") == {name: name for name in ("openai", "anthropic", "simulator")}


def test_only_calls_of_teams_that_one_can_see_are_told(cast):
    mixed_session(cast.team)
    stranger = make_user()
    private = make_team(stranger, is_shared=False)
    mixed_session(private)

    assert asked(cast.outsider)["results"] == []
    assert rows(cast.viewer, "?group_by=team").keys() == {cast.team.name}
    join(private, cast.viewer)
    assert rows(cast.viewer, "?group_by=team").keys() == {cast.team.name}  # a personal team stays its owner's
    assert rows(stranger, "?group_by=team").keys() == {private.name}


def test_days_are_whole_days_in_utc(cast):
    mixed_session(cast.team)
    calls = list(LLMCall.objects.order_by("id"))
    for call, moment in zip(
        calls, ("2026-03-01T00:00:00", "2026-03-01T23:59:59.999999", "2026-03-02T00:00:00"), strict=False
    ):
        LLMCall.objects.filter(pk=call.pk).update(created_at=datetime.fromisoformat(f"{moment}+00:00"))

    by_day = asked(cast.member, "?from=2026-03-01&to=2026-03-02&group_by=day")
    one_day = asked(cast.member, "?from=2026-03-01&to=2026-03-01&group_by=day")

    assert [(row["key"], row["calls"]) for row in by_day["results"]] == [("2026-03-01", 2), ("2026-03-02", 1)]
    assert one_day["total"]["calls"] == 2


def test_more_rows_than_are_listed_are_said_and_stay_in_the_total(cast, monkeypatch):
    monkeypatch.setattr(usage_queries, "MOST_ROWS", 2)
    mixed_session(cast.team)

    told = asked(cast.member, "?group_by=model")

    assert [row["name"] for row in told["results"]] == [CLAUDE, GPT]
    assert told["has_more"]
    assert told["total"]["total_usd"] == "0.970000"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-02-30", "from"),
        ("from=20260201", "from"),
        ("from=2026-1-1", "from"),
        ("to=today", "to"),
        ("to=%00", "to"),
        ("to=9999-12-31", "to"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("from=2025-01-01&to=2026-02-05", "from"),
        ("group_by=planet", "group_by"),
        ("team=x", "team"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(cast, query, field):
    response = browser_of(cast.member).get(f"/api/v1/usage?{query}")

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (None, None, ("2026-03-01", "2026-03-15")),
        ("2026-02-01", None, ("2026-02-01", "2026-03-15")),
        (None, "2026-01-20", ("2026-01-01", "2026-01-20")),
        ("2025-01-01", "2026-02-04", ("2025-01-01", "2026-02-04")),  # 400 days
    ],
)
def test_a_period_is_the_month_so_far_unless_it_is_said(first, last, days):
    period = Period.between(first, last, today=date(2026, 3, 15))

    assert (period.first.isoformat(), period.last.isoformat()) == days


def test_a_period_has_at_most_400_days():
    with pytest.raises(InvalidInput):
        Period.between("2025-01-01", "2026-02-05", today=date(2026, 3, 15))


def test_usage_costs_the_same_however_much_there_is(cast):
    counts, api = [], browser_of(cast.member)
    for _ in range(2):
        mixed_session(cast.team)
        with CaptureQueriesContext(connection) as captured:
            api.get("/api/v1/usage?group_by=session")
        counts.append(len(captured))

    assert counts == [4, 4]  # the web session, its user, the rows, the total


def test_the_period_is_read_from_an_index(cast):
    mixed_session(cast.team)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        since = datetime.now(UTC) - timedelta(days=1)
        plan = LLMCall.objects.filter(created_at__gte=since).order_by().explain()

    assert "idx_calls_created" in plan
