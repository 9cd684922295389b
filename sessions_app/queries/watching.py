"""What a socket has to know of the session it watches."""

from __future__ import annotations

from dataclasses import dataclass

from agents.roles import ROLES
from sessions_app.models import ExecutionSession
from sessions_app.queries.estimates import load_estimates


@dataclass(frozen=True)
class Watched:
    """A session that a person may watch, and how far it is."""

    user_id: int
    web_key: str
    session_id: int
    last_seq: int
    estimates: dict[str, float]  # seconds that a role's task usually takes


def watched_session(user_id: int, web_key: str, session_id: int) -> Watched | None:
    """The session as far as this person may watch it: two queries; None when they may not know of it."""
    found = ExecutionSession.objects.visible_to(user_id).filter(pk=session_id)
    session = found.only("last_seq", "team_id", "model", "workflow").first()
    if session is None:
        return None
    estimates = load_estimates([session.team_id])
    seconds = {role: estimates.usual_in(session, role).seconds.likely for role in ROLES}
    return Watched(user_id, web_key, session_id, session.last_seq, seconds)
