"""Anthropic Messages as a server speaks it: https://docs.anthropic.com/en/api/messages and .../messages-streaming"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from tests.wire.counting import Counts, Failure, message_of
from tests.wire.http import Request

NAME: Final = "anthropic"
MOST_CACHE_MARKS: Final = 4
KNOWN: Final = {
    "model", "max_tokens", "messages", "system", "stream", "temperature", "tools", "tool_choice", "metadata",
    "stop_sequences", "top_p", "top_k", "thinking", "service_tier", "output_config",
}  # fmt: skip


def is_right_key(request: Request, key: str) -> bool:
    return request.headers.get("x-api-key") == key


def complaint(request: Request, body: Any) -> str:
    """Return what the real service would find wrong with a request; empty when it would take it."""
    if "anthropic-version" not in request.headers:
        return "anthropic-version: header is required"
    if not isinstance(body, dict):
        return "body: not an object"
    if unknown := set(body) - KNOWN:
        return f"{sorted(unknown)[0]}: Extra inputs are not permitted"
    if not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
        return "max_tokens: Field required"
    messages = body.get("messages")
    if not messages or messages[0]["role"] != "user":
        return "messages: first message must use the “user” role"
    if any(not message["content"] for message in messages) or any(not b.get("text", "x") for b in _blocks(body)):
        return "messages: text content blocks must be non-empty"
    if not 0 <= body.get("temperature", 1) <= 1:
        return "temperature: range: 0..1"
    if sum("cache_control" in block for block in _blocks(body)) > MOST_CACHE_MARKS:
        return "cache_control: at most 4 blocks may be marked"
    names = {tool["name"] for tool in body.get("tools", ())}
    choice = body.get("tool_choice", {})
    if choice.get("type") == "tool" and choice.get("name") not in names:
        return "tool_choice: no such tool"
    return ""


def too_many_tokens(asked: int, most: int) -> Failure:
    """Return the complaint about a longer answer than the model writes, in the service's words."""
    says = f"max_tokens: {asked} > {most}, which is the maximum allowed number of output tokens for this model"
    return Failure(400, "invalid_request_error", "", says)


def window_too_small(read: int, asked: int, window: int) -> Failure:
    """Return the complaint about a prompt and an answer that do not fit together, in the service's words."""
    says = f"input length and `max_tokens` exceed context limit: {read} + {asked} > {window}, decrease input length or"
    return Failure(400, "invalid_request_error", "", f"{says} `max_tokens` and try again")


def refused_parameter(body: Any, names: Iterable[str]) -> Failure | None:
    """Return the complaint about the first of these parameters that a request has, in the service's words."""
    for name in names:
        if name == "tool_choice" and body.get("tool_choice", {}).get("type") in ("tool", "any"):
            says = 'tool_choice: type "tool" and "any" are not supported for this model.'
        elif name == "any_tool_choice" and "tool_choice" in body:
            says = "tool_choice: Extra inputs are not permitted"
        elif name == "eager_input_streaming" and any(name in tool for tool in body.get("tools", ())):
            says = "tools.0.custom.eager_input_streaming: Extra inputs are not permitted"
        elif name == "cache_control" and any(name in block for block in _blocks(body)):
            says = "system.0.cache_control: Extra inputs are not permitted"
        elif name != "tool_choice" and name in body:
            says = f"`{name}` is deprecated for this model."
        else:
            continue
        return Failure(400, "invalid_request_error", "", says)
    return None


def prompt_of(body: Any) -> tuple[str, str]:
    """Return the system prompt and what the first user message says."""
    system = body.get("system", "")
    said = body["messages"][0]["content"]
    return _text(system), _text(said)


def front_of(body: Any) -> str:
    """Return all text up to the last block that is marked for the cache."""
    blocks = _blocks(body)
    marked = [place for place, block in enumerate(blocks) if "cache_control" in block]
    return "\n".join(block.get("text", "") for block in blocks[: marked[-1] + 1]) if marked else ""


