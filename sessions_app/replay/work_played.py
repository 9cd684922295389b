"""The events of agents' work, each with what makes it happen again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sessions_app.replay import acts
from sessions_app.replay.errors import CannotReplay
from sessions_app.replay.play import Play
from sessions_app.replay.recording import RecordedEvent
from sessions_app.rules.agent_tasks import complete_task
from sessions_app.rules.claims import Claimed
from sessions_app.rules.control import cancel_task, retry_session
from sessions_app.rules.decisions import record_decision

LOST = "worker lost"
_DIED = re.compile(r"Its process died (\d{1,6}) times")


def started(play: Play, event: RecordedEvent) -> None:
    """Take a task."""
    timeout_seconds = int(event.data["timeout_seconds"])
    claimed: list[Claimed] = play.offline.apply(acts.claim, play.task(event), timeout_seconds=timeout_seconds)
    if not claimed:
        raise CannotReplay(f"Event {play.script.number}: the task of {event.data['agent']} cannot be taken now.")
    play.sit_down(event, claimed[0])


def called(play: Play, event: RecordedEvent) -> None:
    """Make a call that ended as it did then."""
    play.settle(play.call_of(event))


def refused_by_a_cap(play: Play, event: RecordedEvent) -> None:
    """Have a cap refuse a call."""
    play.offline.apply(acts.refuse_call, play.task(event), play.plan_of_refused(event), event.data)


def handed_in(play: Play, event: RecordedEvent) -> None:
    """Hand in what the answers are worth: an agent's decisions, files and checks, or its questions."""
    desk = play.desk(event)
    handover = desk.handover(unmended=play.unmended(event))
    play.offline.apply(complete_task, desk.claimed.held, handover)


def decided(play: Play, event: RecordedEvent) -> None:
    """Record a decision: of a person by itself, of an agent with all that it hands in."""
    if "by" not in event.data:
        handed_in(play, event)
        return
    number = event.data["number"]
    row = next((row for row in play.recording.session_decisions if row["number"] == number), None)
    if row is None:
        raise CannotReplay(f"The recording does not hold the decision {number}.")
    person = play.people.called(event.data["by"])
    play.offline.apply(
        record_decision,
        user_id=person.user_id,
        by=person.username,
        text=row["text"],
        category=row["category"],
        confidence=row["confidence"],
        rationale=row["rationale"],
    )


def failed(play: Play, event: RecordedEvent) -> None:
    """Note a failure."""
    play.offline.apply(
        acts.fail,
        play.task(event),
        error=event.data["error"],
        will_retry=event.data["will_retry"],
        next_call=play.next_call_number(event),
    )


def released(play: Play, event: RecordedEvent) -> None:
    """Give a task back, or lose it with its process; so many losses end it."""
    if event.data["reason"] != LOST:
        play.offline.apply(acts.release, play.task(event), reason=event.data["reason"])
        return
    died = None
    if play.script.at + 1 < len(play.script.events):
        after = play.script.events[play.script.at + 1]
        is_same = after.type == "agent_task_failed" and after.data["task_id"] == event.data["task_id"]
        died = _DIED.match(after.data["error"]) if is_same else None
    play.offline.apply(acts.lose, play.task(event), max_lost=int(died[1]) if died else acts.NEVER)


def cancelled(play: Play, event: RecordedEvent) -> None:
    """Cancel one task."""
    play.offline.apply(cancel_task, play.task(event), by=play.people.called(event.data["by"]).username)


def retried(play: Play, event: RecordedEvent) -> None:
    """Have a task done once more."""
    by = play.people.called(event.data["by"]).username
    play.offline.apply(retry_session, by=by, task_id=play.task(event))


PLAYED: Mapping[str, Callable[[Play, RecordedEvent], None]] = {
    "agent_task_started": started,
    "llm_call_finished": called,
    "budget_exhausted": refused_by_a_cap,
    "decision_recorded": decided,
    "artifact_written": handed_in,
    "check_finished": handed_in,
    "question_asked": handed_in,
    "agent_task_failed": failed,
    "agent_task_released": released,
    "agent_task_retried": retried,
}
