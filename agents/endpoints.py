"""Which address and key a provider is reached with: the team's own where it has entered one, else the operator's.

A key and its address come from one place, never mixed: the operator's key goes to the operator's address, a team's to
the origin that it was entered for.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from agents.addresses import UnusableURL, is_allowed_host, origin_of
from agents.field_key import Undecipherable, decrypt
from agents.model_choice import ModelChoice, of_team
from agents.models import ProviderKey
from agents.providers.contract import ProviderError
from agents.providers.endpoint import Endpoint
from agents.providers.extra import PREFIXES, why_not_set_up
from agents.providers.names import SIMULATOR, provider_of, title_of
from agents.rules.provider_keys import note_use
from agents.secrets import remember
from teams.models import Team


def endpoint_for(provider: str, *, team_id: int | None, note: bool = True) -> Endpoint:
    """Return where calls of a team go: at most two queries. With `note` the use of the team's key is written down.

    Raises ProviderError (not_set_up) when the team has a key that cannot be used: nothing takes its place, because the
    team chose who reads its prompts and who pays.
    """
    row = _row(provider, team_id)
    if row is None:
        return operator_endpoint(provider)
    endpoint = _team_endpoint(row)
    if note:
        note_use(row)
    return endpoint


def operator_endpoint(provider: str) -> Endpoint:
    """Return the endpoint that the settings name; one without address for a provider that they do not know."""
    name = provider.upper()
    return Endpoint(
        provider,
        base_url=getattr(settings, f"{name}_BASE_URL", ""),
        api_key=getattr(settings, f"{name}_API_KEY", ""),
    )


def is_set_up(provider: str, *, team_id: int | None) -> bool:
    """Say whether calls of a team to a provider have somewhere to go: a key, or an address of the operator's own."""
    return is_set_up_by_operator(provider) or _row(provider, team_id) is not None


def why_not(provider: str, *, team_id: int) -> str:
    """Return why calls of a team to a provider have nowhere to go, and what to do; empty when they have."""
    if is_set_up(provider, team_id=team_id):
        return ""
    if provider in PREFIXES:
        return f"{why_not_set_up(provider)}."
    if provider == "ollama":
        return "the operator has not named the address of Ollama (OLLAMA_BASE_URL)."
    return f"there is no key for {title_of(provider)}. Enter one among the team's models, or take another model."


def is_set_up_by_operator(provider: str) -> bool:
    """Say whether the settings give calls to a provider somewhere to go. Asks no database and no server."""
    if provider == SIMULATOR:
        return True
    if provider in PREFIXES:
        return not why_not_set_up(provider)
    if provider == "ollama":  # its usual address is this machine: meant only where somebody names it
        named = (provider_of(name) for name in (settings.SAGE_MODEL, *settings.FALLBACK_MODELS))
        return settings.OLLAMA_IS_NAMED or provider in named
    endpoint = operator_endpoint(provider)
    return bool(endpoint.api_key) or endpoint.base_url != settings.USUAL_ADDRESSES.get(provider, "")


def offered_models(team_id: int | None) -> list[str]:
    """Return the full names that a form offers: the team's defaults, the operator's models, and the simulator.

    Each once, and only those whose provider is set up: two queries.
    """
    team = None if team_id is None else Team.objects.filter(pk=team_id).only("defaults").first()
    chosen = of_team(team) if team else ModelChoice()
    own = set(team.provider_keys.values_list("provider", flat=True)) if team else set()
    by_role = (choice.model or "" for choice in chosen.role_settings.values())
    of_settings = (settings.SAGE_MODEL, *settings.FALLBACK_MODELS)
    offered: dict[str, None] = {}
    for name in (chosen.model or "", *(chosen.fallback_models or ()), *by_role, *of_settings, SIMULATOR):
        provider = provider_of(name)
        if provider and (provider in own or is_set_up_by_operator(provider)):
            offered[name] = None
    return list(offered)


def _row(provider: str, team_id: int | None) -> ProviderKey | None:
    if team_id is None or provider == SIMULATOR:
        return None
    # Asked before every try of every call: composing the statement took most of the time.
    found = ProviderKey.objects.raw(
        "SELECT * FROM provider_keys WHERE team_id = %s AND provider = %s", [team_id, provider]
    )
    return next(iter(found), None)


def _team_endpoint(row: ProviderKey) -> Endpoint:
    title = title_of(row.provider)
    try:
        # Asked of the address itself: whoever changes it in the table makes the key unreadable.
        key = decrypt(row.encrypted_key, team=row.team_id, provider=row.provider, origin=origin_of(row.base_url))
    except (Undecipherable, ImproperlyConfigured) as error:
        raise _not_set_up(f"The team's key for {title} cannot be read. {error}") from error
    except UnusableURL as error:
        raise _not_set_up(f"The team's address for {title} cannot be read: enter it anew.") from error
    is_guarded = not is_allowed_host(row.base_url)
    if is_guarded and not row.base_url.startswith("https://"):
        raise _not_set_up(f"The team's address for {title} is no longer allowed by the operator. Enter another one.")
    remember(key)
    return Endpoint(row.provider, base_url=row.base_url, api_key=key, is_guarded=is_guarded, team_id=row.team_id)


def _not_set_up(message: str) -> ProviderError:
    return ProviderError(message, code="not_set_up", passing=False, billed=False)
