from dataclasses import replace

import pytest

from agents.roles import ROLES
from sagemode.call_checks import check_calls


def test_the_defaults_are_in_order():
    assert check_calls() == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("FALLBACK_MODELS", ["openai:a", "openai:a"], "SAGE_FALLBACK_MODELS"),
        ("FALLBACK_MODELS", ["simulator"], "SAGE_FALLBACK_MODELS"),
        ("FALLBACK_MODELS", [f"openai:m{n}" for n in range(6)], "SAGE_FALLBACK_MODELS"),
        ("PROVIDER_CONCURRENCY", "anthropic", "SAGE_PROVIDER_CONCURRENCY"),
        ("PROVIDER_CONCURRENCY", "anthropic:0", "SAGE_PROVIDER_CONCURRENCY"),
        ("PROVIDER_CONCURRENCY", "nobody:5", "SAGE_PROVIDER_CONCURRENCY"),
        ("PROVIDER_CONCURRENCY", "simulator:5", "SAGE_PROVIDER_CONCURRENCY"),
        ("PROVIDER_TOKENS_PER_MINUTE", "1.5", "SAGE_PROVIDER_TOKENS_PER_MINUTE"),
        ("CALL_RETRIES", -1, "SAGE_CALL_RETRIES"),
        ("RETENTION_DAYS", -1, "SAGE_RETENTION_DAYS"),
        ("RETENTION_DAYS", 10**9, "SAGE_RETENTION_DAYS"),
        ("CONNECT_SECONDS", 0.0, "SAGE_TIMEOUT"),
        ("IDLE_SECONDS", {"small": 30.0, "large": 0.0, "local": 1.0}, "SAGE_TIMEOUT"),
        ("DEFAULT_TEMPERATURE", 2.5, "DEFAULT_TEMPERATURE=2.5"),
        ("DEFAULT_MAX_TOKENS", 0, "DEFAULT_MAX_TOKENS=0"),
        ("SIMULATOR_FAULTS", "429:often", "SIMULATOR_FAULTS"),
        ("SIMULATOR_FAULTS", "nonsense:1", "SIMULATOR_FAULTS"),
        ("SIMULATOR_FAULTS", "500", "SIMULATOR_FAULTS"),
        ("SIMULATOR_FAULTS", "500:1.5", "SIMULATOR_FAULTS"),
    ],
)
def test_a_setting_that_cannot_work_is_named_with_what_to_do(settings, name, value, told):
    setattr(settings, name, value)

    [error] = check_calls()

    assert told in error.msg
    assert error.hint


def test_faults_may_have_spaces(settings):
    settings.SIMULATOR_FAULTS = " 429 : 0.2, cut:1,, "

    assert check_calls() == []


@pytest.mark.parametrize("text", ["50", "anthropic:50,openai:100", "ollama:1"])
def test_limits_may_be_one_number_or_one_for_each(settings, text):
    settings.PROVIDER_CONCURRENCY = settings.PROVIDER_TOKENS_PER_MINUTE = text

    assert check_calls() == []


def test_a_real_model_with_short_answers_is_warned_of_where_a_role_leaves_it_at_that(settings, monkeypatch):
    settings.SAGE_MODEL, settings.DEFAULT_MAX_TOKENS = "openai:large", 4096
    monkeypatch.setitem(ROLES._entries, "dba", replace(ROLES["dba"], max_tokens=None))

    [caution] = check_calls()
    settings.DEFAULT_MAX_TOKENS = 8192

    assert "dba" in caution.msg
    assert check_calls() == []
