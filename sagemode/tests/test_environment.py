"""The environment, as people and compose files write it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import environ
import pytest

from sagemode.environment import Environment

ASKED = ("SAGE_MODEL", "FALLBACK_MODELS", "PROVIDER_HOSTS")
ASKED += ("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "OLLAMA_BASE_URL", "OLLAMA_IS_NAMED")


def settings_with(**environment: str) -> dict[str, object]:
    """Return what a process of this environment reads."""
    code = (
        f"import json; from sagemode import settings; print(json.dumps({{n: getattr(settings, n) for n in {ASKED}}}))"
    )
    surroundings = {**os.environ, "ENVIRONMENT": "testing", **environment}
    done = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True)
    read: dict[str, object] = json.loads(done.stdout)
    return read


@pytest.mark.parametrize("said", ["2m", "1e", "ten", "nan", "inf", "1,5", ""])
def test_what_is_no_number_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("SAGE_TIMEOUT_SMALL", said)

    with pytest.raises(environ.ImproperlyConfigured, match=f"SAGE_TIMEOUT_SMALL={said} is not a number"):
        Environment().float("SAGE_TIMEOUT_SMALL", default=30.0)


@pytest.mark.parametrize(("said", "read"), [("1e3", 1000.0), (" 2.5 ", 2.5), ("7", 7.0)])
def test_numbers_are_read_as_they_are_written(monkeypatch: pytest.MonkeyPatch, said: str, read: float) -> None:
    monkeypatch.setenv("SAGE_TIMEOUT_SMALL", said)

    assert Environment().float("SAGE_TIMEOUT_SMALL", default=30.0) == read
    assert Environment().float("SAGE_TIMEOUT_LARGE_OF_NOBODY", default=60.0) == 60.0


def test_a_comma_list_may_have_spaces_and_an_empty_variable_is_none() -> None:
    read = settings_with(
        SAGE_MODEL="",
        SAGE_FALLBACK_MODELS="anthropic:a, openai:b ,, ",
        SAGE_PROVIDER_HOSTS=" one.example, two.example:8443",
        ANTHROPIC_BASE_URL="",
        OPENAI_BASE_URL="http://localhost:8000/v1/",
    )

    assert read == {
        "SAGE_MODEL": "simulator",
        "FALLBACK_MODELS": ["anthropic:a", "openai:b"],
        "PROVIDER_HOSTS": ["one.example", "two.example:8443"],
        "ANTHROPIC_BASE_URL": "https://api.anthropic.com",
        "OPENAI_BASE_URL": "http://localhost:8000/v1",
        "OLLAMA_BASE_URL": "http://localhost:11434",
        "OLLAMA_IS_NAMED": False,
    }


def test_ollama_is_there_for_who_names_its_usual_address() -> None:
    assert settings_with(OLLAMA_BASE_URL="http://localhost:11434")["OLLAMA_IS_NAMED"]


def test_a_path_that_is_added_anyway_may_stand_in_an_address() -> None:
    read = settings_with(
        ANTHROPIC_BASE_URL="https://proxy.example/anthropic/v1/",
        OLLAMA_BASE_URL="http://gpu.example:11434/v1",
        OPENAI_BASE_URL="https://proxy.example/v1",
    )

    assert read["ANTHROPIC_BASE_URL"] == "https://proxy.example/anthropic"
    assert read["OLLAMA_BASE_URL"] == "http://gpu.example:11434"
    assert read["OPENAI_BASE_URL"] == "https://proxy.example/v1"
