"""The cases of a number: one below, the number itself, one above, and what must happen at each."""

import re
from decimal import Decimal

from agents.brief.measures import SECONDS
from agents.simulator.bounds import Bound
from agents.simulator.material import Material
from agents.simulator.planning.people import amount, counted_in

Try = tuple[str, str, str]  # given, when, then

_LEAST = re.compile(
    r"\b(?:at least|no (?:less|fewer) than|minimum|mindestens|au moins|al menos|como mínimo|co "
    r"najmniej|przynajmniej)\b",
    re.IGNORECASE,
)
_BEYOND = re.compile(
    r"\b(?:above|over|more than|exceed\w*|über|mehr als|au-dessus|plus de|más de|supera\w*|powyżej|ponad)\b",
    re.IGNORECASE,
)
# What happens below, at and above the number; {n} is the number with its unit.
_OUTCOMES = {
    "most": ("all of them are taken", "all of them are taken", "the last one is refused, and the answer names {n}"),
    "least": ("it is refused, and the answer names {n}", "it is taken", "it is taken"),
    "quota": ("all are done", "all are done", "the last one is refused, and the answer says when it is possible again"),
    "rate_limit": ("all are answered", "all are answered", "429 with Retry-After, and nothing has changed"),
    "length": ("it is taken", "it is taken", "400, and the answer names the field and {n}"),
    "size": ("it is taken", "it is taken", "413, and the answer names {n}"),
    "expiry": ("it still holds", "it holds to the last moment", "it holds no more, and the answer says so"),
    "age": (
        "it is still there",
        "it is still there",
        "what is to happen after {n} has happened, and the job's report says so",
    ),
    "notice": ("nothing is sent yet", "it is sent, once", "it is not sent again"),
    "retry": ("it is not tried again yet", "it is tried again", "it is not tried twice for the same time"),
    "reached": ("nothing changes", "the rule holds from here on", "the rule holds"),
    "passed": ("nothing changes", "nothing changes yet", "the rule holds"),
    "price": ("it is refused", "exactly {n} is booked", "it is refused"),
}


def both_sides(material: Material, bound: Bound) -> list[Try]:
    """Return what is tried for a number; one that is only a fact of today is tried as an amount."""
    about = bound.entity.label_plural if bound.entity else material.title
    said = bound.limit.text[:160].rstrip(". ")
    if bound.low is not None and bound.high is not None:
        low, high = _number(bound.low), _number(bound.high)
        return [
            (f"{_number(value)} for {about}", f"“{said}” is tried", told)
            for value, told in (
                (bound.low - 1, f"it is refused, and the answer names {low}"),
                (bound.low, "it is taken"),
                (bound.high, "it is taken"),
                (bound.high + 1, f"it is refused, and the answer names {high}"),
            )
        ]
    told = amount(bound.limit)
    if bound.purpose in ("stock", "load"):
        return [(f"{told}, as in “{said}”", f"people work with {about}", "answers come as fast as with one")]
    if bound.purpose == "latency":
        return [
            (
                f"as many {about} as in two years",
                f"“{said}” is timed a hundred times",
                f"the slowest takes at most {told}",
            )
        ]
    if bound.value is None:
        return [(f"{about} for which this is at stake", "somebody acts", f"“{said}” holds")]
    step = Decimal(1) if bound.value == bound.value.to_integral_value() else Decimal("0.1")
    values = (max(bound.value - step, Decimal(0)), bound.value, bound.value + step)
    return [
        (_given(bound, value, about), f"“{said}” is tried", outcome.replace("{n}", told))
        for value, outcome in zip(values, _OUTCOMES[_kind(bound)], strict=True)
    ]


def _kind(bound: Bound) -> str:
    if bound.purpose == "threshold":
        return "passed" if _BEYOND.search(bound.limit.text) else "reached"
    return "least" if bound.purpose == "most" and _LEAST.search(bound.limit.text) else str(bound.purpose)


def _given(bound: Bound, value: Decimal, about: str) -> str:
    told = counted_in(_number(value), bound.limit.unit)
    return f"{told} have passed, for {about}" if bound.limit.unit in SECONDS else f"{told} in all, for {about}"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
