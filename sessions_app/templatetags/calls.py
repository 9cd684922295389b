"""Words and marks of model calls."""

from __future__ import annotations

from django import template
from django.utils import timezone

from sessions_app.models import CallStatus, LLMCall
from sessions_app.queries.calls import CALL_WORDS, STEP_WORDS

register = template.Library()
# How a call is shown in the words that the marks of tasks have.
MARKS = {
    CallStatus.RESERVED: "running",
    CallStatus.SUCCEEDED: "completed",
    CallStatus.FAILED: "failed",
    CallStatus.UNCONFIRMED: "waiting",
}


@register.filter
def call_word(status: str) -> str:
    return CALL_WORDS[CallStatus(status)]


@register.filter
def call_mark(status: str) -> str:
    return MARKS[CallStatus(status)]


@register.filter
def call_step(key: str) -> str:
    """What a call was for: "First answer", "Repair, round 2"."""
    round, _, rest = key.partition(":")
    step = rest.partition(":")[0]
    word = STEP_WORDS.get(step, step.capitalize())
    return word if round == "r1" else f"{word}, round {round.removeprefix('r')}"


@register.filter
def millis(value: int | None) -> str:
    """A time in milliseconds as a person reads it: 120 ms, 7.4 s, 2:05 min; nothing while it is not known."""
    if value is None:
        return ""
    if value < 1_000:
        return f"{value} ms"
    if value < 99_950:
        return f"{value / 1_000:.1f} s"
    return f"{value // 60_000}:{value // 1_000 % 60:02} min"


@register.filter
def so_far(call: LLMCall) -> int:
    """Milliseconds since a call began."""
    return max(round((timezone.now() - call.created_at).total_seconds() * 1_000), 0)
