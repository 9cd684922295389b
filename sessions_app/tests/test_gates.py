import pytest

from agents.checks import CheckResult
from agents.deliverable import Requirement
from sessions_app.engine.apply import apply
from sessions_app.engine.context import assignment_of
from sessions_app.errors import IllegalTransition, InvalidInput
from sessions_app.models import ExecutionSession, Gate
from sessions_app.rules.control import pause_session, resume_session
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.rules.sessions import cancel_session, end_session
from sessions_app.tests.factories import (
    claim,
    event_types,
    hand_in,
    make_call,
    make_deliverable,
    make_session,
    role_of,
    run_stage,
)

pytestmark = pytest.mark.django_db
FAILED = CheckResult("openapi", "error", "failed", None, None, "No paths", "Add some")


def at_gate(*, gates=(1,), stages: int = 1) -> ExecutionSession:
    session = make_session(gates=list(gates))
    for _ in range(stages):
        run_stage(session)
    return session


def approve(session: ExecutionSession, gate: Gate | None = None, **answer) -> None:
    gate = gate or session.gates.get(status="open")
    apply(session.pk, approve_gate, gate.pk, user_id=session.user_id, by=session.user.username, **answer)
    session.refresh_from_db()


def reject(session: ExecutionSession, gate: Gate | None = None, feedback: str = "Shorter", **answer) -> None:
    gate = gate or session.gates.get(status="open")
    who = {"user_id": session.user_id, "by": session.user.username}
    apply(session.pk, reject_gate, gate.pk, **who, feedback=feedback, **answer)
    session.refresh_from_db()


def test_a_gate_waits_for_a_person_and_nothing_runs_meanwhile():
    session = at_gate()

    gate = session.gates.get()
    assert (session.status, gate.status, gate.stage.status) == ("awaiting_approval", "open", "awaiting_approval")
    assert claim(session) == []
    assert event_types(session)[-1] == "gate_opened"


def test_an_approved_gate_lets_the_next_stage_start_and_says_who_and_when():
    session = at_gate()

    approve(session, feedback="Good")

    gate = session.gates.get()
    assert (gate.status, gate.decided_by, gate.feedback) == ("approved", session.user, "Good")
    assert gate.decided_at is not None
    assert session.status == "active"
    assert {role_of(taken) for taken in claim(session)} == {"backend_dev", "dba"}


def test_the_same_answer_again_changes_nothing_and_the_other_one_is_refused():
    session = at_gate()
    gate = session.gates.get()
    approve(session)
    seq = session.last_seq

    approve(session, gate)

    assert session.last_seq == seq
    with pytest.raises(IllegalTransition):
        reject(session, gate)


def test_a_gate_after_the_last_stage_completes_the_session():
    session = at_gate(gates=[4], stages=4)

    approve(session)

    assert session.status == "completed"


def test_a_rejected_stage_is_done_again_by_the_roles_named():
    session = at_gate(gates=[2], stages=2)

    reject(session, roles=["dba"], feedback="Use one table")

    [taken] = claim(session)
    task = session.tasks.get(pk=taken.task_id)
    assert (task.agent_role, task.round, task.attempt, taken.call_key) == ("dba", 2, 1, "r2:deliver:1")
    assignment = assignment_of(task.pk)
    assert assignment.feedback == "Use one table"
    assert [decision.text for decision in assignment.former_decisions] == ["Decided by dba"]
    assert [artifact.path for artifact in assignment.former_artifacts] == ["dba/notes.md"]


def test_what_a_round_hands_in_takes_the_place_of_the_former_one():
    session = at_gate(gates=[1])
    reject(session)

    run_stage(session)

    former, present = session.decisions.order_by("number")
    assert (former.status, former.superseded_by, present.status) == ("superseded", present, "accepted")
    assert session.artifacts.get().version == 2
    assert session.status == "awaiting_approval"
    assert list(session.gates.order_by("id").values_list("round", "status")) == [(1, "rejected"), (2, "open")]
    approve(session)
    for taken in claim(session):
        shown = assignment_of(taken.task_id)
        assert [decision.number for decision in shown.decisions] == [present.number]


