"""How a provider is: it is asked for the list of its models, which needs the key and costs nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from agents.providers.contract import ProviderError, ProviderHealth
from agents.providers.deadline import Limits
from agents.providers.endpoint import Endpoint
from agents.providers.names import title_of
from agents.providers.refusals import malformed, refusal
from agents.providers.transport import send

LIMITS: Final = Limits(connect=5, idle=5, total=5)
_LISTS_NONE: Final = (404, 405, 501)  # servers of one's own often speak the call of a model and nothing else


async def health_of(endpoint: Endpoint, path: str, headers: Callable[[], Mapping[str, str]]) -> ProviderHealth:
    """Say whether calls to `endpoint` would work now, as far as its list of models at `path` tells.

    `headers` gives those of a request, or raises ProviderError where the endpoint is not set up.
    """
    began = time.monotonic()
    title = title_of(endpoint.provider)
    try:
        async with send(endpoint, "GET", path, headers=headers(), body=None, limits=LIMITS) as answer:
            if answer.status in _LISTS_NONE:
                return ProviderHealth("healthy", _ms_since(began), f"{title} answers, and lists no models.")
            if not answer.is_success:
                body = await answer.read_error()
                raise refusal(endpoint.provider, answer.status, headers=answer.headers, body=body)
            if answer.content_type != "application/json":
                raise malformed(endpoint.provider)
    except ProviderError as error:
        return ProviderHealth("unhealthy", _ms_since(began), f"{str(error).rstrip('.')}.")
    return ProviderHealth("healthy", _ms_since(began), f"{title} answers.")


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
