"""`/usage/`, and the month of a team on its page."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from accounts.tests.factories import browser_of
from sessions_app.engine.apply import apply
from sessions_app.rules.ledger import CallPlan, reserve_call
from sessions_app.tests.factories import claim, make_call, make_session
from teams.models import TeamMonth
from teams.tests.factories import Cast, make_cast, make_team

GPT = "openai:gpt-5"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


def page_of(user, path="/usage/", **query):
    response = browser_of(user).get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def called(team, *calls, **fields):
    session = make_session(team, **fields)
    [architect] = claim(session)
    for number, (model, cost) in enumerate(calls):
        make_call(architect, model=model, cost_usd=cost, call_key=f"r1:deliver:{number}")
    return session, architect


def rows_of(page):
    return [words(row) for row in re.findall(r"<tr.*?</tr>", page, re.S)]


def test_people_see_what_calls_came_to_and_how_sure_that_is(cast):
    called(cast.team, (GPT, "1.25"), (GPT, None), ("simulator", "0.05"))
    called(make_team(), (GPT, "9"))

    page = page_of(cast.viewer)

    assert rows_of(page) == [
        "Model Calls In Out Cost",
        "openai:gpt-5 2 calls 1.8k 1.3k $1.35 $0.10 estimated",
        "simulator 1 call 900 640 $0.05 simulated",
        "Total 3 calls 2.7k 1.9k $1.40 $0.10 estimated $0.05 simulated",
    ]


def test_each_session_leads_to_its_page_and_only_of_the_team_that_is_asked_for(cast):
    session, _ = called(cast.team, (GPT, "1.25"), feature_name="<b>Invoices</b>")
    other = make_team(cast.member)
    called(other, (GPT, "9"))

    page = page_of(cast.member, team=cast.team.pk, group_by="session")

    assert f'href="/sessions/{session.pk}/">&lt;b&gt;Invoices&lt;/b&gt;</a>' in page
    assert "$9.00" not in page
    assert f'<option value="{cast.team.pk}" selected>' in page


def test_a_period_that_cannot_be_understood_is_told_and_this_month_shown(cast):
    called(cast.team, (GPT, "1.25"))

    page = page_of(cast.member, **{"from": "2026-13-01"}, group_by="planet")

    assert "A day such as 2026-11-21. This month is shown instead." in page
    assert "$1.25" in page


def test_no_calls_are_said(cast):
    assert "No calls in this time" in page_of(cast.member, **{"from": "2020-01-01", "to": "2020-01-31"})


@pytest.mark.parametrize(("who", "status"), [("viewer", 200), ("outsider", 404), ("anonymous", 302)])
def test_a_team_that_one_cannot_see_is_not_there(cast, who, status):
    assert browser_of(cast.named(who)).get(f"/usage/?team={cast.team.pk}").status_code == status


@pytest.mark.parametrize(
    ("cap", "told"),
    [
        ("5", "$1.25 of $5.00 in {month} Reserved by running calls $0.50 Free $3.25 {before} $2.00"),
        ("1", "$1.25 of $1.00 in {month} Reserved by running calls $0.50 Free $0.00 {before} $2.00"),
        (None, "$1.25 in {month}, no cap Reserved by running calls $0.50 {before} $2.00"),
    ],
)
def test_the_page_of_a_team_tells_its_month(cast, cap, told):
    _, architect = called(cast.team, (GPT, "1.25"))
    apply(
        architect.session_id,
        reserve_call,
        architect.held,
        CallPlan("r1:deliver:9", 1, "openai", GPT, {}, Decimal("0.5")),
    )
    month = TeamMonth.objects.get(team=cast.team).month
    before = month.replace(year=month.year - (month.month == 1), month=(month.month - 2) % 12 + 1)
    TeamMonth.objects.create(team=cast.team, month=before, spent_usd=2)
    cast.team.monthly_budget_usd = None if cap is None else Decimal(cap)
    cast.team.save(update_fields=["monthly_budget_usd"])

    page = page_of(cast.viewer, f"/teams/{cast.team.pk}/")

    budget = words(re.search(r'id="budget".*?</section>', page, re.S).group())
    assert told.format(month=f"{month:%B}", before=f"{before:%B}") in budget
    assert f'href="/usage/?team={cast.team.pk}&amp;group_by=model"' in page