def test_a_new_round_of_the_first_stage_corrects_the_requirements_and_a_later_stage_does_not():
    session = at_gate(gates=(1, 2))
    reject(session, feedback="R-1 is wrong")
    [architect] = claim(session)
    corrected = [Requirement(key="R-1", text="People sign in by key."), Requirement(key="R-2", text="They leave.")]
    hand_in(architect, make_deliverable("architect", requirements=corrected))
    approve(session)
    run_stage(session)
    reject(session, roles=["dba"])

    [dba] = claim(session)
    hand_in(dba, make_deliverable("dba", requirements=[Requirement(key="R-2", text="In other words.")]))

    stated = session.requirements.order_by("id").values_list("key", "text")
    assert list(stated) == [("R-1", "People sign in by key."), ("R-2", "They leave.")]


@pytest.mark.parametrize(
    ("answer", "field"),
    [({"feedback": "  "}, "feedback"), ({"roles": ["dba"]}, "roles"), ({"roles": []}, "roles")],
)
def test_a_rejection_needs_feedback_and_roles_of_the_stage(answer, field):
    session = at_gate()

    with pytest.raises(InvalidInput) as refusal:
        reject(session, **answer)

    assert field in refusal.value.errors


def test_a_gate_passes_by_itself_when_its_rule_holds():
    session = make_session(gates={"1": "all checks pass and no warnings"})

    run_stage(session)

    gate = session.gates.get()
    assert (session.status, gate.status, gate.decided_by) == ("active", "approved", None)
    assert "gate_approved" in event_types(session)


def test_a_gate_opens_and_says_why_when_its_rule_does_not_hold():
    session = make_session(gates={"1": "all checks pass"})
    [taken] = claim(session)
    make_call(taken)

    hand_in(taken, checks=[FAILED])

    session.refresh_from_db()
    assert session.status == "awaiting_approval"
    assert session.events.get(type="gate_opened").data["reason"] == "1 check failed"


def test_a_new_round_is_judged_by_its_own_checks():
    session = make_session(gates={"1": "all checks pass"})
    [taken] = claim(session)
    hand_in(taken, checks=[FAILED])
    session.refresh_from_db()

    reject(session)
    run_stage(session)

    assert session.status == "active"


def test_a_rule_about_scores_waits_for_a_person_while_there_are_none():
    session = make_session(gates={"1": "scores ≥ 85"})

    run_stage(session)

    assert session.status == "awaiting_approval"


@pytest.mark.parametrize(
    "gates", [[9], ["1"], {"1": "be lucky"}, {"1": "scores >= 101"}, {"x": True}, "1", [True], {"1": 3}]
)
def test_gates_that_cannot_be_are_refused(gates):
    with pytest.raises(InvalidInput) as refusal:
        make_session(gates=gates)

    assert list(refusal.value.errors) == ["gates"]


def test_a_stage_that_ends_while_the_session_is_paused_waits_at_its_gate_after_the_resume():
    session = make_session(gates=[1])
    [taken] = claim(session)
    apply(session.pk, pause_session, by="member")
    hand_in(taken)
    session.refresh_from_db()
    assert session.status == "paused"

    apply(session.pk, resume_session, by="member")

    session.refresh_from_db()
    assert session.status == "awaiting_approval"
    approve(session)
    assert session.status == "active"


def test_a_gate_may_be_decided_while_the_session_is_paused():
    session = make_session(gates=[1])
    [taken] = claim(session)
    apply(session.pk, pause_session, by="member")
    hand_in(taken)

    approve(session)

    assert session.status == "paused"
    assert claim(session) == []
    apply(session.pk, resume_session, by="member")
    assert len(claim(session)) == 2


@pytest.mark.parametrize("rule", [cancel_session, end_session])
def test_a_session_that_waits_at_a_gate_can_be_ended_and_its_gate_is_then_closed_to_answers(rule):
    session = at_gate()

    apply(session.pk, rule, by="member")

    with pytest.raises(IllegalTransition):
        approve(session)


def test_a_waiting_session_cannot_be_paused():
    session = at_gate()

    with pytest.raises(IllegalTransition):
        apply(session.pk, pause_session, by="member")
