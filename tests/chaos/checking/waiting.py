"""Whether every session has ended or waits for a person, and every ready task has its wake-up."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.chaos.checking.reading import Facts, House, Row
from tests.chaos.checking.violation import MESSAGE, STUCK, Violation

ENDED = ("completed", "failed", "cancelled")


def check_stuck(house: House, facts: Facts, *, seconds: float) -> Iterator[Violation]:
    """Yield why a session neither moves, ends, nor waits for a person, when nothing was heard of it for so long."""
    session, patience = facts.session, timedelta(seconds=seconds)
    if session["status"] in ENDED:
        return
    for task in facts.tasks:
        if task["status"] == "running" and task["deadline"] is not None and task["deadline"] + patience < house.now:
            yield Violation(STUCK, facts.id, f"{task['agent_role']} still runs past its deadline of {task['deadline']}")
    heard_at = facts.events[-1]["at"] if facts.events else session["created_at"]
    if heard_at + patience >= house.now or _waits_for_a_person(house, facts, patience):
        return
    open_tasks = {task["agent_role"]: task["status"] for task in facts.tasks if task["status"] not in _TASK_ENDED}
    silence = (house.now - heard_at).total_seconds()
    yield Violation(STUCK, facts.id, f"{session['status']}, nothing heard for {silence:.0f} s, open: {open_tasks}")


def check_messages(house: House, *, seconds: float) -> Iterator[Violation]:
    """Yield ready tasks that have waited longer than `seconds` without a message, and messages about nothing."""
    tasks = {task["id"]: (facts, task) for facts, task in house.tasks()}
    announced = set()
    for message in house.messages:
        content = content_of(message["payload"])
        if content is None:
            yield Violation(MESSAGE, None, f"message {message['id']} cannot be read")
            continue
        if not str(content["func"]).endswith("run_agent_task"):
            continue
        task_id = content["args"][0]
        if task_id not in tasks:
            yield Violation(MESSAGE, None, f"message {message['id']} is about task {task_id}, which does not exist")
            continue
        announced.add(task_id)
        facts, task = tasks[task_id]
        group = f"{facts.session['chain_id']}:{_stage_of(facts, task)}"
        if content["group"] != group:
            yield Violation(MESSAGE, facts.id, f"message {message['id']} is in group {content['group']}, not {group}")
    for task_id, (facts, task) in tasks.items():
        is_ready = task["status"] == "pending" and task["ready_at"] is not None
        if facts.session["status"] != "active" or not is_ready or task_id in announced:
            continue
        if task["ready_at"] + timedelta(seconds=seconds) < house.now:
            waited = (house.now - task["ready_at"]).total_seconds()
            text = f"{task['agent_role']} has been ready for {waited:.0f} s and has no message"
            yield Violation(MESSAGE, facts.id, text)


def content_of(payload: str) -> dict[str, Any] | None:
    """Return what a queue message says: the first part of the signed text is base64 of JSON. The rest is not ours."""
    text = payload.split(":", 1)[0]
    is_packed, text = text.startswith("."), text.removeprefix(".")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        content = json.loads(zlib.decompress(data) if is_packed else data)
    except (ValueError, binascii.Error, zlib.error):
        return None
    is_whole = isinstance(content, dict) and {"func", "args", "group"} <= set(content) and content["args"]
    return content if is_whole else None


_TASK_ENDED = ("completed", "error", "cancelled")


def _waits_for_a_person(house: House, facts: Facts, patience: timedelta) -> bool:
    status = facts.session["status"]
    if status == "paused":
        said = [event["type"] for event in facts.events if event["type"] in ("session_paused", "session_resumed")]
        return bool(said) and said[-1] == "session_paused"
    if status == "awaiting_approval":
        waiting = {stage["id"] for stage in facts.stages if stage["status"] == "awaiting_approval"}
        return any(gate["status"] == "open" and gate["stage_id"] in waiting for gate in facts.gates)
    asked = {
        question["agent_task_id"]
        for question in facts.questions
        if question["answer"] is None and question["deadline"] + patience > house.now
    }
    moving = [task for task in facts.tasks if task["status"] in ("pending", "running") and task["ready_at"] is not None]
    waiting = [task for task in facts.tasks if task["status"] == "waiting"]
    return not moving and bool(waiting) and all(task["id"] in asked for task in waiting)


def _stage_of(facts: Facts, task: Row) -> int:
    return next(stage["number"] for stage in facts.stages if stage["id"] == task["stage_id"])
