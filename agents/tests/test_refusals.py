import json
import time
from email.utils import formatdate

import pytest

from agents.providers.refusals import refusal, refusal_midway, retry_after

CANARY = "sk-ant-canary and the words of a stranger"


def openai(code=None, kind="invalid_request_error", message=CANARY):
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def anthropic(kind, message=CANARY):
    return {"type": "error", "error": {"type": kind, "message": message}}


@pytest.mark.parametrize(
    ("status", "body", "code", "passing"),
    [
        (400, openai(), "bad_request", False),
        (422, {"detail": [{"loc": ["body"], "msg": CANARY}]}, "bad_request", False),
        (418, b"\xff\xfe", "bad_request", False),
        (401, openai("invalid_api_key"), "bad_key", False),
        (401, openai("model_not_found"), "bad_key", False),
        (402, {"error": {"code": 402, "message": CANARY}}, "no_credit", False),
        (403, anthropic("permission_error"), "forbidden", False),
        (404, {"error": "model 'x' not found"}, "unknown_model", False),
        (400, openai("model_not_found"), "unknown_model", False),
        (400, {"error": {"code": 400, "message": "x/y is not a valid model ID"}}, "unknown_model", False),
        (408, b"", "timeout", True),
        (409, anthropic("conflict_error"), "overloaded", True),
        (409, openai("conflict"), "overloaded", True),
        (425, b"", "overloaded", True),
        (413, anthropic("request_too_large"), "context_limit", False),
        (400, openai("context_length_exceeded"), "context_limit", False),
        (400, openai(message="This model's maximum context length is 8192 tokens."), "context_limit", False),
        (400, anthropic("invalid_request_error", "prompt is too long: 210000 tokens"), "context_limit", False),
        (400, anthropic("invalid_request_error", "Your credit balance is too low to go on."), "no_credit", False),
        (429, openai("rate_limit_exceeded", "requests"), "rate_limited", True),
        (429, openai("insufficient_quota", "insufficient_quota"), "no_credit", False),
        (429, anthropic("rate_limit_error", "the maximum context of tokens per minute"), "rate_limited", True),
        (500, b"<html>oops</html>", "server_error", True),
        (502, openai("context_length_exceeded"), "server_error", True),
        (503, b"", "overloaded", True),
        (529, anthropic("overloaded_error"), "overloaded", True),
        (599, b"[" * 100_000, "server_error", True),
    ],
)
def test_a_refusal_is_told_by_its_status_and_known_codes_alone(status, body, code, passing):
    error = refusal("openai", status, headers={}, body=body if isinstance(body, bytes) else json.dumps(body).encode())

    assert (error.code, error.passing, error.billed) == (code, passing, False)
    assert str(error).startswith(f"OpenAI answers {status}: ")
    assert "canary" not in str(error)
    assert "stranger" not in str(error)


@pytest.mark.parametrize(
    "wrap", [str.encode, lambda says: json.dumps(openai(message=says)).encode()], ids=["text", "JSON"]
)
def test_a_long_body_is_searched_at_its_front_alone(wrap):
    long = "model " * 10_000  # searched to its end, it would hold up all other calls of the process

    first = refusal("openai", 400, headers={}, body=wrap(f"The model does not exist. {long}"))
    last = refusal("openai", 400, headers={}, body=wrap(f"{long} does not exist"))

    assert (first.code, last.code) == ("unknown_model", "bad_request")


def test_a_gateway_that_gave_up_may_have_left_the_model_at_work():
    assert refusal("openai", 504, headers={}).billed
    assert not refusal("openai", 502, headers={}).billed


@pytest.mark.parametrize(
    ("event", "code", "passing"),
    [
        (anthropic("overloaded_error"), "overloaded", True),
        (anthropic("rate_limit_error"), "rate_limited", True),
        (openai(None, "server_error"), "server_error", True),
        ({"error": {"code": 502, "message": CANARY}, "choices": []}, "server_error", True),
        ({"error": {"code": "429", "message": CANARY}}, "rate_limited", True),
        (openai("context_length_exceeded"), "context_limit", False),
        ({"error": CANARY}, "server_error", True),
        ({"error": ["what"]}, "server_error", True),
        ({"error": {"message": {"detail": ["half \ud83d of a sign", 10**30]}}}, "server_error", True),
        (None, "server_error", True),
    ],
)
def test_an_error_in_a_stream_is_told_in_the_same_way_and_charged(event, code, passing):
    error = refusal_midway("anthropic", event)

    assert (error.code, error.passing, error.billed) == (code, passing, True)
    assert "canary" not in str(error)


HOUR = 3600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "99999999999"}, 24 * HOUR),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Fri, 31 Feb 2020 99:99:99 GMT"}, None),
        ({"retry-after": formatdate(0, usegmt=True)}, 0),
        ({"date": formatdate(1_000, usegmt=True), "retry-after": formatdate(1_030, usegmt=True)}, 30),
    ],
)
def test_the_wait_that_a_server_asks_for_is_understood_in_seconds_and_as_a_date(headers, seconds):
    waits = retry_after(headers)

    assert waits == (None if seconds is None else pytest.approx(seconds, abs=0.001))


def test_a_date_is_compared_with_our_own_clock_where_the_server_tells_none():
    waits = retry_after({"date": "today", "retry-after": formatdate(time.time() + HOUR, usegmt=True)})

    assert waits == pytest.approx(HOUR, abs=60)


def test_only_a_passing_refusal_says_when_to_come_back():
    headers = {"retry-after": "7"}

    assert refusal("openai", 429, headers=headers).retry_after_seconds == 7
    assert refusal("openai", 401, headers=headers).retry_after_seconds is None
