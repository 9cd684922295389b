"""Keys of a team's own: entered, replaced, taken away. Nobody is shown one again; the log says who did what."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.errors import InvalidInput
from accounts.models import User
from agents.addresses import UnusableURL, check_base_url, origin_of
from agents.errors import KeysCannotBeKept
from agents.field_key import Undecipherable, encrypt, rotate
from agents.models import ProviderKey, ProviderStatus
from agents.providers.names import title_of
from agents.secrets import remember
from teams.models import Team
from teams.rules.teams import lock_team

log = logging.getLogger(__name__)
LONGEST_KEY = 500
WITHOUT_KEY = {"ollama"}  # servers that may stand open
USE_IS_NOTED_EVERY = timedelta(minutes=1)

_KEY = re.compile(r"[\x21-\x7e]+")  # what fits into a header: printable ASCII without spaces
# The front of a key, and whose it is: a key in the wrong field would be sent to somebody else.
_FRONTS = {"sk-ant-": "anthropic", "sk-or-": "openrouter"}


def named_providers() -> list[str]:
    """Return the providers that a team can enter a key for: those that our own clients speak to."""
    return list(settings.USUAL_ADDRESSES)


def usual_address(provider: str) -> str:
    """Return the public address of a provider; empty for one that has none, such as Ollama."""
    address: str = settings.USUAL_ADDRESSES.get(provider, "")
    return address if address.startswith("https://") else ""


def store_key(team: Team, *, provider: str, key: str, base_url: str = "", by: User) -> tuple[ProviderKey, bool]:
    """Keep the team's key for a provider, bound to the origin of `base_url`; say whether it is the first.

    A former key is replaced. Without `base_url` the key goes to the provider's public address. Resolves a name: call it
    outside of transactions. Raises InvalidInput and KeysCannotBeKept.
    """
    if provider not in named_providers():
        raise InvalidInput({"provider": [f"One of {', '.join(named_providers())}."]})
    base_url, key = _checked_url(provider, base_url), key.strip()
    origin = origin_of(base_url)
    if fault := _fault_of(key, provider=provider, base_url=base_url):
        raise InvalidInput({"key": [fault]})
    remember(key)
    try:
        encrypted = encrypt(key, team=team.pk, provider=provider, origin=origin)
    except ImproperlyConfigured as error:
        raise KeysCannotBeKept from error
    with transaction.atomic():
        lock_team(team)
        former = ProviderKey.objects.filter(team=team, provider=provider)
        is_first = not former.exists()
        former.delete()  # a new row: nothing of the former key's history belongs to this one
        ProviderStatus.objects.filter(team=team, provider=provider).delete()  # nor of how it was: it is asked at once
        row = ProviderKey.objects.create(
            team=team, provider=provider, base_url=base_url, origin=origin, encrypted_key=encrypted, created_by=by
        )
    log.info(
        "%s %s the key of team %s for %s at %s",
        by.username,
        "entered" if is_first else "replaced",
        team.pk,
        provider,
        origin,
    )
    row.refresh_from_db(fields=["created_at"])
    return row, is_first


def delete_key(row: ProviderKey, *, by: User) -> None:
    """Forget a key; from now on the team's calls go where the operator's go. Again, it changes nothing."""
    deleted, _ = ProviderKey.objects.filter(pk=row.pk).delete()
    if deleted:
        log.info("%s deleted the key of team %s for %s at %s", by.username, row.team_id, row.provider, row.origin)


def rotate_keys() -> tuple[int, list[ProviderKey]]:
    """Encrypt all keys anew under the first text of SAGE_FIELD_KEY; say how many, and which none of the texts reads.

    Raises ImproperlyConfigured.
    """
    renewed, unreadable = 0, []
    with transaction.atomic():
        for row in ProviderKey.objects.select_for_update(of=("self",)).select_related("team").order_by("pk"):
            try:
                row.encrypted_key = rotate(row.encrypted_key)
            except Undecipherable:
                unreadable.append(row)
                continue
            row.save(update_fields=["encrypted_key"])
            renewed += 1
    return renewed, unreadable


def note_use(row: ProviderKey) -> None:
    """Write down that the key was used, at most once a minute."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - USE_IS_NOTED_EVERY)
    ProviderKey.objects.filter(stale, pk=row.pk).update(last_used_at=Now())


def _checked_url(provider: str, base_url: str) -> str:
    usual = usual_address(provider)
    base_url = base_url.strip()
    if base_url.rstrip("/") in ("", usual):
        if not usual:
            raise InvalidInput({"base_url": [f"{title_of(provider)} has no address that all use: name yours."]})
        return usual
    try:
        return check_base_url(base_url)
    except UnusableURL as refused:
        raise InvalidInput({"base_url": [str(refused)]}) from refused


def _fault_of(key: str, *, provider: str, base_url: str) -> str:
    """Return what is wrong with a key, without saying anything of the key itself."""
    if not key:
        return "" if provider in WITHOUT_KEY else "Enter the key."
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        return f"A key has up to {LONGEST_KEY} letters, digits and signs, without spaces. Copy it once more."
    owner = next((name for front, name in _FRONTS.items() if key.startswith(front)), provider)
    if owner != provider:
        return f"This is a key of {title_of(owner)}, and it would be sent to {title_of(provider)}. Choose its provider."
    front = next((front for front, name in _FRONTS.items() if name == provider), "")
    if base_url == usual_address(provider) and front and not key.startswith(front):
        return f"A key of {title_of(provider)} begins with {front}. Copy it once more."
    return ""
