"""Providers of other protocols than our two, through pydantic-ai: an optional extra, see requirements-providers.txt.

Its models are asked by `pydantic_ai.direct`, without agents; the SDKs' own retries are off. Keys and addresses are the
operator's, in the environment variables that the provider's SDK names. Nothing of the package is imported before one of
its models is asked for.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from agents import pricing
from agents.providers.contract import (
    CompletionRequest,
    CompletionResponse,
    Finish,
    Progress,
    ProviderError,
    ProviderHealth,
    Usage,
)
from agents.providers.deadline import Deadline
from agents.providers.endpoint import Endpoint
from agents.providers.extra import is_available
from agents.providers.names import parse_model, title_of
from agents.providers.progress import Meter
from agents.providers.pydantic_ai_failures import bound, failure_of, not_set_up, timed_out
from agents.providers.refusals import cut_off, malformed
from agents.providers.transport import Limits

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
    from pydantic_ai.providers import Provider

TOOL: Final = "hand_in"
_FINISH: Final[dict[str, Finish]] = {"length": "length", "content_filter": "refusal"}
_HEALTH_SECONDS: Final = 5.0


class PydanticAIProvider:
    """Every model whose full name begins with one of PREFIXES."""

    name = "pydantic-ai"

    def __init__(self) -> None:
        # One client per process, loop and provider: what a fork inherits belongs to its parent.
        self._clients: dict[tuple[int, asyncio.AbstractEventLoop, str], Provider[Any]] = {}

    async def complete(
        self, request: CompletionRequest, *, endpoint: Endpoint, on_progress: Progress
    ) -> CompletionResponse:
        """Return the model's answer by one try; raises ProviderError."""
        model = self._model(request.model, endpoint)
        limits, meter, began = Limits.for_model(request.model), Meter(on_progress), time.monotonic()
        failure: ProviderError | None = None
        scope = asyncio.timeout(None)
        try:
            async with scope:
                deadline = Deadline(scope, total_seconds=limits.total)
                deadline.enter("answer", limits.idle)
                try:
                    answer = await _streamed(model, request, meter, partial(deadline.enter, "idle", limits.idle))
                finally:
                    deadline.stop()
        except TimeoutError:
            if not scope.expired():
                raise
            failure = timed_out(endpoint.provider, deadline.phase, limits)
        except Exception as error:
            failure = failure_of(endpoint.provider, error)
        if failure is not None:
            raise failure  # out here: the errors of an SDK carry the request's headers, and the key among them
        return _response(answer, request, endpoint, began, meter)

    async def health(self, endpoint: Endpoint) -> ProviderHealth:
        """Say whether the provider is set up and its address takes connections; keys are not tried."""
        began, title = time.monotonic(), title_of(endpoint.provider)
        try:
            address = urlsplit(self._client(endpoint).base_url)
            port = address.port or (80 if address.scheme == "http" else 443)
            async with asyncio.timeout(_HEALTH_SECONDS):
                _, writer = await asyncio.open_connection(address.hostname or "", port)
            writer.close()
        except ProviderError as error:
            return ProviderHealth("unhealthy", 0, str(error))
        except (OSError, ValueError):
            return ProviderHealth("unhealthy", _milliseconds(began), f"{title} could not be reached.")
        return ProviderHealth("healthy", _milliseconds(began), f"{title} can be reached; its key was not tried.")

    def _model(self, name: str, endpoint: Endpoint) -> Model[Any]:
        from pydantic_ai.models import infer_model

        return infer_model(name, provider_factory=lambda _: self._client(endpoint))

    def _client(self, endpoint: Endpoint) -> Provider[Any]:
        """Return the provider's client of this process and loop. Raises ProviderError (not_set_up)."""
        title = title_of(endpoint.provider)
        if endpoint.is_guarded or endpoint.team_id is not None:
            # Its SDK opens its own connections: neither address nor origin of a key could be held to.
            raise not_set_up(f"{title} can be reached with the operator's key alone")
        loop = asyncio.get_running_loop()
        place = (os.getpid(), loop, endpoint.provider)
        if place not in self._clients:
            self._clients = {held: client for held, client in self._clients.items() if not held[1].is_closed()}
            client = new_client(endpoint.provider)
            bound(client._own_http_client)  # nobody is told of it in public: the package is pinned
            self._clients[place] = client
        return self._clients[place]


def new_client(provider: str) -> Provider[Any]:
    """Return a client of a provider by what the environment says. Raises ProviderError (not_set_up) with the reason."""
    title, failure = title_of(provider), None
    if not is_available():
        raise not_set_up(f"{title} needs what requirements-providers.txt names, which is not installed")
    from pydantic_ai.providers import infer_provider

    try:
        return infer_provider(provider)
    except ImportError:
        failure = not_set_up(f"The SDK of {title} is not installed: requirements-providers.txt says how")
    except Exception:  # each SDK has its own for a key that is missing or malformed
        failure = not_set_up(f"{title} is not set up: its key is missing in the environment, or malformed")
    raise failure  # out here: what an SDK raises may quote the key


