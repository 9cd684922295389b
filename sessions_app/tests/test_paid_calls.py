"""A model call out of tries: on the rules of the ledger, with providers that answer as scripted and no time to lose."""

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
import structlog

from agents.calling.breaker import OPENS_AFTER
from agents.calling.limiter import Limiter, Limits
from agents.model_choice import Answering
from agents.prompts import build_request
from agents.providers import _PROVIDERS, CompletionResponse, Endpoint, ProviderError, Usage
from agents.tests.factories import make_assignment
from sagemode.logs import logging_config
from sessions_app.engine import paid_calls
from sessions_app.engine.failpoints import FailpointError
from sessions_app.engine.standing import BudgetRefused, Failed, Standing
from sessions_app.tests.calling import REQUEST, House

BIG, SMALL, OTHER = "anthropic:big", "anthropic:small", "openai:other"
OVERLOADED = ProviderError("Anthropic answers 529: overloaded", code="overloaded", passing=True, billed=False)
TOO_MANY = ProviderError("Anthropic answers 429: too many requests", code="rate_limited", passing=True, billed=False)
CUT = ProviderError("The connection was lost", code="connection_lost", passing=True, billed=True)
WRONG_KEY = ProviderError("OpenAI answers 401: the key is not accepted", code="bad_key", passing=False, billed=False)
PLANTED = "sk-ant-api03-planted-1234567890abcdefghij"


def answer(text: str = "{}", **facts) -> CompletionResponse:
    told = {"usage": Usage(100, 50), "cost_usd": Decimal("0.01"), "simulated": False, "latency_ms": 3}
    return CompletionResponse(text, "", "", **{**told, "first_token_ms": 2, **facts})


