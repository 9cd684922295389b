"""The review at the end of a stage: it is of what is there, it is kept once, and scores follow from it."""

from dataclasses import replace

import pytest

from agents.checks import CheckResult
from agents.deliverable import Artifact, Requirement
from agents.quality.scores import SCORES
from sessions_app.engine import review as engine_review
from sessions_app.engine.apply import apply, create
from sessions_app.engine.fork_source import fork_source
from sessions_app.engine.review import material_for, review_with
from sessions_app.errors import ReviewNeeded
from sessions_app.journal.verify import verify_session
from sessions_app.models import ArtifactCheck, ExecutionSession
from sessions_app.queries.checks import check_counts_by_stage, check_counts_of_versions, checks_of
from sessions_app.queries.sessions import get_session, session_detail
from sessions_app.rules.agent_tasks import Handover, complete_task
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.drafts import draft_fork
from sessions_app.rules.forks import fork_session
from sessions_app.rules.stages import mend_stages
from sessions_app.tests.factories import (
    claim,
    event_types,
    hand_in,
    make_deliverable,
    make_session,
    role_of,
    run_stage,
)
from sessions_app.tests.states import claimed, handover, started_session
from sessions_app.tests.test_gates import approve, at_gate, reject

pytestmark = pytest.mark.django_db
DIFFERS = CheckResult(
    "contract.page_operation", "error", "failed", "architect/notes.md", 4, "Calls nothing", "Call something"
)


@pytest.fixture
def found(monkeypatch):
    """What the checks across files find from now on: a list to be filled."""
    findings: list[CheckResult] = []
    monkeypatch.setattr(engine_review, "check_bundle", lambda bundle: list(findings))
    return findings


def handed(claimed, **fields) -> Handover:
    return Handover(make_deliverable(role_of(claimed), **fields), [], {"brief": "…"}, {"provider": "simulator"})


def complete(claimed, handover: Handover) -> None:
    apply(claimed.session_id, complete_task, claimed.held, handover)


# --- what a review rests on


def test_a_stage_does_not_end_without_a_review():
    state = started_session()

    with pytest.raises(ReviewNeeded):
        complete_task(state, claimed(state, "architect").held, handover())

    assert state.stage(1).status == "running"


def test_whoever_does_not_end_a_stage_needs_no_review():
    session = make_session()
    run_stage(session)
    first, _ = claim(session)

    complete(first, handed(first))

    assert session.tasks.get(pk=first.task_id).status == "completed"
    assert material_for(first.task_id) is None


def test_two_that_end_at_the_same_time_leave_the_second_with_a_review_of_both():
    session = make_session()
    run_stage(session)
    first, second = claim(session)
    unreviewed = handed(second)
    assert material_for(first.task_id) is None  # each sees the other at work
    assert material_for(second.task_id) is None

    complete(first, handed(first))
    with pytest.raises(ReviewNeeded):
        complete(second, unreviewed)
    material = material_for(second.task_id)
    complete(second, replace(unreviewed, review=review_with(material, unreviewed)))

    assert f"{role_of(first)}/notes.md" in {artifact.path for artifact in material.bundle.artifacts}
    assert session.stages.get(number=2).scores


def test_a_review_of_what_has_changed_is_refused_and_made_anew():
    session = make_session()
    [architect] = claim(session)
    work = handed(architect)
    stale = review_with(material_for(architect.task_id), work)
    apply(session.pk, record_decision, user_id=session.user_id, by=session.user.username, text="No e-mail")

    with pytest.raises(ReviewNeeded):
        complete(architect, replace(work, review=stale))
    complete(architect, replace(work, review=review_with(material_for(architect.task_id), work)))

    assert session.stages.get(number=1).status == "completed"
    assert session.checks.filter(reviewed_stage=None).count() == 0  # what was refused has left nothing


