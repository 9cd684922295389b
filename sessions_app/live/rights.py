"""Who is behind a cookie, and may still watch. The same questions when a socket opens and while it is open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from sessions_app.live.codes import NO_RIGHT, SIGNED_OUT
from sessions_app.queries.sessions import visible_pairs


@dataclass(frozen=True)
class Ticket:
    """A person, the web session they came with, and the session they watch."""

    user_id: int
    web_key: str
    session_id: int


def person_behind(web_key: str) -> int | None:
    """Return the id of the person a cookie signs in: two queries; None when it signs nobody in."""
    return _people_behind({web_key}).get(web_key) if web_key else None


def lost_rights(tickets: Collection[Ticket]) -> dict[Ticket, int]:
    """Return the closing code of every ticket that is not good any more: three queries for all."""
    people = _people_behind({ticket.web_key for ticket in tickets})
    seen = visible_pairs({(ticket.user_id, ticket.session_id) for ticket in tickets})
    codes = {}
    for ticket in tickets:
        if people.get(ticket.web_key) != ticket.user_id:
            codes[ticket] = SIGNED_OUT
        elif (ticket.user_id, ticket.session_id) not in seen:
            codes[ticket] = NO_RIGHT
    return codes


def _people_behind(web_keys: Collection[str]) -> dict[str, int]:
    """Read web sessions in bulk as Django's own `get_user` reads one: alive, of an active user, password unchanged."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    rows = store.model.objects.filter(session_key__in=web_keys, expire_date__gt=timezone.now())
    opened = {row.session_key: store.decode(row.session_data) for row in rows}
    wanted = {key: int(facts[SESSION_KEY]) for key, facts in opened.items() if SESSION_KEY in facts}
    users = {user.pk: user for user in User.objects.filter(pk__in=set(wanted.values()), is_active=True)}
    return {
        key: user_id
        for key, user_id in wanted.items()
        if user_id in users and _is_current(opened[key].get(HASH_SESSION_KEY, ""), users[user_id])
    }


def _is_current(kept_hash: str, user: User) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(kept_hash, each) for each in hashes)
