"""The offline provider: writes each role's deliverable by rules, at a settable pace, with settable faults."""

import asyncio
import hashlib
import time
from typing import Any, Final

from django.conf import settings

from agents import pricing
from agents.deliverable import Deliverable
from agents.providers.contract import (
    CompletionRequest,
    CompletionResponse,
    Progress,
    ProviderError,
    ProviderHealth,
    Usage,
)
from agents.providers.endpoint import Endpoint
from agents.providers.progress import FRAMES_PER_SECOND, last_words
from agents.simulator import write_deliverable

BYTES_PER_TOKEN: Final = 4

# What each fault that SIMULATOR_FAULTS may name looks like to the caller. Those without an entry are bad answers.
_ERRORS: Final[dict[str, Any]] = {
    "429": {
        "message": "The simulator answers 429: too many requests",
        "code": "rate_limited",
        "passing": True,
        "billed": False,
    },
    "500": {
        "message": "The simulator answers 500: internal error",
        "code": "server_error",
        "passing": True,
        "billed": False,
    },
    "529": {"message": "The simulator answers 529: overloaded", "code": "overloaded", "passing": True, "billed": False},
    "timeout": {"message": "The simulator did not answer in time", "code": "timeout", "passing": True, "billed": True},
    "cut": {"message": "The simulator's stream was cut", "code": "connection_lost", "passing": True, "billed": True},
}
_ANSWERS: Final = {"empty": "", "refusal": "I cannot help with this request."}
FAULTS: Final = (*_ERRORS, *_ANSWERS, "bad_json", "bad_artifact")

# What stands at the front of a spoilt file, so that its check fails; other files are handed in empty.
_SPOILT: Final = {"json": "{", "yaml": "- : [\n", "yml": "- : [\n", "sql": "CREATE TABEL"}


class SimulatorProvider:
    """Answers every request from the facts in its assignment; deterministic per (brief, role, seed)."""

    name = "simulator"

    async def complete(
        self, request: CompletionRequest, *, endpoint: Endpoint, on_progress: Progress
    ) -> CompletionResponse:
        """Return the deliverable as JSON after SIMULATOR_LATENCY seconds; raises ProviderError for a told fault."""
        began = time.monotonic()
        latency_seconds = float(settings.SIMULATOR_LATENCY)
        fault = _fault(request)
        if fault in ("429", "500", "529"):
            raise ProviderError(**_ERRORS[fault])
        text = await asyncio.to_thread(_write, request, spoil=fault == "bad_artifact")
        first_token_ms = _ms_since(began)
        if fault == "timeout":
            await asyncio.sleep(latency_seconds)
            raise ProviderError(**_ERRORS[fault])
        if fault in _ANSWERS:
            text = _ANSWERS[fault]
        elif fault == "bad_json":
            text = text[: len(text) * 2 // 3]
        until = 0.5 if fault == "cut" else 1.0
        await _stream(text, until=until, began=began, latency_seconds=latency_seconds, on_progress=on_progress)
        if fault == "cut":
            raise ProviderError(**_ERRORS[fault])
        usage = Usage(_tokens(request.system, *(said for _, said in request.messages)), _tokens(text))
        # A real provider stops, and bills, at max_tokens.
        usage = Usage(usage.input_tokens, min(usage.output_tokens, request.max_tokens))
        return CompletionResponse(
            text=text,
            model=request.model,
            provider=self.name,
            usage=usage,
            cost_usd=pricing.cost_usd(request.model, usage),
            simulated=True,
            latency_ms=_ms_since(began),
            first_token_ms=first_token_ms,
        )

    async def health(self, endpoint: Endpoint) -> ProviderHealth:
        """The simulator needs nothing from outside, so it is always there."""
        return ProviderHealth("healthy", 0, "Answers offline by rules; costs are simulated.")


def _write(request: CompletionRequest, *, spoil: bool) -> str:
    deliverable: Deliverable = write_deliverable(request.assignment)
    if spoil and deliverable.artifacts:
        deliverable = _spoilt(deliverable)
    return deliverable.model_dump_json(exclude_none=True)


def _spoilt(deliverable: Deliverable) -> Deliverable:
    """Return the deliverable with one file that fails its check: one that is parsed, if there is any."""
    parsed = [file for file in deliverable.artifacts if file.path.rpartition(".")[2] in _SPOILT]
    bad = (parsed or deliverable.artifacts)[0]
    front = _SPOILT.get(bad.path.rpartition(".")[2])
    broken = bad.model_copy(update={"content": "" if front is None else f"{front} {bad.content}"})
    files = [broken if file is bad else file for file in deliverable.artifacts]
    return deliverable.model_copy(update={"artifacts": files})


async def _stream(text: str, *, until: float, began: float, latency_seconds: float, on_progress: Progress) -> None:
    """Report the words of `text` evenly, so that all of it (or the share `until`) has gone by when the time is up."""
    ends = began + latency_seconds * until
    frames = max(1, int(latency_seconds * until * FRAMES_PER_SECOND))
    for frame in range(1, frames + 1):
        await asyncio.sleep(max(0.0, ends - time.monotonic()) / (frames - frame + 1))
        said = text[: int(len(text) * until * frame / frames)]
        on_progress(_tokens(said), last_words(said))


def _tokens(*texts: str) -> int:
    return sum(-(-len(text.encode()) // BYTES_PER_TOKEN) for text in texts)


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def parse_faults(text: str) -> list[tuple[str, float]]:
    """Return the faults of SIMULATOR_FAULTS with their probabilities: "429:0.2,cut:0.1".

    Raises ValueError with a sentence.
    """
    faults = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, said = (part.strip() for part in entry.partition(":"))
        try:
            probability = float(said)
        except ValueError:
            probability = -1.0
        if name not in FAULTS or not 0 <= probability <= 1:
            raise ValueError(
                f"“{entry}” is no fault: write name:probability, with 0 to 1 for one of {', '.join(FAULTS)}."
            )
        faults.append((name, probability))
    return faults


def _fault(request: CompletionRequest) -> str | None:
    """Return the fault of this very call, if SIMULATOR_FAULTS gives it one.

    The dice are a digest of (seed, brief, role, round, attempt): the same run fails in the same places, and a new
    attempt rolls anew. So does a repair, which always hands in good files.
    """
    assignment = request.assignment
    for name, probability in parse_faults(settings.SIMULATOR_FAULTS):
        if name == "bad_artifact" and request.step == "repair":
            continue
        told: tuple[object, ...] = (assignment.seed, assignment.brief, assignment.role.key, assignment.round)
        told += (request.attempt, name) if request.step == "deliver" else (request.attempt, name, request.step)
        digest = hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).digest()
        if int.from_bytes(digest[:8]) / 2**64 < probability:
            return name
    return None