def test_a_review_looks_at_what_is_handed_in_with_it_under_the_numbers_that_it_will_have(found, monkeypatch):
    seen = []
    monkeypatch.setattr(engine_review, "check_bundle", lambda bundle: seen.append(bundle) or [])
    session = make_session()

    run_stage(session)
    run_stage(session)

    bundle = seen[-1]
    decisions = {row.number: row for row in session.decisions.all()}
    assert [decision.number for decision in bundle.decisions] == sorted(decisions)
    assert {artifact.path: artifact.implements for artifact in bundle.artifacts} == {
        f"{decisions[number].agent_task.agent_role}/notes.md": (number,) for number in decisions
    }
    assert bundle.roles == {"architect", "backend_dev", "dba"}
    assert [requirement.key for requirement in bundle.requirements] == ["R-1"]


def test_a_next_round_of_the_first_stage_is_reviewed_with_its_corrected_requirements(monkeypatch):
    seen = []
    session = at_gate()
    reject(session)
    monkeypatch.setattr(engine_review, "check_bundle", lambda bundle: seen.append(bundle) or [])
    [architect] = claim(session)

    hand_in(architect, make_deliverable("architect", requirements=[Requirement(key="R-1", text="Sign in by key.")]))

    assert [requirement.text for requirement in seen[-1].requirements] == ["Sign in by key."]
    assert len(seen[-1].decisions) == 1  # those of the former round hold no longer


def test_a_check_that_stumbles_costs_no_paid_work(monkeypatch):
    def stumble(bundle):
        raise RecursionError

    monkeypatch.setattr(engine_review, "check_bundle", stumble)
    session = make_session(gates={"1": "scores >= 1"})

    run_stage(session)

    assert session.stages.get(number=1).scores == {}
    assert "could not be held against each other" in session.checks.get(name="review").message
    assert session.status == "awaiting_approval"  # without scores a person decides


# --- what is kept of it


def test_findings_across_files_are_kept_with_their_place_and_each_counts_once(found):
    session = make_session()
    found.append(DIFFERS)

    for _ in range(3):
        run_stage(session)

    [kept] = checks_of(session).filter(name=DIFFERS.name)
    assert (kept.reviewed_stage.number, kept.line, kept.artifact_version.artifact.path) == (3, 4, "architect/notes.md")
    assert ArtifactCheck.objects.filter(name=DIFFERS.name).count() == 3  # what former reviews found stays on record
    assert session_detail(get_session(session.user, session.pk)).checks.failed == 1
    assert check_counts_of_versions([kept.artifact_version_id])[kept.artifact_version_id].failed == 1


def test_a_finding_that_is_mended_is_gone_with_the_next_review(found):
    session = make_session()
    found.append(DIFFERS)
    run_stage(session)
    assert check_counts_by_stage(session)[1].failed == 1

    found.clear()
    run_stage(session)

    assert not checks_of(session).filter(name=DIFFERS.name).exists()


def test_a_rejected_stage_has_no_review_until_it_ends_again(found):
    session = at_gate(gates=(2,), stages=2)
    found.append(DIFFERS)

    reject(session, roles=["dba"])

    assert (session.stages.get(number=1).scores, session.stages.get(number=2).scores) != (None, None)
    assert session.stages.get(number=2).scores is None
    assert {check.reviewed_stage.number for check in checks_of(session) if check.reviewed_stage} <= {1}
    run_stage(session)
    assert checks_of(session).get(name=DIFFERS.name).round == 2


def test_scores_stand_on_stage_gate_session_and_in_the_events():
    session = at_gate()

    scores = session.stages.get(number=1).scores
    detail = session_detail(get_session(session.user, session.pk))
    assert set(scores) == set(SCORES)
    assert detail.scores == detail.gates[0].scores == detail.stages[0].scores == scores
    assert {score.name: score.value for score in detail.quality if score.value is not None} == scores
    told = {event.type: event.data for event in session.events.all()}
    assert told["stage_reviewed"]["scores"] == told["gate_opened"]["scores"] == scores
    approve(session)
    assert session.events.get(type="stage_completed").data["scores"] == scores
    assert event_types(session).index("stage_reviewed") < event_types(session).index("gate_opened")


