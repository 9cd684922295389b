"""Whole sessions answered over the wire, in either protocol: real processes and a real server."""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from pathlib import Path

import pytest

from tests.services import ROOT
from tests.test_run_session import Home, assert_whole, events_and_detail, prepared_home
from tests.wire import UPSTREAM_WORDS, Seen, WireServer

BRIEF = ROOT / "tests" / "briefs" / "library-loans.md"
KEY = "sk-ant-key-of-nobody-on-the-wire"
ANTHROPIC, OPENAI = "anthropic:large-1", "openai:small-1"
AFTER_STAGE_1 = (
    *("backend_dev", "dba", "frontend_dev"),
    *("ui_ux_designer", "security_specialist", "it_admin"),
)
PRICES = {
    ANTHROPIC: {"input": 3, "output": 15, "cached_input": 0.3, "cache_write": 3.75},
    OPENAI: {"input": 1, "output": 4, "cached_input": 0.25},
}


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A database that is ready, and nobody at work."""
    with prepared_home() as home:
        yield home


@pytest.fixture
def prices(tmp_path) -> Path:
    file = tmp_path / "prices.json"
    file.write_text(json.dumps(PRICES))
    file.chmod(0o644)
    return file


def run(home: Home, wire: WireServer, prices: Path, *models: str, out: Path, **variables: str):
    """Run a session that `models` answer, the first before the others, and return how it went."""
    wire.manner.key = KEY
    return home.run(
        *("run_session", "Library loans", "--brief", BRIEF, "--json", "--out", out, "--budget", "50"),
        SAGE_MODEL=models[0],
        SAGE_FALLBACK_MODELS=",".join(models[1:]),
        ANTHROPIC_API_KEY=KEY,
        ANTHROPIC_BASE_URL=wire.anthropic_url,
        OPENAI_API_KEY=KEY,
        OPENAI_BASE_URL=wire.openai_url,
        SAGE_PRICES=str(prices),
        **variables,
    )


def wrote(events: list[dict]) -> dict[str, str]:
    """Which model wrote what each agent handed in, as the journal says."""
    return {e["data"]["agent"]: e["data"]["model"] for e in events if e["type"] == "agent_task_completed"}


def calls(events: list[dict]) -> Counter[tuple[str, str]]:
    """The settled calls by model and status."""
    return Counter((e["data"]["model"], e["data"]["status"]) for e in events if e["type"] == "llm_call_finished")


def cost_usd(seen: Seen) -> Decimal:
    """What a call costs by the prices of the file and the tokens that the server told, rounded up as it is settled."""
    price = {name: Decimal(str(rate)) for name, rate in PRICES[f"{seen.protocol}:{seen.model}"].items()}
    told = seen.counts
    written = told["cache_write"] if "cache_write" in price else 0  # OpenAI tells nobody what it put into its cache
    fresh = told["input"] - told["cached"] - written
    sums = fresh * price["input"] + told["cached"] * price["cached_input"] + told["output"] * price["output"]
    sums += written * price.get("cache_write", 0)
    return (sums / 1_000_000).quantize(Decimal("0.000001"), rounding=ROUND_UP)


def assert_metered(detail: dict, answered: list[Seen]) -> None:
    """Tokens and money of the session are those of the calls that the server answered."""
    assert detail["input_tokens"] == sum(seen.counts["input"] for seen in answered)
    assert detail["output_tokens"] == sum(seen.counts["output"] for seen in answered)
    assert Decimal(detail["spent_usd"]) == sum(cost_usd(seen) for seen in answered)


@pytest.mark.nightly
@pytest.mark.parametrize(("model", "protocol"), [(ANTHROPIC, "anthropic"), (OPENAI, "openai")])
def test_a_whole_session_on_one_protocol_is_complete_and_metered_to_the_token(
    home, wire, prices, tmp_path, model, protocol
):
    done = run(home, wire, prices, model, out=tmp_path / "bundle")

    assert done.returncode == 0, done.stdout + done.stderr
    events, detail = events_and_detail(done.stdout)
    assert_whole(events, detail)
    assert set(wrote(events).values()) == {model}
    assert {seen.protocol for seen in wire.completions()} == {protocol}
    assert [seen.outcome for seen in wire.completions()] == ["ok"] * 7
    assert_metered(detail, wire.completions())
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("first", "second"), [(ANTHROPIC, OPENAI), (OPENAI, ANTHROPIC)], ids=["anthropic fails", "openai fails"]
)
@pytest.mark.parametrize("outcome", ["server_error", pytest.param("wrong_key", marks=pytest.mark.nightly)])
def test_a_provider_that_fails_for_good_in_stage_2_is_stood_in_for_and_the_journal_says_by_whom(
    home, wire, prices, tmp_path, first, second, outcome
):
    failing = first.partition(":")[0]
    wire.script.always(outcome, protocol=failing, roles=AFTER_STAGE_1)

    done = run(home, wire, prices, first, second, out=tmp_path / "bundle", SAGE_CALL_RETRIES="1")

    assert done.returncode == 0, done.stdout + done.stderr
    events, detail = events_and_detail(done.stdout)
    assert_whole(events, detail)
    assert wrote(events) == {"architect": first, **dict.fromkeys(AFTER_STAGE_1, second)}
    answered = [seen for seen in wire.completions() if seen.outcome == "ok"]
    assert (answered[0].protocol, answered[0].role) == (failing, "architect")
    assert sorted(seen.role for seen in answered[1:]) == sorted(AFTER_STAGE_1)
    assert_metered(detail, answered)
    settled = calls(events)
    assert (settled[first, "succeeded"], settled[second, "succeeded"]) == (1, 6)
    refused = [seen for seen in wire.completions() if seen.outcome == outcome]
    assert settled[first, "failed"] == len(refused) >= 2
    journal = json.loads((tmp_path / "bundle" / "journal.json").read_text())
    assert wrote(journal["events"]) == wrote(events)
    left = done.stdout + done.stderr + (tmp_path / "bundle" / "journal.json").read_text()
    assert UPSTREAM_WORDS not in left
    assert KEY not in left


@pytest.mark.nightly
def test_answers_that_are_none_are_asked_for_again_or_mended_and_the_session_completes(home, wire, prices, tmp_path):
    wire.script.then("rate_limited_seconds", role="architect")
    wire.script.then("truncated", role="backend_dev")
    wire.script.then("prose", role="dba")
    wire.script.then("max_tokens", role="frontend_dev")
    wire.script.then("empty", role="ui_ux_designer")
    wire.script.then("refusal", role="security_specialist")
    wire.script.then("wrong_json", role="it_admin")

    done = run(home, wire, prices, OPENAI, out=tmp_path / "bundle")

    assert done.returncode == 0, done.stdout + done.stderr
    events, detail = events_and_detail(done.stdout)
    assert_whole(events, detail)
    assert calls(events) == {(OPENAI, "succeeded"): 11, (OPENAI, "failed"): 1, (OPENAI, "unconfirmed"): 2}
    assert [task["retry_count"] for task in detail["tasks"]] == [0] * 7
    repairs = [seen for seen in wire.completions() if len(seen.body["messages"]) > 2]
    assert sorted(seen.role for seen in repairs) == ["dba", "frontend_dev", "security_specialist", "ui_ux_designer"]


def test_when_every_model_refuses_the_task_fails_at_once_and_names_them_all(home, wire, prices, tmp_path):
    wire.script.always("forbidden", protocol="anthropic")
    wire.script.always("no_credit", protocol="openai")

    done = run(home, wire, prices, ANTHROPIC, OPENAI, out=tmp_path / "bundle")

    assert done.returncode == 1
    events, detail = events_and_detail(done.stdout)
    assert detail["status"] == "failed"
    assert [seen.outcome for seen in wire.completions()] == ["forbidden", "no_credit"]
    [failed] = [event["data"] for event in events if event["type"] == "agent_task_failed"]
    assert failed["will_retry"] is False
    assert failed["error"] == (
        f"{ANTHROPIC}: Anthropic answers 403: the key may not do this; "
        f"{OPENAI}: OpenAI answers 429: the account has no credit left"
    )
