"""Every provider against every outcome: the real clients, a real server, and one table of what has to come of it."""

import asyncio
import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from agents.prompts import build_request
from agents.providers import Endpoint, ProviderError, Usage, get_provider
from agents.providers.extra import is_available
from agents.providers.names import OURS
from agents.tests.factories import make_assignment
from agents.tests.provider_outcomes import BEGINS, OUTCOMES, PAGE, Expected, Outcome, written_into
from tests.services import eventually
from tests.wire import OUTCOMES as PLAYED
from tests.wire import UPSTREAM_WORDS, Counts, WireServer
from tests.wire.counting import tokens
from tests.wire.play import HUGE_BYTES, PROSE

KEY = "sk-ant-contract-key-of-nobody-1234567890"
TEXT = json.dumps({"summary": "Grüße " * 40, "decisions": [], "artifacts": []}, ensure_ascii=False)
COUNTS = Counts(input=1200, output=300, cached=500, reasoning=90)
USAGE = Usage(1200, 300, cached_tokens=500, reasoning_tokens=90)
UNHEARD = ("no_key", "private_address", "refused")  # nothing of it reaches the server
# Where a limit of time is the matter: which one ends it.
IMPATIENT = {"no_headers": "IDLE_SECONDS", "stalls": "IDLE_SECONDS", "dripping": "CALL_TOTAL_SECONDS"}
MORE_THAN_BUFFERS_HOLD = 24 * 1024 * 1024  # so that a reset comes before all of it is sent


