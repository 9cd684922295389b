"""The OpenAI Chat Completions client against real HTTP servers: what it asks, reads, adapts to and refuses."""

import asyncio
import json
import socket
from codecs import BOM_UTF8
from dataclasses import replace
from decimal import Decimal

import pytest

from agents.pricing import cost_usd
from agents.prompts import build_request
from agents.providers import Endpoint, ProviderError, Usage
from agents.providers.openai_chat import OpenAIChatProvider
from agents.tests.factories import make_assignment
from agents.tests.raw_server import LAST, RawServer, answering, chunk, event, head, whole

TEXT = '{"summary": "Café", "decisions": []}'
USAGE = {
    "prompt_tokens": 1200,
    "completion_tokens": 300,
    "total_tokens": 1500,
    "prompt_tokens_details": {"cached_tokens": 1024},
    "completion_tokens_details": {"reasoning_tokens": 64},
}
COUNTED = Usage(1200, 300, cached_tokens=1024, reasoning_tokens=64)
CANARY = "the words of a stranger"


def request_for(model="openai:gpt-5.2"):
    return build_request(make_assignment("architect"), model=model, max_tokens=900, temperature=0.3)


def ask(server, *, provider=None, on_progress=lambda tokens, words: None, model="openai:gpt-5.2", **changes):
    provider = provider or OpenAIChatProvider("openai")
    endpoint = replace(server.endpoint, **changes)
    return asyncio.run(provider.complete(request_for(model), endpoint=endpoint, on_progress=on_progress))


def refusal_of(server, **options) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        ask(server, **options)
    assert CANARY not in str(caught.value)
    return caught.value


def delta(finish=None, **written):
    return {"model": "gpt-5.2-2026", "choices": [{"index": 0, "delta": written, "finish_reason": finish}]}


def streamed(*events, end=(b"[DONE]",), closes=False):
    """Return a whole stream; cut off without its last chunk when it `closes`."""
    return head() + b"".join(event(said) for said in (*events, *end)) + (b"" if closes else LAST)


COUNT = {"choices": [], "usage": USAGE}
SAID = [delta(role="assistant", content=""), *(delta(content=TEXT[i : i + 5]) for i in range(0, len(TEXT), 5))]
GOOD = streamed(*SAID, delta("stop"), COUNT)
GOOD_BODY = GOOD.partition(b"\r\n\r\n")[2]


