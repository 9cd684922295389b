"""What crashes left behind is looked for once, when a process starts, and never again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any

from sessions_app.engine import reconciler
from sessions_app.engine.worker import Worker
from tests.chaos.bugs import replace

NAME = "one_shot_recovery"


def plant() -> None:
    for name in ("look_once", "release_lost_processes"):
        look = replace(reconciler, name, None)
        setattr(reconciler, name, only_once(look))
    again = replace(Worker, "_again", None)

    @wraps(again)
    async def claim_once(self: Worker, seconds: float, act: Callable[[], Any]) -> None:
        if act.__name__ != "_claim_ready":
            await again(self, seconds, act)
        await act()
        await asyncio.Event().wait()

    Worker._again = claim_once  # type: ignore[method-assign]


def only_once(look: Callable[..., Any]) -> Callable[..., Any]:
    has_looked = False

    @wraps(look)
    def first(*args: Any, **kwargs: Any) -> Any:
        nonlocal has_looked
        if not has_looked:
            has_looked = True
            return look(*args, **kwargs)
        return 0

    return first
