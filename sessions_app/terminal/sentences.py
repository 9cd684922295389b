"""Every event as a sentence for people; what live view and plain lines say is said here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sessions_app import shapes
from sessions_app.queries.tasks import agent_name as role_name
from sessions_app.terminal.figures import count, joined, money, one_line, seconds
from sessions_app.terminal.progress import SessionProgress, cost_of

Weight = Literal["detail", "step", "good", "bad"]
"""A detail is for who watches closely; a step moves the session; good and bad are ends."""


@dataclass(frozen=True)
class Sentence:
    text: str
    weight: Weight = "step"


def sentence_for(event: shapes.Event, progress: SessionProgress) -> Sentence:
    """Say what happened; `progress` has taken the event already and knows the names."""
    data = event.data or {}
    who = progress.name_of(data)
    if event.type.startswith("session_"):
        sentence = _session(event.type, data, progress)
    elif event.type.startswith(("gate_", "question_")):
        sentence = _waiting(event.type, data, who, progress)
    elif event.type.startswith(("stage_", "agent_task_")):
        sentence = _work(event, data, who, progress)
    else:
        sentence = _result(event.type, data, who, progress)
    if sentence is None:
        sentence = Sentence(event.type.replace("_", " ").capitalize())
    return Sentence(one_line(sentence.text), sentence.weight)


def _session(type: str, data: Mapping[str, Any], progress: SessionProgress) -> Sentence | None:
    match type:
        case "session_started":
            return Sentence(f"Session {progress.session_id} has begun: {progress.feature_name}")
        case "session_completed":
            took = progress.elapsed(progress.ended_at) if progress.ended_at else 0.0
            return Sentence(f"The session is complete after {seconds(took)}", "good")
        case "session_failed":
            return Sentence(f"The session has failed: {data.get('reason')}", "bad")
        case "session_cancelled":
            return Sentence(f"The session was cancelled by {data.get('by')}", "bad")
        case "session_paused":
            why = str(data.get("reason") or "").replace("_", " ")
            return Sentence(f"The session is paused: {why}", "bad")
        case "session_resumed":
            again = " to try again what failed" if data.get("reason") == "retry" else ""
            return Sentence(f"{data.get('by')} lets the session go on{again}")
        case "session_changed":
            changed = {"feature_name": "its name", "brief_sha256": "its brief", "gates": "its gates"}
            what = joined([says for name, says in changed.items() if name in data])
            return Sentence(f"{data.get('by')} changes {what or 'the session'}")
        case "session_forked":
            kept = f"stage {data.get('after_stage')}" if data.get("after_stage") else "the start"
            return Sentence(f"This goes on from {kept} of session {data.get('parent_id')}, by {data.get('by')}")
    return None


def _waiting(type: str, data: Mapping[str, Any], who: str, progress: SessionProgress) -> Sentence | None:
    gate = f"Gate {data.get('gate_id')} after stage {data.get('stage')}"
    says = f": {data.get('feedback')}" if data.get("feedback") else ""
    match type:
        case "gate_opened":
            why = f" ({data.get('reason')})" if data.get("reason") else ""
            return Sentence(f"{gate} waits for a person{why}")
        case "gate_approved" if data.get("by"):
            return Sentence(f"{data.get('by')} approves gate {data.get('gate_id')}{says}", "good")
        case "gate_approved":
            return Sentence(f"{gate} passes by itself: {data.get('reason')}", "detail")
        case "gate_rejected":
            names = joined([role_name(role) for role in data.get("roles") or ()])
            return Sentence(f"{data.get('by')} sends {names} into another round{says}")
        case "question_asked":
            return Sentence(f"{who} asks: {data.get('text')}")
        case "question_answered":
            return Sentence(f"{data.get('by')} answers {who}: {data.get('answer')}")
        case "question_defaulted":
            return Sentence(f"Nobody answered {who}, the default holds: {data.get('answer')}", "detail")
    return None


def _work(event: shapes.Event, data: Mapping[str, Any], who: str, progress: SessionProgress) -> Sentence | None:
    stage = progress.stage(data.get("stage"))
    place = f"Stage {data.get('stage')} of {len(progress.stages)}{f', {stage.title}' if stage else ''}"
    match event.type:
        case "stage_started":
            return Sentence(f"{place}: {joined([agent.name for agent in stage.agents]) if stage else ''}")
        case "stage_completed":
            return Sentence(f"{place}, is complete", "detail")
        case "stage_reviewed":
            scores = ", ".join(f"{name} {value}" for name, value in (data.get("scores") or {}).items())
            failed = data.get("failed") or 0
            found = f"{count(failed, 'check')} across files failed" if failed else "all files agree"
            return Sentence(f"{place}: {found}{f'; {scores}' if scores else ''}", "bad" if failed else "detail")
        case "stage_failed":
            return Sentence(f"{place}, has failed", "bad")
        case "stage_cancelled":
            return Sentence(f"{place}, was cancelled", "detail")
        case "agent_task_started":
            again = f", attempt {data.get('attempt')}" if (data.get("attempt") or 1) > 1 else ""
            return Sentence(f"{who} begins{again}")
        case "agent_task_completed":
            took = seconds(float(data.get("duration_seconds") or 0))
            made = f"{count(data.get('decisions') or 0, 'decision')}, {count(data.get('artifacts') or 0, 'artifact')}"
            return Sentence(f"{who} is done in {took}: {made}. {data.get('summary') or ''}", "good")
        case "agent_task_failed":
            then = "will try again" if data.get("will_retry") else "gives up"
            return Sentence(f"{who} failed and {then}: {data.get('error')}", "bad")
        case "agent_task_released":
            return Sentence(f"{who} starts over: {data.get('reason')}", "bad")
        case "agent_task_cancelled":
            return Sentence(f"{who} was cancelled: {data.get('reason')}", "detail")
        case "agent_task_retried":
            return Sentence(f"{data.get('by')} has {who} try once more")
    return None


def _result(type: str, data: Mapping[str, Any], who: str, progress: SessionProgress) -> Sentence | None:
    match type:
        case "decision_recorded":
            return Sentence(f"{who} decides {data.get('number')}: {data.get('text')}")
        case "artifact_written":
            again = f", version {data.get('version')}" if (data.get("version") or 1) > 1 else ""
            return Sentence(f"{who} writes {data.get('path')}{again}", "detail")
        case "llm_call_finished":
            used = f"{data.get('input_tokens') or 0:,} tokens in, {data.get('output_tokens') or 0:,} out"
            cost = cost_of(data)
            costs = f"{'cost ' if cost.is_unknown else ''}{cost.words(money)}"
            well = data.get("status") == "succeeded"
            return Sentence(f"{who}: model call {data.get('status')}, {used}, {costs}", "detail" if well else "bad")
        case "check_finished":
            failed, passed = data.get("failed") or 0, data.get("passed") or 0
            if failed:
                return Sentence(f"{who}: {count(failed, 'check')} failed, {passed} passed", "bad")
            return Sentence(f"{who}: {count(passed, 'check')} passed", "detail")
        case "decision_superseded":
            return Sentence(f"{data.get('number')} of {who} holds no longer", "detail")
        case "budget_warned":
            spent, cap = Decimal(data.get("spent_usd") or 0), Decimal(data.get("budget_usd") or 0)
            return Sentence(f"Of the budget of the {data.get('cap')} ({money(cap)}), {money(spent)} are spent", "bad")
        case "budget_changed":
            now = "no cap" if data.get("budget_usd") is None else money(Decimal(data["budget_usd"]))
            return Sentence(f"{data.get('by')} changes the budget to {now}")
        case "budget_exhausted":
            amounts = {name: Decimal(data.get(name) or 0) for name in ("budget_usd", "spent_usd", "estimate_usd")}
            return Sentence(
                f"The budget of the {data.get('cap')} ({money(amounts['budget_usd'])}) does not allow the next call of "
                f"{who}: it may cost {money(amounts['estimate_usd'])}, spent are {money(amounts['spent_usd'])}",
                "bad",
            )
    return None