# --- what is asked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "base", "path", "model"),
    [
        (OpenAIChatProvider("openai"), "/v1", "/v1/chat/completions", "openai:gpt-5.2"),
        (OpenAIChatProvider("openrouter"), "/api/v1", "/api/v1/chat/completions", "openrouter:meta/llama-4:free"),
        (OpenAIChatProvider("ollama", path="/v1"), "", "/v1/chat/completions", "ollama:qwen3:8b"),
    ],
    ids=["openai", "openrouter", "ollama"],
)
def test_each_flavour_is_asked_for_a_stream_with_usage_and_the_schema_of_the_deliverable(provider, base, path, model):
    with RawServer(answering(GOOD)) as server:
        ask(server, provider=provider, model=model, base_url=f"http://127.0.0.1:{server.port}{base}")

        [asked] = server.requests
    request = request_for(model)
    assert asked.line == f"POST {path} HTTP/1.1"
    assert asked.headers["authorization"] == "Bearer sk-canary-1234"
    assert asked.headers["content-type"] == "application/json"
    body = asked.json
    assert body.pop("messages") == [
        {"role": "system", "content": request.system},
        {"role": "user", "content": request.messages[0][1]},
    ]
    form = body.pop("response_format")
    assert form["type"] == "json_schema"
    assert form["json_schema"]["schema"] == request.schema
    assert form["json_schema"]["strict"] is False
    assert body == {
        "model": model.partition(":")[2],
        "max_tokens": 900,
        "temperature": 0.3,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_server_of_ones_own_is_asked_without_a_key():
    with RawServer(answering(GOOD)) as server:
        assert ask(server, api_key="").text == TEXT
        assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("name", "base_url"),
    [
        ("openai", "https://api.openai.com/v1"),
        ("openai", "https://eu.api.openai.com/v1"),
        ("openrouter", "https://openrouter.ai/api/v1"),
        ("ollama", ""),
        ("openai", "http://["),
    ],
)
def test_without_a_key_or_an_address_nothing_is_sent(name, base_url, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    monkeypatch.setattr(socket, "getaddrinfo", None)
    call = OpenAIChatProvider(name).complete(
        request_for(), endpoint=Endpoint(name, base_url=base_url), on_progress=lambda tokens, words: None
    )

    with pytest.raises(ProviderError) as caught:
        call.send(None)

    assert (caught.value.code, caught.value.passing, caught.value.billed) == ("not_set_up", False, False)


# --- what is read ----------------------------------------------------------------------------------------------------


def test_a_streamed_answer_comes_with_its_text_usage_and_cost():
    told = []

    with RawServer(answering(GOOD)) as server:
        answered = ask(server, on_progress=lambda tokens, words: told.append((tokens, words)))

    assert answered.text == TEXT
    assert answered.model == "openai:gpt-5.2"
    assert answered.provider == "openai"
    assert answered.usage == COUNTED
    assert answered.finish == "stop"
    assert not answered.simulated
    assert 0 <= answered.first_token_ms <= answered.latency_ms < 5_000
    assert len(told) == 1, "more than four times a second"


def test_the_cost_is_that_of_the_price_list(settings, tmp_path):
    prices = tmp_path / "prices.json"
    settings.PRICES_FILE = str(prices)
    with RawServer(answering(GOOD)) as server:
        unknown = ask(server, model="openai:house-model")
        local = ask(server, model="ollama:qwen3", provider=OpenAIChatProvider("ollama"))

    assert unknown.cost_usd is None
    assert local.cost_usd == cost_usd("ollama:qwen3", COUNTED) == Decimal(0)


def test_progress_is_told_while_the_answer_streams():
    async def slow(connection):
        await connection.receive()
        await connection.send(head())
        for said in SAID:
            await connection.send(event(said))
            await asyncio.sleep(0.1)
        await connection.send(event(delta("stop")) + event(b"[DONE]") + LAST)

    told = []
    with RawServer(slow) as server:
        ask(server, on_progress=lambda tokens, words: told.append((tokens, words)))

    assert 2 <= len(told) <= 6
    assert told[0][0] < told[-1][0] <= len(TEXT)
    assert "summary" in told[-1][1]


PLAIN = {"id": "x", "choices": [{"message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}]}
LIST = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": TEXT}]


@pytest.mark.parametrize(
    "answer",
    [
        whole(200, {**PLAIN, "usage": USAGE}),
        whole(200, {**PLAIN, "usage": USAGE}, content_type="application/json; charset=utf-8"),
        head() + chunk(b": OPENROUTER PROCESSING\n\n") * 3 + GOOD_BODY,
        streamed(*SAID, {**delta("stop"), "usage": USAGE}),
        streamed(*({**said, "usage": {**USAGE, "completion_tokens": 1}} for said in SAID), delta("stop"), COUNT),
        streamed(*({**said, "usage": None} for said in SAID), delta("stop"), COUNT),
        streamed(*SAID, delta("stop"), COUNT, end=()),
        streamed(*SAID, COUNT),
        streamed({"choices": [], "prompt_filter_results": []}, *SAID, delta("stop"), COUNT),
        streamed(delta(content=None, reasoning_content="Let me think."), *SAID, delta("stop"), COUNT),
        streamed(delta(content=LIST), delta("stop"), COUNT),
        streamed(*SAID, {"choices": [{"delta": None, "finish_reason": "stop"}]}, COUNT),
        streamed(*SAID, {"choices": [{"finish_reason": "stop"}], "error": None}, COUNT),
        whole(200, BOM_UTF8 + json.dumps({**PLAIN, "usage": USAGE}).encode(), content_type="text/plain"),
        whole(200, b"\r\n " + json.dumps({**PLAIN, "usage": USAGE}).encode(), content_type="text/event-stream"),
        head(content_type="text/plain") + chunk(b"\xef") + chunk(b"\xbb\xbf") + chunk(b"\n") + GOOD_BODY,
        head(content_type="application/json") + GOOD_BODY,
        head(content_type="text/html") + GOOD_BODY,
        whole(200, {**PLAIN, "usage": USAGE}, content_encoding="Identity"),
        whole(200, {**PLAIN, "usage": USAGE}, content_encoding=" "),
        streamed({**PLAIN, "usage": USAGE}),
        streamed({**PLAIN, "usage": USAGE}, end=()),
        streamed(*SAID, {"choices": [{**PLAIN["choices"][0], "delta": None}]}, COUNT),
        streamed(b"", *SAID, b" ", delta("stop"), COUNT, b"", end=(b"[DONE] ",)),
    ],
    ids=[
        "plain JSON", "charset", "comments", "usage with the finish", "usage in each chunk", "usage null", "no DONE",
        "no finish", "empty choices first", "thoughts", "parts", "null delta", "no delta",
        "JSON as text", "JSON as a stream", "a stream as text", "a stream as JSON", "a stream as HTML", "Identity",
        "no encoding", "a whole chunk", "a whole chunk alone", "all of it once more", "empty events",
    ],
)  # fmt: skip
def test_answers_of_many_servers_are_read_alike(answer):
    with RawServer(answering(answer)) as server:
        answered = ask(server)

    assert (answered.text, answered.usage, answered.finish) == (TEXT, COUNTED, "stop")


def test_the_connection_serves_again_although_reading_stops_at_the_last_event():
    async def handler(connection):
        while True:
            await connection.receive()
            await connection.send(GOOD.removesuffix(LAST))
            await asyncio.sleep(0.02)
            await connection.send(LAST)

    async def twice(server):
        provider = OpenAIChatProvider("openai")
        for _ in range(2):
            await provider.complete(request_for(), endpoint=server.endpoint, on_progress=lambda tokens, words: None)

    with RawServer(handler) as server:
        asyncio.run(twice(server))

        assert server.connections == 1


def test_a_server_that_keeps_its_stream_open_does_not_keep_the_answer():
    async def handler(connection):
        await connection.receive()
        await connection.send(GOOD.removesuffix(LAST))
        await connection.wait_for_end()

    with RawServer(handler) as server:
        assert ask(server).latency_ms < 2_000


def test_half_of_a_surrogate_pair_does_not_spoil_the_answer():
    spoilt = json.dumps(delta(content="x")).encode().replace(b'"x"', rb'"a\ud83d"')

    with RawServer(answering(streamed(spoilt, delta("stop")))) as server:
        assert ask(server).text == "a\ud83d"


@pytest.mark.parametrize(
    ("events", "text", "finish"),
    [
        ([delta(content="{"), delta("length")], "{", "length"),
        ([delta(content="{"), delta("content_filter")], "{", "refusal"),
        ([delta(refusal="I "), delta(refusal="cannot."), delta("stop")], "I cannot.", "refusal"),
        ([delta("stop")], "", "stop"),
        ([], "", "stop"),
    ],
    ids=["length", "filtered", "refused", "empty", "nothing"],
)
def test_answers_that_are_none_are_recognised(events, text, finish):
    with RawServer(answering(streamed(*events, COUNT))) as server:
        answered = ask(server)

    assert (answered.text, answered.finish, answered.usage) == (text, finish, COUNTED)


def test_a_refusal_in_a_plain_answer_is_one():
    message = {"role": "assistant", "content": None, "refusal": "I cannot."}

    with RawServer(answering(whole(200, {"choices": [{"message": message, "finish_reason": "stop"}]}))) as server:
        answered = ask(server)

    assert (answered.text, answered.finish, answered.usage, answered.cost_usd) == ("I cannot.", "refusal", None, None)


HUGE = 10**18


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (None, None),
        ({}, None),
        ([1, 2], None),
        ({"prompt_tokens": 0, "completion_tokens": 0}, None),
        ({"prompt_tokens": 10}, None),
        ({"prompt_tokens": 10, "completion_tokens": -1}, None),
        ({"prompt_tokens": 10, "completion_tokens": "5"}, None),
        ({"prompt_tokens": True, "completion_tokens": 5}, None),
        ({"prompt_tokens": HUGE, "completion_tokens": 5}, None),
        ({"prompt_tokens": 10, "completion_tokens": 5}, Usage(10, 5)),
        ({"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": None}, Usage(10, 5)),
        ({"prompt_tokens": 10, "completion_tokens": 5, "prompt_cache_hit_tokens": 4}, Usage(10, 5, cached_tokens=4)),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 5,
                "prompt_tokens_details": {"cached_tokens": 99, "cache_write_tokens": 99},
                "completion_tokens_details": {"reasoning_tokens": 99},
            },
            Usage(10, 5, cached_tokens=10, cache_write_tokens=0, reasoning_tokens=5),
        ),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 5,
                "prompt_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 3},
            },
            Usage(10, 5, cached_tokens=2, cache_write_tokens=3),
        ),
    ],
)
def test_usage_is_taken_when_it_can_be_true_and_is_missing_otherwise(usage, counted):
    with RawServer(answering(streamed(*SAID, delta("stop"), {"choices": [], "usage": usage}))) as server:
        answered = ask(server)

    assert answered.text == TEXT
    assert answered.usage == counted
    if counted is None:
        assert answered.cost_usd is None


