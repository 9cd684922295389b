"""OpenAI Chat Completions as a server speaks it: https://platform.openai.com/docs/api-reference/chat"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from tests.wire.anthropic_messages import cut
from tests.wire.counting import Counts, Failure, message_of
from tests.wire.http import Request

NAME: Final = "openai"
DONE: Final = b"data: [DONE]\n\n"


def is_right_key(request: Request, key: str) -> bool:
    return request.headers.get("authorization") == f"Bearer {key}"


def complaint(request: Request, body: Any) -> str:
    """Return what the real service would find wrong with a request; empty when it would take it."""
    if not isinstance(body, dict) or not body.get("model"):
        return "you must provide a model parameter"
    if not body.get("messages"):
        return "[] is too short - 'messages'"
    if body.get("stream_options") and not body.get("stream"):
        return "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    shape = body.get("response_format", {})
    if shape.get("type") == "json_schema" and not shape.get("json_schema", {}).get("name"):
        return "Missing required parameter: 'response_format.json_schema.name'."
    return ""


def too_many_tokens(asked: int, most: int) -> Failure:
    """Return the complaint about a longer answer than the model writes, in the service's words."""
    says = f"max_tokens is too large: {asked}. This model supports at most {most} completion tokens, whereas you asked"
    return Failure(400, "invalid_request_error", "invalid_value", says, param="max_tokens")


def window_too_small(read: int, asked: int, window: int) -> Failure:
    """Return the complaint about a prompt and an answer that do not fit together, in the words of most servers."""
    says = f"This model's maximum context length is {window} tokens. However, you requested {read + asked} tokens"
    parts = f"({read} in the messages, {asked} in the completion)"
    return Failure(400, "invalid_request_error", "context_length_exceeded", f"{says} {parts}", param="messages")


def refused_parameter(body: Any, names: Iterable[str]) -> Failure | None:
    """Return the complaint about the first of these parameters that a request has."""
    refused = next((name for name in names if name in body), None)
    if refused is None:
        return None
    return Failure(400, "", "unsupported_parameter", f"Unsupported parameter: '{refused}'", param=refused)


def prompt_of(body: Any) -> tuple[str, str]:
    """Return the system prompt and what the first user message says."""
    said: dict[str, str] = {}
    for message in body["messages"]:
        role = "system" if message["role"] == "developer" else message["role"]
        said.setdefault(role, _text(message["content"]))
    return said.get("system", ""), said.get("user", "")


def front_of(body: Any) -> str:
    """Return what this service caches on its own: here the system prompt."""
    return prompt_of(body)[0]


def frames(text: str, body: Any, counts: Counts | None, *, finish: str, pieces: int, as_text: bool) -> Iterator[bytes]:
    """Yield the chunks of an answer; `finish` is stop, length or refusal."""
    yield b": processing\n\n"  # a comment, as some gateways send to keep the line busy
    yield _chunk(body, {"role": "assistant", "content": "", "refusal": None})
    tool = None if as_text else _tool(body)
    if tool:
        call = {"index": 0, "id": "call_01", "type": "function", "function": {"name": tool, "arguments": ""}}
        yield _chunk(body, {"tool_calls": [call]})
    if counts and counts.reasoning:
        yield _chunk(body, {"reasoning_content": "Let me think."})  # as vLLM shows thoughts; OpenAI shows none
    for piece in cut(text, pieces):
        if tool:
            yield _chunk(body, {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
        else:
            yield _chunk(body, {"content": piece})
    if finish == "refusal":
        yield _chunk(body, {"refusal": "I cannot help with that."})
    yield _chunk(body, {}, finish=_stop(finish), groq={"id": "req_01", "usage": _usage(counts)} if counts else None)
    if counts and (body.get("stream_options") or {}).get("include_usage"):
        yield _chunk(body, None, usage=_usage(counts))
    yield DONE


def whole(text: str, body: Any, counts: Counts | None, *, finish: str, as_text: bool) -> Any:
    """Return an answer as one JSON body."""
    tool = None if as_text else _tool(body)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if tool:
        call = {"id": "call_01", "type": "function", "function": {"name": tool, "arguments": text}}
        message |= {"content": None, "tool_calls": [call]}
    if finish == "refusal":
        message |= {"content": None, "refusal": "I cannot help with that."}
    answer = {"id": "chatcmpl-01", "object": "chat.completion", "created": 1, "model": body["model"]}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _stop(finish)}
    return {**answer, "choices": [choice], **({"usage": _usage(counts)} if counts else {})}


def failure(failure: Failure) -> tuple[int, Any]:
    """Return status and body of a failure."""
    is_ours = failure.status in (200, 500, 503, 529)  # 200: it began well
    type = "server_error" if is_ours else "invalid_request_error"
    type = "insufficient_quota" if failure.openai == "insufficient_quota" else type
    error = {"message": message_of(failure), "type": type, "param": failure.param, "code": failure.openai}
    return failure.status or 429, {"error": error}


def failure_frame(told: Failure) -> bytes:
    """A chunk with an error in it: vLLM tells type and code as in a body, OpenRouter a status alone."""
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
    error = failure(told)[1]["error"]
    if told.openai.isdecimal():
        error = {"code": int(told.openai), "message": error["message"]}
    return _data({"id": "chatcmpl-01", "error": error, "choices": [choice]})


def plain_failure_frame(told: Failure) -> bytes:
    """An error without `error` around it, as vLLM sent it; what follows says that all is done."""
    error = {"object": "error", "message": message_of(told), "type": "InternalServerError", "param": None, "code": 500}
    return _data(error) + DONE


def models(names: list[str]) -> Any:
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "us"} for name in names]}


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content or ())


def _tool(body: Any) -> str | None:
    tools = body.get("tools") or ()
    return tools[0]["function"]["name"] if tools else None


def _stop(finish: str) -> str:
    return "length" if finish == "length" else "stop"


def _usage(counts: Counts) -> dict[str, Any]:
    return {
        "prompt_tokens": counts.input,
        "completion_tokens": counts.output,
        "total_tokens": counts.input + counts.output,
        "prompt_tokens_details": {"cached_tokens": counts.cached},
        "completion_tokens_details": {"reasoning_tokens": counts.reasoning},
    }


def _chunk(body: Any, delta: Any, *, finish: str | None = None, usage: Any = None, groq: Any = None) -> bytes:
    chunk = {"id": "chatcmpl-01", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    # Groq tells the usage in a place of its own; the others know nothing of it, and their clients pass over it.
    return _data({**chunk, "choices": choices, "usage": usage, **({"x_groq": groq} if groq else {})})


def _data(facts: Any) -> bytes:
    return f"data: {json.dumps(facts, ensure_ascii=False)}\n\n".encode()
