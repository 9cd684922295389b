"""The client of the fake provider: OpenAI's Chat Completions as a stream, with a limit on every wait."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from typing import Any

import aiohttp
from django.conf import settings

from agents import pricing
from agents.providers.contract import (
    CompletionRequest,
    CompletionResponse,
    Progress,
    ProviderError,
    ProviderHealth,
    Usage,
)
from agents.providers.endpoint import Endpoint

POISON = re.compile(r"\[lab: kill (\w+)\]")  # in a brief: the role whose call kills the process that makes it
CONNECT_SECONDS = 2.0


class LabProvider:
    name = "lab"

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._place: tuple[int, Any] = (0, None)

    async def complete(
        self, request: CompletionRequest, *, endpoint: Endpoint, on_progress: Progress
    ) -> CompletionResponse:
        """Return the answer; raises ProviderError, which knows whether it may pass and may have been billed."""
        if any(role == request.assignment.role.key for role in POISON.findall(request.assignment.brief)):
            os.kill(os.getpid(), signal.SIGKILL)
        began = time.monotonic()
        sent = False
        try:
            async with self._client().post(
                f"{settings.LAB_PROVIDER_URL}/v1/chat/completions", data=_body(request)
            ) as answer:
                sent = True
                if answer.status != 200:
                    raise _refusal(answer)
                return await _read(answer, request, began, on_progress)
        except aiohttp.ClientConnectorError as error:
            raise ProviderError(f"No connection: {error}", code="connect", passing=True, billed=False) from error
        except TimeoutError as error:
            raise ProviderError(
                "The provider did not answer in time", code="timeout", passing=True, billed=True
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            said = f"The stream broke ({type(error).__name__})" if sent else "The request broke"
            raise ProviderError(said, code="connection_lost", passing=True, billed=True) from error

    async def health(self, endpoint: Endpoint) -> ProviderHealth:
        return ProviderHealth("healthy", 0, "The laboratory's own.")

    def _client(self) -> aiohttp.ClientSession:
        """One session for each process and loop: what a fork inherits belongs to its parent."""
        place = (os.getpid(), asyncio.get_running_loop())
        if self._session is None or self._place != place:
            limits = aiohttp.ClientTimeout(
                total=settings.LAB_TOTAL_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=settings.LAB_IDLE_SECONDS
            )
            self._session = aiohttp.ClientSession(timeout=limits, connector=aiohttp.TCPConnector(limit=0))
            self._place = place
        return self._session


def _body(request: CompletionRequest) -> bytes:
    said = [{"role": "system", "content": request.system}]
    said += [{"role": role, "content": text} for role, text in request.messages]
    return json.dumps(
        {
            "model": request.model,
            "messages": said,
            "stream": True,
            "max_tokens": request.max_tokens,
            "metadata": dict(request.metadata),
        }
    ).encode()


def _refusal(answer: aiohttp.ClientResponse) -> ProviderError:
    after = answer.headers.get("Retry-After")
    return ProviderError(
        f"The provider answers {answer.status}",
        code="rate_limited" if answer.status == 429 else "server_error",
        passing=answer.status in (408, 429) or answer.status >= 500,
        billed=False,
        retry_after_seconds=float(after) if after else None,
    )


async def _read(
    answer: aiohttp.ClientResponse, request: CompletionRequest, began: float, on_progress: Progress
) -> CompletionResponse:
    parts: list[str] = []
    usage, first_token_ms, is_whole = Usage(0, 0), 0, False
    async for raw in answer.content:
        line = raw.strip()
        if not line.startswith(b"data:"):
            if line:
                raise ProviderError("The provider sent no event stream", code="garbage", passing=True, billed=True)
            continue
        said = line.removeprefix(b"data:").strip()
        if said == b"[DONE]":
            is_whole = True
            break
        frame = json.loads(said)
        if frame.get("usage"):
            usage = Usage(frame["usage"]["prompt_tokens"], frame["usage"]["completion_tokens"])
        for choice in frame["choices"]:
            parts.append(choice["delta"].get("content", ""))
            first_token_ms = first_token_ms or round((time.monotonic() - began) * 1000)
            on_progress(len(parts) * 10, parts[-1][-100:])
    if not is_whole:
        raise ProviderError("The stream was cut", code="connection_lost", passing=True, billed=True)
    return CompletionResponse(
        text="".join(parts),
        model=request.model,
        provider="lab",
        usage=usage,
        cost_usd=pricing.cost_usd(request.model, usage),
        simulated=True,
        latency_ms=round((time.monotonic() - began) * 1000),
        first_token_ms=first_token_ms,
    )
