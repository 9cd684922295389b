"""What a real model streams reaches the page while it is written, and leaves nothing in the journal."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections

from sessions_app.engine.apply import apply
from sessions_app.engine.worker import Worker
from sessions_app.models import ExecutionSession, LLMCall
from sessions_app.rules.sessions import end_session
from sessions_app.tests.connections import end_other_clients
from sessions_app.tests.factories import event_types, make_session
from teams.models import Team
from tests.test_live_socket import Web, aside, team, web  # noqa: F401  (fixtures)
from tests.wire import WireServer

pytestmark = pytest.mark.django_db(transaction=True)
ANSWER_SECONDS = 5


@pytest.fixture
def worker(settings: Any, wire: WireServer) -> Iterator[Worker]:
    """A worker whose operator has both protocols on the wire, each answer streamed for a while."""
    settings.OPENAI_BASE_URL, settings.ANTHROPIC_BASE_URL = wire.openai_url, wire.anthropic_url
    settings.OPENAI_API_KEY = settings.ANTHROPIC_API_KEY = "sk-test"
    wire.manner.latency, wire.manner.pieces = ANSWER_SECONDS, 100
    working = Worker()
    yield working
    working.drain()
    with connection.cursor() as cursor:  # connections of its threads would hold up the end of the test
        end_other_clients(cursor)


def stop(session: ExecutionSession) -> None:
    apply(session.pk, end_session, by="ada")
    connections.close_all()


@pytest.mark.parametrize("model", ["openai:large-1", "anthropic:large-1"])
def test_tokens_and_last_words_of_an_answer_arrive_once_a_second(
    web: Web,  # noqa: F811
    team: Team,  # noqa: F811
    worker: Worker,
    model: str,
) -> None:
    session = make_session(team, model=model, gates=[1])
    told: list[tuple[float, dict[str, Any]]] = []

    async def watch() -> None:
        async with await aside(web.watch, team.owner, session) as client:
            while True:
                frame = json.loads(await asyncio.wait_for(client.recv(), 30))
                if frame["type"] == "agent_progress" and frame["data"]["tokens"]:
                    assert "seq" not in frame
                    told.append((time.monotonic(), frame["data"]))
                elif frame["type"] == "llm_call_finished":
                    return

    asyncio.run(watch())
    stop(session)

    call = LLMCall.objects.get(session=session)
    said = call.response["text"]
    tokens = [facts["tokens"] for _, facts in told]
    assert len(told) >= 2
    assert tokens == sorted(tokens)
    assert tokens[-1] > tokens[0]
    assert len(told) <= (told[-1][0] - told[0][0]) + 2, "more than one a second"
    for _, facts in told:
        last = facts["words"].split()[-1]
        assert last.strip(",:") in said
    types = event_types(session)
    assert types[: types.index("llm_call_finished")] == ["session_started", "stage_started", "agent_task_started"]
