"""Plays a recording: reads its events in order, and lets the rules do what they tell, with what was recorded.

Nothing but inputs is taken from the recording: the answers of models, and what people and the time did. Decisions,
files, checks, scores, gates and the steps of stages and session follow from the rules, and are held against it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from django.db import DataError, IntegrityError

from sessions_app.errors import Refusal
from sessions_app.models import AgentTask, TaskStatus
from sessions_app.replay import acts, steering_played, work_played
from sessions_app.replay.errors import CannotReplay
from sessions_app.replay.forking import fork_of
from sessions_app.replay.people import People
from sessions_app.replay.play import Play
from sessions_app.replay.recording import RecordedEvent, Recording
from sessions_app.rules.sessions import NewSession

log = logging.getLogger(__name__)
PLAYED: Mapping[str, Callable[[Play, RecordedEvent], None]] = {**work_played.PLAYED, **steering_played.PLAYED}
# What a damaged recording leads to, where its shape is right and its sense is not.
SENSELESS = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, StopIteration)
SENSELESS_TO_DATABASE = (DataError, IntegrityError)


@dataclass(frozen=True)
class Stop:
    """Where a replay ends before its recording does: once a task has completed, for the first or a later time."""

    task_id: int  # of the recording
    time: int = 1


class Player:
    """One replay, inside a transaction of the caller's."""

    def __init__(self, recording: Recording, *, team_id: int, people: People, stop: Stop | None = None) -> None:
        self.team_id = team_id
        self.stop = stop
        self.play = Play(recording, people)
        self._completed = 0  # times that the task of the stop has

    def run(self) -> int:
        """Play to the end, or to the stop; return the id of the new session. Raises CannotReplay."""
        script = self.play.script
        while not script.is_over and not self._is_stopped:
            before = script.at
            self._guarded(self._play_next)
            self._completed += sum(map(self._is_stop, script.events[before : script.at]))
        if self._is_stopped:
            self._guarded(self._hold)
        elif self.stop is not None:
            raise CannotReplay("The task at which the replay should end has not completed so often in the recording.")
        return self.play.offline.session_id

    @property
    def _is_stopped(self) -> bool:
        return self.stop is not None and self._completed >= self.stop.time

    def _is_stop(self, event: RecordedEvent) -> bool:
        return (
            self.stop is not None
            and event.type == "agent_task_completed"
            and event.data["task_id"] == self.stop.task_id
        )

    def _guarded(self, act: Callable[[], None]) -> None:
        """Do a step; what it is refused for names the event."""
        script = self.play.script
        name = f"Event {script.number} ({script.next.type})" if not script.is_over else "The end"
        try:
            act()
        except CannotReplay:
            raise
        except Refusal as refusal:
            raise CannotReplay(f"{name} is refused now: {refusal.detail}") from refusal
        except (*SENSELESS, *SENSELESS_TO_DATABASE) as error:
            log.warning("A replay stopped at event %s", script.number, exc_info=True)
            raise CannotReplay(f"{name} cannot be played: {type(error).__name__}.") from error

    def _play_next(self) -> None:
        script = self.play.script
        event, before = script.next, script.at
        if before == 0:
            self._begin()
        elif event.type in PLAYED:
            PLAYED[event.type](self.play, event)
        else:
            raise CannotReplay(f"Event {script.number} ({event.type}) follows from nothing.")
        if script.at == before:
            raise CannotReplay(f"Event {script.number} ({event.type}) does not happen now.")

    def _begin(self) -> None:
        play, recording = self.play, self.play.recording
        start = recording.start
        starter = play.people.called(start.by)
        new = NewSession(
            team_id=self.team_id,
            user_id=starter.user_id,
            username=starter.username,
            feature_name=start.feature_name,
            brief=start.brief,
            workflow=start.workflow,
            model=start.model,
            budget_usd=start.budget_usd,
            chain_id=uuid4(),
        )
        if recording.fork is None:
            play.offline.create(partial(acts.begin, replay_of=recording.chain_id), new)
        else:
            source, wish = fork_of(recording, new, play.people)
            play.offline.create(partial(acts.begin_fork, replay_of=recording.chain_id), source, wish)
        play.learn_tasks()

    def _hold(self) -> None:
        """Give back what else ran when the stop was reached, and pause: nothing shall go on by itself."""
        offline, by = self.play.offline, self.play.people.replaying.username
        rows = AgentTask.objects.filter(session=offline.session_id, status=TaskStatus.RUNNING).order_by("id")
        for task_id in list(rows.values_list("pk", flat=True)):
            offline.apply(acts.release, task_id, reason=acts.ENDS_HERE, on_script=False)
        offline.apply(acts.hold, by=by, on_script=False)
