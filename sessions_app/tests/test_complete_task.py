from agents.checks import CheckResult
from sessions_app.rules.claims import Claimant
from sessions_app.rules.stages import mend_stages
from sessions_app.tests.states import ALICE, claimed, event_types, hand_in, handover, started_session, task_of

STAGES = (
    ("architect",),
    ("backend_dev", "dba"),
    ("frontend_dev", "ui_ux_designer"),
    ("security_specialist", "it_admin"),
)


def complete(state, role):
    return hand_in(state, claimed(state, role).held, handover(path=f"docs/{role}.md"))


def test_what_an_agent_hands_in_is_kept_numbered_and_vouched_for():
    state = started_session()
    check = CheckResult("markdown", "error", "failed", "docs/architect.md", 3, "No heading", "Add one")

    taken = claimed(state, "architect")
    writes = hand_in(state, taken.held, handover(path="docs/architect.md", checks=(check,)))

    [decision] = writes.added["task_decisions"]
    [version] = writes.added["artifact_versions"]
    assert (decision["number"], version["implements"]) == (1, [1])
    assert writes.added["artifact_checks"][0]["artifact_version_id"] == version["id"]
    assert event_types(writes)[:4] == [
        "decision_recorded",
        "artifact_written",
        "check_finished",
        "agent_task_completed",
    ]
    assert writes.events[1].data["sha256"] == version["sha256"]
    assert writes.events[2].data["failed"] == 1


def test_the_last_task_of_a_stage_starts_the_next_one_and_its_finisher_takes_it():
    state = started_session()
    taken = claimed(state, "architect")

    writes = hand_in(state, taken.held, handover(), next_for=ALICE)

    assert [claim.task_id for claim in writes.outcome] == [task_of(state, r).id for r in ("backend_dev", "dba")]
    assert len(writes.messages) == 2  # every task gets its message all the same
    assert event_types(writes)[-4:] == [
        "stage_completed",
        "stage_started",
        "agent_task_started",
        "agent_task_started",
    ]


def test_a_finisher_takes_no_more_than_it_has_slots_for():
    state = started_session()
    taken = claimed(state, "architect")

    writes = hand_in(state, taken.held, handover(), next_for=Claimant("alice", 20, 1800, slots=1))

    assert len(writes.outcome) == 1


def test_a_stage_waits_for_its_slower_task():
    state = started_session()
    complete(state, "architect")

    writes = complete(state, "dba")

    assert "stage_completed" not in event_types(writes)
    assert state.stage(2).status == "running"


def test_a_session_is_completed_when_its_last_stage_is():
    state = started_session()
    for role in [role for stage in STAGES for role in stage]:
        writes = complete(state, role)

    assert event_types(writes)[-2:] == ["stage_completed", "session_completed"]
    assert (state.session.status, state.session.last_decision) == ("completed", 7)
    assert state.session.duration_seconds is not None
    assert writes.keep_head


def test_a_second_version_is_written_when_two_agents_hand_in_the_same_path():
    state = started_session()
    hand_in(state, claimed(state, "architect").held, handover(path="docs/x.md"))

    writes = hand_in(state, claimed(state, "dba").held, handover(path="docs/x.md"))

    assert writes.added["artifact_versions"][0]["version"] == 2
    assert "artifacts" not in writes.added


def test_later_stages_build_on_earlier_ones_and_not_on_their_neighbours():
    state = started_session()
    complete(state, "architect")
    complete(state, "backend_dev")

    claimed(state, "dba")

    assert task_of(state, "dba").input_data["artifacts"] == [["docs/architect.md", 1]]


def test_a_stage_that_nobody_moved_on_from_is_mended_once():
    state = started_session()
    task_of(state, "architect").status = "completed"

    assert event_types(mend_stages(state)) == ["stage_completed", "stage_started"]
    assert not mend_stages(state)
