"""An attempt is counted when it ends, so one that never comes to its end was none."""

from __future__ import annotations

from functools import wraps
from typing import Any

from sessions_app.rules import claims
from sessions_app.rules.state import TaskRow
from sessions_app.rules.writes import Writes
from tests.chaos.bugs import replace

NAME = "attempt_counted_at_end"


def plant() -> None:
    take = replace(claims, "_take", None)
    end_task = replace(Writes, "end_task", None)
    give_back = replace(Writes, "give_back", None)

    @wraps(take)
    def take_uncounted(writes: Writes, task: TaskRow, *args: Any, **kwargs: Any) -> Any:
        claimed = take(writes, task, *args, **kwargs)
        writes.change(task, attempt=task.attempt - 1)
        return claimed

    @wraps(end_task)
    def end_and_count(self: Writes, task: TaskRow, *args: Any, **more: Any) -> Any:
        self.change(task, attempt=task.attempt + 1)
        return end_task(self, task, *args, **more)

    @wraps(give_back)
    def give_back_and_count(self: Writes, task: TaskRow, **more: Any) -> Any:
        has_failed = "retry_count" in more
        more.pop("attempt", None)  # what was not counted needs no taking back
        return give_back(self, task, **more, **({"attempt": task.attempt + 1} if has_failed else {}))

    claims._take = take_uncounted
    Writes.end_task = end_and_count  # type: ignore[method-assign]
    Writes.give_back = give_back_and_count  # type: ignore[method-assign]