# --- servers that know less ------------------------------------------------------------------------------------------


def refused(message, *, param=None, code=None, status=400):
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return whole(status, {"error": error})


NO_SCHEMA = refused("This response_format type is unavailable now")
NO_TOOLS = refused("registry.ollama.ai/library/x does not support tools")
NO_TEMPERATURE = refused("Only the default (1) value is allowed", param="temperature", code="unsupported_value")
NO_OPTIONS = whole(422, {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]})
NO_LIMIT = refused(
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    param="max_tokens",
    code="unsupported_parameter",
)


@pytest.mark.parametrize(
    ("refusals", "gone", "come"),
    [
        ([NO_SCHEMA], {"response_format"}, {"tools", "tool_choice"}),
        ([refused("Invalid value", param="response_format.type")], {"response_format"}, {"tools", "tool_choice"}),
        ([refused("Invalid schema for response_format 'hand_in'")], {"response_format"}, {"tools", "tool_choice"}),
        ([NO_SCHEMA, NO_TOOLS], {"response_format"}, set()),
        ([NO_SCHEMA, refused("No endpoints found that support tool use", status=404)], {"response_format"}, set()),
        ([NO_SCHEMA, refused("must be auto", param="tool_choice")], {"response_format"}, set()),
        ([NO_TEMPERATURE], {"temperature"}, set()),
        ([refused("`temperature` is deprecated for this model.")], {"temperature"}, set()),
        ([NO_OPTIONS], {"stream_options"}, set()),
        ([NO_LIMIT], {"max_tokens"}, {"max_completion_tokens"}),
        ([refused("Streaming is not supported")], {"stream", "stream_options"}, set()),
        ([NO_LIMIT, NO_TEMPERATURE, NO_SCHEMA], {"max_tokens", "temperature", "response_format"},
         {"max_completion_tokens", "tools", "tool_choice"}),
    ],
    ids=["schema", "schema by param", "schema itself", "tools", "tools 404", "tool choice", "temperature",
         "deprecated", "stream options", "limit", "stream", "three"],
)  # fmt: skip
def test_a_server_that_does_not_know_a_parameter_is_asked_without_it_and_it_is_remembered(refusals, gone, come):
    provider = OpenAIChatProvider("openai")

    with RawServer(answering(*refusals, GOOD)) as server:
        first = ask(server, provider=provider)
        second = ask(server, provider=provider)

        assert len(server.requests) == len(refusals) + 2
        before, after, again = (server.requests[i].json for i in (0, -2, -1))
    assert first.text == second.text == TEXT
    assert set(before) - set(after) == gone
    assert set(after) - set(before) == come
    assert again == after
    assert 900 in (after.get("max_tokens"), after.get("max_completion_tokens")), "a call without any limit"


