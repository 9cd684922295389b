"""The commands by which a person acts on a session, and that every door ends in the same state."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import browser_of, make_user, send
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession, Gate, SessionEvent
from sessions_app.rules.control import pause_session
from sessions_app.rules.sessions import cancel_session
from sessions_app.tests.factories import (
    claim,
    event_types,
    fail,
    hand_in,
    make_deliverable,
    make_finished_session,
    make_session,
    run_stage,
)
from teams.models import Team
from teams.roles import Role
from teams.tests.factories import join, make_team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo() -> User:
    return make_user("demo", is_staff=True, is_superuser=True)


@pytest.fixture
def team(demo: User) -> Team:
    return make_team(demo, name="Orchard")


def refused(*arguments: object, **options: object) -> tuple[int, str]:
    """The exit code and the sentence of a command that does not do it."""
    with pytest.raises(CommandError) as refusal:
        call_command(*map(str, arguments), **options)
    return refusal.value.returncode, str(refusal.value)


def at_gate(team: Team) -> ExecutionSession:
    session = make_session(team, gates=[1], feature_name="Gated")
    run_stage(session)
    return session


def failed(team: Team) -> ExecutionSession:
    session = make_session(team, feature_name="Failed")
    fail(claim(session)[0])
    return session


def paused(team: Team) -> ExecutionSession:
    session = make_session(team, feature_name="Paused")
    apply(session.pk, pause_session, by="x")
    return session


def asking(team: Team) -> ExecutionSession:
    session = make_session(team, question_seconds=3600, feature_name="Asking")
    question = {"text": "Which?", "options": ["a", "b"], "default": "b"}
    hand_in(claim(session)[0], make_deliverable("architect", questions=[question]))
    return session


def status_of(session: ExecutionSession) -> str:
    session.refresh_from_db()
    return session.status


# --- each command ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "make", "status"),
    [
        ("pause_session", make_session, "paused"),
        ("resume_session", paused, "active"),
        ("cancel_session", make_session, "cancelled"),
        ("end_session", make_session, "completed"),
        ("retry_session", failed, "active"),
    ],
)
def test_an_act_on_a_session_is_done_and_told(
    team: Team, capsys: Any, command: str, make: Callable[[Team], ExecutionSession], status: str
) -> None:
    session = make(team)

    call_command(command, str(session.pk))

    output = capsys.readouterr()
    assert output.out.splitlines()[-1].startswith(f"Session {session.pk} is {status}")
    assert ("No worker runs" in output.err) == (status == "active")
    assert status_of(session) == status
    assert SessionEvent.objects.filter(session=session).order_by("-seq")[0].data.get("by", "demo") == "demo"


@pytest.mark.parametrize(
    ("command", "make"),
    [("resume_session", make_session), ("retry_session", make_session), ("pause_session", at_gate),
     ("cancel_session", make_finished_session), ("end_session", failed)],
)  # fmt: skip
def test_what_the_state_does_not_allow_is_refused_with_exit_code_1(
    team: Team, command: str, make: Callable[[Team], ExecutionSession]
) -> None:
    session = make(team)
    before = event_types(session)

    code, sentence = refused(command, session.pk)

    assert (code, sentence[-1]) == (1, ".")
    assert event_types(session) == before


@pytest.mark.parametrize("command", ["resume_session", "retry_session", "fork_session"])
def test_a_plan_is_said_first_and_with_plan_nothing_else_happens(team: Team, capsys: Any, command: str) -> None:
    session = paused(team) if command == "resume_session" else failed(team)
    more = ["--after", "0"] if command == "fork_session" else []
    before = event_types(session)

    call_command(command, str(session.pk), *more, "--plan")

    keeps, runs, cost = capsys.readouterr().out.splitlines()
    assert keeps == "Keeps: nothing"
    assert runs.startswith("Runs: 1. Architect; 2. Backend Dev and DBA; 3. ")
    assert cost.startswith("May cost $")
    assert "simulated" in cost
    assert event_types(session) == before
    assert ExecutionSession.objects.count() == 1


def test_a_session_is_resumed_with_another_cap(team: Team) -> None:
    session = paused(team)

    call_command("resume_session", str(session.pk), "--budget", "7.5")

    session.refresh_from_db()
    assert (session.status, str(session.budget_usd)) == ("active", "7.500000")
    assert event_types(session)[-2:] == ["budget_changed", "session_resumed"]


def test_a_cap_that_is_none_resumes_nothing(team: Team) -> None:
    session = paused(team)

    code, sentence = refused("resume_session", session.pk, "--budget", "much")

    assert code == 2
    assert "A budget is an amount" in sentence
    assert status_of(session) == "paused"


def test_one_task_is_retried(team: Team) -> None:
    session = make_session(team)
    run_stage(session)
    first, second = claim(session)
    for claimed in (first, second):
        fail(claimed)

    call_command("retry_session", str(session.pk), "--task", str(first.task_id))

    assert status_of(session) == "active"
    assert session.tasks.get(pk=first.task_id).status == "pending"
    assert session.tasks.get(pk=second.task_id).status == "error"
    assert refused("retry_session", session.pk, "--task", 2**40) == (2, "The session has no such task.")


def test_a_fork_changes_what_it_is_told_to(team: Team, tmp_path: Path, capsys: Any) -> None:
    parent = make_finished_session(team, brief="First")
    (tmp_path / "brief.md").write_text("Second")
    changes = ["--brief", str(tmp_path / "brief.md"), "--roles", "dba, it_admin", "--decision", "A", "--decision", "B"]

    call_command("fork_session", str(parent.pk), "--after", "1", *changes)

    fork = ExecutionSession.objects.get(parent=parent)
    assert (fork.brief, fork.status) == ("Second", "active")
    assert list(fork.session_decisions.values_list("decision_text", flat=True)) == ["A", "B"]
    assert list(fork.tasks.order_by("id").values_list("agent_role", flat=True)) == ["architect", "dba", "it_admin"]
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"Session {fork.pk} is active")


@pytest.mark.parametrize(
    ("more", "code", "reason"),
    [
        (["--after", "4"], 2, "From 0 to 3"),
        (["--after", "2", "--roles", "architect"], 2, "No part in what is left"),
        (["--after", "2", "--roles", ","], 2, "Name at least one role"),
        (["--after", "2", "--model", "oracle:9"], 2, "no model"),
        (["--after", "2", "--brief", "no-such-file"], 2, "cannot be read"),
        (["--after", "2", "--decision", " "], 2, "needs a text"),
        (["--after", "3"], 1, "Stage 3 is running"),
    ],
)
def test_a_fork_that_cannot_be_is_refused(team: Team, more: list[str], code: int, reason: str) -> None:
    parent = make_session(team)
    for _ in range(2):
        run_stage(parent)

    returncode, sentence = refused("fork_session", parent.pk, *more)

    assert returncode == code
    assert reason in sentence
    assert ExecutionSession.objects.count() == 1


def test_a_gate_is_approved_once_and_rejected_never_after(team: Team) -> None:
    session = at_gate(team)
    gate = session.gates.get()

    for _ in range(2):
        call_command("approve_gate", str(gate.pk), "--feedback", "Well done")

    gate.refresh_from_db()
    assert (gate.status, gate.feedback, gate.decided_by.username) == ("approved", "Well done", "demo")
    assert event_types(session).count("gate_approved") == 1
    assert refused("reject_gate", gate.pk, "--feedback", "No")[0] == 1


def test_a_gate_is_rejected_with_feedback_for_some(team: Team) -> None:
    session = at_gate(team)
    gate = session.gates.get()

    assert "--feedback" in refused("reject_gate", gate.pk)[1]
    assert refused("reject_gate", gate.pk, "--feedback", " ") == (2, "feedback: Say what has to become different.")
    assert refused("reject_gate", gate.pk, "--feedback", "x", "--role", "dba")[0] == 2
    assert "no text in UTF-8" in refused("reject_gate", gate.pk, "--feedback", "caf\udce9")[1]
    assert "more than 20000 characters" in refused("reject_gate", gate.pk, "--feedback", "x" * 20_001)[1]
    call_command("reject_gate", str(gate.pk), "--feedback", "Shorter", "--role", "architect")

    gate.refresh_from_db()
    assert (gate.status, gate.feedback, gate.roles) == ("rejected", "Shorter", ["architect"])
    assert session.tasks.get(agent_role="architect").round == 2


def test_a_question_is_answered(team: Team) -> None:
    session = asking(team)
    question = session.questions.get()

    assert refused("answer_question", question.pk, " ")[0] == 2
    call_command("answer_question", str(question.pk), "a")

    question.refresh_from_db()
    assert (question.answer, question.answered_by.username) == ("a", "demo")
    assert session.tasks.get(agent_role="architect").status == "pending"
    assert refused("answer_question", question.pk, "b")[0] == 1


# --- who may ---------------------------------------------------------------------------------------------------------

COMMANDS = [
    *(["pause_session"], ["resume_session"], ["cancel_session"], ["end_session"], ["retry_session"]),
    *(["fork_session", "--after", "0"], ["approve_gate"], ["reject_gate", "--feedback", "x"]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_commands_ask_who_acts_as_the_pages_do(team: Team, settings: Any, command: list[str]) -> None:
    session = at_gate(team)
    number = session.gates.get().pk if command[0].endswith("gate") else session.pk
    join(team, make_user("viewer"), Role.VIEWER)
    make_user("outsider")
    name, *more = command
    before = event_types(session)

    assert refused(name, number, *more, "--user", "viewer")[0] == 1
    assert refused(name, number, *more, "--user", "outsider")[0] == 2
    assert refused(name, number, *more, "--user", "nobody") == (2, "There is no active user “nobody”.")
    assert refused(name, 2**62, *more)[0] == 2
    assert refused(name, 10**40, *more)[0] == 2
    settings.PRODUCTION = True
    assert refused(name, number, *more)[0] == 2

    assert event_types(session) == before
    assert ExecutionSession.objects.count() == 1


# --- every door, one state -------------------------------------------------------------------------------------------


def by_api(demo: User, path: str, body: object = None) -> None:
    assert send(browser_of(demo), "POST", f"/api/v1/{path}", body).status_code in (200, 201)


def by_admin(demo: User, model: type, action: str, pk: int) -> None:
    changelist = reverse(f"admin:sessions_app_{model._meta.model_name}_changelist")
    answer = browser_of(demo).post(changelist, {"action": action, "_selected_action": [pk]}, follow=True)
    assert answer.status_code == 200


SESSION_ACTS = {
    "pause": make_session,
    "resume": paused,
    "cancel": make_session,
    "end": make_session,
    "retry": failed,
}


def tale_of(session: ExecutionSession) -> tuple[Any, ...]:
    """Everything that a door may have left, without ids and times."""
    session.refresh_from_db()
    events = [
        (event.type, event.data.get("by"), event.data.get("status"), event.data.get("reason"))
        for event in session.events.order_by("seq")
    ]
    tasks = list(session.tasks.order_by("id").values_list("agent_role", "status", "round", "call_number"))
    stages = list(session.stages.order_by("number").values_list("number", "status", "round"))
    gates = list(session.gates.order_by("id").values_list("status", "round", "feedback", "decided_by__username"))
    return session.status, session.status_reason, events, tasks, stages, gates


@pytest.mark.parametrize("act", SESSION_ACTS)
def test_api_command_and_admin_do_the_same_to_a_session(demo: User, team: Team, act: str) -> None:
    through_api, through_command, through_admin = (SESSION_ACTS[act](team) for _ in range(3))

    by_api(demo, f"sessions/{through_api.pk}/{act}")
    call_command(f"{act}_session", str(through_command.pk))
    by_admin(demo, ExecutionSession, f"{act}_sessions", through_admin.pk)

    tales = [tale_of(session) for session in (through_api, through_command, through_admin)]
    assert all(one == other for one, other in itertools.pairwise(tales))
    assert tales[0][2][-1][1] in ("demo", None)


def test_api_command_and_admin_approve_a_gate_alike(demo: User, team: Team) -> None:
    through_api, through_command, through_admin = (at_gate(team) for _ in range(3))

    by_api(demo, f"gates/{through_api.gates.get().pk}/approve")
    call_command("approve_gate", str(through_command.gates.get().pk))
    by_admin(demo, Gate, "approve_gates", through_admin.gates.get().pk)

    tales = [tale_of(session) for session in (through_api, through_command, through_admin)]
    assert all(one == other for one, other in itertools.pairwise(tales))
    assert tales[0][-1] == [("approved", 1, "", "demo")]


def test_a_command_acts_on_nothing_that_has_been_cancelled(team: Team) -> None:
    session = at_gate(team)
    apply(session.pk, cancel_session, by="x")

    assert refused("approve_gate", session.gates.get().pk) == (1, "The session is cancelled; it has ended.")
