"""What every page says of model providers that do not work."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from agents.health import operator_down

register = template.Library()


@register.inclusion_tag("components/_providers_down.html", takes_context=True)
def providers_down(context: dict[str, Any]) -> dict[str, Any]:
    """A banner for whoever is signed in: one query, none where the operator has set up no real provider."""
    request: HttpRequest | None = context.get("request")
    user = getattr(request, "user", None)
    return {"down": operator_down() if user is not None and user.is_authenticated else []}
