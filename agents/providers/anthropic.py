"""Anthropic Messages: https://platform.claude.com/docs/en/api/messages and …/build-with-claude/streaming.

The deliverable is asked for as the input of one tool whose schema is the deliverable's. A model that cannot be made to
use a tool writes it as text; both are read. The system prompt and the front that the tasks of a stage share are marked
for the provider's cache.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from agents import pricing
from agents.providers.answer_length import most_tokens_in, room_in
from agents.providers.anthropic_answer import ReadAnswer
from agents.providers.contract import CompletionRequest, CompletionResponse, Progress, ProviderError, ProviderHealth
from agents.providers.endpoint import Endpoint
from agents.providers.listing import health_of
from agents.providers.names import parse_model, title_of
from agents.providers.progress import Meter
from agents.providers.refusals import ErrorBody, read_error, refusal
from agents.providers.transport import Answer, Limits, send

VERSION: Final = "2023-06-01"
TOOL: Final = "hand_in_deliverable"
HOTTEST: Final = 1.0  # this API knows no temperature above
NEEDS_A_KEY: Final = "anthropic.com"
# What some models and servers refuse, each with an answer 400 that names it: it is left out, or not insisted on.
REFUSABLE: Final = ("temperature", "tool_choice", "eager_input_streaming", "cache_control")
MOST_REMEMBERED: Final = 1_000

_CACHED: Final = {"cache_control": {"type": "ephemeral"}}


@dataclass(frozen=True)
class Concessions:
    """What is done otherwise for a model, or a server, that refused it."""

    refused: frozenset[str] = frozenset()  # of REFUSABLE
    with_tool_choice: bool = True  # in the form that is left, once the forced one is refused
    most_tokens: int | None = None  # of an answer

    def tokens(self, request: CompletionRequest) -> int:
        """Return how long an answer is asked for."""
        return min(request.max_tokens, self.most_tokens or request.max_tokens)

    def after(self, error: ErrorBody, *, asked: int) -> Concessions | None:
        """Return what to concede to a refusal of so many tokens; None when it is about nothing of this."""
        named = next((name for name in REFUSABLE if name in error.message and name not in self.refused), None)
        if named is not None:
            return replace(self, refused=self.refused | {named})
        if self.with_tool_choice and "tool_choice" in error.message:
            return replace(self, with_tool_choice=False)
        most = most_tokens_in(error, asked=asked) if "max_tokens" in error.message else None
        return replace(self, most_tokens=most) if most and self.most_tokens is None else None


class AnthropicProvider:
    """Calls Anthropic, or a server that speaks like it."""

    name = "anthropic"

    def __init__(self) -> None:
        self._conceded: dict[tuple[str, str], Concessions] = {}  # by address and model: nothing of any call

    async def complete(
        self, request: CompletionRequest, *, endpoint: Endpoint, on_progress: Progress
    ) -> CompletionResponse:
        """Return the model's answer; raises ProviderError.

        A request that is refused on account of a parameter is asked again at once without it, or for as long an answer
        as the model writes, and it is remembered. Where the window is too small for the prompt and the answer, it is
        asked once for less.
        """
        began = time.monotonic()
        headers = _headers(endpoint)
        limits = Limits.for_model(request.model)
        model = parse_model(request.model).model
        conceded = self._conceded.get((endpoint.base_url, model), Concessions())
        put = request
        while True:
            async with send(
                endpoint,
                "POST",
                "/v1/messages",
                headers=headers,
                body=partial(_body, put, model, conceded),
                limits=limits,
                spent_seconds=time.monotonic() - began,
            ) as answer:
                if answer.is_success:
                    return await _response(request, endpoint, answer, on_progress, began=began)
                said = await answer.read_error()
            refused = refusal(endpoint.provider, answer.status, headers=answer.headers, body=said)
            if answer.status != 400:
                raise refused
            error, asked = read_error(said), conceded.tokens(put)
            if put is request and (room := room_in(error, asked=asked)):
                put = replace(request, max_tokens=room)  # not remembered: the next prompt may be a shorter one
            elif refused.code == "bad_request" and (more := conceded.after(error, asked=asked)):
                conceded = self._remember(endpoint, model, more)
            else:
                raise refused

    async def health(self, endpoint: Endpoint) -> ProviderHealth:
        """Ask for the list of models."""
        return await health_of(endpoint, ("/v1/models?limit=1",), lambda: _headers(endpoint))

    def _remember(self, endpoint: Endpoint, model: str, conceded: Concessions) -> Concessions:
        if len(self._conceded) >= MOST_REMEMBERED:
            self._conceded.clear()  # to learn it anew costs one refused request
        self._conceded[endpoint.base_url, model] = conceded
        return conceded


def _headers(endpoint: Endpoint) -> dict[str, str]:
    """Return the headers of each request. Raises ProviderError where Anthropic itself would be asked without a key."""
    host = urlsplit(endpoint.base_url).hostname or ""
    if not endpoint.api_key and (not host or host.endswith(NEEDS_A_KEY)):
        says = f"{title_of(endpoint.provider)} is not set up: it has no {'key' if host else 'address'}"
        raise ProviderError(says, code="not_set_up", passing=False, billed=False)
    headers = {"anthropic-version": VERSION, "Accept": "application/json"}
    if endpoint.api_key:
        headers["x-api-key"] = endpoint.api_key
    return headers


def _body(request: CompletionRequest, model: str, conceded: Concessions) -> bytes:
    refused = conceded.refused
    cached = {} if "cache_control" in refused else _CACHED
    tool: dict[str, Any] = {
        "name": TOOL,
        "description": "Hands in your deliverable. Call it once, with the whole of it.",
        "input_schema": request.schema,
    }
    if "eager_input_streaming" not in refused:
        # Else the service holds back each top-level value until it is whole, and a long artifact looks like silence.
        tool["eager_input_streaming"] = True
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": conceded.tokens(request),
        "system": [{"type": "text", "text": request.system, **cached}],
        "messages": _messages(request, cached),
        "tools": [tool],
        "stream": True,
    }
    if conceded.with_tool_choice:
        choice = {"type": "auto"} if "tool_choice" in refused else {"type": "tool", "name": TOOL}
        body["tool_choice"] = {**choice, "disable_parallel_tool_use": True}
    if "temperature" not in refused:
        body["temperature"] = min(request.temperature, HOTTEST)
    return orjson.dumps(body)


def _messages(request: CompletionRequest, cached: dict[str, Any]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = [
        {"role": role, "content": text if text.strip() else "(nothing)"}  # the API takes no empty text
        for role, text in request.messages
    ]
    first = request.messages[0][1]
    front, rest = first[: request.shared_characters], first[request.shared_characters :]
    if front.strip() and rest.strip():
        messages[0]["content"] = [{"type": "text", "text": front, **cached}, {"type": "text", "text": rest}]
    return messages


async def _response(
    request: CompletionRequest, endpoint: Endpoint, answer: Answer, on_progress: Progress, *, began: float
) -> CompletionResponse:
    meter = Meter(on_progress)
    reading = ReadAnswer(endpoint.provider, meter)
    if await answer.is_json():
        reading.take_whole(await answer.read())
    else:
        async for event in answer.events():
            if reading.take(event):
                break
    answered = reading.finish()
    usage = answered.usage
    return CompletionResponse(
        text=answered.text,
        model=request.model,
        provider=endpoint.provider,
        usage=usage,
        cost_usd=None if usage is None else pricing.cost_usd(request.model, usage),
        simulated=False,
        latency_ms=_ms_since(began),
        first_token_ms=_ms_since(began) if meter.first_at is None else round((meter.first_at - began) * 1000),
        finish=answered.finish,
    )


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
