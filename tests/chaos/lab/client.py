"""The client of the fake provider: our own client of OpenAI's protocol, with whose call it is told, and with poison."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

from agents.providers.chat_dialect import Dialect, Dialects
from agents.providers.contract import CompletionRequest, CompletionResponse, Progress
from agents.providers.endpoint import Endpoint
from agents.providers.openai_chat import OpenAIChatProvider
from tests.chaos.lab import NAME

POISON = re.compile(r"\[lab: kill (\w+)\]")  # in a brief: the role whose call kills the process that makes it


class LabProvider(OpenAIChatProvider):
    """Differs from the real one in what the laboratory has to know of a call."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self._dialects = _LabDialects()

    async def complete(
        self, request: CompletionRequest, *, endpoint: Endpoint, on_progress: Progress
    ) -> CompletionResponse:
        if any(role == request.assignment.role.key for role in POISON.findall(request.assignment.brief)):
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().complete(request, endpoint=endpoint, on_progress=on_progress)


class _LabDialect(Dialect):
    """Tells the provider whose call it is: it writes that down."""

    def _parameters(self, request: CompletionRequest) -> dict[str, Any]:
        return super()._parameters(request) | {"metadata": dict(request.metadata)}


class _LabDialects(Dialects):
    def for_call(self, endpoint: Endpoint, request: CompletionRequest) -> Dialect:
        return _LabDialect("max_tokens")