async def _streamed(model: Model[Any], request: CompletionRequest, meter: Meter, touch: Any) -> ModelResponse:
    """Return the whole answer; what has come of it is told to `meter`."""
    from pydantic_ai.direct import model_request_stream
    from pydantic_ai.exceptions import ContentFilterError
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.settings import ModelSettings

    options = ModelSettings(max_tokens=request.max_tokens, temperature=request.temperature, max_retries=0)
    asked = model_request_stream(
        model, list(_messages(request)), model_settings=options, model_request_parameters=_asking_for(request, model)
    )
    try:
        async with asked as stream:
            await _read(stream, meter, touch)
            return stream.get()
    except ContentFilterError:
        return ModelResponse(parts=[], finish_reason="content_filter")


async def _read(stream: StreamedResponse, meter: Meter, touch: Any) -> None:
    from pydantic_ai import messages as parts

    async for event in stream:
        touch()
        match event:
            case parts.PartStartEvent(part=parts.TextPart(content=piece)):
                meter.add(piece)
            case parts.PartDeltaEvent(delta=parts.TextPartDelta(content_delta=piece)):
                meter.add(piece)
            case parts.PartStartEvent(part=parts.ToolCallPart() as call):
                meter.add(call.args if isinstance(call.args, str) else call.args_as_json_str() if call.args else "")
            case parts.PartDeltaEvent(delta=parts.ToolCallPartDelta(args_delta=str() as piece)):
                meter.add(piece)
            case parts.PartStartEvent(part=parts.ThinkingPart(content=piece)):
                meter.count(len(piece))
            case parts.PartDeltaEvent(delta=parts.ThinkingPartDelta(content_delta=str() as piece)):
                meter.count(len(piece))


def _messages(request: CompletionRequest) -> Iterator[ModelMessage]:
    from pydantic_ai.messages import ModelRequest, ModelResponse, SystemPromptPart, TextPart, UserPromptPart

    yield ModelRequest(parts=[SystemPromptPart(request.system)])
    for role, text in request.messages:
        if role == "assistant":
            yield ModelResponse(parts=[TextPart(text)])
        else:
            yield ModelRequest(parts=[UserPromptPart(text)])


def _asking_for(request: CompletionRequest, model: Model[Any]) -> ModelRequestParameters:
    """Return how the answer is to be shaped: as the model's profile says that it does best."""
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    says = "Hand in your work."
    match model.profile.get("default_structured_output_mode", "tool"):
        case "native":
            shape = OutputObjectDefinition(request.schema, name=TOOL, description=says, strict=False)
            return ModelRequestParameters(output_mode="native", output_object=shape)
        case "prompted":  # the prompt tells the schema itself
            return ModelRequestParameters(output_mode="text")
    tool = ToolDefinition(
        name=TOOL, parameters_json_schema=request.schema, description=says, strict=False, kind="output"
    )
    return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)


def _response(
    answer: ModelResponse, request: CompletionRequest, endpoint: Endpoint, began: float, meter: Meter
) -> CompletionResponse:
    """Return the answer in our shape. Raises ProviderError when it ended before it was whole."""
    if answer.finish_reason is None:
        raise cut_off(endpoint.provider)
    if answer.finish_reason == "error":
        raise malformed(endpoint.provider)
    usage = _counted(answer)
    return CompletionResponse(
        text=_text_of(answer),
        model=request.model,
        provider=parse_model(request.model).provider,
        usage=usage,
        cost_usd=None if usage is None else pricing.cost_usd(request.model, usage),
        simulated=False,
        latency_ms=_milliseconds(began),
        first_token_ms=_milliseconds(began, meter.first_at),
        finish=_FINISH.get(answer.finish_reason, "stop"),
    )


def _text_of(answer: ModelResponse) -> str:
    """Return what was handed in by the tool, else what was written."""
    from pydantic_ai.messages import TextPart, ToolCallPart

    for part in answer.parts:
        if isinstance(part, ToolCallPart) and part.args:
            return part.args if isinstance(part.args, str) else part.args_as_json_str()
    return "".join(part.content for part in answer.parts if isinstance(part, TextPart))


def _counted(answer: ModelResponse) -> Usage | None:
    usage = answer.usage
    if usage.unmeasured_requests or not usage.has_values():
        return None
    return Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        reasoning_tokens=usage.details.get("reasoning_tokens", 0),
    )


def _milliseconds(began: float, until: float | None = None) -> int:
    return round(((time.monotonic() if until is None else until) - began) * 1000)
