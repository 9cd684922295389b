import asyncio
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from agents.checks import check_deliverable
from agents.deliverable import parse_deliverable
from agents.errors import MalformedDeliverable
from agents.pricing import cost_usd, estimate_usd
from agents.prompts import build_request
from agents.providers import CompletionResponse, Endpoint, ProviderError, Usage, get_provider
from agents.providers.simulator import FAULTS
from agents.roles import ROLES, get_role
from agents.tests.factories import make_assignment

simulator = get_provider("simulator")
NOWHERE = Endpoint("simulator")


def request_for(role="architect", *, attempt=1, **changes):
    return build_request(
        make_assignment(role, **changes), model="simulator", max_tokens=32_000, temperature=0.7, attempt=attempt
    )


def complete(request, on_progress=lambda tokens, words: None) -> CompletionResponse:
    return asyncio.run(simulator.complete(request, endpoint=NOWHERE, on_progress=on_progress))


def test_the_simulator_answers_with_a_deliverable_and_its_nominal_price():
    request = request_for()

    response = complete(request)

    assert parse_deliverable(response.text, get_role("architect")).decisions
    assert response.simulated
    assert response.provider == "simulator"
    assert response.model == "simulator"
    assert response.usage.input_tokens > 500
    assert response.usage.output_tokens > 500
    assert response.cost_usd == cost_usd("simulator", response.usage) > 0
    assert response.cost_usd < estimate_usd(request)


def test_words_stream_over_the_latency(settings):
    settings.SIMULATOR_LATENCY = 0.5
    seen: list[tuple[float, int, str]] = []
    began = time.monotonic()

    response = complete(request_for(), lambda tokens, words: seen.append((time.monotonic() - began, tokens, words)))

    assert time.monotonic() - began >= 0.5
    assert len(seen) == 2
    assert seen[0][1] < seen[1][1]
    assert seen[-1][1] <= response.usage.output_tokens + 1
    assert all(len(words.split()) <= 12 for _, _, words in seen)


def test_many_calls_at_once_do_not_wait_for_each_other(settings):
    settings.SIMULATOR_LATENCY = 0.5

    async def all_at_once():
        return await asyncio.gather(
            *(simulator.complete(request_for(), endpoint=NOWHERE, on_progress=lambda t, w: None) for _ in range(20))
        )

    began = time.monotonic()
    asyncio.run(all_at_once())

    assert time.monotonic() - began < 20 * 0.5 / 2


@pytest.mark.parametrize(
    ("fault", "code", "billed"),
    [
        ("429", "rate_limited", False),
        ("500", "server_error", False),
        ("529", "overloaded", False),
        ("timeout", "timeout", True),
        ("cut", "connection_lost", True),
    ],
)
def test_a_told_fault_is_a_passing_error_that_says_whether_it_was_billed(settings, fault, code, billed):
    settings.SIMULATOR_FAULTS = f"{fault}:1"

    with pytest.raises(ProviderError) as failed:
        complete(request_for())

    assert (failed.value.code, failed.value.passing, failed.value.billed) == (code, True, billed)


@pytest.mark.parametrize("fault", ["empty", "refusal", "bad_json"])
def test_a_bad_answer_is_billed_and_is_no_deliverable(settings, fault):
    settings.SIMULATOR_FAULTS = f"{fault}:1"

    response = complete(request_for())

    assert response.cost_usd > 0
    with pytest.raises(MalformedDeliverable):
        parse_deliverable(response.text, get_role("architect"))


@pytest.mark.parametrize("role", [role.key for role in ROLES.values()][:7])
def test_a_bad_artifact_fails_its_check_and_the_repair_hands_in_a_good_one(settings, role):
    settings.SIMULATOR_FAULTS = "bad_artifact:1"
    request = request_for(role)

    def failed(request):
        deliverable = parse_deliverable(complete(request).text, get_role(role))
        return [check for check in check_deliverable(get_role(role), deliverable) if check.status == "failed"]

    assert len({check.path for check in failed(request)}) == 1
    assert failed(replace(request, step="repair")) == []


def test_faults_fall_the_same_way_each_time_and_anew_for_each_attempt(settings):
    settings.SIMULATOR_FAULTS = ",".join(f"{fault}:0.15" for fault in FAULTS)

    def outcomes(seed):
        found = []
        for attempt in range(1, 13):
            try:
                found.append(complete(request_for(attempt=attempt, seed=seed)).text[:40])
            except ProviderError as error:
                found.append(error.code)
        return found

    first = outcomes(1)

    assert first == outcomes(1)
    assert first != outcomes(2)
    assert len(set(first)) > 2


def test_a_kept_answer_is_replayed_as_it_was():
    response = complete(request_for())

    assert CompletionResponse.from_json(response.as_json()) == response


def test_an_answer_is_billed_up_to_max_tokens():
    assert complete(replace(request_for(), max_tokens=10)).usage.output_tokens == 10


def test_prices_are_rounded_up_to_the_millionth():
    assert cost_usd("simulator", Usage(1, 1)) == Decimal("0.000018")
    assert cost_usd("simulator", Usage(1_000_000, 1_000_000)) == Decimal("18.000000")


def test_the_simulator_is_healthy():
    assert asyncio.run(simulator.health(NOWHERE)).status == "healthy"
