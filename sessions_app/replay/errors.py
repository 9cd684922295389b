"""Why a recording cannot be played."""

from __future__ import annotations

from sessions_app.errors import Refusal


class CannotReplay(Refusal):
    """The recording is no whole one, or it cannot be played here."""

    status = 409
    code = "cannot_replay"
    title = "It cannot be replayed"


class TookAnotherWay(CannotReplay):
    """The replay left the recording: what happens now is something else than what happened then."""

    code = "replay_differs"
    title = "The replay differs"
