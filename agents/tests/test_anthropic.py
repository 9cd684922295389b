"""The client of Anthropic Messages against a server that speaks it: what it asks for, and how it reads what comes."""

import json
from dataclasses import replace

import pytest

from agents.deliverable import parse_deliverable
from agents.prompts import build_request
from agents.providers import Endpoint, ProviderError, Usage
from agents.providers.anthropic import AnthropicProvider
from agents.providers.anthropic_answer import ReadAnswer
from agents.providers.event_stream import ServerSentEvent
from agents.providers.progress import Meter
from agents.tests.factories import make_assignment
from agents.tests.raw_server import LAST, RawServer, answering, event, head
from tests.wire import Counts

KEY = "sk-ant-test-key-of-nobody"


@pytest.fixture
def endpoint(wire):
    return Endpoint("anthropic", base_url=wire.anthropic_url, api_key=KEY)


@pytest.fixture
def request_of_a_task():
    return build_request(make_assignment(), model="anthropic:large-1", max_tokens=4000, temperature=0.7)


async def complete(request, endpoint, on_progress=lambda *_: None, provider=None):
    return await (provider or AnthropicProvider()).complete(request, endpoint=endpoint, on_progress=on_progress)


async def test_an_answer_is_the_deliverable_that_came_as_the_input_of_a_tool(wire, endpoint, request_of_a_task):
    shown = []
    wire.manner.latency = 0.6

    answer = await complete(request_of_a_task, endpoint, lambda tokens, words: shown.append((tokens, words)))

    assert parse_deliverable(answer.text, make_assignment().role).artifacts
    assert (answer.provider, answer.model, answer.simulated, answer.finish) == (
        "anthropic",
        "anthropic:large-1",
        False,
        "stop",
    )
    assert 0 <= answer.first_token_ms <= answer.latency_ms
    assert answer.latency_ms >= 500
    assert 2 <= len(shown) <= 5
    assert [tokens for tokens, _ in shown] == sorted(tokens for tokens, _ in shown)
    assert shown[-1][1]
    assert "{" not in shown[-1][1]


async def test_the_request_carries_key_version_schema_and_limits_as_the_protocol_has_them(
    wire, endpoint, request_of_a_task
):
    await complete(request_of_a_task, endpoint)

    seen = wire.completions()[0]
    assert seen.outcome == "ok"
    assert seen.headers["x-api-key"] == KEY
    assert "authorization" not in seen.headers
    assert seen.headers["anthropic-version"] == "2023-06-01"
    assert seen.body["model"] == "large-1"
    assert (seen.body["max_tokens"], seen.body["temperature"], seen.body["stream"]) == (4000, 0.7, True)
    tool = seen.body["tools"][0]
    assert tool["input_schema"] == request_of_a_task.schema
    assert seen.body["tool_choice"] == {"type": "tool", "name": tool["name"], "disable_parallel_tool_use": True}


async def test_system_prompt_and_shared_front_are_read_from_the_cache_by_the_next_task(
    wire, endpoint, request_of_a_task
):
    first, shared = request_of_a_task, request_of_a_task.shared_characters
    second = replace(
        first, messages=(("user", first.messages[0][1].replace("Plan Photo comments", "Design database")),)
    )

    wrote, read = await complete(first, endpoint), await complete(second, endpoint)

    blocks = [seen.body["messages"][0]["content"] for seen in wire.completions()]
    assert (
        blocks[0][0]
        == blocks[1][0]
        == {
            "type": "text",
            "text": first.messages[0][1][:shared],
            "cache_control": {"type": "ephemeral"},
        }
    )
    assert "".join(block["text"] for block in blocks[1]) == second.messages[0][1]
    assert wire.completions()[0].body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert wrote.usage.cache_write_tokens > 0
    assert wrote.usage.cached_tokens == 0
    assert read.usage.cached_tokens == wrote.usage.cache_write_tokens
    assert read.usage.input_tokens > read.usage.cached_tokens


async def test_a_request_without_a_shared_front_is_sent_whole(wire, endpoint, request_of_a_task):
    await complete(replace(request_of_a_task, shared_characters=0), endpoint)

    assert wire.completions()[0].body["messages"] == [{"role": "user", "content": request_of_a_task.messages[0][1]}]


async def test_a_repair_after_an_empty_answer_sends_no_empty_text(wire, endpoint, request_of_a_task):
    talk = (*request_of_a_task.messages, ("assistant", "  \n"), ("user", "Once more."))

    await complete(replace(request_of_a_task, messages=talk), endpoint)

    assert [message["role"] for message in wire.completions()[0].body["messages"]] == ["user", "assistant", "user"]
    assert wire.completions()[0].outcome == "ok"


async def test_thoughts_are_counted_and_are_no_part_of_the_answer(wire, endpoint, request_of_a_task):
    wire.manner.counts = Counts(input=1000, output=300, cached=600, cache_write=100, reasoning=120)

    answer = await complete(request_of_a_task, endpoint)

    assert answer.usage == Usage(1000, 300, cached_tokens=600, cache_write_tokens=100, reasoning_tokens=120)
    assert "Let me think" not in answer.text


