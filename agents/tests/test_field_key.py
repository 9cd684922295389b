"""Encrypted fields: which key reads them, what they are bound to, and where a key comes from."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from agents.field_key import Undecipherable, decrypt, encrypt, rotate
from sagemode.secret_key import generated_key

OWN = {"team": 1, "provider": "openai", "origin": "https://api.openai.com"}


@pytest.mark.parametrize("text", ["x", "a passphrase of mine", "0" * 200, "schlüssel", "WmFhYWFhYWFhYWFhYWFhYWFhYWE="])
def test_any_text_is_a_key(settings: Any, text: str) -> None:
    settings.FIELD_KEY = text

    kept = encrypt("the secret", **OWN)

    assert "secret" not in kept
    assert decrypt(kept, **OWN) == "the secret"
    assert encrypt("the secret", **OWN) != kept


@pytest.mark.parametrize("foreign", [{"team": 2}, {"provider": "anthropic"}, {"origin": "https://evil.example"}])
def test_a_ciphertext_in_another_row_is_of_no_use(settings: Any, foreign: dict[str, Any]) -> None:
    settings.FIELD_KEY = "one"
    kept = encrypt("the secret", **OWN)

    with pytest.raises(Undecipherable, match="another team, provider or address") as refused:
        decrypt(kept, **{**OWN, **foreign})

    assert "the secret" not in repr(refused.value)


@pytest.mark.parametrize("spoil", [lambda kept: kept[:-2], lambda kept: "", lambda kept: "ö", lambda kept: kept[::-1]])
def test_a_wrong_key_and_a_spoilt_field_are_told_in_one_sentence(settings: Any, spoil: Any) -> None:
    settings.FIELD_KEY = "one"
    kept = encrypt("the secret", **OWN)

    with pytest.raises(Undecipherable, match="another SAGE_FIELD_KEY"):
        decrypt(spoil(kept), **OWN)
    settings.FIELD_KEY = "two"
    with pytest.raises(Undecipherable, match="another SAGE_FIELD_KEY"):
        decrypt(kept, **OWN)


def test_the_first_of_several_keys_encrypts_and_all_decrypt(settings: Any) -> None:
    settings.FIELD_KEY = "old"
    kept = encrypt("the secret", **OWN)

    settings.FIELD_KEY = "new, old"
    assert decrypt(kept, **OWN) == "the secret"
    renewed = rotate(kept)

    settings.FIELD_KEY = "new"
    assert decrypt(renewed, **OWN) == "the secret"
    with pytest.raises(Undecipherable):
        decrypt(kept, **OWN)
    with pytest.raises(Undecipherable):
        rotate(kept)


def test_a_key_is_generated_once_for_its_owner_alone(settings: Any, tmp_path: Path) -> None:
    settings.FIELD_KEY = ""
    path = tmp_path / "data" / "field_key"
    settings.GENERATED_FIELD_KEY = partial(generated_key, path, host="127.0.0.1", variable="SAGE_FIELD_KEY")

    kept = encrypt("the secret", **OWN)

    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert decrypt(kept, **OWN) == "the secret"
    settings.FIELD_KEY = path.read_text()  # what was generated can be chosen, on another machine as well
    assert decrypt(kept, **OWN) == "the secret"


@pytest.mark.parametrize(("field_key", "host"), [("", "0.0.0.0"), (" , ", "127.0.0.1")])
def test_without_a_key_of_ones_own_nothing_is_encrypted_where_others_can_reach_us(
    settings: Any, tmp_path: Path, field_key: str, host: str
) -> None:
    settings.FIELD_KEY = field_key
    settings.GENERATED_FIELD_KEY = partial(generated_key, tmp_path / "key", host=host, variable="SAGE_FIELD_KEY")

    with pytest.raises(ImproperlyConfigured, match="SAGE_FIELD_KEY"):
        encrypt("the secret", **OWN)

    assert not list(tmp_path.iterdir())
