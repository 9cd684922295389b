"""OpenAI Chat Completions, as OpenAI, OpenRouter, Ollama, vLLM and many others speak it."""

from __future__ import annotations

import time
from functools import partial
from typing import Final

from agents import pricing
from agents.providers.chat_answer import ChatAnswer
from agents.providers.chat_dialect import Dialects, Phrasing, host_of
from agents.providers.contract import (
    CompletionRequest,
    CompletionResponse,
    Progress,
    ProviderError,
    ProviderHealth,
)
from agents.providers.deadline import Limits
from agents.providers.endpoint import Endpoint
from agents.providers.listing import health_of
from agents.providers.names import title_of
from agents.providers.progress import Meter
from agents.providers.refusals import read_error, refusal
from agents.providers.transport import Answer, send

_NEED_A_KEY: Final = ("api.openai.com", "openrouter.ai")
_MAY_BE_ADAPTED_TO: Final = (400, 404, 422)  # OpenRouter answers 404 when no server of its knows a parameter


class OpenAIChatProvider:
    """One flavour of the protocol; the endpoint says where it is spoken."""

    def __init__(self, name: str, *, path: str = "") -> None:
        self.name = name
        self._path = path  # between the base URL and the protocol's own paths
        self._dialects = Dialects()

    async def complete(
        self, request: CompletionRequest, *, endpoint: Endpoint, on_progress: Progress
    ) -> CompletionResponse:
        """Return the model's answer, streamed where the server can; raises ProviderError.

        A server that refuses a parameter by name, or says that it writes less, is asked at once in another way, as
        often as there are other ways; one whose window is too small for the prompt and the answer, once for less.
        """
        began = time.monotonic()
        headers = self._headers(endpoint)
        limits = Limits.for_model(request.model)
        put = Phrasing(self._dialects, endpoint, request)
        meter = Meter(on_progress)
        while True:
            async with send(
                endpoint,
                "POST",
                f"{self._path}/chat/completions",
                headers=headers,
                body=partial(put.dialect.body, put.request),
                limits=limits,
                spent_seconds=time.monotonic() - began,
            ) as answer:
                if answer.is_success:
                    said = await self._read(
                        answer, ChatAnswer(self.name, meter, takes_tool=put.dialect.shape == "tool")
                    )
                    break
                body = await answer.read_error()
            refused = refusal(self.name, answer.status, headers=answer.headers, body=body)
            if answer.status not in _MAY_BE_ADAPTED_TO or not put.adapt(read_error(body), refused.code):
                raise refused
        first_at = meter.first_at or time.monotonic()
        return CompletionResponse(
            text=said.text,
            model=request.model,
            provider=self.name,
            usage=said.usage,
            cost_usd=None if said.usage is None else pricing.cost_usd(request.model, said.usage),
            simulated=False,
            latency_ms=_ms_since(began),
            first_token_ms=round((first_at - began) * 1000),
            finish=said.finish,
        )

    async def health(self, endpoint: Endpoint) -> ProviderHealth:
        """Ask for the list of models; OpenRouter shows its list to everybody, so there the key is asked about first."""
        names = ("key", "models") if self.name == "openrouter" and endpoint.api_key else ("models",)
        return await health_of(endpoint, [f"{self._path}/{name}" for name in names], lambda: self._headers(endpoint))

    async def _read(self, answer: Answer, said: ChatAnswer) -> ChatAnswer:
        if await answer.is_json():
            said.take_whole(await answer.read())
            return said
        async for event in answer.events():
            if said.take(event):
                break
        said.end()
        return said

    def _headers(self, endpoint: Endpoint) -> dict[str, str]:
        """Return the headers of each request; raises ProviderError, before anything is sent, when a key is missing."""
        if endpoint.api_key:
            return {"Authorization": f"Bearer {endpoint.api_key}"}
        host = host_of(endpoint)
        if not host or host.endswith(_NEED_A_KEY):
            says = f"{title_of(self.name)} is not set up: it has no {'key' if host else 'address'}"
            raise ProviderError(says, code="not_set_up", passing=False, billed=False)
        return {}


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
