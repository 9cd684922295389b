"""A session run again from its recorded calls: it comes to the same decisions, files and journal, and pays nothing."""

import pytest

from sessions_app.events import EVENTS
from sessions_app.journal.verify import verify_session
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import event_types
from sessions_app.tests.recordings import SCENARIOS
from sessions_app.tests.replays import files_of, paid, replayed, waiting_messages
from sessions_app.tests.test_worker import _connections_of_threads_are_ended, worker

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)


# Each runs two sessions. What another one shows as well waits for the night.
NIGHTLY = {
    *("delivery", "other errors", "nothing but refusals", "another brief", "questions with defaults", "given back"),
    *("a process lost for good", "no money left in the month", "ended by a person", "failed and retried"),
    *("scoping", "cancelled", "gates with rules", "a process lost", "bad files that are mended", "no money left"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.nightly] if name in NIGHTLY else []) for name in SCENARIOS]
)
def test_a_replay_comes_to_the_same_files_decisions_and_journal_and_pays_nothing(worker, settings, monkeypatch, name):
    record, happens, ends = SCENARIOS[name]
    session = record(settings, monkeypatch)
    assert (session.status, happens - set(event_types(session))) == (ends, set())
    before = paid(session), waiting_messages()

    found = replayed(session)

    assert found.differences == []
    assert found.notes == []
    assert files_of(found.session_id) == files_of(session.pk)
    again = ExecutionSession.objects.get(pk=found.session_id)
    assert (again.status, again.status_reason) == (session.status, session.status_reason)
    assert (again.spent_usd, again.reserved_usd, again.replay_of) == (0, 0, session.chain_id)
    assert (again.input_tokens, again.output_tokens) == (session.input_tokens, session.output_tokens)
    assert (paid(session), waiting_messages()) == before
    assert verify_session(again.pk).valid


def test_every_kind_of_event_is_replayed_somewhere():
    """What follows from the rules by itself is in every session; the rest has to be in a scenario by name."""
    by_itself = {
        *("session_started", "stage_started", "agent_task_started", "llm_call_finished", "decision_recorded"),
        *("artifact_written", "check_finished", "agent_task_completed", "stage_completed", "session_completed"),
        *("question_asked", "session_cancelled"),
    }

    assert set().union(by_itself, *(happens for _, happens, _ in SCENARIOS.values())) == set(EVENTS)
