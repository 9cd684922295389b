"""A replay from its recording to what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from sessions_app.errors import InvalidInput
from sessions_app.journal.export import exported_journal
from sessions_app.journal.moment import one_moment
from sessions_app.models import ExecutionSession
from sessions_app.replay.comparison import compare
from sessions_app.replay.errors import CannotReplay, TookAnotherWay
from sessions_app.replay.people import People
from sessions_app.replay.player import Player, Stop
from sessions_app.replay.recording import Recording
from sessions_app.rules.drafts import team_to_start_in

MOST_BEFORE = 3  # differences that are told with the one at which a replay ended


@dataclass(frozen=True)
class Replayed:
    """A replay that was played. It is the same as its recording when there are no differences."""

    session_id: int
    events: int  # of the recording that were played
    notes: list[str]
    differences: list[str]


def replay(
    recording: Recording,
    *,
    team_id: int,
    user: User,
    in_their_names: bool,
    until: str | None = None,
) -> Replayed:
    """Play a recording into a new session of a team, all of it in one transaction, and compare them.

    `until` is the id that a task has in the recording, or a role: the replay ends, and the session is paused, once that
    task has completed; `:2` behind it means for the second time. `in_their_names` is false for what comes in a file.

    Raises CannotReplay, InvalidInput for a task that is not there, NotReachable and NotAllowed.
    """
    team_to_start_in(user, team_id)
    stop = stop_of(recording, until) if until is not None else None
    if recording.is_moving and stop is None:
        raise CannotReplay("The session is still moving: wait for its end, or say --until which task.")
    people = People.led_by(user, starter=recording.start.by, in_their_names=in_their_names)
    player = Player(recording, team_id=team_id, people=people, stop=stop)
    script = player.play.script
    try:
        with transaction.atomic():
            session_id = player.run()
    except TookAnotherWay as error:
        played = {"events": [{"type": event.type, "data": event.data} for event in script.played]}
        before = compare(recording, played, people, until=len(script.played))
        raise TookAnotherWay(" Before that, ".join([error.detail, *before[:MOST_BEFORE]])) from error
    until_event = script.at if stop else None
    with one_moment():
        journal = exported_journal(ExecutionSession.objects.select_related("team", "user").get(pk=session_id))
    return Replayed(
        session_id,
        script.at,
        player.play.notes,
        compare(recording, journal, people, until=until_event),
    )


def stop_of(recording: Recording, wanted: str) -> Stop:
    """Return the place in a recording that somebody names. Raises InvalidInput, and CannotReplay until it is there.

    A role may have a task in more than one stage: they are counted together, in the order in which they completed.
    """
    name, _, time = wanted.partition(":")
    if time and not (time.isascii() and time.isdigit() and 0 < int(time) < 1000):
        raise InvalidInput({"until": [f"“{time}” is not how often the task has completed: write 1, 2, …"]})
    tasks = {
        int(event.data["task_id"]): str(event.data["agent"])
        for event in recording.events
        if event.type == "agent_task_started"
    }
    by_number = int(name) if name.isascii() and name.isdigit() else None
    named = [task_id for task_id, role in tasks.items() if by_number == task_id or role == name]
    if not named:
        told = ", ".join(f"{task_id} ({role})" for task_id, role in tasks.items()) or "none"
        raise InvalidInput({"until": [f"The recording has no task “{name}” that anybody took. It has: {told}."]})
    completed = [
        int(event.data["task_id"])
        for event in recording.events
        if event.type == "agent_task_completed" and event.data["task_id"] in named
    ][: int(time or 1)]
    if len(completed) < int(time or 1):
        raise CannotReplay(f"Task {named[0]} ({tasks[named[0]]}) has not completed{' so often' if time else ''}.")
    return Stop(completed[-1], completed.count(completed[-1]))
