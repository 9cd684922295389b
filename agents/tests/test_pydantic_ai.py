"""Models of other providers through pydantic-ai: Groq's SDK against a server that speaks to it."""

import subprocess
import sys
import traceback
from dataclasses import replace

import pytest

from agents.deliverable import parse_deliverable
from agents.endpoints import is_set_up_by_operator
from agents.prompts import build_request
from agents.providers import Endpoint, ProviderError, Usage
from agents.providers.extra import PREFIXES, is_available, why_not_set_up
from agents.providers.pydantic_ai import TOOL, PydanticAIProvider
from agents.tests.factories import make_assignment
from tests.wire import Counts

KEY = "gsk_thisIsTheKeyOfNobodyAtAll0123456789"
ENDPOINT = Endpoint("groq")


@pytest.fixture(autouse=True)
def _at_the_wire(wire, monkeypatch, settings):
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    monkeypatch.setenv("GROQ_BASE_URL", wire.origin)
    settings.IDLE_SECONDS = dict.fromkeys(("small", "large", "local"), 20.0)


@pytest.fixture
def request_of_a_task():
    return build_request(make_assignment(), model="groq:large-1", max_tokens=4000, temperature=0.7)


async def complete(request, endpoint=ENDPOINT, on_progress=lambda *_: None):
    return await PydanticAIProvider().complete(request, endpoint=endpoint, on_progress=on_progress)


async def failure(request, endpoint=ENDPOINT) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await complete(request, endpoint)
    return caught.value


async def test_an_answer_is_the_deliverable_that_came_through_the_tool(wire, request_of_a_task):
    shown = []
    wire.manner.latency = 0.6

    answer = await complete(request_of_a_task, on_progress=lambda tokens, words: shown.append((tokens, words)))

    assert parse_deliverable(answer.text, make_assignment().role).artifacts
    assert (answer.provider, answer.model, answer.finish) == ("groq", "groq:large-1", "stop")
    assert not answer.simulated
    assert 0 <= answer.first_token_ms <= answer.latency_ms
    assert shown[-1][0] > 0
    assert "{" not in shown[-1][1]


async def test_the_request_carries_key_schema_and_limits(wire, request_of_a_task):
    wire.manner.text = "{}"

    await complete(request_of_a_task)

    [seen] = wire.completions()
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert (seen.body["stream"], seen.body["max_tokens"], seen.body["temperature"]) == (True, 4000, 0.7)
    assert [message["role"] for message in seen.body["messages"]] == ["system", "user"]
    assert seen.body["messages"][0]["content"] == request_of_a_task.system
    [tool] = seen.body["tools"]
    assert tool["function"]["name"] == TOOL
    assert set(tool["function"]["parameters"]["properties"]) == set(request_of_a_task.schema["properties"])
    assert seen.body["tool_choice"]


async def test_a_repair_is_asked_for_behind_the_first_answer(wire, request_of_a_task):
    wire.manner.text = "{}"
    former = (*request_of_a_task.messages, ("assistant", "My first answer"), ("user", "Correct it"))

    await complete(replace(request_of_a_task, messages=former))

    said = wire.completions()[0].body["messages"]
    assert [message["role"] for message in said] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in said[2:]] == ["My first answer", "Correct it"]


async def test_what_the_model_wrote_as_text_is_taken_when_it_used_no_tool(wire, request_of_a_task):
    wire.manner.text, wire.manner.as_text = '{"summary": "Done"}', True

    assert (await complete(request_of_a_task)).text == '{"summary": "Done"}'


async def test_tokens_are_the_providers_own_count(wire, request_of_a_task):
    wire.manner.text = "{}"
    wire.manner.counts = Counts(input=900, output=100, cached=300, reasoning=40)

    answer = await complete(request_of_a_task)

    assert answer.usage == Usage(900, 100, cached_tokens=300, reasoning_tokens=40)


@pytest.mark.parametrize(
    ("outcome", "text", "finish"),
    [("empty", "", "stop"), ("max_tokens", '{"summary": ', "length"), ("no_usage", '{"summary": "Done"}', "stop")],
)
async def test_an_answer_that_is_less_than_whole_is_told_as_such(wire, request_of_a_task, outcome, text, finish):
    wire.manner.text = '{"summary": "Done"}'
    wire.script.then(outcome)

    answer = await complete(request_of_a_task)

    assert (answer.text, answer.finish) == (text, finish)
    assert (answer.usage is None) == (outcome == "no_usage")
    assert outcome != "no_usage" or answer.cost_usd is None


