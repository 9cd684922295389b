"""Settings of providers that cannot work are named at the start, with what to do and without the secret."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks

from sagemode.provider_checks import check_provider_settings

SECRET = "hunter2-hunter2-hunter2"


def test_the_defaults_are_in_order() -> None:
    assert check_provider_settings() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ANTHROPIC_API_KEY": SECRET}, "E032"),
        ({"ANTHROPIC_API_KEY": f"sk-ant-{SECRET}"}, ""),
        ({"ANTHROPIC_API_KEY": SECRET, "ANTHROPIC_BASE_URL": "http://proxy.house:4000"}, ""),
        ({"OPENROUTER_API_KEY": SECRET}, "W033"),
        ({"OPENROUTER_API_KEY": f"sk-or-{SECRET}"}, ""),
        ({"OPENAI_API_KEY": f"{SECRET}\r\nX-Other: 1"}, "E031"),
        ({"OPENAI_API_KEY": f"“{SECRET}”"}, "E031"),
        ({"OPENAI_BASE_URL": f"https://user:{SECRET}@proxy.house/v1"}, "E030"),
        ({"OPENAI_BASE_URL": f"https://proxy.house/v1?key={SECRET}"}, "E030"),
        ({"OPENAI_BASE_URL": "proxy.house/v1"}, "E030"),
        ({"OLLAMA_BASE_URL": ""}, "E030"),
        ({"OLLAMA_BASE_URL": "http://10.0.0.5:11434"}, ""),
        ({"SAGE_MODEL": "openai:gpt"}, "W034"),
        ({"SAGE_MODEL": "ollama:llama3"}, ""),
        ({"FALLBACK_MODELS": ["anthropic:claude"]}, "W034"),
        ({"FALLBACK_MODELS": ["anthropic:claude"], "ANTHROPIC_API_KEY": f"sk-ant-{SECRET}"}, ""),
        ({"PROVIDER_HOSTS": ["models.house:8000", "::1", "10.0.0.5"]}, ""),
        ({"PROVIDER_HOSTS": ["http://models.house"]}, "E035"),
        ({"FIELD_KEY": " , "}, "E036"),
        ({"FIELD_KEY": f"{SECRET},short"}, "W037"),
        ({"FIELD_KEY": SECRET, "HOST": "0.0.0.0"}, ""),
        ({"HOST": "0.0.0.0"}, "W038"),
    ],
)
def test_what_cannot_work_is_named_with_what_to_do(settings: Any, changes: dict[str, Any], expected: str) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)

    found = [message for message in run_checks() if str(message.id).startswith("sagemode.")]

    assert [message.id for message in found] == ([f"sagemode.{expected}"] if expected else [])
    assert all(message.hint for message in found)
    assert not any(SECRET in f"{message.msg} {message.hint}" for message in found)
