"""`/sessions/new/`: a name and a brief, and a team of agents starts."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.tests.factories import browser_of, make_user
from agents.roles import ROLES
from agents.workflows import WORKFLOWS
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import make_finished_session, make_session
from teams.models import Role
from teams.tests.factories import Cast, join, make_cast, make_team


def test_a_name_is_enough_to_start(db: None) -> None:
    team = make_team()

    response = browser_of(team.owner).post("/sessions/new/", {"team": team.pk, "feature_name": "  Library loans "})

    session = ExecutionSession.objects.get()
    assert response.headers["Location"] == f"/sessions/{session.pk}/"
    assert (session.feature_name, session.brief, session.user) == ("Library loans", "Library loans", team.owner)
    assert session.tasks.count() == 7


def test_brief_workflow_and_cap_are_taken(db: None) -> None:
    team = make_team()
    asked = {"team": team.pk, "feature_name": "Loans", "brief": "- once\n", "workflow": "feature", "budget_usd": "2.50"}

    browser_of(team.owner).post("/sessions/new/", asked)

    session = ExecutionSession.objects.get()
    assert session.brief.replace("\r", "") == "- once\n"
    assert (session.workflow["key"], str(session.budget_usd)) == ("feature", "2.500000")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("feature_name", ""),
        ("feature_name", "   "),
        ("feature_name", "x" * 256),
        ("feature_name", "nul\x00"),
        ("brief", "x" * (256 * 1024 + 1)),
        ("brief", "nul\x00"),
        ("workflow", "unknown"),
        ("budget_usd", "-1"),
        ("budget_usd", "much"),
        ("team", "none"),
    ],
)
def test_what_cannot_be_taken_stands_beside_its_field_and_nothing_is_written(db: None, field: str, value: str) -> None:
    team = make_team()
    asked = {"team": str(team.pk), "feature_name": "Kept name", "brief": "Kept brief", field: value}

    response = browser_of(team.owner).post("/sessions/new/", asked)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert ("Kept name" in response.content.decode()) == (field != "feature_name")
    assert not ExecutionSession.objects.exists()


def test_gates_rules_and_waiting_questions_are_taken(db: None) -> None:
    team = make_team()
    asked = {
        "team": team.pk,
        "feature_name": "Loans",
        "has-gates": "feature",
        "gates-feature": ["1", "3"],
        "rule-feature-2": "all checks pass",
        "question_seconds": "3600",
    }

    browser_of(team.owner).post("/sessions/new/", asked)

    session = ExecutionSession.objects.get()
    gates = {stage.number: stage.gate for stage in session.stages.all()}
    assert gates == {1: True, 2: "all checks pass", 3: True, 4: False}
    assert session.workflow["question_seconds"] == 3600


def test_a_rule_that_is_none_is_refused_and_everything_typed_stays(db: None) -> None:
    team = make_team()
    asked = {
        "team": team.pk,
        "feature_name": "Loans",
        "has-gates": "feature",
        "gates-feature": ["3"],
        "rule-feature-2": "if it rains",
    }

    response = browser_of(team.owner).post("/sessions/new/", asked)

    page = response.content.decode()
    assert response.status_code == 422
    assert "“if it rains” is no rule of a gate" in page
    assert 'value="if it rains"' in page
    assert 'name="gates-feature" value="3" checked' in page
    assert not ExecutionSession.objects.exists()


def test_a_double_click_starts_one_session(db: None) -> None:
    team = make_team()
    asked = {"team": team.pk, "feature_name": "Loans", "once": str(uuid4())}

    first, second = (browser_of(team.owner).post("/sessions/new/", asked) for _ in range(2))

    assert ExecutionSession.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_two_people_with_the_same_form_start_two_sessions(db: None) -> None:
    cast: Cast = make_cast()
    asked = {"team": cast.team.pk, "feature_name": "Loans", "once": str(uuid4())}

    for person in (cast.owner, cast.member):
        browser_of(person).post("/sessions/new/", asked)

    assert ExecutionSession.objects.count() == 2


def test_the_forecast_stands_there_before_the_start_and_follows_the_team(db: None) -> None:
    known, new = make_team(), make_team()
    join(new, known.owner)
    make_finished_session(known)
    browser = browser_of(known.owner)

    page = browser.get(f"/sessions/new/?team={known.pk}").content.decode()
    other = browser.get(f"/sessions/forecast/?team={new.pk}&workflow=feature").content.decode()

    assert "From 1 earlier session of this team" in page
    assert "$0.09" in page
    assert "Where this team has no earlier work of a role, these are defaults." in other
    assert "<html" not in other


@pytest.mark.parametrize("team", ["foreign", "x", "", "9" * 30])
def test_no_forecast_for_a_team_that_one_does_not_see(db: None, team: str) -> None:
    team = str(make_team().pk) if team == "foreign" else team

    assert browser_of(make_user()).get("/sessions/forecast/", {"team": team}).status_code == 404


def test_the_form_costs_a_fixed_number_of_queries(db: None) -> None:
    team = make_team()
    browser = browser_of(team.owner)

    with CaptureQueriesContext(connection) as captured:
        browser.get(f"/sessions/new/?team={team.pk}")

    assert len(captured) == 9, "web session, user, teams, offered models (3), forecast, needs, live sessions"


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 302), ("admin", 302), ("member", 302), ("viewer", 403), ("outsider", 404)],
)
def test_the_cast_starts_a_session(db: None, who: str, status: int) -> None:
    cast: Cast = make_cast()

    response = browser_of(cast.named(who)).post("/sessions/new/", {"team": cast.team.pk, "feature_name": "Loans"})

    assert response.status_code == status
    assert ExecutionSession.objects.exists() == (status == 302)


def test_only_teams_in_which_one_may_start_are_offered(db: None) -> None:
    user = make_user()
    mine, read = make_team(user, name="Mine"), make_team(name="Only read")
    join(read, user, role=Role.VIEWER)

    offered = browser_of(user).get("/sessions/new/").context["form"].fields["team"].widget.choices

    assert list(offered) == [(mine.pk, "Mine (shared)")]


def test_without_a_team_the_page_says_what_comes_first(db: None) -> None:
    page = browser_of(make_user()).get("/sessions/new/").content.decode()

    assert "Select a team to get started" in page


def test_the_page_offers_every_workflow_with_its_stages_and_a_gate_after_each(db: None) -> None:
    team = make_team()

    page = browser_of(team.owner).get(f"/sessions/new/?team={team.pk}").content.decode()

    for workflow in WORKFLOWS.values():
        assert f'name="workflow" value="{workflow.key}"' in page
        assert escape(workflow.description) in page
        for number, stage in enumerate(workflow.stages, start=1):
            assert f"<span>{stage.title}</span>" in page
            assert f'name="gates-{workflow.key}" value="{number}"' in page
    assert "Gate after stage 5" in page
    assert page.count("asks you") == 1


@pytest.mark.parametrize("key", list(WORKFLOWS))
def test_the_forecast_tells_the_stages_and_roles_of_the_workflow_that_is_chosen(db: None, key: str) -> None:
    team = make_team()

    told = browser_of(team.owner).get(f"/sessions/forecast/?team={team.pk}&workflow={key}").content.decode()

    for stage in WORKFLOWS[key].stages:
        assert f"<b>{stage.title}</b>" in told
        for task in stage.tasks:
            assert escape(ROLES[task.role].name) in told


def test_a_gate_after_the_fifth_stage_is_taken(db: None) -> None:
    team = make_team()
    asked = {
        "team": team.pk,
        "feature_name": "Loans",
        "workflow": "scoping",
        "has-gates": ["feature", "scoping"],
        "gates-scoping": ["5"],
        "gates-feature": ["1"],
        "question_seconds": "0",
    }

    browser_of(team.owner).post("/sessions/new/", asked)

    session = ExecutionSession.objects.get()
    assert [stage.gate for stage in session.stages.order_by("number")] == [False, False, False, False, True]
    assert session.workflow["question_seconds"] == 0


def test_the_monitor_shows_a_card_for_each_task_also_when_a_role_works_twice(db: None) -> None:
    session = make_session(workflow="scoping")

    page = browser_of(session.user).get(f"/sessions/{session.pk}/").content.decode()

    names = re.findall(r'-name">([^<]+)</h3>', page)
    ids = re.findall(r'<article class="agent" id="([^"]+)"', page)
    assert names == [
        *("Analyst", "UI/UX Designer", "Product Manager"),
        *("Architect", "Security Specialist", "Product Manager"),
    ]
    assert len(set(ids)) == len(ids) == 6
    assert page.count("Status: pending") == 6
