"""One claimed task that makes model calls, on the rules of the ledger and without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agents.model_choice import Answering
from agents.prompts import build_request
from agents.providers import CompletionRequest, CompletionResponse
from agents.tests.factories import make_assignment
from sessions_app.engine.paid_calls import Calling, PaidCalls
from sessions_app.engine.standing import Failed, Standing
from sessions_app.tests.states import claimed, keep_calls, started_session

REQUEST = build_request(make_assignment(), model="simulator", max_tokens=1000, temperature=0.7)


class House:
    """The task, its ledger as the database would hold it, and what its process knows of other calls."""

    def __init__(self, *models: str, **session: Any) -> None:
        self.state = started_session(**session)
        taken = claimed(self.state, "architect")
        self.claimed = replace(taken, answering=Answering(models[0], models[1:], 0.7, 1000))
        self.standing = Standing(soft_seconds=100, hard_seconds=100)
        self.calling = Calling()
        self.rows: list[dict[str, Any]] = []

    def transition(self, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        writes = rule(self.state, self.claimed.held, *args, **kwargs)
        keep_calls(writes)
        self.rows += writes.added.get("llm_calls", [])
        for changed in writes.changed.get("llm_calls", {}).values():
            next(row for row in self.rows if row["id"] == changed["id"]).update(changed)
        return writes.outcome

    def calls(self) -> PaidCalls:
        """Return what makes the calls of one claim."""

        async def transition(*args: Any, **kwargs: Any) -> Any:
            return self.transition(*args, **kwargs)

        async def read(query: Callable[[], Any]) -> Any:
            return query()

        async def passes(name: str) -> None:
            pass

        return PaidCalls(self.claimed, self.standing, self.calling, transition=transition, read=read, passes=passes)

    async def answer_to(self, request: CompletionRequest = REQUEST, *, tries: int = 0) -> CompletionResponse:
        return await self.calls().answer_to(request, "r1:deliver:1", tries=tries)

    async def failure(self, request: CompletionRequest = REQUEST) -> Failed:
        with pytest.raises(Failed) as failed:
            await self.answer_to(request)
        return failed.value

    def told(self, *names: str) -> list[tuple[Any, ...]]:
        return [tuple(row[name] for name in names) for row in self.rows]
