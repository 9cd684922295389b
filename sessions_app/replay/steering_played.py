"""The events of a whole session, of its gates and questions, each with what makes it happen again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sessions_app.replay import acts
from sessions_app.replay.errors import CannotReplay
from sessions_app.replay.play import Play
from sessions_app.replay.recording import RecordedEvent
from sessions_app.replay.work_played import cancelled
from sessions_app.rules.control import OVERLONG, change_session, pause_overlong, resume_session, retry_session
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.rules.questions import answer_question
from sessions_app.rules.sessions import cancel_session, end_session
from sessions_app.rules.stages import mend_stages

ENDINGS: Mapping[str, Callable[..., Any]] = {"session_completed": end_session, "session_cancelled": cancel_session}
OF_AN_ENDING = ("agent_task_cancelled", "llm_call_finished", "budget_warned", "stage_cancelled")


def approved(play: Play, event: RecordedEvent) -> None:
    """Let a person open a gate; one that opened by its rule does so by itself."""
    _decide(play, event, approve_gate, feedback=event.data.get("feedback", ""))


def rejected(play: Play, event: RecordedEvent) -> None:
    """Send a stage back."""
    _decide(play, event, reject_gate, feedback=event.data["feedback"], roles=event.data["roles"])


def answered(play: Play, event: RecordedEvent) -> None:
    """Answer a question."""
    person = play.people.called(event.data["by"])
    question_id = play.script.new_id("question_id", event.data["question_id"])
    answer = event.data["answer"]
    play.offline.apply(answer_question, question_id, user_id=person.user_id, by=person.username, answer=answer)


def defaulted(play: Play, event: RecordedEvent) -> None:
    """Let the time of a question be up."""
    play.offline.apply(acts.take_default, play.script.new_id("question_id", event.data["question_id"]))


def paused(play: Play, event: RecordedEvent) -> None:
    """Pause the session: a person did, or it had been going for too long."""
    if event.data["reason"] == OVERLONG:
        play.offline.apply(pause_overlong, longest_seconds=0)
        return
    by = play.people.called(event.data["by"]).username
    play.offline.apply(acts.pause, reason=event.data["reason"], by=by)


def resumed(play: Play, event: RecordedEvent) -> None:
    """Let the session go on, or have the first of its failed tasks done once more; others follow by themselves."""
    by = play.people.called(event.data["by"]).username
    if event.data.get("reason") != "retry":
        play.offline.apply(resume_session, by=by)
        return
    wanted = play.script.following(
        lambda other: other.type == "agent_task_retried", before=("session_resumed", "stage_started")
    )
    if wanted is None:
        raise CannotReplay(f"Event {play.script.number}: the recording does not say which task was retried.")
    play.offline.apply(retry_session, by=by, task_id=play.task(wanted))


def changed(play: Play, event: RecordedEvent) -> None:
    """Change name, brief or gates."""
    by = play.people.called(event.data["by"]).username
    brief, gates = play.recording.start.brief, play.recording.gates
    play.offline.apply(acts.change, event.data, by=by, brief=brief, gates=gates)


def budgeted(play: Play, event: RecordedEvent) -> None:
    """Change the cap."""
    amount = event.data["budget_usd"]
    by = play.people.called(event.data["by"]).username
    play.offline.apply(change_session, by=by, budget_usd=None if amount is None else Decimal(amount))


def task_cancelled(play: Play, event: RecordedEvent) -> None:
    """Cancel one task, or all that is open."""
    (cancelled if "by" in event.data else ended)(play, event)


def ended(play: Play, event: RecordedEvent) -> None:
    """End or cancel the session; calls that were under way are settled in the same step."""
    ending = play.script.following(lambda other: other.type in ENDINGS, before=OF_AN_ENDING)
    if ending is None or "by" not in ending.data:
        raise CannotReplay(f"Event {play.script.number} ({event.type}) is told by nothing that could be played.")
    for other in play.script.events[play.script.at :]:
        if other is ending:
            break
        if other.type == "llm_call_finished":
            play.reserve(play.call_of(other))
    play.offline.apply(ENDINGS[ending.type], by=play.people.called(ending.data["by"]).username)


def mended(play: Play, event: RecordedEvent) -> None:
    """Move on from a stage that nobody moved on from."""
    play.offline.apply(mend_stages)


def _decide(play: Play, event: RecordedEvent, rule: Callable[..., Any], **answer: Any) -> None:
    if "by" not in event.data:
        mended(play, event)
        return
    person = play.people.called(event.data["by"])
    gate_id = play.script.new_id("gate_id", event.data["gate_id"])
    play.offline.apply(rule, gate_id, user_id=person.user_id, by=person.username, **answer)


PLAYED: Mapping[str, Callable[[Play, RecordedEvent], None]] = {
    "gate_approved": approved,
    "gate_rejected": rejected,
    "question_answered": answered,
    "question_defaulted": defaulted,
    "session_paused": paused,
    "session_resumed": resumed,
    "session_changed": changed,
    "budget_changed": budgeted,
    "agent_task_cancelled": task_cancelled,
    "stage_cancelled": ended,
    "session_completed": ended,
    "session_cancelled": ended,
    "stage_completed": mended,
    "stage_failed": mended,
    "gate_opened": mended,
}
