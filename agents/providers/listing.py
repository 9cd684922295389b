"""How a provider is: it is asked for the list of its models, or about its key, which costs nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agents.providers.contract import ProviderError, ProviderHealth
from agents.providers.deadline import Limits
from agents.providers.endpoint import Endpoint
from agents.providers.names import title_of
from agents.providers.refusals import malformed, refusal
from agents.providers.transport import Answer, send

LIMITS: Final = Limits(connect=5, idle=5, total=5)
_LISTS_NONE: Final = (404, 405, 501)  # servers of one's own often speak the call of a model and nothing else


async def health_of(
    endpoint: Endpoint, paths: Sequence[str], headers: Callable[[], Mapping[str, str]]
) -> ProviderHealth:
    """Say whether calls to `endpoint` would work now, as far as the first of `paths` tells that it knows.

    `headers` gives those of a request, or raises ProviderError where the endpoint is not set up.
    """
    began = time.monotonic()
    says = "answers, and lists no models"
    try:
        for path in paths:
            async with send(endpoint, "GET", path, headers=headers(), body=None, limits=LIMITS) as answer:
                told = await _told_by(answer, endpoint.provider, is_last=path == paths[-1])
            if told:
                says = told
                break
    except ProviderError as error:
        return ProviderHealth("unhealthy", _ms_since(began), f"{str(error).rstrip('.')}.")
    return ProviderHealth("healthy", _ms_since(began), f"{title_of(endpoint.provider)} {says}.")


async def _told_by(answer: Answer, provider: str, *, is_last: bool) -> str:
    """Return what an answer tells of a provider that is well; empty where the path is not known there.

    Raises ProviderError for one that is not well.
    """
    if answer.status in _LISTS_NONE:
        return ""
    if not answer.is_success:
        refused = refusal(provider, answer.status, headers=answer.headers, body=await answer.read_error())
        if refused.code == "rate_limited":
            return "answers, and is asked too often just now"
        raise refused
    if answer.content_type != "application/json":
        if is_last:
            raise malformed(provider)
        return ""  # some gateways have the same page for every path that they do not know
    return "answers"


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
