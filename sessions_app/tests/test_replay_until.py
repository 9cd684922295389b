"""A replay that ends before its recording: a person may let it go on."""

import pytest

from sessions_app.errors import InvalidInput
from sessions_app.journal.verify import verify_session
from sessions_app.models import ExecutionSession
from sessions_app.replay.errors import CannotReplay
from sessions_app.replay.player import Stop
from sessions_app.replay.recording import RecordedEvent, Recording
from sessions_app.replay.replaying import stop_of
from sessions_app.rules.control import resume_session
from sessions_app.rules.gates import approve_gate
from sessions_app.tests.factories import make_session, run_stage
from sessions_app.tests.recordings import BRIEF, SCENARIOS, act, ended, gate_of
from sessions_app.tests.replays import files_of, recorded_by_hand, replayed
from sessions_app.tests.test_worker import _connections_of_threads_are_ended, worker

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("names", ["role", "id"])
def test_a_replay_that_ends_early_is_paused_and_a_person_may_let_it_go_on_with_the_model(worker, settings, names):
    settings.SIMULATOR_LATENCY = 0.2
    session = ended(make_session(brief=BRIEF))
    first = session.tasks.get(agent_role="backend_dev")

    found = replayed(session, until="backend_dev" if names == "role" else str(first.pk))

    assert found.differences == []
    again = ExecutionSession.objects.get(pk=found.session_id)
    assert (again.status, again.status_reason) == ("paused", "the replay ends here")
    assert again.tasks.get(agent_role="backend_dev").status == "completed"
    assert not again.tasks.filter(status="running").exists()
    asked = again.llm_calls.count()
    assert 2 <= asked <= 3  # the architect's, the backend's, and the other's if it had ended before

    act(again, resume_session)
    ended(again)

    assert again.status == "completed"
    assert files_of(again.pk) == files_of(session.pk)
    assert again.spent_usd > 0
    assert verify_session(again.pk).valid


def test_a_replay_can_end_when_a_task_completed_for_the_second_time(worker, settings, monkeypatch):
    session = SCENARIOS["gates, rejected"][0](settings, monkeypatch)

    once, twice = (replayed(session, until=f"architect{time}") for time in ("", ":2"))

    for found, round in ((once, 1), (twice, 2)):
        again = ExecutionSession.objects.get(pk=found.session_id)
        assert found.differences == []
        assert again.status == "awaiting_approval"
        assert again.gates.get(status="open").round == round


def test_a_replay_that_ends_at_a_gate_goes_on_when_a_person_opens_it(worker, settings, monkeypatch):
    session = SCENARIOS["gates, rejected"][0](settings, monkeypatch)
    again = ExecutionSession.objects.get(pk=replayed(session, until="architect").session_id)

    act(again, approve_gate, gate_of(again, stage=1).pk, user_id=again.user_id)
    gate = gate_of(again, stage=2)

    assert gate.round == 1


def test_a_role_with_tasks_in_two_stages_completes_for_the_second_time_in_the_second():
    told = [("product_manager", 11), ("architect", 12), ("product_manager", 13)]
    events = [
        RecordedEvent.model_construct(type=f"agent_task_{act}", data={"task_id": task_id, "agent": agent})
        for agent, task_id in told
        for act in ("started", "completed")
    ]
    recording = Recording.model_construct(events=events)

    assert stop_of(recording, "product_manager") == Stop(11, 1)
    assert stop_of(recording, "product_manager:2") == Stop(13, 1)
    with pytest.raises(CannotReplay, match="so often"):
        stop_of(recording, "product_manager:3")


@pytest.mark.parametrize(
    ("until", "error", "said"),
    [
        ("poet", InvalidInput, "no task “poet”"),
        ("999999", InvalidInput, "It has: "),
        ("dba:0", InvalidInput, "“0” is not how often"),
        ("dba", InvalidInput, "no task “dba”"),
        ("architect:2", CannotReplay, "has not completed so often"),
    ],
)
def test_a_task_that_is_not_there_or_not_done_is_no_place_to_end(until, error, said):
    session = make_session(gates=[1])
    run_stage(session)

    with pytest.raises(error) as refusal:
        stop_of(recorded_by_hand(session), until)

    assert said in f"{refusal.value} {refusal.value.errors}"