class Scripted:
    """Providers whose models give what the script says, one outcome for each try, and then answers."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list] = {}
        self.asked: list[str] = []
        self.requests: list = []

    async def complete(self, request, *, endpoint, on_progress):
        self.asked.append(request.model)
        self.requests.append(request)
        coming = self.outcomes.get(request.model, [])
        outcome = coming.pop(0) if coming else answer()
        if callable(outcome):
            outcome = await outcome(on_progress)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def script(monkeypatch):
    told = Scripted()
    for name in ("anthropic", "openai"):
        monkeypatch.setitem(_PROVIDERS, name, told)
    return told


@pytest.fixture(autouse=True)
def _no_time_to_lose(monkeypatch, settings):
    settings.CALL_RETRIES = 3
    monkeypatch.setattr("agents.calling.patience.WAITS_SECONDS", (0.01, 0.01, 0.01))
    monkeypatch.setattr(paid_calls, "endpoint_for", lambda name, *, team_id: Endpoint(name, f"https://{name}", "key"))


async def test_what_passes_is_tried_again_and_each_try_is_a_row_of_the_ledger(script):
    script.outcomes[BIG] = [OVERLOADED, CUT]
    house = House(BIG, OTHER)

    given = await house.answer_to()

    assert all(latency_ms is not None for (latency_ms,) in house.told("latency_ms"))
    assert (given.model, given.provider) == (BIG, "anthropic")
    assert script.asked == [BIG] * 3
    assert house.told("call_key", "attempt", "status", "model") == [
        ("r1:deliver:1", 1, "failed", BIG),
        ("r1:deliver:1", 2, "unconfirmed", BIG),
        ("r1:deliver:1", 3, "succeeded", BIG),
    ]
    assert house.rows[0]["cost_usd"] == 0
    assert house.rows[1]["cost_usd"] == house.rows[1]["reserved_usd"] > 0
    assert house.state.session.reserved_usd == 0


async def test_a_model_that_gives_no_answer_in_four_tries_makes_way_for_the_next(script, caplog):
    script.outcomes[BIG] = [OVERLOADED] * 9
    house = House(BIG, OTHER)

    given = await house.answer_to()

    assert given.model == OTHER
    assert script.asked == [BIG] * 4 + [OTHER]
    assert [attempt for (attempt,) in house.told("attempt")] == [1, 2, 3, 4, 5]
    assert f"{BIG}: Anthropic answers 529: overloaded (4 tries); the next model is asked" in caplog.text


async def test_a_refusal_goes_to_the_next_model_at_once(script, monkeypatch):
    monkeypatch.setattr("agents.calling.patience.WAITS_SECONDS", (60,))
    script.outcomes[BIG] = [WRONG_KEY]

    given = await House(BIG, OTHER).answer_to()

    assert given.model == OTHER
    assert script.asked == [BIG, OTHER]


async def test_an_error_in_our_own_client_is_settled_and_the_next_model_is_asked(script, caplog):
    script.outcomes[BIG] = [KeyError("delta")]
    house = House(BIG, OTHER)

    given = await house.answer_to()

    assert given.model == OTHER
    assert script.asked == [BIG, OTHER]
    assert house.told("status", "error") == [
        ("unconfirmed", "The answer of Anthropic met an unexpected KeyError"),
        ("succeeded", ""),
    ]
    assert house.state.session.reserved_usd == 0
    assert "KeyError: 'delta'" in caplog.text


async def test_what_a_failpoint_raises_while_an_answer_streams_is_left_to_who_runs_the_task(script, monkeypatch):
    async def streaming(on_progress):
        on_progress(1, "word")

    def fires(name, **facts):
        raise FailpointError(name)

    monkeypatch.setattr(paid_calls, "failpoint", fires)
    script.outcomes[BIG] = [streaming]

    with pytest.raises(FailpointError):
        await House(BIG, OTHER).answer_to()

    assert script.asked == [BIG]


async def test_when_every_model_refuses_the_task_fails_at_once_and_the_error_names_each(script):
    script.outcomes = {BIG: [WRONG_KEY], OTHER: [WRONG_KEY]}

    failed = await House(BIG, OTHER).failure()

    assert not failed.passing
    assert failed.error == (
        f"{BIG}: OpenAI answers 401: the key is not accepted; {OTHER}: OpenAI answers 401: the key is not accepted"
    )


async def test_when_one_of_them_might_answer_later_the_task_is_tried_again_by_another_call(script):
    script.outcomes = {BIG: [OVERLOADED] * 4, OTHER: [WRONG_KEY]}

    failed = await House(BIG, OTHER).failure()

    assert (failed.passing, failed.new_call) == (True, True)
    assert failed.error.startswith(f"{BIG}: Anthropic answers 529: overloaded (4 tries); {OTHER}: ")


async def test_a_provider_whose_round_is_used_up_gets_one_try_for_another_of_its_models(script):
    script.outcomes = {BIG: [OVERLOADED] * 9, SMALL: [OVERLOADED] * 9}

    await House(BIG, SMALL, OTHER).answer_to()

    assert script.asked == [BIG] * 4 + [SMALL, OTHER]


async def test_a_repair_makes_no_second_round_at_a_provider_whose_round_was_used_up(script):
    script.outcomes[BIG] = [TOO_MANY] * 9  # what opens no circuit
    calls = House(BIG, OTHER).calls()

    await calls.answer_to(REQUEST, "r1:deliver:1", tries=0)
    await calls.answer_to(replace(REQUEST, step="repair"), "r1:repair:1", tries=0)

    assert script.asked == [BIG] * 4 + [OTHER] + [BIG, OTHER]


async def test_without_retries_the_next_model_is_asked_at_once(script, settings):
    settings.CALL_RETRIES = 0
    script.outcomes[BIG] = [OVERLOADED]

    await House(BIG, OTHER).answer_to()

    assert script.asked == [BIG, OTHER]


async def test_tries_that_may_have_been_billed_use_up_the_budget_and_then_none_is_made(script):
    script.outcomes[BIG] = [CUT] * 9
    [estimate] = (await reserved_for_one_try(script))[:1]
    house = House(BIG, budget_usd=estimate * Decimal("2.5"))

    with pytest.raises(BudgetRefused):
        await house.answer_to()

    assert house.told("status") == [("unconfirmed",)] * 2
    assert house.state.session.spent_usd == estimate * 2
    assert (house.state.session.status, house.state.session.status_reason) == ("paused", "budget_exhausted")


async def reserved_for_one_try(script) -> list[Decimal]:
    house = House(BIG)
    with suppress(Failed):
        await house.answer_to()
    script.asked.clear()
    script.outcomes[BIG] = [CUT] * 9
    return [row["reserved_usd"] for row in house.rows]


async def test_a_repair_that_the_budget_does_not_allow_leaves_the_session_going(script):
    house = House(BIG, budget_usd=Decimal("0.000001"))

    with pytest.raises(BudgetRefused):
        await house.answer_to(replace(REQUEST, step="repair"))

    assert house.state.session.status == "active"
    assert script.asked == []


async def test_an_answer_that_counts_no_tokens_costs_what_was_reserved(script):
    script.outcomes[BIG] = [answer(usage=None, cost_usd=None)]
    house = House(BIG)

    await house.answer_to()

    [row] = house.rows
    assert row["cost_usd"] == row["reserved_usd"] == house.state.session.spent_usd > 0
    assert row["estimated"]


async def test_after_its_soft_limit_no_further_try_begins_and_the_next_run_may_use_an_answer(script):
    script.outcomes[BIG] = [OVERLOADED] * 9
    house = House(BIG)
    house.standing = Standing(soft_seconds=0.005, hard_seconds=100)
    await asyncio.sleep(0.01)

    failed = await house.failure()

    assert (failed.error, failed.passing, failed.new_call) == ("After 0.005 s no further call is begun", True, False)
    assert script.asked == []
    assert house.rows == []


async def test_tries_of_a_run_that_was_lost_stay_counted(script):
    house = House(BIG)

    await house.answer_to(tries=2)

    assert house.told("attempt") == [(3,)]
    assert script.requests[0].metadata["attempt"] == "3"


async def test_the_dice_of_simulated_faults_roll_anew_for_each_try(script):
    script.outcomes[BIG] = [OVERLOADED] * 2

    await House(BIG).answer_to()

    assert len({request.attempt for request in script.requests}) == 3
    assert script.requests[0].attempt == REQUEST.attempt


async def test_what_the_page_shows_says_what_is_waited_for_and_forgets_the_words_of_a_try_that_failed(script):
    house, seen = House(BIG), []

    async def streams_and_breaks(on_progress):
        on_progress(7, "half a sentence \x00 and")
        seen.append(house.standing.progress())
        return CUT

    async def looks(on_progress):
        seen.append(house.standing.progress())
        return answer()

    script.outcomes[BIG] = [streams_and_breaks, looks]
    looking = asyncio.create_task(house.answer_to())
    while not house.standing.is_waiting:
        await asyncio.sleep(0)
    waiting = house.standing.progress()
    await looking

    assert (seen[0]["step"], seen[0]["tokens"], seen[0]["words"]) == ("asking", 7, "half a sentence and")
    assert (waiting["step"], waiting["tokens"]) == ("waiting 0 s: The connection was lost", 0)
    assert (seen[1]["step"], seen[1]["tokens"], seen[1]["words"]) == ("asking", 0, "")
    assert not house.standing.is_waiting


async def test_a_provider_that_does_not_end_its_try_is_stopped_and_may_have_charged_it(script, settings, monkeypatch):
    settings.CALL_RETRIES, settings.CALL_TOTAL_SECONDS = 0, 0.05
    monkeypatch.setattr(paid_calls, "OVERTIME_SECONDS", 0.05)

    async def hangs(on_progress):
        await asyncio.sleep(60)

    script.outcomes[BIG] = [hangs]
    house = House(BIG)

    failed = await house.failure()

    assert failed.error == f"{BIG}: Timeout after 0.05 s"
    assert house.told("status") == [("unconfirmed",)]


async def test_a_model_that_nobody_answers_for_any_more_is_a_refusal(script):
    failed = await House("oracle:9").failure()

    assert not failed.passing
    assert "oracle:9" in failed.error


# --- circuits and places ---------------------------------------------------------------------------------------------


def break_circuit(house: House, name: str) -> None:
    for _ in range(OPENS_AFTER):
        with suppress(ProviderError), house.calling.breaker.watching(Endpoint(name, f"https://{name}", "key")):
            raise OVERLOADED


async def test_an_endpoint_that_is_left_in_peace_is_passed_over(script):
    house = House(BIG, OTHER)
    break_circuit(house, "anthropic")

    await house.answer_to()

    assert script.asked == [OTHER]
    assert house.told("model") == [(OTHER,)]


async def test_where_nobody_else_can_be_asked_the_end_of_the_rest_is_waited_for(script, monkeypatch):
    monkeypatch.setattr("agents.calling.breaker.RESTS_SECONDS", 0.1)
    house = House(BIG)
    break_circuit(house, "anthropic")

    await house.answer_to()

    assert script.asked == [BIG]
    assert house.calling.breaker.rest_seconds(Endpoint("anthropic", "https://anthropic", "key")) == 0


async def test_the_end_of_the_rest_is_also_waited_for_where_all_models_are_of_one_provider(script):
    house = House(BIG, SMALL)
    rests = [0.05, 0.05]
    house.calling.breaker.rest_seconds = lambda endpoint: rests.pop() if rests else 0

    given = await house.answer_to()

    assert given.model == SMALL
    assert script.asked == [SMALL]


async def test_an_endpoint_that_stays_silent_fails_the_task_for_now_without_a_call(script):
    house = House(BIG)
    house.claimed = replace(house.claimed, answering=Answering(OTHER, (BIG,), 0.7, 1000))
    script.outcomes[OTHER] = [WRONG_KEY]
    break_circuit(house, "anthropic")
    house.standing = Standing(soft_seconds=0.3, hard_seconds=100)
    house.calling.breaker.rest_seconds = lambda endpoint: 0.05 if endpoint.provider == "anthropic" else 0

    failed = await house.failure()

    assert failed.passing
    assert "left in peace" in failed.error
    assert script.asked == [OTHER]


async def test_who_finds_no_place_waits_and_says_for_whom(script):
    house = House(BIG)
    house.calling.limiter = Limiter(calls=Limits({"anthropic": 1}), tokens_per_minute=Limits())

    async with house.calling.limiter.place("anthropic", tokens=1):
        asking = asyncio.create_task(house.answer_to())
        while not house.standing.is_waiting:
            await asyncio.sleep(0)
        step = house.standing.step.name
        assert script.asked == []
    await asking

    assert step == "waiting for Anthropic"
    assert script.asked == [BIG]


async def test_a_teams_own_key_waits_for_nobody_who_uses_the_operators(script, monkeypatch):
    monkeypatch.setattr(
        paid_calls, "endpoint_for", lambda name, *, team_id: Endpoint(name, "https://x", "key", team_id=7)
    )
    house = House(BIG)
    house.calling.limiter = Limiter(calls=Limits({"anthropic": 1}), tokens_per_minute=Limits())

    async with house.calling.limiter.place("anthropic", tokens=1), asyncio.timeout(5):
        await house.answer_to()

    assert script.asked == [BIG]


async def test_a_process_that_has_seen_no_other_yet_takes_the_share_that_the_settings_leave_it(script, settings):
    settings.WORKERS, settings.PROVIDER_CONCURRENCY = 2, "anthropic:2"
    limiter = House(BIG).calling.limiter
    limiter.share(1)  # it sees its own sign of life

    async with limiter.place("anthropic", tokens=1):
        assert limiter.is_full("anthropic", tokens=1)


async def test_who_finds_no_place_before_its_soft_limit_makes_no_call(script):
    house = House(BIG)
    house.calling.limiter = Limiter(calls=Limits({"anthropic": 1}), tokens_per_minute=Limits())
    house.standing = Standing(soft_seconds=0.05, hard_seconds=100)

    async with house.calling.limiter.place("anthropic", tokens=1):
        failed = await house.failure()

    assert (failed.passing, failed.new_call) == (True, False)
    assert script.asked == []


async def test_a_call_is_counted_by_what_it_used_and_one_that_was_not_billed_by_nothing(script):
    house = House(BIG)
    house.calling.limiter = Limiter(calls=Limits(), tokens_per_minute=Limits(others=1_000_000))
    script.outcomes[BIG] = [OVERLOADED]

    await house.answer_to()

    [lane] = house.calling.limiter._lanes.values()
    assert 1_000_000 - 150 <= lane.tokens_left <= 1_000_000
    assert lane.running == 0


async def test_a_call_that_is_not_made_uses_none_of_the_tokens_of_a_minute(script):
    house = House(BIG, OTHER, budget_usd=Decimal(0))
    house.calling.limiter = Limiter(calls=Limits(), tokens_per_minute=Limits(others=1_000_000))
    break_circuit(house, "anthropic")  # and OTHER is more than the budget allows

    with pytest.raises(BudgetRefused):
        await house.answer_to()

    assert script.asked == []
    assert [lane.tokens_left for lane in house.calling.limiter._lanes.values()] == [1_000_000] * 2


# --- what is told and kept -------------------------------------------------------------------------------------------


async def test_a_secret_that_a_model_repeats_is_neither_kept_nor_shown(script):
    house = House(BIG)

    async def tells(on_progress):
        on_progress(5, f"the key is {PLANTED}")
        assert PLANTED not in house.standing.progress()["words"]
        return answer(json.dumps({"summary": f"the key is {PLANTED}"}))

    script.outcomes[BIG] = [tells]

    given = await house.answer_to()

    assert PLANTED not in given.text
    assert json.loads(given.text)["summary"].startswith("the key is ")
    assert PLANTED not in json.dumps(house.rows[0]["response"])


FIELDS = {
    *("provider", "model", "session_id", "stage", "agent", "prompt_length", "input_tokens", "response_tokens"),
    *("total_tokens", "cost_usd", "latency_ms", "first_token_ms", "status", "retry_count", "error"),
}


async def test_each_try_writes_two_lines_with_the_fields_that_machines_count_by(script):
    script.outcomes[BIG] = [OVERLOADED]
    house = House(BIG)

    with structlog.testing.capture_logs() as lines:
        await house.answer_to()

    assert [line["event"] for line in lines] == ["llm_call_started", "llm_call"] * 2
    assert set(lines[0]) >= {"provider", "model", "session_id", "stage", "agent", "prompt_length", "retry_count"}
    failed, succeeded = lines[1], lines[3]
    assert set(failed) == set(succeeded) == FIELDS | {"event", "log_level"}
    assert (failed["status"], failed["error"]) == ("error", "Anthropic answers 529: overloaded")
    assert (failed["retry_count"], succeeded["retry_count"]) == (0, 1)
    assert (succeeded["status"], succeeded["error"], succeeded["cost_usd"]) == ("success", None, "0.01")
    assert [succeeded[name] for name in ("input_tokens", "response_tokens", "total_tokens")] == [100, 50, 150]
    assert (succeeded["provider"], succeeded["model"], succeeded["agent"]) == ("anthropic", BIG, "architect")


async def test_a_try_that_is_stopped_in_the_middle_has_its_second_line_too(script):
    under_way = asyncio.Event()

    async def writes_for_ever(on_progress):
        under_way.set()
        await asyncio.sleep(60)

    script.outcomes[BIG] = [writes_for_ever]

    with structlog.testing.capture_logs() as lines:
        asking = asyncio.create_task(House(BIG).answer_to())
        await under_way.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    assert [line["event"] for line in lines] == ["llm_call_started", "llm_call"]
    assert (lines[1]["status"], lines[1]["error"]) == ("error", "Nobody waits for this call any more")


@pytest.fixture
def log_as(capsys):
    """Send logs to standard error in a format, and return what was written there."""

    def begin(format: str):
        logging_config(level="INFO", format=format)
        return lambda: capsys.readouterr().err

    handlers = list(logging.getLogger().handlers)
    yield begin
    logging_config(level="INFO", format="console")
    logging.getLogger().handlers[:] = handlers


@pytest.mark.parametrize("format", ["json", "console"])
async def test_the_lines_can_be_read_by_machines_and_people_and_hold_no_prompt_and_no_secret(script, log_as, format):
    brief = f"Only this brief says: plumcake. {PLANTED}"
    request = build_request(make_assignment(brief=brief), model="simulator", max_tokens=1000, temperature=0.7)
    read = log_as(format)

    await House(BIG).answer_to(request)

    written = read()
    assert "plumcake" not in written
    assert PLANTED not in written
    if format == "json":
        started, ended = (json.loads(line) for line in written.splitlines() if '"llm_call' in line)
        assert (started["event"], ended["event"]) == ("llm_call_started", "llm_call")
        assert set(ended) >= FIELDS | {"timestamp", "event"}
    else:
        started, ended = (line for line in written.splitlines() if " llm_call" in line)
        assert "llm_call_started provider=anthropic model=anthropic:big" in started
        assert "status=success" in ended
        assert "{'" not in written
