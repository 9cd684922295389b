"""The admin shows every table of a run and changes none but through the rules."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import browser_of, make_user
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession, Gate
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.sessions import end_session
from sessions_app.tests.factories import claim, hand_in, make_deliverable, make_session, run_stage
from teams.tests.factories import make_team

MODELS = sorted(apps.get_app_config("sessions_app").get_models(), key=lambda model: model.__name__)


@pytest.fixture
def operator(db: None) -> User:
    return make_user("operator", is_staff=True, is_superuser=True)


def make_everything() -> ExecutionSession:
    """A session with a row in every table."""
    session = make_session()
    apply(session.pk, record_decision, user_id=session.user_id, by="x", text="No SMS")
    [architect] = claim(session)
    question = {"text": "Which?", "options": ["a", "b"], "default": "a"}
    hand_in(architect, make_deliverable("architect", questions=[question]))
    run_stage(session)
    apply(session.pk, end_session, by="x")
    Gate.objects.create(session=session, stage=session.stages.first())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO worker_heartbeats (owner, host, cluster, slots, running, version, created_at, seen_at) "
            "VALUES (%s, 'here', 'agents', 1, 0, '1', now(), now())",
            [str(session.pk)],
        )
    return session


def list_of(model: type) -> str:
    return reverse(f"admin:sessions_app_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_has_a_list_with_a_fixed_number_of_queries_and_a_page(operator: User, model: type) -> None:
    client = browser_of(operator)
    counts = []
    for _ in range(2):
        make_everything()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(list_of(model))
        counts.append(len(queries))
        assert response.status_code == 200
    row = model.objects.first()

    page = client.get(reverse(f"admin:sessions_app_{model._meta.model_name}_change", args=[row.pk]))
    found = client.get(list_of(model), {"q": "Feature"})

    assert counts[0] == counts[1]
    assert page.status_code == found.status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_table_is_written_by_hand(operator: User, model: type) -> None:
    make_everything()
    client = browser_of(operator)
    row = model.objects.first()
    name = f"admin:sessions_app_{model._meta.model_name}"

    assert client.get(reverse(f"{name}_add")).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    client.post(reverse(f"{name}_change", args=[row.pk]), {"status": "cancelled", "feature_name": "changed"})
    client.post(list_of(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})

    assert model.objects.get(pk=row.pk).__dict__.keys() == row.__dict__.keys()
    assert {k: v for k, v in vars(model.objects.get(pk=row.pk)).items() if k != "_state"} == {
        k: v for k, v in vars(row).items() if k != "_state"
    }


def test_every_table_says_how_to_find_a_row() -> None:
    for model in MODELS:
        shown = admin.site._registry[model]
        assert len(shown.list_display) > 3
        assert shown.list_filter
        assert shown.search_fields
        assert shown.date_hierarchy


def cancel(user: User, *sessions: ExecutionSession):
    data = {"action": "cancel_sessions", "_selected_action": [session.pk for session in sessions]}
    return browser_of(user).post(list_of(ExecutionSession), data, follow=True)


def test_cancelling_goes_through_the_rule_and_says_what_it_refused(operator: User) -> None:
    team = make_team()
    running, another, ended = (make_session(team, feature_name=name) for name in ("One", "Two", "Three"))
    apply(ended.pk, end_session, by="x")

    response = cancel(operator, running, another, ended)

    told = [str(message) for message in response.context["messages"]]
    assert told == [f"Three ({ended.pk}): The session is completed; it has ended.", "2 sessions are cancelled."]
    running.refresh_from_db()
    assert running.status == "cancelled"
    assert running.events.order_by("-seq").first().data["by"] == "operator"


def approve(user: User, *gates: Gate):
    data = {"action": "approve_gates", "_selected_action": [gate.pk for gate in gates]}
    return browser_of(user).post(list_of(Gate), data, follow=True)


def test_gates_are_approved_through_the_rule_by_whoever_may_change_them(operator: User) -> None:
    sessions = [make_session(gates=[1]) for _ in range(2)]
    for session in sessions:
        run_stage(session)
    first, second = (session.gates.get() for session in sessions)
    apply(second.session_id, end_session, by="x")
    looker = make_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_gate"))

    approve(looker, first)
    assert Gate.objects.get(pk=first.pk).status == "open"

    response = approve(operator, first, second)
    told = [str(message) for message in response.context["messages"]]
    assert told == [f"Gate {second.pk}: The session is completed; it has ended.", "1 gate is approved."]
    assert Gate.objects.get(pk=first.pk).decided_by == operator


def test_who_may_only_look_cannot_cancel(db: None) -> None:
    viewer = make_user("looker", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_executionsession"))
    session = make_session()

    assert browser_of(viewer).get(list_of(ExecutionSession)).status_code == 200
    cancel(viewer, session)

    session.refresh_from_db()
    assert session.status == "active"
