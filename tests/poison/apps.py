"""A simulator that obeys its brief: `[kill architect]` ends the process of that role's call, `[block …]` its loop."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import Any

from django.apps import AppConfig

from agents import providers
from agents.providers import CompletionRequest, CompletionResponse, Endpoint

ORDER = re.compile(r"\[(kill|block) (\w+)\]")


class Poisonous:
    """Stands in the simulator's place."""

    def __init__(self, simulator: Any) -> None:
        self._simulator = simulator
        self.name = simulator.name

    async def complete(self, request: CompletionRequest, **more: Any) -> CompletionResponse:
        for what, role in ORDER.findall(request.assignment.brief):
            if role == request.assignment.role.key:
                if what == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(3600)
        return await self._simulator.complete(request, **more)

    async def health(self, endpoint: Endpoint) -> Any:
        return await self._simulator.health(endpoint)


class PoisonConfig(AppConfig):
    name = "tests.poison"

    def ready(self) -> None:
        providers._PROVIDERS["simulator"] = Poisonous(providers.get_provider("simulator"))
