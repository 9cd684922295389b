"""The cases of a number: one below, the number itself, one above, with its unit."""

from decimal import Decimal

from agents.simulator.bounds import Bound
from agents.simulator.material import Material
from agents.simulator.planning.people import amount
from agents.simulator.planning.stories import bound_case

Try = tuple[str, str, str]  # given, when, then


def both_sides(material: Material, bound: Bound) -> list[Try]:
    """Return what is tried for a number; one that is only a fact of today is tried as an amount."""
    about = bound.entity.label_plural if bound.entity else material.title
    said = bound.limit.text[:160].rstrip(". ")
    if bound.low is not None and bound.high is not None:
        return [
            (f"a value of {_number(value)} for {about}", "it is sent", told)
            for value, told in (
                (bound.low - 1, f"refused: below {_number(bound.low)}"),
                (bound.low, "taken"),
                (bound.high, "taken"),
                (bound.high + 1, f"refused: above {_number(bound.high)}"),
            )
        ]
    if bound.purpose in ("stock", "load"):
        return [
            (f"{amount(bound.limit)}, as in “{said}”", f"people work with {about}", "answers come as fast as with one")
        ]
    if bound.purpose == "latency":
        return [
            (
                f"as many {about} as in two years",
                "the act is done a hundred times",
                f"the slowest takes at most {amount(bound.limit)}",
            )
        ]
    if bound.value is None:
        return [(bound_case(bound), f"somebody acts on {about}", f"“{said}” holds")]
    step = Decimal(1) if bound.value == bound.value.to_integral_value() else Decimal("0.1")
    unit = bound.limit.unit
    below, above = max(bound.value - step, Decimal(0)), bound.value + step
    return [
        (f"{_number(value)} {unit}".strip() + f" of {about}", "the act is tried", told)
        for value, told in (
            (below, f"the one side of “{said}”"),
            (bound.value, f"at the bound itself “{said}” decides, and the answer names it"),
            (above, f"the other side of “{said}”"),
        )
    ]


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
