"""Leases are renewed for as long as the process lives, also when the step is long past its deadline."""

from __future__ import annotations

from sessions_app.engine.agent import AgentRun
from tests.chaos.bugs import replace

NAME = "renewal_without_deadline"


def plant() -> None:
    replace(AgentRun, "is_late", lambda self: False)
