"""Which address and key a provider is reached with: the operator's, from the settings."""

from __future__ import annotations

from django.conf import settings

from agents.providers.endpoint import Endpoint


def endpoint_for(provider: str, *, team_id: int | None) -> Endpoint:
    """Return where calls of a team go."""
    return operator_endpoint(provider)


def operator_endpoint(provider: str) -> Endpoint:
    """Return the endpoint that the settings name; one without address for a provider that they do not know."""
    name = provider.upper()
    return Endpoint(
        provider,
        base_url=getattr(settings, f"{name}_BASE_URL", ""),
        api_key=getattr(settings, f"{name}_API_KEY", ""),
    )
