"""What is taken out of a text before anybody reads it, and what is left as it is."""

from __future__ import annotations

import time
from typing import Any

import pytest

from agents.secrets import is_secret_name, redact, redact_line, remember

LETTERS = "AbCdEfGh1jKlMnOpQrStUvWxYz0123456789AbCdEfGh"
PEM = "-----BEGIN {0}PRIVATE KEY-----\n{1}\n{1}\n-----END {0}PRIVATE KEY-----"


@pytest.mark.parametrize(
    "secret",
    [
        f"sk-ant-api03-{LETTERS}",
        f"sk-or-v1-{LETTERS}",
        f"sk-proj-{LETTERS}_x-y",
        f"sk-{LETTERS}",
        "AKIAIOSFODNN7EXAMPLE",
        f"ghp_{LETTERS[:36]}",
        f"github_pat_{LETTERS}",
        f"glpat-{LETTERS[:20]}",
        f"xoxb-123456789012-{LETTERS[:24]}",
        f"AIza{LETTERS[:35]}",
        f"hf_{LETTERS[:34]}",
        f"gsk_{LETTERS}abcd",
        f"sk_live_{LETTERS[:24]}",
        f"eyJ{LETTERS[:20]}.eyJ{LETTERS[:40]}.{LETTERS[:43]}",
        PEM.format("RSA ", "MIIEpAIBAAKCAQEA" * 4),
        PEM.format("", "MIIEpAIBAAKCAQEA" * 4).replace("\n", "\\n"),
    ],
)
@pytest.mark.parametrize("around", ["{}", 'key="{}"', "({}),", "it is {}.\n", '{{"key":"{}"}}'])
def test_keys_of_well_known_services_are_taken_out(secret: str, around: str) -> None:
    assert redact(around.format(secret)) == around.format("[redacted]")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_bearer_token_is_taken_out_and_its_scheme_is_left(scheme: str) -> None:
    assert redact(f"Authorization: {scheme} {LETTERS}.x-y_z==\nAccept: */*") == (
        f"Authorization: {scheme} [redacted]\nAccept: */*"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Use sk-learn-based-classification of risks, task-force-by-task-force, and the sk-… of the provider.",
        "Keys look like sk-ant-…, sk-or-… or ghp_xxx; AKIA is the front of Amazon's.",
        "risk-assessment-of-the-whole-process1234567890 and desk-reservation2026withmanyletters",
        "Authorization: Bearer <token>; the Bearer authentication scheme; Bearer {{ access_token_of_the_person }}",
        "bearer-token-based-authorization",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN PRIVATE KEY----- and no end",
        "eyJhbGciOi is how a token begins",
        "postgres://localhost/name and https://api.example.com/v1",
        "a@b.example, sha256:" + "0123456789abcdef" * 4,
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_text_about_keys_is_left_as_it_is(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("SECRET_KEY", "a long random text of the house", "a long random text of the house"),
        ("FIELD_KEY", "first-field-key,second-field-key", "second-field-key"),
        ("OPENAI_API_KEY", "not-of-a-known-form", "not-of-a-known-form"),
        ("DATABASE_URL", "postgres://sage:its-own-password@db:5432/sage", "its-own-password"),
        ("DATABASE_URL", "postgres://sage:p%40ss%2Fword-of-it@db:5432/sage", "p@ss/word-of-it"),
        ("REDIS_URL", "redis://:password-of-redis@cache:6379/0", "password-of-redis"),
    ],
)
def test_secrets_of_the_settings_are_taken_out(settings: Any, name: str, value: str, secret: str) -> None:
    setattr(settings, name, value)

    assert redact(f"It was {secret}!") == "It was [redacted]!"


def test_secrets_of_the_environment_are_taken_out_as_they_are_and_as_json_spells_them(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setenv("ACME_API_TOKEN", 'quoted "token" of acme')
    monkeypatch.setenv("ACME_SECRET", "base64/of+the/secret")
    monkeypatch.setenv("ACME_REGION", "eu-central-and-public")
    monkeypatch.setenv("ACME_TOKEN_SHORT", "tiny")
    settings.SECRET_KEY = "so that the environment is read anew"

    assert redact('{"a": "quoted \\"token\\" of acme"} quoted "token" of acme') == '{"a": "[redacted]"} [redacted]'
    assert redact(r'{"a": "base64\/of+the\/secret"}') == '{"a": "[redacted]"}'
    assert redact("quoted%20%22token%22%20of%20acme") == "[redacted]"
    assert redact("eu-central-and-public, tiny") == "eu-central-and-public, tiny"


def test_keys_that_were_handed_in_are_taken_out() -> None:
    remember("the-key-of-a-team")
    remember("short")
    remember("canary-42")
    remember("simulator")

    told = redact("the-key-of-a-team is short, and this. A canary-42 in the simulator", known=["this"])

    assert told == "[redacted] is short, and [redacted]. A [redacted] in the simulator"


def test_a_log_line_shows_no_password_of_any_address() -> None:
    assert redact_line("postgres://u:pw@host/db failed") == "postgres://[redacted]@host/db failed"
    assert redact_line("https://host:8000/a@b and user@host") == "https://host:8000/a@b and user@host"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OPENAI_API_KEY", True),
        ("GITHUB_TOKEN", True),
        ("DB_PASSWORD", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("SENTRY_DSN", True),
        ("api_key", True),
        ("GOOGLE_APPLICATION_CREDENTIALS", True),
        ("APIKEY", True),
        ("KEYBOARD", False),
        ("MONKEY", False),
        ("TOKENIZERS_PARALLELISM", False),
        ("SSH_KEY_PATH", False),
        ("PATH", False),
        ("DEFAULT_MAX_TOKENS", False),
    ],
)
def test_names_say_what_is_secret(name: str, expected: bool) -> None:
    assert is_secret_name(name) is expected


def test_a_megabyte_of_text_about_keys_takes_a_moment() -> None:
    text = "The task-force decides on risk-based sk-management; Bearer tokens, eyJ and ghp_ in the disk. " * 10_000
    redact(text)
    began = time.process_time()

    assert redact(text) == text

    assert time.process_time() - began < 0.5


def test_hostile_text_takes_no_longer() -> None:
    fronts = ("sk-" * 3, "sk-ant-", "-----BEGIN PRIVATE KEY-----", "eyJ", "Bearer ", "xoxb-", "://a:")
    began = time.process_time()

    for front in fronts:
        redact_line((front + "a" * 50) * 5_000)
        redact_line((front + "\n") * 40_000)
        redact_line(front + "a" * 300_000)

    assert time.process_time() - began < 10
