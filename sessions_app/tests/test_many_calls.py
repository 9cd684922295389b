"""As many model calls as a process has slots are under way at once; benchmarks/concurrent_calls.py makes a thousand."""

import pytest

from sessions_app.engine.worker import Worker
from sessions_app.models import AgentTask, SessionEvent
from sessions_app.tests.factories import make_session
from sessions_app.tests.test_worker import _connections_of_threads_are_ended
from teams.tests.factories import make_team
from tests.services import eventually

__all__ = ["_connections_of_threads_are_ended"]  # a fixture
pytestmark = pytest.mark.django_db(transaction=True)
CALLS = 100


def test_a_hundred_calls_of_one_process_are_under_way_at_once(settings, wire):
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = wire.openai_url, "sk-a-key-of-nobody"
    settings.WORKER_CONCURRENCY, settings.MAX_RUNNING_TASKS_PER_USER = CALLS, 0
    settings.SHUTDOWN_SECONDS = 1
    wire.manner.answers, wire.manner.latency = "small", 40.0  # two seconds from one piece to the next
    team = make_team()
    sessions = [make_session(team, gates=[1], model="openai:large-1") for _ in range(CALLS)]

    working = Worker()
    try:
        eventually(lambda: wire.answering == CALLS, seconds=90, what="all calls at once")
        wire.manner.latency = 0.1
        done = AgentTask.objects.filter(session__in=sessions, status="completed")
        eventually(lambda: done.count() == CALLS, seconds=90, what="the end of all calls")
    finally:
        working.drain()

    assert (wire.most_at_once, len(wire.completions())) == (CALLS, CALLS)
    assert not SessionEvent.objects.filter(type__in=["agent_task_released", "agent_task_failed"]).exists()
