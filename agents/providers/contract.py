"""What every model provider takes and gives, whatever its wire looks like."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, Protocol

from agents.assignment import Assignment
from agents.providers.endpoint import Endpoint

Progress = Callable[[int, str], None]  # tokens so far, last words; called while streaming, must be cheap
Finish = Literal["stop", "length", "refusal"]


@dataclass(frozen=True)
class Usage:
    """What a provider counted. The parts are contained in the totals, however the provider's own fields add up."""

    input_tokens: int  # all that was read, also what came from a cache or went into one
    output_tokens: int  # all that was written, thoughts included
    cached_tokens: int = 0  # of the input: read from the provider's cache
    cache_write_tokens: int = 0  # of the input: put into that cache
    reasoning_tokens: int = 0  # of the output: thoughts that nobody is shown


@dataclass(frozen=True)
class CompletionRequest:
    """One call of one model."""

    model: str  # full name: "simulator" or "<provider>:<model>"
    system: str
    messages: tuple[tuple[str, str], ...]  # (role, text)
    schema: dict[str, Any]
    max_tokens: int
    temperature: float
    assignment: Assignment  # the same facts in structured form; only the simulator reads it
    shared_characters: int = 0  # of the first message: the front that all tasks of a stage share, worth caching
    attempt: int = 1  # which try at this piece of work; simulated faults depend on it
    step: Literal["deliver", "repair"] = "deliver"  # a repair is asked for once, when a first answer had faults
    metadata: Mapping[str, str] = field(default_factory=dict)  # whose call it is, for a provider that keeps such notes
    packing: Mapping[str, Any] = field(default_factory=dict)  # what was left out so that the prompt fits

    @cached_property
    def input_bytes(self) -> int:
        """The bytes of all that the model is given to read: prompts and schema."""
        texts = (self.system, *(text for _, text in self.messages), json.dumps(self.schema))
        return sum(len(text.encode()) for text in texts)

    def as_json(self) -> dict[str, Any]:
        """Return what the ledger keeps of the request."""
        return {
            "model": self.model,
            "system": self.system,
            "messages": [{"role": role, "content": text} for role, text in self.messages],
            "schema": self.schema,
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
        }


@dataclass(frozen=True)
class CompletionResponse:
    """An answer. `usage` and `cost_usd` are None where the provider did not count or nobody knows the price."""

    text: str
    model: str
    provider: str
    usage: Usage | None
    cost_usd: Decimal | None
    simulated: bool
    latency_ms: int
    first_token_ms: int
    finish: Finish = "stop"  # "length": cut at max_tokens; "refusal": the model would not

    def as_json(self) -> dict[str, Any]:
        """Return what the ledger keeps of the answer."""
        return {
            "text": self.text,
            "model": self.model,
            "provider": self.provider,
            "usage": None if self.usage is None else vars(self.usage),
            "cost_usd": None if self.cost_usd is None else str(self.cost_usd),
            "simulated": self.simulated,
            "latency_ms": self.latency_ms,
            "first_token_ms": self.first_token_ms,
            "finish": self.finish,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "CompletionResponse":
        """Return the answer that `as_json` kept, for a replay that costs nothing."""
        # Rows of former versions hold the two totals side by side instead of `usage`.
        usage = kept.get("usage") or {name: kept[name] for name in ("input_tokens", "output_tokens") if name in kept}
        return cls(
            text=kept["text"],
            model=kept["model"],
            provider=kept["provider"],
            usage=Usage(**usage) if usage else None,
            cost_usd=None if kept["cost_usd"] is None else Decimal(kept["cost_usd"]),
            simulated=kept["simulated"],
            latency_ms=kept["latency_ms"],
            first_token_ms=kept["first_token_ms"],
            finish=kept.get("finish", "stop"),
        )


class ProviderError(Exception):
    """A call that gave no answer. The message is our own sentence: nothing of the provider's body stands in it.

    `passing` tells whether the same call may succeed later, `billed` whether it may have been charged all the same.
    Codes are listed with their outcomes in docs/providers.md.
    """

    def __init__(
        self, message: str, *, code: str, passing: bool, billed: bool, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.passing = passing
        self.billed = billed
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class ProviderHealth:
    status: Literal["healthy", "unhealthy"]
    latency_ms: int
    message: str


class Provider(Protocol):
    """One way to reach models. One object serves a process: it keeps nothing of a call."""

    name: str

    async def complete(
        self, request: CompletionRequest, *, endpoint: Endpoint, on_progress: Progress
    ) -> CompletionResponse:
        """Return the model's answer from `endpoint` by one try, without retries; raises ProviderError."""
        ...

    async def health(self, endpoint: Endpoint) -> ProviderHealth:
        """Say whether calls to `endpoint` would work now; never raises, and costs nothing."""
        ...