@pytest.mark.parametrize(
    "says",
    [
        "max_tokens is too large: 900. This model supports at most 512 completion tokens, whereas you provided 900.",
        "`max_tokens` must be less than or equal to `512`, the maximum value for this model",
        "Invalid max_tokens value, the valid range of max_tokens is [1, 512]",
    ],
    ids=["openai", "groq", "deepseek"],
)
def test_a_model_that_writes_shorter_answers_is_asked_for_its_longest_and_it_is_remembered(says):
    provider = OpenAIChatProvider("openai")

    with RawServer(answering(refused(says, param="max_tokens"), GOOD)) as server:
        first = ask(server, provider=provider)
        ask(server, provider=provider)

        assert [request.json["max_tokens"] for request in server.requests] == [900, 512, 512]
    assert first.text == TEXT


WINDOW = "This model's maximum context length is 1024 tokens"


@pytest.mark.parametrize(
    ("says", "room"),
    [
        (
            f"'max_tokens' or 'max_completion_tokens' is too large: 900. {WINDOW} and your request has 300 input "
            "tokens (900 > 1024 - 300). None",
            660,
        ),
        (
            f"{WINDOW}. However, you requested 1200 tokens (250 in the messages, 50 in the functions, and 900 in the "
            "completion). Please reduce the length of the messages or completion.",
            660,
        ),
        (f"{WINDOW}, however you requested 1200 tokens (300 in your prompt; 900 for the completion).", 660),
        (
            "This endpoint's maximum context length is 131072 tokens. However, you requested about 131436 tokens "
            "(130536 of text input, 900 in the output). Please reduce the length of either one.",
            472,
        ),
        (
            "Requested token count exceeds the model's maximum context length of 1,024 tokens. You requested a total "
            "of 1,200 tokens: 300 tokens from the input messages and 900 tokens for the completion.",
            660,
        ),
        (
            f"{WINDOW}. However, you requested 900 output tokens and your prompt contains at least 125 input tokens, "
            "for a total of at least 1025 tokens. Please reduce the length of the input prompt.",
            450,
        ),
        (
            f"{WINDOW.replace('1024', '800')}. However, you requested 900 output tokens and your prompt contains 581 "
            "characters (more than 0 characters, which is the upper bound for 0 input tokens).",
            400,
        ),
    ],
    ids=["vllm", "openai", "prompt", "openrouter", "sglang", "newer vllm", "newer vllm, more than all"],
)
@pytest.mark.parametrize("code", [None, "context_length_exceeded"], ids=["no code", "code"])
def test_a_prompt_that_fits_is_asked_once_more_for_what_the_window_leaves_this_time_alone(says, room, code):
    provider = OpenAIChatProvider("openai")

    with RawServer(answering(refused(says, code=code), GOOD)) as server:
        first = ask(server, provider=provider)
        ask(server, provider=provider)

        assert [request.json["max_tokens"] for request in server.requests] == [900, room, 900]
        assert len({json.dumps({**request.json, "max_tokens": 0}) for request in server.requests}) == 1
    assert first.text == TEXT


