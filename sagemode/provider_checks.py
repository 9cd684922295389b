"""Keys and addresses of model providers that cannot work are told at the start; no message shows one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution

from agents.addresses import UnusableURL, allowed_name, origin_of
from agents.endpoints import is_set_up_by_operator, operator_endpoint
from agents.field_key import chosen_keys
from agents.providers.extra import PREFIXES, why_not_set_up
from agents.providers.names import provider_of, title_of
from sagemode.secret_key import is_loopback

SHORTEST_FIELD_KEY = 16


@register()
def check_provider_settings(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings of providers, each with what to do."""
    return [*_addresses(), *_keys(), *_models(), *_hosts(), *_field_key()]


def _addresses() -> Iterator[CheckMessage]:
    for name in settings.USUAL_ADDRESSES:
        variable, url = f"{name.upper()}_BASE_URL", operator_endpoint(name).base_url
        try:
            origin_of(url)
            fault = "Leave out “?” and “#” and what follows." if "?" in url or "#" in url else ""
        except UnusableURL as error:
            fault = str(error)
        if fault:
            hint = f"{fault} Or unset it for {settings.USUAL_ADDRESSES[name]}."
            yield Error(f"{variable} cannot be used as an address.", hint=hint, id="sagemode.E030")


def _keys() -> Iterator[CheckMessage]:
    for name in settings.USUAL_ADDRESSES:
        key = operator_endpoint(name).api_key
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            hint = "Copy it once more, without quotes, spaces and line breaks."
            yield Error(f"{name.upper()}_API_KEY holds what no key can hold.", hint=hint, id="sagemode.E031")
    at_home = settings.USUAL_ADDRESSES["anthropic"] == settings.ANTHROPIC_BASE_URL
    if at_home and settings.ANTHROPIC_API_KEY and not settings.ANTHROPIC_API_KEY.startswith("sk-ant-"):
        yield Error(
            "ANTHROPIC_API_KEY is no key of Anthropic's: those begin with sk-ant-.",
            hint="Copy it once more, or unset it. A proxy of your own is named by ANTHROPIC_BASE_URL.",
            id="sagemode.E032",
        )
    if settings.OPENROUTER_API_KEY and not settings.OPENROUTER_API_KEY.startswith("sk-or-"):
        hint = "Look whether it is another provider's: it would be sent to OpenRouter."
        yield Caution("OPENROUTER_API_KEY does not begin with sk-or-.", hint=hint, id="sagemode.W033")


def _models() -> Iterator[CheckMessage]:
    for variable, models in (("SAGE_MODEL", [settings.SAGE_MODEL]), ("SAGE_FALLBACK_MODELS", settings.FALLBACK_MODELS)):
        for model in models:
            provider = provider_of(model)
            if provider is None or is_set_up_by_operator(provider):
                continue  # `check_settings` refuses what is no name
            if provider in PREFIXES:
                hint = f"{why_not_set_up(provider)}."
            else:
                hint = f"Set {provider.upper()}_API_KEY. Until then only teams with a key of their own can use it."
            yield Caution(
                f"{variable} names {model}, and {title_of(provider)} is not set up.", hint=hint, id="sagemode.W034"
            )


def _hosts() -> Iterator[CheckMessage]:
    for entry in settings.PROVIDER_HOSTS:
        if not allowed_name(entry):
            hint = "Write host or host:port, separated by commas, as in models.example.org:8000,10.0.0.5."
            yield Error(f"SAGE_PROVIDER_HOSTS holds “{entry}”, which is no host.", hint=hint, id="sagemode.E035")


def _field_key() -> Iterator[CheckMessage]:
    texts = chosen_keys()
    if settings.FIELD_KEY and not texts:
        hint = "Set it to a long random text, or leave it out."
        yield Error("SAGE_FIELD_KEY holds no key.", hint=hint, id="sagemode.E036")
    elif any(len(text) < SHORTEST_FIELD_KEY for text in texts):
        hint = (
            f"Put a random text of {SHORTEST_FIELD_KEY} characters or more in front, then `manage.py rotate_field_key`."
        )
        yield Caution("SAGE_FIELD_KEY holds a text that can be guessed.", hint=hint, id="sagemode.W037")
    elif not texts and not is_loopback(settings.HOST):
        hint = "Set SAGE_FIELD_KEY to a long random text."
        yield Caution(
            f"HOST={settings.HOST} and no SAGE_FIELD_KEY: teams can enter no keys.", hint=hint, id="sagemode.W038"
        )