def frames(text: str, body: Any, counts: Counts | None, *, finish: str, pieces: int, as_text: bool) -> Iterator[bytes]:
    """Yield the events of an answer; `finish` is stop, length or refusal."""
    usage = _usage(counts)
    yield _event("message_start", message=_message(body, [], None, {**usage, "output_tokens": 1} if usage else {}))
    yield _event("ping")
    index = 0
    if counts and counts.reasoning:
        yield _event(
            "content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""}
        )
        yield _event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Let me think."})
        yield _event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "c2lnbmVk"})
        yield _event("content_block_stop", index=0)
        index = 1
    tool = None if as_text else _tool(body)
    if text and tool:
        block = {"type": "tool_use", "id": "toolu_01", "name": tool, "input": {}}
        yield _event("content_block_start", index=index, content_block=block)
        yield _event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": ""})
    elif text:
        yield _event("content_block_start", index=index, content_block={"type": "text", "text": ""})
    for piece in cut(text, pieces):
        delta = {"type": "input_json_delta", "partial_json": piece} if tool else {"type": "text_delta", "text": piece}
        yield _event("content_block_delta", index=index, delta=delta)
    if text:
        yield _event("content_block_stop", index=index)
    yield _event("an_event_of_next_year", surprise=True)  # the documentation says that new ones may come
    stop = _stop(finish, tool and text)
    told = {"usage": _written(counts)} if counts else {}
    yield _event("message_delta", delta={"stop_reason": stop, "stop_sequence": None}, **told)
    yield _event("message_stop")


def whole(text: str, body: Any, counts: Counts | None, *, finish: str, as_text: bool) -> Any:
    """Return an answer as one JSON body."""
    tool = None if as_text else _tool(body)
    content: list[Any] = []
    if counts and counts.reasoning:
        content.append({"type": "thinking", "thinking": "Let me think.", "signature": "c2lnbmVk"})
    if text and tool and (read := _object(text)) is not None:
        content.append({"type": "tool_use", "id": "toolu_01", "name": tool, "input": read})
    elif text:
        content.append({"type": "text", "text": text})
    return _message(body, content, _stop(finish, tool and text), _usage(counts))


def failure(failure: Failure) -> tuple[int, Any]:
    """Return status and body of a failure."""
    error = {"type": failure.anthropic, "message": message_of(failure)}
    return failure.status or 402, {"type": "error", "error": error, "request_id": "req_01"}


def failure_frame(told: Failure) -> bytes:
    return _event("error", **{k: v for k, v in failure(told)[1].items() if k != "type"})


def plain_failure_frame(told: Failure) -> bytes:
    """An error that its event alone calls one, as gateways in front of the service send it."""
    return f"event: error\ndata: {json.dumps({'message': message_of(told)})}\n\n".encode()


def models(names: list[str]) -> Any:
    rows = [{"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z"} for name in names]
    return {"data": rows, "has_more": False, "first_id": names[0], "last_id": names[-1]}


def cut(text: str, pieces: int) -> Iterator[str]:
    """Yield a text in about so many pieces."""
    size = max(1, -(-len(text) // pieces))
    for start in range(0, len(text), size):
        yield text[start : start + size]


def _blocks(body: Any) -> list[Any]:
    blocks = list(body.get("tools", ()))
    for part in (body.get("system", ""), *(message["content"] for message in body["messages"])):
        blocks += [{"type": "text", "text": part}] if isinstance(part, str) and part else list(part or ())
    return blocks


def _text(part: Any) -> str:
    return part if isinstance(part, str) else "".join(block.get("text", "") for block in part)


def _tool(body: Any) -> str | None:
    tools = body.get("tools") or ()
    return tools[0]["name"] if tools else None


def _object(text: str) -> Any:
    try:
        read = json.loads(text)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _stop(finish: str, by_tool: Any) -> str:
    return {"length": "max_tokens", "refusal": "refusal"}.get(finish, "tool_use" if by_tool else "end_turn")


def _usage(counts: Counts | None) -> dict[str, Any]:
    if counts is None:
        return {}
    return {
        "input_tokens": counts.input - counts.cached - counts.cache_write,
        "cache_read_input_tokens": counts.cached,
        "cache_creation_input_tokens": counts.cache_write,
        **_written(counts),
    }


def _written(counts: Counts) -> dict[str, Any]:
    return {"output_tokens": counts.output, "output_tokens_details": {"thinking_tokens": counts.reasoning}}


def _message(body: Any, content: list[Any], stop: str | None, usage: dict[str, Any]) -> Any:
    message = {"id": "msg_01", "type": "message", "role": "assistant", "model": body["model"], "content": content}
    message |= {"stop_reason": stop, "stop_sequence": None}
    return message | {"usage": usage} if usage else message


def _event(type: str, **facts: Any) -> bytes:
    return f"event: {type}\ndata: {json.dumps({'type': type, **facts}, ensure_ascii=False)}\n\n".encode()