@pytest.mark.parametrize(
    "says",
    [
        f"{WINDOW}. However, your messages resulted in 2000 tokens. Please reduce the length of the messages.",
        f"'max_tokens' is too large: 900. {WINDOW} and your request has 710 input tokens (900 > 1024 - 710).",
        f"'max_tokens' is too large: 900. {WINDOW} and your request has 2000 input tokens (900 > 1024 - 2000).",
        f"{WINDOW.replace('1024', '10240')}. However, you requested 999 tokens (99 in the messages, 900 …).",
        f"{WINDOW}. However, you requested 10 tokens.",
        f"{WINDOW}. However, you requested 0 output tokens and your prompt contains at least 1025 input tokens, …",
    ],
    ids=[
        "no answer counted",
        "no room for an answer",
        "no room at all",
        "room enough",
        "less than was asked",
        "no answer asked",
    ],
)
def test_a_prompt_beside_which_no_answer_fits_is_too_long(says):
    with RawServer(answering(refused(says), GOOD)) as server:
        error = refusal_of(server)

        assert (error.code, error.passing, error.billed) == ("context_limit", False, False)
        assert len(server.requests) == 1


def test_a_server_that_finds_the_shorter_answer_too_long_as_well_is_believed():
    def says(asked, read):
        total = asked + read
        return refused(f"{WINDOW}. However, you requested {total} tokens ({read} in the messages, {asked} in …)")

    with RawServer(answering(says(900, 300), says(660, 400), GOOD)) as server:
        error = refusal_of(server)

        assert error.code == "context_limit"
        assert [request.json["max_tokens"] for request in server.requests] == [900, 660]


def test_the_room_for_an_answer_is_found_at_a_server_that_wants_other_parameters_too():
    window = refused(f"{WINDOW}. However, you requested 1200 tokens (300 in the messages, 900 in the completion)")

    with RawServer(answering(NO_LIMIT, window, NO_SCHEMA, GOOD)) as server:
        ask(server)

        assert [request.json.get("max_completion_tokens") for request in server.requests] == [None, 900, 660, 660]


def test_what_one_server_does_not_know_another_is_told_again():
    provider = OpenAIChatProvider("openai")

    with RawServer(answering(NO_TEMPERATURE, GOOD)) as plain, RawServer(answering(GOOD)) as rich:
        ask(plain, provider=provider)
        ask(plain, provider=provider, model="openai:another")
        ask(rich, provider=provider)

        assert "temperature" in plain.requests[-1].json
        assert "temperature" in rich.requests[0].json


def test_a_model_that_reads_no_schema_is_told_it_in_the_prompt():
    with RawServer(answering(NO_SCHEMA, NO_TOOLS, GOOD)) as server:
        ask(server)

        system = server.requests[-1].json["messages"][0]["content"]
    assert json.loads(system.rpartition("\n")[2]) == request_for().schema


def test_a_deliverable_that_comes_as_arguments_of_a_tool_is_read_as_text():
    def call(arguments, **more):
        return {"index": 0, "id": "1", "type": "function", "function": {"arguments": arguments, **more}}

    tool = streamed(
        delta(role="assistant", content="I will hand it in."),
        delta(content=None, tool_calls=[call("", name="hand_in")]),
        delta(tool_calls=[call(TEXT[:9])]),
        delta(tool_calls=[{"index": 1, "function": {"arguments": "{}"}}]),
        delta(tool_calls=[call(TEXT[9:])]),
        delta("tool_calls"),
        COUNT,
    )
    with RawServer(answering(NO_SCHEMA, tool)) as server:
        answered = ask(server)

    assert (answered.text, answered.finish, answered.usage) == (TEXT, "stop", COUNTED)


