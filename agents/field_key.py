"""Fields that nobody may read from a copy of the database: encrypted under SAGE_FIELD_KEY, and bound to their row.

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived by scrypt from each text of the setting, so that any text will
do. The first encrypts, all of them decrypt. What the value belongs to is encrypted with it and compared when it is
read: a ciphertext that was copied to another team's row, or whose row names another origin now, is of no use.

The library takes 7 MB, so it is loaded with the first field: many processes never see one.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_SALT = b"sage-mode/field-key/1"  # constant: every process has to derive the same key from the setting alone


class Undecipherable(Exception):
    """The field was written under another key, or for another row. The message says what to do."""


def encrypt(value: str, **bound_to: str | int) -> str:
    """Return a ciphertext of the value that only `decrypt` with the same `bound_to` reads.

    Raises ImproperlyConfigured when there is no key and none may be made.
    """
    plain = json.dumps({"value": value, "bound_to": bound_to}, sort_keys=True)
    return _fernets(_key_texts()).encrypt(plain.encode()).decode()


def decrypt(ciphertext: str, **bound_to: str | int) -> str:
    """Return the value that was encrypted for `bound_to`. Raises Undecipherable, and ImproperlyConfigured."""
    from cryptography.fernet import InvalidToken

    try:
        plain = json.loads(_fernets(_key_texts()).decrypt(ciphertext.encode()))
    except (InvalidToken, UnicodeError, ValueError) as error:
        raise Undecipherable(
            "It was encrypted under another SAGE_FIELD_KEY: put that one back, or enter it anew."
        ) from error
    if plain["bound_to"] != bound_to:
        raise Undecipherable("It was entered for another team, provider or address: enter it anew.")
    value: str = plain["value"]
    return value


def rotate(ciphertext: str) -> str:
    """Return the same field encrypted under the first key. Raises Undecipherable when none of the keys reads it."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernets(_key_texts()).rotate(ciphertext.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise Undecipherable("None of the texts in SAGE_FIELD_KEY reads it.") from error


def chosen_keys() -> tuple[str, ...]:
    """Return the texts that SAGE_FIELD_KEY holds, the one that encrypts first."""
    return tuple(text for part in settings.FIELD_KEY.split(",") if (text := part.strip()))


def _key_texts() -> tuple[str, ...]:
    chosen = chosen_keys()
    if settings.FIELD_KEY and not chosen:
        raise ImproperlyConfigured("SAGE_FIELD_KEY holds no key: set it to a long random text, or leave it out.")
    return chosen or (settings.GENERATED_FIELD_KEY(),)


@lru_cache(maxsize=4)
def _fernets(texts: tuple[str, ...]) -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet

    # 16 MB and some 50 ms, once per process: a short text is not guessed at the price of a hash.
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.scrypt(text.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=32)))
            for text in texts
        ]
    )
