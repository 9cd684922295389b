"""How a wire server behaves, and what it keeps of a request."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tests.wire.answers import Answers
from tests.wire.counting import Counts


@dataclass
class Manner:
    """How the server answers, whatever the outcome."""

    latency: float = 0.0  # seconds that a whole answer takes, spread over its pieces
    first_byte: float = 0.0  # seconds before the head of an answer
    pieces: int = 12  # of the text of a streamed answer
    answers: Answers = "simulated"
    text: str | None = None  # said in place of a deliverable
    as_text: bool = False  # written as text, though a tool was offered
    key: str = ""  # every other one is refused; empty takes all
    counts: Counts | None = None  # in place of counting
    retry_after: int = 1  # seconds, told with rate_limited_seconds and _date
    health: str = "ok"  # outcome of requests for the list of models
    models: tuple[str, ...] = ("small-1", "large-1")
    most_tokens: int | None = None  # of an answer: 400 to a request for more
    window: int | None = None  # tokens of prompt and answer: 400 to a request for more
    # 400 to a request that has one of them; `tool_choice` only if it forces, `any_tool_choice` whatever it says.
    refused_parameters: tuple[str, ...] = ()


@dataclass
class Seen:
    """One request, as it came, and what became of it."""

    at: float  # seconds since the epoch
    protocol: str  # anthropic, openai, or empty for what is neither
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: Any  # parsed JSON; None when there is none
    outcome: str
    model: str = ""
    role: str = ""
    sent: int = 0  # bytes of the answer's body that the client, or the kernel for it, took
    ended_at: float = 0.0  # seconds since the epoch; 0: not yet
    ended: str = ""  # "whole": we said all that we had to say; "left": the client went away before; empty: not yet
    counts: dict[str, int] = field(default_factory=dict)  # the tokens that were told; empty when none were
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