@pytest.mark.parametrize("arguments", [TEXT, json.loads(TEXT)], ids=["text", "object"])
def test_arguments_of_a_tool_are_read_from_a_plain_answer_too(arguments):
    message = {"content": None, "tool_calls": [{"function": {"name": "hand_in", "arguments": arguments}}]}
    answer = whole(200, {"choices": [{"message": message, "finish_reason": "tool_calls"}]})

    with RawServer(answering(NO_SCHEMA, answer)) as server:
        assert json.loads(ask(server).text) == json.loads(TEXT)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused(CANARY), "bad_request"),
        (refused("temperature must be between 0 and 1", param="temperature"), "bad_request"),
        (refused("max_tokens is too large: 900. At most 100 are possible.", param="max_tokens"), "bad_request"),
        (refused("'max_tokens' is too large: this model's maximum context length is 8", param="max_tokens"),
         "context_limit"),
        (refused("Unknown parameter: 'metadata'", param="metadata", code="unknown_parameter"), "bad_request"),
        (refused("The model `x` does not exist", code="model_not_found", status=404), "unknown_model"),
    ],
    ids=["plain", "out of range", "too large", "context", "not ours", "model"],
)  # fmt: skip
def test_what_leaving_out_would_not_mend_is_asked_once(answer, code):
    with RawServer(answering(answer)) as server:
        error = refusal_of(server)

        assert (error.code, error.passing, error.billed) == (code, False, False)
        assert len(server.requests) == 1


def knowing_only(*known):
    """Return the handler of a server that names the first parameter it does not know."""

    async def handler(connection):
        while True:
            asked = (await connection.receive()).json
            unknown = [name for name in asked if name not in ("model", "messages", *known)]
            if unknown:
                says = f"Unknown parameter: '{unknown[0]}'."
                await connection.send(refused(says, param=unknown[0], code="unknown_parameter"))
            else:
                await connection.send(GOOD if asked.get("stream") else whole(200, PLAIN))

    return handler


@pytest.mark.parametrize(
    ("known", "refusals"),
    [(("max_completion_tokens", "stream"), 5), (("max_completion_tokens",), 5), (("max_tokens",), 4)],
    ids=["streams", "streams nothing", "the usual limit"],
)
def test_a_server_that_knows_next_to_nothing_is_understood_in_one_call(known, refusals):
    provider = OpenAIChatProvider("openai")

    with RawServer(knowing_only(*known)) as server:
        first = ask(server, provider=provider)
        second = ask(server, provider=provider)

        assert len(server.requests) == refusals + 2
    assert first.text == second.text == TEXT


def test_what_a_call_that_failed_has_learnt_the_next_one_knows():
    provider = OpenAIChatProvider("openai")

    with RawServer(answering(NO_SCHEMA, NO_TEMPERATURE, refused(CANARY, status=503), GOOD)) as server:
        failed = refusal_of(server, provider=provider)
        ask(server, provider=provider)

        assert failed.code == "overloaded"
        assert len(server.requests) == 4
        assert server.requests[-1].json.keys() & {"response_format", "temperature", "tools"} == {"tools"}


def test_a_server_that_knows_no_limit_is_asked_with_each_name_of_it_once():
    provider = OpenAIChatProvider("openai")

    with RawServer(knowing_only("stream", "stream_options", "temperature", "response_format")) as server:
        for calls in (1, 2):
            assert refusal_of(server, provider=provider).code == "bad_request"

            assert len(server.requests) == 2 * calls


def test_a_server_that_always_finds_something_is_given_up():
    async def always_less(connection):
        while True:
            asked = (await connection.receive()).json["max_tokens"]
            await connection.send(refused(f"max_tokens is too large: {asked}. At most {asked - 1} are possible."))

    with RawServer(always_less) as server:
        error = refusal_of(server)

        assert error.code == "bad_request"
        assert len(server.requests) == 8


# --- what is no answer -----------------------------------------------------------------------------------------------


FLAT_ERROR = {"object": "error", "message": CANARY, "type": "InternalServerError", "param": None, "code": 500}


def named_error(said):
    """Return an event that its name alone calls an error."""
    return b"\n\nevent: error\ndata: " + json.dumps(said).encode()


