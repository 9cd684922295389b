"""A session run again from its recorded calls: it comes to the same decisions, files and journal, and pays nothing."""

import pytest

from sessions_app.journal.export import bundle_of
from sessions_app.models import ArtifactVersion, ExecutionSession
from sessions_app.replay.reading import recording_of
from sessions_app.replay.replaying import Replayed, replay
from sessions_app.tests.factories import make_session
from sessions_app.tests.test_worker import _connections_of_threads_are_ended, status_after, worker

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)


def replayed(session: ExecutionSession, **options) -> Replayed:
    return replay(recording_of(session.pk), team_id=session.team_id, user=session.user, in_their_names=True, **options)


def test_it(worker):
    session = make_session(brief="Members borrow books for 30 days. A book is lent once.")
    assert status_after(session) == "completed"
    import time

    t = time.monotonic()
    found = replayed(session)
    print("took", time.monotonic() - t, found)
    assert found.differences == []
    assert found.notes == []
