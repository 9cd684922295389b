"""A form that was sent twice makes one session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError

from accounts.models import User
from sessions_app.models import ExecutionSession
from sessions_app.rules.sessions import NewSession


def create_once(user: User, once: UUID | None, new: NewSession, make: Callable[[NewSession], int]) -> int:
    """Return the id of the session that `make` creates, or of the one that the same form made before.

    `once` is the number that the page wrote into its form; the session's chain carries it, and no two chains are the
    same. Without it every form makes a session.
    """
    if once is None:
        return make(new)
    chain_id = uuid5(NAMESPACE_URL, f"sage-mode:form:{user.pk}:{once}")
    if (made := _made(user, chain_id)) is not None:
        return made
    try:
        return make(replace(new, chain_id=chain_id))
    except IntegrityError:
        if (made := _made(user, chain_id)) is None:
            raise
        return made


def _made(user: User, chain_id: UUID) -> int | None:
    sessions = ExecutionSession.objects.visible_to(user).filter(chain_id=chain_id)
    found: int | None = sessions.values_list("pk", flat=True).first()
    return found