@pytest.mark.parametrize("streams", [True, False], ids=["as a stream", "as one body"])
@pytest.mark.parametrize("as_text", [True, False], ids=["as text", "as the input of a tool"])
async def test_a_deliverable_is_read_however_the_model_wrote_it(wire, endpoint, request_of_a_task, streams, as_text):
    wire.manner.as_text = as_text
    wire.manner.text = '{"summary": "Grüße ✓ \\ud83d\\ude00", "decisions": []}'
    if not streams:
        wire.script.then("plain_json")

    answer = await complete(request_of_a_task, endpoint)

    assert json.loads(answer.text) == {"summary": "Grüße ✓ 😀", "decisions": []}
    assert answer.usage.output_tokens > 0


@pytest.mark.parametrize("streams", [True, False], ids=["as a stream", "as one body"])
async def test_a_deliverable_among_thoughts_and_words_is_found(wire, endpoint, request_of_a_task, streams):
    wire.manner.as_text = True
    wire.manner.text = '<think>A {draft}.</think>\nHere it is:\n\n```json\n{"summary": "Done."}\n```\n\nLet me know.'
    if not streams:
        wire.script.then("plain_json")

    answer = await complete(request_of_a_task, endpoint)

    assert parse_deliverable(answer.text, make_assignment().role).summary == "Done."


async def test_half_a_surrogate_pair_in_an_answer_does_not_spoil_the_rest(wire, endpoint, request_of_a_task):
    wire.manner.text = '{"summary": "half \\ud83d of a sign"}'

    answer = await complete(request_of_a_task, endpoint)

    assert "of a sign" in answer.text


@pytest.mark.parametrize(
    ("refuses", "leaves_out"),
    [
        (("temperature",), lambda body: "temperature" not in body),
        (("tool_choice",), lambda body: body["tool_choice"]["type"] == "auto"),
        (("tool_choice", "any_tool_choice"), lambda body: "tool_choice" not in body and body["tools"]),
        (("eager_input_streaming",), lambda body: "eager_input_streaming" not in body["tools"][0]),
        (("cache_control",), lambda body: "cache_control" not in json.dumps(body)),
        (
            ("temperature", "tool_choice", "eager_input_streaming", "cache_control"),
            lambda body: "temperature" not in body and "cache_control" not in json.dumps(body),
        ),
    ],
    ids=["temperature", "forced tool", "any choice of a tool", "eager streaming", "cache marks", "all of them"],
)
async def test_what_a_model_refuses_is_left_out_at_once_and_from_then_on(
    wire, endpoint, request_of_a_task, refuses, leaves_out
):
    provider = AnthropicProvider()
    wire.manner.refused_parameters = refuses

    first = await complete(request_of_a_task, endpoint, provider=provider)
    asked = len(wire.completions())
    second = await complete(request_of_a_task, endpoint, provider=provider)

    assert first.text == second.text
    assert asked == len(refuses) + 1
    assert len(wire.completions()) == asked + 1
    assert leaves_out(wire.completions()[-1].body)


async def test_a_model_that_writes_shorter_answers_is_asked_for_its_longest_and_from_then_on(
    wire, endpoint, request_of_a_task
):
    provider = AnthropicProvider()
    wire.manner.most_tokens = 8192

    first = await complete(replace(request_of_a_task, max_tokens=32_000), endpoint, provider=provider)
    await complete(replace(request_of_a_task, max_tokens=32_000), endpoint, provider=provider)

    assert first.finish == "stop"
    assert [seen.body["max_tokens"] for seen in wire.completions()] == [32_000, 8192, 8192]


async def test_one_model_that_refuses_a_parameter_does_not_take_it_from_others(wire, endpoint, request_of_a_task):
    provider = AnthropicProvider()
    wire.manner.refused_parameters = ("temperature",)
    await complete(request_of_a_task, endpoint, provider=provider)
    wire.manner.refused_parameters = ()

    await complete(replace(request_of_a_task, model="anthropic:small-1"), endpoint, provider=provider)

    assert wire.completions()[-1].body["temperature"] == 0.7


async def test_a_request_that_is_just_wrong_is_sent_once(wire, endpoint, request_of_a_task):
    wire.script.always("bad_request")

    with pytest.raises(ProviderError) as refused:
        await complete(request_of_a_task, endpoint)

    assert refused.value.code == "bad_request"
    assert len(wire.completions()) == 1


async def test_a_temperature_above_what_the_service_knows_is_sent_as_its_highest(wire, endpoint, request_of_a_task):
    await complete(replace(request_of_a_task, temperature=1.7), endpoint)

    assert wire.completions()[0].body["temperature"] == 1.0


async def test_the_service_itself_is_not_asked_without_a_key(settings, request_of_a_task):
    nobody = Endpoint("anthropic", base_url=settings.USUAL_ADDRESSES["anthropic"])

    with pytest.raises(ProviderError) as refused:
        await complete(request_of_a_task, nobody)
    health = await AnthropicProvider().health(nobody)

    assert (refused.value.code, refused.value.passing, refused.value.billed) == ("not_set_up", False, False)
    assert (health.status, health.message) == ("unhealthy", "Anthropic is not set up: it has no key.")