def test_a_gate_keeps_the_scores_with_which_it_was_made():
    session = at_gate()
    before = session.gates.get().scores
    reject(session)
    [architect] = claim(session)

    hand_in(architect, make_deliverable("architect", decisions=[], artifacts=[]))

    former, present = session.gates.order_by("id")
    assert (former.scores, former.status) == (before, "rejected")
    assert present.scores != before


def test_the_journal_vouches_for_the_scores_of_a_gate():
    session = at_gate()
    approve(session)
    assert verify_session(session.pk).first_bad is None

    gate = session.gates.get()
    gate.scores = {**gate.scores, "validity": 99}
    gate.save(update_fields=["scores"])

    bad = verify_session(session.pk).first_bad
    assert bad is not None
    assert bad.what == f"gate {gate.pk}"


def test_a_fork_takes_scores_and_findings_along(found):
    parent = make_session()
    found.append(DIFFERS)
    run_stage(parent)

    new = draft_fork(parent.user, parent, after_stage=1)
    forked = ExecutionSession.objects.get(pk=create(fork_session, fork_source(parent, 1), new))

    stage = forked.stages.get(number=1)
    assert stage.scores == parent.stages.get(number=1).scores
    kept = checks_of(forked).get(name=DIFFERS.name)
    assert (kept.reviewed_stage, kept.artifact_version.artifact.session) == (stage, forked)


# --- what a gate's rule makes of it


def test_a_gate_whose_rule_asks_for_scores_passes_when_they_are_high_enough():
    session = make_session(gates={"1": "scores >= 1"})

    run_stage(session)

    assert (session.status, session.gates.get().status) == ("active", "approved")


def test_a_gate_names_the_score_that_is_too_low():
    session = make_session(gates={"1": "scores >= 85"})
    [architect] = claim(session)

    hand_in(architect, make_deliverable("architect", artifacts=[Artifact(path="a.md", content="# A")]))

    session.refresh_from_db()
    assert session.status == "awaiting_approval"
    assert session.events.get(type="gate_opened").data["reason"].startswith("the score of ")


def test_findings_across_files_keep_a_gate_shut(found):
    session = make_session(gates={"1": "all checks pass"})
    found.append(DIFFERS)

    run_stage(session)

    assert session.events.get(type="gate_opened").data["reason"] == "1 check failed"


def test_checks_of_a_file_that_another_took_the_place_of_do_not_keep_a_gate_shut(found):
    session = make_session(gates={"2": "all checks pass"})
    [architect] = claim(session)
    broken = CheckResult("json", "error", "failed", "architect/notes.md", 1, "Broken", "Mend it")
    hand_in(architect, checks=[broken])
    first, second = claim(session)

    hand_in(first, make_deliverable(artifacts=[Artifact(path="architect/notes.md", content="# Mended")]))
    hand_in(second)

    assert session.events.get(type="gate_approved").data["reason"] == "its rule holds: all checks pass"


def test_a_stage_that_nobody_moved_on_from_is_judged_with_its_review(found):
    session = make_session(gates={"1": "all checks pass"})
    found.append(DIFFERS)
    run_stage(session)
    session.gates.all().delete()
    session.stages.filter(number=1).update(status="running")
    ExecutionSession.objects.filter(pk=session.pk).update(status="active")

    apply(session.pk, mend_stages)

    assert session.gates.get().status == "open"


def test_findings_of_the_stage_before_count_once_for_a_later_gate(found):
    session = make_session(gates={"2": "all checks pass"})
    found.append(DIFFERS)
    run_stage(session)

    run_stage(session)

    assert session.events.get(type="gate_opened").data["reason"] == "1 check failed"
