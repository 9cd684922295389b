"""The two log lines of a model call, for whoever counts and watches: no prompt, no answer, no secret."""

from __future__ import annotations

import time
from typing import Any

import structlog

from agents.providers import CompletionRequest, CompletionResponse
from agents.providers.names import parse_model
from agents.secrets import redact_line

log = structlog.get_logger(__name__)
UNKNOWN: dict[str, Any] = dict.fromkeys(
    ("input_tokens", "response_tokens", "total_tokens", "cost_usd", "first_token_ms", "error")
)


class CallLog:
    """Tells of one try: `llm_call_started` when it is made, `llm_call` once it has ended."""

    def __init__(self, request: CompletionRequest, *, session_id: int, retry_count: int) -> None:
        self._facts: dict[str, Any] = {
            "provider": parse_model(request.model).provider,
            "model": request.model,
            "session_id": session_id,
            "stage": request.assignment.stage,
            "agent": request.assignment.role.key,
            "prompt_length": len(request.system) + sum(len(text) for _, text in request.messages),
            "retry_count": retry_count,
        }
        self._began = time.monotonic()
        log.info("llm_call_started", **self._facts)

    def succeeded(self, response: CompletionResponse) -> None:
        """Tell that the call has given an answer; what nobody counted is null."""
        usage, cost = response.usage, response.cost_usd
        self._ended(
            status="success",
            input_tokens=usage.input_tokens if usage else None,
            response_tokens=usage.output_tokens if usage else None,
            total_tokens=usage.input_tokens + usage.output_tokens if usage else None,
            cost_usd=None if cost is None else str(cost),
            latency_ms=response.latency_ms,
            first_token_ms=response.first_token_ms,
        )

    def failed(self, why: str) -> int:
        """Tell why the call has given none; return the milliseconds that it took."""
        latency_ms = round((time.monotonic() - self._began) * 1000)
        self._ended(status="error", error=redact_line(why), latency_ms=latency_ms)
        return latency_ms

    def _ended(self, **facts: Any) -> None:
        log.info("llm_call", **{**self._facts, **UNKNOWN, **facts})