async def test_a_server_of_ones_own_may_need_no_key(wire, request_of_a_task):
    await complete(request_of_a_task, Endpoint("anthropic", base_url=wire.anthropic_url))

    assert "x-api-key" not in wire.completions()[0].headers


START = {"type": "message_start", "message": {"usage": {"input_tokens": 10, "output_tokens": 1}}}
TOOL = {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "input": {}}}
INPUT = {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"a": 1}'}}
TALK = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Here it is: "}}
END = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 5}}
CACHED = {
    "type": "message_start",
    "message": {"usage": {"input_tokens": 10, "cache_read_input_tokens": 50, "cache_creation_input_tokens": 200}},
}
ZEROS = {
    "input_tokens": 0,
    "output_tokens": 0,
    "cache_read_input_tokens": 0,
    "cache_creation_input_tokens": 0,
}
ZERO_START = {"type": "message_start", "message": {"usage": ZEROS}}
COUNTED = {"input_tokens": 7, "cache_read_input_tokens": 50, "output_tokens": 5}


@pytest.mark.parametrize(
    ("events", "text", "usage"),
    [
        ([START, TALK, TOOL, INPUT, END], '{"a": 1}', Usage(10, 5)),
        ([START, TOOL, INPUT, {**TOOL, "index": 2}, {**INPUT, "index": 2}, END], '{"a": 1}', Usage(10, 5)),
        ([START, {**TOOL, "content_block": {"type": "tool_use", "input": {"a": 1}}}, END], '{"a":1}', Usage(10, 5)),
        ([START, TALK, {**END, "usage": None}], "Here it is: ", None),
        ([START, {**END, "usage": {"output_tokens": True}}], "", None),
        ([START, {**END, "usage": {"output_tokens": -1}}], "", None),
        ([START, {**END, "usage": {"input_tokens": None, "output_tokens": 5}}], "", Usage(10, 5)),
        ([START, {**END, "usage": {"output_tokens": 10**30}}], "", None),
        ([CACHED, TALK, {**END, "usage": {**ZEROS, "output_tokens": 5}}], "Here it is: ", Usage(260, 5, 50, 200)),
        ([CACHED, TALK, {**END, "usage": ZEROS}], "Here it is: ", None),
        ([CACHED, {**END, "usage": ZEROS}], "", Usage(260, 0, 50, 200)),
        ([ZERO_START, TALK, {**END, "usage": COUNTED}], "Here it is: ", Usage(57, 5, 50)),
        ([CACHED, {**END, "usage": {"output_tokens": 2}}, END], "", Usage(260, 5, 50, 200)),
        ([{**START, "message": {"usage": {**COUNTED, "input_tokens": 0}}}, END], "", Usage(50, 5, 50)),
        ([START, {"type": "content_block_delta", "delta": {"type": "new", "surprise": [1]}}, END], "", Usage(10, 5)),
        ([START, {"type": "content_block_delta", "delta": "odd"}, {"type": ["odd"]}, END], "", Usage(10, 5)),
    ],
    ids=[
        *("talk before the tool", "the tool twice", "the input at once", "no usage at the end", "a truth for a number"),
        *("less than nothing", "a null keeps what was told", "more than can be", "zeros at the end"),
        *("nothing but zeros at the end", "nothing written", "zeros at the front", "two ends", "all from the cache"),
        *("a delta of next year", "odd shapes"),
    ],
)
def test_an_answer_is_read_whatever_stands_around_it(events, text, usage):
    reading = ReadAnswer("anthropic", Meter(lambda *_: None))

    for said in events:
        reading.take(ServerSentEvent("message", json.dumps(said).encode()))
    answered = reading.finish()

    assert (answered.text, answered.usage, answered.finish) == (text, usage, "stop")


async def test_zeros_at_the_end_of_a_stream_do_not_make_its_prompt_free(request_of_a_task):
    events = (CACHED, TALK, {**END, "usage": {**ZEROS, "output_tokens": 5}}, {"type": "message_stop"})

    with RawServer(answering(head() + b"".join(event(said) for said in events) + LAST)) as server:
        endpoint = Endpoint("anthropic", base_url=f"http://127.0.0.1:{server.port}", api_key=KEY)
        answer = await complete(request_of_a_task, endpoint)

    assert answer.usage == Usage(260, 5, cached_tokens=50, cache_write_tokens=200)


@pytest.mark.parametrize(
    ("value", "begins"),
    [
        (r'"half \ud83d of a sign"', '{"a":"half '),
        ("1" * 30 + r', "b": "\ud83d"', '{"a":111'),
        ("[" * 500 + "]" * 500, ""),
    ],
    ids=["half a surrogate pair", "a number that no system counts to", "a value in five hundred others"],
)
def test_an_input_in_one_body_is_read_whatever_it_holds(value, begins):
    reading = ReadAnswer("anthropic", Meter(lambda *_: None))
    body = f'{{"content": [{{"type": "tool_use", "input": {{"a": {value}}}}}], "stop_reason": "tool_use"}}'

    reading.take_whole(body.encode())

    assert reading.finish().text.startswith(begins)