@dataclass(frozen=True)
class Wire:
    """How one provider is pointed at a server."""

    model: str
    base_url: Callable[[WireServer], str]
    takes_the_operators: bool = False  # key and address, from the environment

    @property
    def provider(self) -> str:
        return self.model.partition(":")[0]

    def endpoint(self, base_url: str, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
        if self.takes_the_operators:
            monkeypatch.setenv(f"{self.provider.upper()}_API_KEY", KEY)
            monkeypatch.setenv(f"{self.provider.upper()}_BASE_URL", base_url)
            return Endpoint(self.provider)
        return Endpoint(self.provider, base_url=base_url, api_key=KEY)


WIRES = {
    "anthropic": Wire("anthropic:large-1", lambda server: server.anthropic_url),
    "openai": Wire("openai:large-1", lambda server: server.openai_url),
    "openrouter": Wire("openrouter:someone/large-1", lambda server: server.openai_url),
    "ollama": Wire("ollama:large-1", lambda server: server.ollama_url),
}
if is_available():
    WIRES["groq"] = Wire("groq:large-1", lambda server: server.origin, takes_the_operators=True)
OWN = [name for name, wire in WIRES.items() if not wire.takes_the_operators]  # whose health asks with the key
CASES = [pytest.param(wire, outcome, id=f"{wire}-{outcome.key}") for wire in WIRES for outcome in OUTCOMES]


@pytest.fixture
def patient(settings):
    """Limits that a loaded machine keeps; a case that waits for one shortens it."""
    settings.CONNECT_SECONDS = 20.0
    settings.IDLE_SECONDS = dict.fromkeys(("small", "large", "local"), 20.0)
    settings.CALL_TOTAL_SECONDS = 40.0
    return settings


def script(wire: WireServer, settings, outcome: str) -> None:
    wire.manner.text, wire.manner.counts, wire.manner.retry_after = TEXT, COUNTS, 7
    if outcome not in UNHEARD:
        wire.script.then(outcome)
    if IMPATIENT.get(outcome) == "IDLE_SECONDS":
        settings.IDLE_SECONDS = dict.fromkeys(("small", "large", "local"), 0.3)
    elif outcome in IMPATIENT:
        settings.CALL_TOTAL_SECONDS = 0.4


def request_for(model: str, outcome: str):
    request = build_request(make_assignment(), model=model, max_tokens=4000, temperature=0.7)
    if outcome == "reset_before":
        return replace(request, messages=(("user", "word " * (MORE_THAN_BUFFERS_HOLD // 5)),), shared_characters=0)
    return request


@pytest.fixture
def endpoint_of(wire, monkeypatch, settings):
    """Where a provider of WIRES finds the server, or for some outcomes nobody."""

    def endpoint(name: str, outcome: str = "ok") -> Endpoint:
        chosen = WIRES[name]
        base_url = wire.closed_url() if outcome == "refused" else chosen.base_url(wire)
        found = chosen.endpoint(base_url, monkeypatch)
        if outcome == "no_key":
            monkeypatch.delenv("GROQ_API_KEY", raising=False)
            # Ollama needs none: there it is the address that is missing.
            return Endpoint(name, base_url="" if name == "ollama" else settings.USUAL_ADDRESSES.get(name, ""))
        return replace(found, is_guarded=outcome == "private_address")

    return endpoint


async def ask(name: str, endpoint: Endpoint, outcome: str = "ok"):
    """Make one call; return the answer or the error."""
    model = WIRES[name].model
    try:
        return await get_provider(model).complete(
            request_for(model, outcome), endpoint=endpoint, on_progress=lambda *_: None
        )
    except ProviderError as error:
        return error


def facts_of(result) -> Expected:
    """What came of a call, in the terms of the table."""
    if isinstance(result, ProviderError):
        wait = result.retry_after_seconds
        assert wait is None or wait == pytest.approx(7, abs=2)
        return Expected(result.code, result.passing, result.billed, asks_to_wait=wait is not None)
    return Expected(text=kind_of(result.text), finish=result.finish, is_counted=result.usage is not None)


def kind_of(text: str) -> str:
    if text == TEXT or (text.endswith("}") and json.loads(text) == json.loads(TEXT)):
        return "whole"
    if text == PROSE:
        return "prose"
    if text and TEXT.startswith(text):
        return "front"
    # A model may say in words of its own that it refuses.
    return "none" if text in ("", "I cannot help with that.") else f"something else: {text[:80]}"


@pytest.mark.parametrize(("name", "outcome"), CASES)
async def test_a_provider_makes_of_an_outcome_what_the_table_says(wire, patient, endpoint_of, name, outcome: Outcome):
    script(wire, patient, outcome.key)

    result = await ask(name, endpoint_of(name, outcome.key), outcome.key)

    expected = outcome.by_adapter if outcome.by_adapter and name not in OWN else outcome.expected
    assert facts_of(result) == expected, result
    if isinstance(result, ProviderError):
        said = "".join(traceback.format_exception(result)) + repr(vars(result))
        assert UPSTREAM_WORDS not in said
        assert KEY not in said
        assert str(result)[0].isupper()
    else:
        assert result.usage in (USAGE, None)
        assert (result.model, result.provider, result.simulated) == (WIRES[name].model, name, False)
        assert 0 <= result.first_token_ms <= result.latency_ms
    await assert_one_try(wire, outcome.key, follows=name in OWN)


async def assert_one_try(wire: WireServer, outcome: str, *, follows: bool) -> None:
    """Nothing is sent twice, but for redirects, and whoever will not listen any more hangs up."""
    if outcome == "redirect_loop" and follows:
        assert len(wire.completions()) == 4
    elif outcome == "redirect_same" and follows:
        assert [seen.outcome for seen in wire.completions()] == ["redirect_same", "ok"]
    elif outcome in (*UNHEARD, "reset_before"):
        assert wire.completions() == []
        assert wire.connections == (outcome == "reset_before")
    else:
        assert [seen.outcome for seen in wire.completions()] == [outcome]
    if outcome in ("dripping", "huge", "huge_line", "huge_json"):
        await asyncio.to_thread(eventually, lambda: wire.completions()[0].ended == "left", what="hanging up")
        assert wire.completions()[0].sent < HUGE_BYTES / 2


@pytest.mark.parametrize("name", OWN)
async def test_a_window_that_holds_the_prompt_but_not_the_answer_is_asked_for_less_this_time_alone(
    wire, patient, endpoint_of, name
):
    await ask(name, endpoint_of(name))
    read = tokens(json.dumps(wire.completions()[0].body))

    wire.manner.window = read + 2000
    short = await ask(name, endpoint_of(name))
    wire.manner.window = read + 300
    none = await ask(name, endpoint_of(name))
    wire.manner.window = None
    await ask(name, endpoint_of(name))

    assert short.finish == "stop"
    assert (none.code, none.passing, none.billed) == ("context_limit", False, False)
    limits = [seen.body["max_tokens"] for seen in wire.completions()]
    assert limits == [4000, 4000, 2000 - 64, 4000, 4000]


@pytest.mark.parametrize("name", OWN)
async def test_a_key_that_the_server_does_not_know_is_refused_and_health_says_so(wire, patient, endpoint_of, name):
    wire.manner.key = "another"

    result = await ask(name, endpoint_of(name))
    health = await get_provider(WIRES[name].model).health(endpoint_of(name))

    assert result.code == "bad_key"
    assert health.status == "unhealthy"
    assert "key is not accepted" in health.message
    assert UPSTREAM_WORDS not in health.message


@pytest.mark.parametrize("name", OWN)
async def test_health_asks_for_the_list_of_models_or_about_the_key_and_costs_nothing(wire, patient, endpoint_of, name):
    wire.manner.key = KEY

    health = await get_provider(WIRES[name].model).health(endpoint_of(name))

    assert health.status == "healthy"
    assert health.latency_ms >= 0
    assert wire.completions() == []
    asked = "/v1/key" if name == "openrouter" else "/v1/models"  # OpenRouter's list is public
    assert [(seen.method, seen.path) for seen in wire.seen] == [("GET", asked)]


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("outcome", ["server_error", "overloaded", "reset_after"])
async def test_health_of_a_provider_in_trouble_is_a_sentence_and_no_error(wire, patient, endpoint_of, name, outcome):
    wire.manner.health = outcome

    health = await get_provider(WIRES[name].model).health(endpoint_of(name))

    assert health.status == "unhealthy"
    assert health.message
    assert UPSTREAM_WORDS not in health.message


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(
    ("outcome", "status", "says"),
    [
        ("rate_limited_seconds", "healthy", " answers, and is asked too often just now."),
        ("no_credit", "unhealthy", ": the account has no credit left."),
    ],
)
async def test_a_provider_asked_too_often_is_well_and_one_without_credit_is_not(
    wire, patient, endpoint_of, name, outcome, status, says
):
    wire.manner.health = outcome

    health = await get_provider(WIRES[name].model).health(endpoint_of(name))

    assert health.status == status
    assert health.message.endswith(says)


SIMULATED = {
    "ok": "",
    "rate_limited": "429",
    "server_error": "500",
    "overloaded": "529",
    "stalls": "timeout",
    "truncated": "cut",
    "empty": "empty",
}


@pytest.mark.parametrize("outcome", SIMULATED)
async def test_the_simulator_fails_as_real_providers_do(settings, outcome):
    settings.SIMULATOR_FAULTS = f"{SIMULATED[outcome]}:1" if SIMULATED[outcome] else ""
    request = request_for("simulator", outcome)

    try:
        result = await get_provider("simulator").complete(
            request, endpoint=Endpoint("simulator"), on_progress=lambda *_: None
        )
        got = Expected(text="whole" if result.text else "none", finish=result.finish)
    except ProviderError as error:
        got = facts_of(error)

    assert got == next(each.expected for each in OUTCOMES if each.key == outcome)


def test_the_table_holds_everything_that_a_wire_server_can_play_and_all_providers_are_asked():
    asked = {*OWN, "simulator"}

    assert sorted(outcome.key for outcome in OUTCOMES) == sorted({*PLAYED, *UNHEARD})
    assert asked == set(OURS), "a provider of our own that no contract test asks"


def test_the_page_holds_the_table():
    page = PAGE.read_text()

    assert BEGINS in page
    assert page == written_into(page), "run: python -m agents.tests.provider_outcomes"
