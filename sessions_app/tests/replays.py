"""Replays, and what tests look at afterwards."""

import threading
from decimal import Decimal

from django.db import connection

from sessions_app.models import ArtifactVersion, ExecutionSession
from sessions_app.replay.reading import recording_of
from sessions_app.replay.recording import RecordedEvent, Recording
from sessions_app.replay.replaying import Replayed, replay
from teams.models import TeamMonth


def replayed(session: ExecutionSession, **options) -> Replayed:
    options = {"team_id": session.team_id, "user": session.user, "in_their_names": True, **options}
    return replay(recording_of(session.pk), **options)


def files_of(session_id: int) -> dict[tuple[str, int], str]:
    rows = ArtifactVersion.objects.filter(artifact__session=session_id)
    return {
        (path, version): content for path, version, content in rows.values_list("artifact__path", "version", "content")
    }


def paid(session: ExecutionSession) -> list[tuple[Decimal, Decimal]]:
    return list(TeamMonth.objects.filter(team=session.team_id).values_list("spent_usd", "reserved_usd"))


def in_another_thread(act):
    """What somebody else does, over a connection of their own."""
    done = []

    def run():
        try:
            done.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return done[0]


def recorded_by_hand(session: ExecutionSession) -> Recording:
    """A recording that has only events: whoever made its calls kept no answers."""
    events = [RecordedEvent(type=row.type, data=row.data) for row in session.events.order_by("seq")]
    return Recording.model_construct(events=events)


def waiting_messages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_q_ormq")
        return cursor.fetchone()[0]


def interrupt(*_):
    raise KeyboardInterrupt
