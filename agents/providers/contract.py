"""What every model provider takes and gives, whatever its wire looks like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Protocol

from agents.assignment import Assignment

Progress = Callable[[int, str], None]  # tokens so far, last words; called while streaming, must be cheap


@dataclass(frozen=True)
class Usage:
    input_tokens: int
    output_tokens: int


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
    attempt: int = 1  # which try at this piece of work; simulated faults depend on it
    step: Literal["deliver", "repair"] = "deliver"  # a repair is asked for once, when a first answer had faults
    metadata: Mapping[str, str] = field(default_factory=dict)  # whose call it is, for a provider that keeps such notes

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
    text: str
    model: str
    provider: str
    usage: Usage
    cost_usd: Decimal
    simulated: bool
    latency_ms: int
    first_token_ms: int

    def as_json(self) -> dict[str, Any]:
        """Return what the ledger keeps of the answer."""
        return {
            "text": self.text,
            "model": self.model,
            "provider": self.provider,
            "input_tokens": self.usage.input_tokens,
            "output_tokens": self.usage.output_tokens,
            "cost_usd": str(self.cost_usd),
            "simulated": self.simulated,
            "latency_ms": self.latency_ms,
            "first_token_ms": self.first_token_ms,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "CompletionResponse":
        """Return the answer that `as_json` kept, for a replay that costs nothing."""
        return cls(
            text=kept["text"],
            model=kept["model"],
            provider=kept["provider"],
            usage=Usage(kept["input_tokens"], kept["output_tokens"]),
            cost_usd=Decimal(kept["cost_usd"]),
            simulated=kept["simulated"],
            latency_ms=kept["latency_ms"],
            first_token_ms=kept["first_token_ms"],
        )


class ProviderError(Exception):
    """A call that gave no answer.

    `passing` tells whether the same call may succeed later, `billed` whether it may have been charged all the same.
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
    name: str

    async def complete(self, request: CompletionRequest, *, on_progress: Progress) -> CompletionResponse:
        """Return the model's answer; raises ProviderError."""
        ...

    async def health(self) -> ProviderHealth:
        """Say whether calls would work now; never raises."""
        ...
