"""Sessions whose models answered over the wire, run again with nobody at the other end."""

import pytest

from sessions_app.models import ExecutionSession
from sessions_app.replay.cassette import cassette_of
from sessions_app.replay.reading import recording_of
from sessions_app.tests.factories import make_session
from sessions_app.tests.recordings import BRIEF, ended
from sessions_app.tests.replays import files_of, replayed
from sessions_app.tests.test_worker import _connections_of_threads_are_ended, worker
from tests.wire import UPSTREAM_WORDS

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)
KEYS = {"anthropic": "sk-ant-key-of-nobody-at-all-1", "openai": "sk-another-key-of-nobody-2"}


@pytest.fixture(autouse=True)
def _at_the_wire(monkeypatch, settings, wire):
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = wire.anthropic_url, KEYS["anthropic"]
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = wire.openai_url, KEYS["openai"]
    monkeypatch.setattr("agents.calling.patience.WAITS_SECONDS", (0.02,))
    monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)


@pytest.mark.parametrize("protocol", ["anthropic", "openai"])
def test_a_session_on_the_wire_is_replayed_without_the_wire(worker, wire, protocol):
    """One provider fails for good in the second stage, and now and then something else goes wrong."""
    other = {"anthropic": "openai", "openai": "anthropic"}[protocol]
    wire.script.always("server_error", protocol=protocol, roles=("dba", "backend_dev"))
    wire.script.chances(
        dict.fromkeys(("overloaded", "truncated", "prose", "empty", "max_tokens", "no_usage"), 0.1), seed=3
    )
    models = {"model": f"{protocol}:large-1", "fallback_models": [f"{other}:large-2"]}
    session = ended(make_session(brief=BRIEF, **models))
    answered = session.llm_calls.filter(agent_task__stage__number=2, status="succeeded").values_list("model", flat=True)
    assert (session.status, set(answered)) == ("completed", {f"{other}:large-2"})
    asked = len(wire.completions())

    found = replayed(session)

    assert (found.differences, found.notes) == ([], [])
    assert len(wire.completions()) == asked
    assert files_of(found.session_id) == files_of(session.pk)
    again = ExecutionSession.objects.get(pk=found.session_id)
    assert again.spent_usd == 0
    told = ("call_key", "attempt", "status", "provider", "model", "input_tokens", "output_tokens", "error")
    assert list(again.llm_calls.order_by("agent_task_id", "id").values_list(*told)) == list(
        session.llm_calls.order_by("agent_task_id", "id").values_list(*told)
    )


def test_what_nobody_knew_the_cost_of_stays_so_and_costs_nothing_in_a_replay(worker, wire):
    wire.script.then("reset_after")
    session = ended(make_session(brief=BRIEF, model="openai:large-1"))
    recorded, again = (
        [
            event.data.get("estimated")
            for event in ExecutionSession.objects.get(pk=pk).events.filter(type="llm_call_finished").order_by("seq")
        ]
        for pk in (session.pk, replayed(session).session_id)
    )

    assert again == recorded == [True] * 8
    assert ExecutionSession.objects.latest("pk").spent_usd == 0


def test_a_cassette_holds_no_key_no_address_and_nothing_that_a_server_said_of_itself(worker, wire):
    wire.script.then("server_error", "overloaded", "wrong_key")
    session = ended(make_session(brief=BRIEF, model="anthropic:large-1", fallback_models=["openai:large-2"]))

    content = cassette_of(recording_of(session.pk))[0].decode()

    assert session.llm_calls.filter(status="failed").count() == 3
    for secret in (*KEYS.values(), wire.anthropic_url, wire.openai_url, "127.0.0.1", UPSTREAM_WORDS):
        assert secret not in content
