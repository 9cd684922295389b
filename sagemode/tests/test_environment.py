"""The environment, as people and compose files write it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

ASKED = ("SAGE_MODEL", "FALLBACK_MODELS", "PROVIDER_HOSTS", "ANTHROPIC_BASE_URL", "OPENAI_BASE_URL")


def settings_with(**environment: str) -> dict[str, object]:
    """Return what a process of this environment reads."""
    code = (
        f"import json; from sagemode import settings; print(json.dumps({{n: getattr(settings, n) for n in {ASKED}}}))"
    )
    surroundings = {**os.environ, "ENVIRONMENT": "testing", **environment}
    done = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True)
    read: dict[str, object] = json.loads(done.stdout)
    return read


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
    }