@pytest.mark.parametrize(
    ("answer", "code", "passing", "billed"),
    [
        (refused(CANARY, code="insufficient_quota", status=429), "no_credit", False, False),
        (refused(CANARY, status=429), "rate_limited", True, False),
        (whole(503, CANARY.encode(), content_type="text/html"), "overloaded", True, False),
        (streamed(*SAID, {"error": {"code": 502, "message": CANARY}}), "server_error", True, True),
        (streamed(*SAID, {"choices": [{"delta": {}, "finish_reason": "error"}]}), "server_error", True, True),
        (whole(200, {"error": {"code": 429, "message": CANARY}}), "rate_limited", True, True),
        (streamed(*SAID, FLAT_ERROR), "server_error", True, True),
        (streamed(*SAID, {**FLAT_ERROR, "type": "BadRequestError", "code": 400}), "bad_request", False, True),
        (streamed(*SAID, named_error({"code": 429, "message": CANARY})), "rate_limited", True, True),
        (streamed(*SAID, named_error(CANARY)), "malformed", True, True),
        (streamed(*SAID, named_error({"detail": CANARY})), "server_error", True, True),
        (streamed(*SAID, delta("abort"), COUNT), "connection_lost", True, True),
        (streamed(*SAID, delta("insufficient_system_resource"), COUNT), "connection_lost", True, True),
        (streamed(*SAID[:-1]), "connection_lost", True, True),
        (streamed(delta(role="assistant", reasoning_content="Let me")), "connection_lost", True, True),
        (whole(200, FLAT_ERROR), "server_error", True, True),
        (streamed(*SAID, end=()), "connection_lost", True, True),
        (streamed(*SAID, delta("stop"), end=(), closes=True), "connection_lost", True, True),
        (head() + LAST, "malformed", True, True),
        (streamed(b"{not json " + CANARY.encode()), "malformed", True, True),
        (streamed(rb'{"a": "\u12'), "malformed", True, True),
        (streamed([1, 2]), "malformed", True, True),
        (streamed({"choices": "x"}), "malformed", True, True),
        (streamed({"choices": ["x"]}), "malformed", True, True),
        (whole(200, b"[" * 100_000), "malformed", True, True),
        (whole(200, b""), "malformed", True, True),
        (whole(200, {"choices": []}), "malformed", True, True),
        (whole(200, CANARY.encode(), content_type="text/html"), "malformed", True, True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "malformed", True, True),
    ],
    ids=[
        "no credit", "429", "503", "error midway", "error as finish", "error in 200", "flat error", "flat refusal",
        "error by name", "error in words", "error in detail", "abort", "no resources", "done in the middle",
        "done while it thinks", "flat error in 200", "no end", "cut off", "no event",
        "no JSON", "half an escape", "list", "choices", "choice", "deep", "empty", "no choice", "HTML", "204",
    ],
)  # fmt: skip
def test_what_is_no_answer_has_a_name_and_a_sentence_of_ours(answer, code, passing, billed):
    async def handler(connection):
        await connection.receive()
        await connection.send(answer)

    with RawServer(handler) as server:
        error = refusal_of(server)

        assert (error.code, error.passing, error.billed) == (code, passing, billed)
        assert len(server.requests) == 1


def test_a_try_has_one_total_limit_however_often_it_is_put_anew(settings):
    settings.CALL_TOTAL_SECONDS = 0.5

    async def slow_refusals(connection):
        while True:
            await connection.receive()
            await asyncio.sleep(0.3)
            await connection.send(NO_SCHEMA if connection.requests[1:] == [] else NO_TOOLS)

    with RawServer(slow_refusals) as server:
        error = refusal_of(server)

    assert (error.code, str(error)) == ("timeout", "OpenAI did not finish its answer within 0.5 s")
    assert len(server.requests) == 2


# --- health ----------------------------------------------------------------------------------------------------------


def health_of(server, provider=None, **changes):
    provider = provider or OpenAIChatProvider("openai")
    return asyncio.run(provider.health(replace(server.endpoint, provider=provider.name, **changes)))


