"""A worker whose models are on the wire: sessions that fall back, fail at once, wait, and survive a crash."""

import time

import pytest

from sessions_app.engine.apply import apply
from sessions_app.engine.heartbeat import beat
from sessions_app.engine.worker import Worker
from sessions_app.models import LLMCall, SessionEvent
from sessions_app.rules.claims import release_task
from sessions_app.rules.state import Held
from sessions_app.tests.factories import make_session
from sessions_app.tests.test_worker import _connections_of_threads_are_ended, status_after, worker
from tests.services import eventually

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)
KEY = "sk-ant-key-of-nobody-at-all"
LARGE, OTHER = "anthropic:large-1", "openai:large-2"


@pytest.fixture(autouse=True)
def _no_time_to_lose(monkeypatch, settings, wire):
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = wire.anthropic_url, KEY
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = wire.openai_url, "sk-another-key-of-nobody"
    settings.CALL_RETRIES, settings.SHUTDOWN_SECONDS = 3, 1
    monkeypatch.setattr("agents.calling.patience.WAITS_SECONDS", (0.02,))
    wire.manner.answers = "small"


def calls_of(session, role="architect"):
    rows = LLMCall.objects.filter(agent_task__session=session, agent_task__agent_role=role).order_by("id")
    return list(rows.values_list("call_key", "attempt", "status", "model"))


@pytest.mark.parametrize(("model", "other"), [(LARGE, OTHER), (OTHER, LARGE)], ids=["anthropic", "openai"])
def test_a_session_whose_provider_fails_for_good_in_its_second_stage_completes_on_the_next(worker, wire, model, other):
    wire.manner.answers = "simulated"
    wire.script.always("server_error", protocol=model.partition(":")[0], roles=("backend_dev", "dba"))
    session = make_session(model=model, fallback_models=[other])

    assert status_after(session, seconds=120) == "completed"

    events = SessionEvent.objects.filter(session=session, type="agent_task_completed")
    wrote = {event.data["agent"]: event.data["model"] for event in events}
    assert wrote["architect"] == model
    assert {wrote["backend_dev"], wrote["dba"]} == {other}
    assert len(wrote) == 7
    assert not SessionEvent.objects.filter(session=session, type="agent_task_failed").exists()
    assert session.workflow["models"]["fallback_models"] == [other]
    session.refresh_from_db()
    assert session.reserved_usd == 0
    calls = LLMCall.objects.filter(session=session)
    assert session.spent_usd == sum(call.cost_usd for call in calls)


def test_a_refusal_fails_the_session_at_once_and_names_what_was_tried(worker, wire):
    wire.script.always("wrong_key")
    session = make_session(model=LARGE, fallback_models=[OTHER])

    assert status_after(session, seconds=30) == "failed"

    task = session.tasks.get(agent_role="architect")
    assert (task.attempt, task.retry_count) == (1, 0)
    assert LARGE in task.error_message
    assert OTHER in task.error_message
    assert calls_of(session) == [("r1:deliver:1", 1, "failed", LARGE), ("r1:deliver:1", 2, "failed", OTHER)]


def test_who_waits_between_two_tries_is_given_back_at_once_and_goes_on_with_the_next_try(settings, wire, monkeypatch):
    settings.SHUTDOWN_SECONDS = 30
    monkeypatch.setattr("agents.calling.patience.WAITS_SECONDS", (600,))
    wire.script.then("overloaded")
    first = Worker()
    session = make_session(model=LARGE, gates=[1])
    eventually(
        lambda: "waiting " in str(session.tasks.get(agent_role="architect").progress),
        seconds=30,
        what="a wait for the next try",
    )
    began = time.monotonic()

    first.drain()

    assert time.monotonic() - began < 10
    architect = session.tasks.get(agent_role="architect")
    assert (architect.status, architect.attempt, architect.lost_count) == ("pending", 0, 0)
    second = Worker()
    try:
        eventually(lambda: len(calls_of(session)) >= 2, seconds=30, what="another try")
    finally:
        second.drain()
    assert calls_of(session)[0] == ("r1:deliver:1", 1, "failed", LARGE)
    assert calls_of(session)[1][:2] == ("r1:deliver:1", 2)


def test_a_crash_between_two_tries_repeats_none_that_was_made(worker, wire, monkeypatch):
    monkeypatch.setattr("agents.calling.patience.WAITS_SECONDS", (600,))
    wire.script.then("overloaded", protocol="anthropic")
    session = make_session(model=LARGE, gates=[1])
    eventually(lambda: [row[2] for row in calls_of(session)] == ["failed"], seconds=30, what="a first try")
    task = session.tasks.get(agent_role="architect")
    running = worker.running[task.pk]
    worker._loop.call_soon_threadsafe(running.work.cancel)  # as if its process had died
    eventually(lambda: task.pk not in worker.running, what="the end of the run")

    apply(session.pk, release_task, Held(task.pk, task.fence), reason="worker lost")

    eventually(lambda: len(calls_of(session)) >= 2, seconds=30, what="another try")
    assert calls_of(session)[1][:2] == ("r1:deliver:1", 2)
    assert len([seen for seen in wire.completions() if seen.outcome == "overloaded"]) == 1


@pytest.mark.parametrize(("neighbours", "at_once"), [(0, 2), (1, 1)])
def test_places_at_a_provider_are_shared_by_all_tasks_and_with_other_processes(settings, wire, neighbours, at_once):
    settings.PROVIDER_CONCURRENCY = "anthropic:2"
    wire.manner.latency = 0.5
    for number in range(neighbours):
        beat(f"another-boot:{number}:1:1", "agents")
    working = Worker()
    try:
        for _ in range(4):
            make_session(model=LARGE, gates=[1])
        eventually(lambda: len(wire.completions()) >= 4, seconds=60, what="four calls")
    finally:
        working.drain()

    begun = sorted(seen.at for seen in wire.completions())[:4]
    assert all(later - earlier >= 0.45 for earlier, later in zip(begun, begun[at_once:], strict=False))


@pytest.mark.parametrize("model", [LARGE, OTHER], ids=["anthropic", "openai"])
@pytest.mark.parametrize(
    ("outcome", "told", "tokens"),
    [
        ("max_tokens", "cut at its longest", 4 * 6000),
        ("refusal", "refused to answer", 6000),
        ("empty", "was empty", 6000),
    ],
)
def test_an_answer_that_is_none_goes_back_with_the_reason_and_with_more_room_if_it_was_cut(
    worker, wire, model, outcome, told, tokens
):
    wire.manner.answers = "simulated"
    wire.script.then(outcome, role="architect")
    session = make_session(model=model, max_tokens=6000, gates=[1])

    eventually(lambda: session.gates.exists(), seconds=60, what="the gate of the first stage")

    first, second = wire.completions()
    assert (first.outcome, second.outcome) == (outcome, "ok")
    assert told in str(second.body["messages"][-1])
    limits = [seen.body.get("max_tokens") or seen.body.get("max_completion_tokens") for seen in (first, second)]
    assert limits == [6000, tokens]
    assert [row[::2] for row in calls_of(session)] == [("r1:deliver:1", "succeeded"), ("r1:repair:1", "succeeded")]
    assert session.tasks.get(agent_role="architect").retry_count == 0
