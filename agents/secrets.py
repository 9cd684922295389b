"""Secrets are taken out of texts before anybody reads them: logs, error texts, cassettes.

Two kinds are known: the values of this house (keys in the settings, passwords in addresses, environment variables whose
names say that they are secret, keys of teams that this process uses), and the forms that well-known services give their
keys. A form must have real length and alphabet, so that text *about* keys stays as it is.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

REDACTED = "[redacted]"
SHORTEST = 8  # with letters and digits in it
SHORTEST_WORD = 12  # without: a shorter one would be found in ordinary texts
MOST_REMEMBERED = 1000  # keys of teams that one process uses

_SECRET_SETTINGS = ("SECRET_KEY", "FIELD_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY")
_ADDRESS_SETTINGS = ("DATABASE_URL", "DATABASE_URL_DIRECT", "SCRATCH_URL", "REDIS_URL")
_SECRET_NAME = re.compile(
    r"(?:^|[_-])(?:KEYS?|TOKEN|SECRETS?|PASSWORD|PASSWD|CREDENTIALS?|DSN)(?:$|_(?!FILE|PATH|DIR|ID|URL))|APIKEY",
    re.IGNORECASE,
)
_PASSWORD_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@:\"']*:[^\s/@\"']+(?=@)")

# The letters a form begins with, and the form. What stands before it is asked afterwards, because an expression that
# begins with plain letters is found as fast as a word; and no expression runs where its letters do not occur.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (letters, re.compile(re.escape(letters) + rf"(?<![A-Za-z0-9_-]{re.escape(letters)})" + rest))
    for letters, rest in (
        ("sk-", r"(?:ant|or|proj|svcacct|admin|lf)-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}"),  # OpenAI and its kin
        ("sk-", r"(?=[A-Za-z]{0,40}[0-9])[A-Za-z0-9]{20,}(?![A-Za-z0-9-])"),
        ("AKIA", r"[A-Z2-7]{16}(?![A-Za-z0-9])"),  # Amazon
        ("ASIA", r"[A-Z2-7]{16}(?![A-Za-z0-9])"),
        ("ghp_", r"[A-Za-z0-9]{30,}"),  # GitHub
        ("gho_", r"[A-Za-z0-9]{30,}"),
        ("ghu_", r"[A-Za-z0-9]{30,}"),
        ("ghs_", r"[A-Za-z0-9]{30,}"),
        ("ghr_", r"[A-Za-z0-9]{30,}"),
        ("github_pat_", r"[A-Za-z0-9_]{30,}"),
        ("glpat-", r"[A-Za-z0-9_-]{20,}"),  # GitLab
        ("xox", r"[abeoprs]-(?=[A-Za-z-]{0,60}[0-9])[A-Za-z0-9-]{20,}"),  # Slack
        ("AIza", r"[A-Za-z0-9_-]{35}"),  # Google
        ("hf_", r"[A-Za-z0-9]{30,}"),  # Hugging Face
        ("gsk_", r"[A-Za-z0-9]{40,}"),  # Groq
        ("sk_live_", r"[A-Za-z0-9]{20,}"),  # Stripe
        ("rk_live_", r"[A-Za-z0-9]{20,}"),
        ("eyJ", r"[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}"),  # a signed token (JWT)
        (
            "-----BEGIN ",
            # Five dashes end what is between: else each of many beginnings would be read on to the last of them.
            r"(?:[A-Z]+ ){0,3}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s\\:,]|-(?!----)){40,20000}+"
            r"-----END (?:[A-Z]+ ){0,3}PRIVATE KEY-----",
        ),
    )
)
_BEARER = re.compile(r"(earer +)(?=[A-Za-z._~+/=-]{0,60}[0-9])[A-Za-z0-9._~+/=-]{20,}")
_remembered: dict[str, None] = {}


def redact(text: str, *, known: Iterable[str] = ()) -> str:
    """Return the text with each secret replaced by “[redacted]”; `known` are further ones, of any length.

    A megabyte without secrets takes a few milliseconds.
    """
    for secret in (*known, *_values(_facts())):
        if secret and secret in text:
            text = text.replace(secret, REDACTED)
    for letters, form in _FORMS:
        if letters in text:
            text = form.sub(REDACTED, text)
    if "earer " in text:
        text = _BEARER.sub(rf"\1{REDACTED}", text)
    return text


def redact_line(text: str) -> str:
    """Return a line for a log without secrets, and without the user and password of any address in it."""
    text = redact(text)
    return _PASSWORD_IN_ADDRESS.sub(REDACTED, text) if "://" in text else text


def remember(secret: str) -> None:
    """Have `redact` know a secret that stands in no setting, such as a team's key that this process uses."""
    if _can_be_looked_for(secret) and secret not in _remembered:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.pop(next(iter(_remembered)))
        _remembered[secret] = None


def is_secret_name(name: str) -> bool:
    """Say whether the name of a variable or field says that its value is a secret."""
    return _SECRET_NAME.search(name) is not None


def _facts() -> tuple[str, ...]:
    """Return what the secrets are made of, cheap enough for each call: settings differ from test to test."""
    # A line that is logged while the settings are being read cannot know them.
    names = (*_SECRET_SETTINGS, *_ADDRESS_SETTINGS) if settings.configured else ()
    return (*(str(getattr(settings, name, "")) for name in names), *_remembered)


@lru_cache(maxsize=8)
def _values(facts: tuple[str, ...]) -> tuple[str, ...]:
    """Return all values to look for, the longest first so that none leaves a tail of another."""
    # Here the environment is not asked what it means, only for what must not be told.
    for name, value in os.environ.items():
        if is_secret_name(name) or ("://" in value and "@" in value):
            facts += (value,)
    secrets = {part for fact in facts for part in _parts(fact) if _can_be_looked_for(part)}
    quoted = {text for secret in secrets for text in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1])}
    quoted |= {text.replace("/", r"\/") for text in quoted}  # JSON may spell a slash so
    spellings = {*quoted, *map(escape, quoted), *(quote(secret, safe="") for secret in secrets)}
    return tuple(sorted(spellings, key=lambda value: (-len(value), value)))


def _can_be_looked_for(secret: str) -> bool:
    is_mixed = any(map(str.isdigit, secret)) and any(map(str.isalpha, secret))
    return len(secret) >= (SHORTEST if is_mixed else SHORTEST_WORD)


def _parts(value: str) -> set[str]:
    """Return what of a value is secret: the password of an address, or all of it and each part of a list."""
    if "://" not in value:
        return {value, *(part.strip() for part in value.split(","))}
    try:
        password = urlsplit(value).password or ""
    except ValueError:
        return set()
    return {password, unquote(password)}
