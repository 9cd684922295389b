"""Named places on a task's way where a test makes its process die, stop, fail, wait, or lose the answer to a commit.

Armed by SAGE_FAILPOINT, never in production, and a single flag to look at when it is not set. `docs/chaos.md` lists
the names and says how to arm them: `name:action` in a comma list, or `@folder` with one file for each armed entry.
Each entry fires once, whatever processes come and go: a token file says so.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from sessions_app.rules.state import Held

log = logging.getLogger(__name__)
ACTIONS = ("kill", "stop", "raise", "sleep", "lose")
ENABLED = bool(settings.FAILPOINT) and not settings.PRODUCTION
LOSE_MARK = "sage-failpoint: lose the answer"  # what tests/chaos/proxy.py looks for on the wire
FRESH_SECONDS = 0.1  # a folder changed within this time may change again without its time stamp showing it


class FailpointError(Exception):
    """What the action `raise` raises: an error that nobody has foreseen."""


@dataclass(frozen=True)
class Armed:
    """An entry: fires `times` times in all, for those whose facts are all that `only` names."""

    key: str
    name: str
    action: str
    seconds: float = 1.0
    times: int = 1
    only: dict[str, Any] = field(default_factory=dict)


def failpoint(name: str, **facts: Any) -> None:
    """Do what is armed here for these facts (`session_id`, `task_id`, ...); mostly nothing."""
    if ENABLED and (armed := _fires(name, facts)) is not None:
        if armed.action == "sleep":
            time.sleep(armed.seconds)
        else:
            _act(armed, facts)


async def async_failpoint(name: str, **facts: Any) -> None:
    """As `failpoint`, on the event loop: only the caller sleeps."""
    if ENABLED and (armed := _fires(name, facts)) is not None:
        if armed.action == "sleep":
            await asyncio.sleep(armed.seconds)
        else:
            _act(armed, facts)


def writer_failpoints(moment: str, transitions: Iterable[Any]) -> None:
    """Pass `<rule>.<moment>` for each transition that was written, and `claim_tasks.<moment>` for each claim in it."""
    if not ENABLED:
        return
    for transition in transitions:
        if transition.error is not None:
            continue
        session_id, rule = transition.session_id, transition.rule.__name__
        outcome = transition.outcome if isinstance(transition.outcome, list) else []
        claimed = [item.task_id for item in outcome if hasattr(item, "fence")]
        held = [item.task_id for item in transition.args if isinstance(item, Held)]
        if moment == "before_commit" and _loses_next_commit.intersection([*claimed, *held]):
            _loses_next_commit.difference_update([*claimed, *held])
            _mark_connection()
        if rule != "claim_tasks":
            failpoint(f"{rule}.{moment}", session_id=session_id, task_id=held[0] if held else None)
        for task_id in claimed:
            failpoint(f"claim_tasks.{moment}", session_id=session_id, task_id=task_id)


# --- what is armed ---------------------------------------------------------------------------------------------------

_loses_next_commit: set[int] = set()  # tasks
_listed: tuple[int, list[Armed]] = (-1, [])  # time stamp of the folder, and what stood in it


def folder() -> Path:
    """Where entries, tokens and the log of firings stand."""
    return Path(settings.FAILPOINT[1:]) if settings.FAILPOINT.startswith("@") else settings.DATA_DIR / "failpoints"


def parse(text: str) -> list[Armed]:
    """Return the entries of a comma list of `name:action`, `sleep=3` for three seconds. Raises ValueError."""
    entries = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, action = entry.partition(":")
        action, _, seconds = action.partition("=")
        if not name or action not in ACTIONS:
            raise ValueError(f"“{entry}” is no failpoint: write name:action with one of {', '.join(ACTIONS)}")
        entries.append(Armed(key=f"{name}:{action}", name=name, action=action, seconds=float(seconds or 1)))
    return entries


def _armed() -> list[Armed]:
    global _listed
    if not settings.FAILPOINT.startswith("@"):
        if _listed[0] < 0:
            folder().mkdir(parents=True, exist_ok=True)
            _listed = (0, parse(settings.FAILPOINT))
        return _listed[1]
    try:
        changed = os.stat(folder()).st_mtime_ns
        if changed != _listed[0]:
            entries = [_read(Path(entry.path)) for entry in os.scandir(folder()) if ":" in entry.name]
            is_fresh = time.time() - changed / 1e9 < FRESH_SECONDS
            _listed = (-1 if is_fresh else changed, [entry for entry in entries if entry is not None])
    except OSError:
        return []
    return _listed[1]


def _read(path: Path) -> Armed | None:
    """Return the entry of a file `<name>:<action>[:<anything>]`: its JSON may hold seconds, times and selectors."""
    name, action = path.name.split(":")[:2]
    try:
        only = json.loads(path.read_text() or "{}")
        if action not in ACTIONS:
            raise ValueError(f"unknown action {action}")
        seconds, times = only.pop("seconds", 1.0), only.pop("times", 1)
    except (OSError, ValueError) as error:
        log.error("The failpoint %s cannot be read: %s", path.name, error)
        return None
    return Armed(path.name, name, action, seconds, times, only)


def _fires(name: str, facts: dict[str, Any]) -> Armed | None:
    for armed in _armed():
        is_meant = armed.name == name and all(facts.get(key) == value for key, value in armed.only.items())
        if is_meant and _take_token(armed):
            _write_down(armed, facts)
            return armed
    return None


def _take_token(armed: Armed) -> bool:
    """Whether this firing is ours: of all processes that ever come here, one makes the file."""
    tokens = folder() / "fired"
    tokens.mkdir(exist_ok=True)
    for number in range(1, armed.times + 1):
        try:
            os.close(os.open(tokens / f"{armed.key}.{number}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            continue
        return True
    return False


def _write_down(armed: Armed, facts: dict[str, Any]) -> None:
    line = {
        "at": time.time(),
        "key": armed.key,
        "name": armed.name,
        "action": armed.action,
        "pid": os.getpid(),
        **facts,
    }
    with open(folder() / "fired.jsonl", "a") as fired:
        fired.write(json.dumps(line) + "\n")


def _act(armed: Armed, facts: dict[str, Any]) -> None:
    if armed.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif armed.action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif armed.action == "lose":
        task_id = facts.get("task_id")
        if task_id is None or armed.name.endswith(".before_commit") or armed.name.startswith("queue."):
            _mark_connection()
        else:
            _loses_next_commit.add(task_id)
    else:
        raise FailpointError(f"The failpoint {armed.name} was told to raise")


def _mark_connection() -> None:
    """Tell the proxy of the tests to keep back the answer to this transaction's COMMIT.

    Outside a transaction it keeps back the answer to the next statement of this thread's connection.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 /* {LOSE_MARK} */")