@pytest.mark.parametrize(
    ("outcome", "code", "passing", "billed"),
    [
        ("rate_limited_seconds", "rate_limited", True, False),
        ("rate_limited_date", "rate_limited", True, False),
        ("no_credit", "no_credit", False, False),
        ("server_error", "server_error", True, False),
        ("unavailable", "overloaded", True, False),
        ("overloaded", "overloaded", True, False),
        ("request_timeout", "timeout", True, False),
        ("wrong_key", "bad_key", False, False),
        ("forbidden", "forbidden", False, False),
        ("bad_request", "bad_request", False, False),
        ("context_limit", "context_limit", False, False),
        ("unknown_model", "unknown_model", False, False),
        ("reset_after", "connection_lost", True, True),
        ("closed", "connection_lost", True, True),
        ("garbage", "connection_lost", True, True),
        ("truncated", "connection_lost", True, True),
        ("unfinished", "connection_lost", True, True),
        ("mid_stream_error", "server_error", True, True),
        ("mid_stream_overloaded", "overloaded", True, True),
        ("wrong_json", "malformed", True, True),
        ("wrong_shape", "malformed", True, True),
        ("not_a_stream", "malformed", True, True),
        ("huge", "too_large", False, True),
        ("huge_line", "too_large", False, True),
        ("huge_json", "too_large", False, True),
        ("redirect_same", "redirected", False, False),
        ("redirect_other", "redirected", False, False),
    ],
)
async def test_each_failure_has_its_code_and_is_asked_once(wire, request_of_a_task, outcome, code, passing, billed):
    wire.manner.text = "{}"
    wire.script.always(outcome)

    told = await failure(request_of_a_task)

    assert (told.code, told.passing, told.billed) == (code, passing, billed)
    assert len(wire.completions()) == 1
    assert (told.retry_after_seconds is not None) == outcome.startswith("rate_limited")
    # Nothing that the SDK raised hangs on: it carries the request's headers.
    assert KEY not in "".join(traceback.format_exception(told))
    assert told.__context__ is None


async def test_nobody_listening_is_no_charge(wire, request_of_a_task, monkeypatch):
    monkeypatch.setenv("GROQ_BASE_URL", wire.closed_url())

    told = await failure(request_of_a_task)

    assert (told.code, told.passing, told.billed) == ("connect", True, False)
    assert (await PydanticAIProvider().health(ENDPOINT)).status == "unhealthy"


@pytest.mark.parametrize(
    ("outcome", "idle", "total", "says"),
    [
        ("no_headers", 0.3, 20.0, "did not begin to answer within 0.3 s"),
        ("stalls", 0.3, 20.0, "fell silent for 0.3 s"),
        ("dripping", 20.0, 0.5, "did not finish its answer within 0.5 s"),
    ],
)
async def test_our_limits_of_time_hold(wire, request_of_a_task, settings, outcome, idle, total, says):
    wire.manner.text = "{}"
    wire.script.always(outcome)
    await complete_once_well(wire, request_of_a_task, outcome)
    settings.IDLE_SECONDS = dict.fromkeys(settings.IDLE_SECONDS, idle)
    settings.CALL_TOTAL_SECONDS = total

    told = await failure(request_of_a_task)

    assert (told.code, told.passing, told.billed) == ("timeout", True, True)
    assert says in str(told)


async def complete_once_well(wire, request, outcome):
    """Importing the package takes longer than the limits of a test."""
    wire.script.clear()
    await complete(request)
    wire.script.always(outcome)


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint("groq", team_id=7, api_key="gsk_team"),
        Endpoint("groq", base_url="https://groq.example", is_guarded=True),
    ],
)
async def test_a_teams_key_or_address_is_refused_before_anything_is_sent(wire, request_of_a_task, endpoint):
    told = await failure(request_of_a_task, endpoint)

    assert (told.code, told.passing, told.billed) == ("not_set_up", False, False)
    assert "operator's key alone" in str(told)
    assert wire.connections == 0


async def test_a_missing_key_and_a_missing_sdk_are_said(request_of_a_task, monkeypatch):
    monkeypatch.delenv("GROQ_API_KEY")

    without_key = await failure(request_of_a_task)
    without_sdk = await failure(replace(request_of_a_task, model="mistral:large-1"), Endpoint("mistral"))

    assert (without_key.code, without_sdk.code) == ("not_set_up", "not_set_up")
    assert "key is missing" in str(without_key)
    assert "requirements-providers.txt" in str(without_sdk)


def test_it_is_set_up_where_key_and_sdk_are_here(monkeypatch):
    assert why_not_set_up("groq") == ""
    assert is_set_up_by_operator("groq")

    monkeypatch.delenv("GROQ_API_KEY")

    assert "key is missing" in why_not_set_up("groq")
    assert "requirements-providers.txt" in why_not_set_up("mistral")
    assert not is_set_up_by_operator("groq")
    assert not is_set_up_by_operator("mistral")


async def test_health_says_whether_the_address_takes_connections(wire):
    told = await PydanticAIProvider().health(ENDPOINT)

    assert told.status == "healthy"
    assert wire.completions() == []


def test_nothing_of_the_package_is_imported_before_it_is_asked_for():
    asks = (
        "import django; django.setup(); import sys, agents.providers, agents.providers.pydantic_ai as ours;"
        "assert ours.is_available(); assert not {'pydantic_ai', 'groq', 'httpx'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", asks], check=True, timeout=60)


def test_each_prefix_is_a_provider_that_the_package_knows():
    from pydantic_ai.providers import infer_provider_class

    assert is_available()
    for prefix in PREFIXES:
        try:
            infer_provider_class(prefix)
        except ImportError:  # known; its SDK is not here
            continue