def test_health_lists_the_models_of_each_flavour():
    with RawServer(answering(whole(200, {"data": []}))) as server:
        openai = health_of(server)
        ollama = health_of(server, OpenAIChatProvider("ollama", path="/v1"), base_url=f"http://127.0.0.1:{server.port}")

        assert {request.line for request in server.requests} == {"GET /v1/models HTTP/1.1"}
        assert server.requests[0].headers["authorization"] == "Bearer sk-canary-1234"
    assert (openai.status, openai.message) == ("healthy", "OpenAI answers.")
    assert (ollama.status, ollama.message) == ("healthy", "Ollama answers.")
    assert 0 <= openai.latency_ms < 5_000


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (refused(CANARY, status=401), "OpenAI answers 401: the key is not accepted."),
        (refused(CANARY, status=500), "OpenAI answers 500: an error on its side."),
        (whole(200, CANARY.encode(), content_type="text/html"), "OpenAI sent something that is no answer of a model."),
        (
            whole(302, b"", location="/login"),
            "OpenAI answers 302: it sends the request elsewhere, where no key is sent.",
        ),
        (b"", "The connection to OpenAI was lost."),
    ],
    ids=["key", "error", "HTML", "redirect", "hang-up"],
)
def test_health_tells_what_is_wrong_in_our_words(answer, message):
    async def handler(connection):
        await connection.receive()
        await connection.send(answer)

    with RawServer(handler) as server:
        checked = health_of(server)

    assert (checked.status, checked.message) == ("unhealthy", message)


def test_a_server_that_lists_no_models_may_answer_all_the_same():
    with RawServer(answering(whole(404, {"detail": "Not Found"}))) as server:
        checked = asyncio.run(OpenAIChatProvider("openai").health(server.endpoint))

    assert (checked.status, checked.message) == ("healthy", "OpenAI answers, and lists no models.")


def by_path(**answers):
    """Return a handler that answers by the last part of the path."""

    async def handler(connection):
        while True:
            asked = await connection.receive()
            await connection.send(answers[asked.line.split()[1].rpartition("/")[2]])

    return handler


LIST_OF_MODELS = whole(200, {"data": []})
NO_SUCH_PAGE = whole(404, {"detail": "Not Found"})
NO_KEY_OF_OURS = refused(CANARY, status=401)
A_PAGE = whole(200, CANARY.encode(), content_type="text/html")


@pytest.mark.parametrize(
    ("key", "models", "status", "message", "requests"),
    [
        (whole(200, {"data": {"label": "x"}}), NO_KEY_OF_OURS, "healthy", "OpenRouter answers.", 1),
        (NO_KEY_OF_OURS, LIST_OF_MODELS, "unhealthy", "OpenRouter answers 401: the key is not accepted.", 1),
        (NO_SUCH_PAGE, LIST_OF_MODELS, "healthy", "OpenRouter answers.", 2),
        (A_PAGE, LIST_OF_MODELS, "healthy", "OpenRouter answers.", 2),
        (NO_SUCH_PAGE, NO_KEY_OF_OURS, "unhealthy", "OpenRouter answers 401: the key is not accepted.", 2),
        (NO_SUCH_PAGE, NO_SUCH_PAGE, "healthy", "OpenRouter answers, and lists no models.", 2),
        (A_PAGE, A_PAGE, "unhealthy", "OpenRouter sent something that is no answer of a model.", 2),
    ],
    ids=["right key", "wrong key", "a gateway", "pages", "wrong key at a gateway", "nothing but calls", "all pages"],
)
def test_openrouter_shows_its_models_to_everybody_and_is_asked_about_the_key(key, models, status, message, requests):
    with RawServer(by_path(key=key, models=models)) as server:
        checked = health_of(server, OpenAIChatProvider("openrouter"))

        assert [request.line for request in server.requests] == ["GET /v1/key HTTP/1.1", "GET /v1/models HTTP/1.1"][
            :requests
        ]
        assert {request.headers["authorization"] for request in server.requests} == {"Bearer sk-canary-1234"}
    assert (checked.status, checked.message) == (status, message)


def test_an_openrouter_of_ones_own_without_a_key_is_asked_for_its_models():
    with RawServer(by_path(models=LIST_OF_MODELS)) as server:
        checked = health_of(server, OpenAIChatProvider("openrouter"), api_key="")

        assert [request.line for request in server.requests] == ["GET /v1/models HTTP/1.1"]
    assert checked.status == "healthy"


def test_health_of_a_provider_that_is_not_there_is_told_and_not_raised():
    unset = asyncio.run(OpenAIChatProvider("openai").health(Endpoint("openai", "https://api.openai.com/v1")))
    nobody = asyncio.run(OpenAIChatProvider("ollama").health(Endpoint("ollama", "http://127.0.0.1:9")))

    assert (unset.status, unset.message) == ("unhealthy", "OpenAI is not set up: it has no key.")
    assert (nobody.status, nobody.message) == ("unhealthy", "Ollama could not be reached.")
