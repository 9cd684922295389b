"""What is watched: each number of the brief becomes a measurement with a warning and an alarm."""

import re
from dataclasses import dataclass
from decimal import Decimal

from agents.deliverable import Entity
from agents.simulator.bounds import Bound, bounds_of, plain
from agents.simulator.jobs import hours, jobs
from agents.simulator.material import Material
from agents.simulator.pages import pages
from agents.simulator.parts import amount
from agents.simulator.shape import state_of
from agents.simulator.text import md


@dataclass(frozen=True)
class Watch:
    """A measurement; `warning` and `alarm` are the thresholds, worked out from the brief's number."""

    key: str
    said: str
    measured: str
    warning: str
    alarm: str
    incident: str  # which section of the runbook


def watches(material: Material) -> list[Watch]:
    """Return a watch for each number of the brief that time can break, then for what every operation needs."""
    found = [watch for bound in material.once(bounds_of) if (watch := _watch(material, bound)) is not None]
    for job in jobs(material):
        late = hours(job.due_hours)
        found.append(
            Watch(
                job.name,
                job.what,
                f"hours since `{job.name}` last succeeded",
                hours(max(1, job.due_hours - 1)),
                late,
                "a job did not run",
            )
        )
    acting = [
        page.call(operation).name
        for page in pages(material)
        for operation in page.operations
        if operation.source and operation.kind not in ("list", "read")
    ][:6]
    named = ", ".join(f"`{name}`" for name in acting) or "every call"
    found.append(
        Watch(
            "errors",
            "what people do must work",
            f"answers 5xx of {named}",
            "1 in 200 in 5 minutes",
            "1 in 50 in 5 minutes",
            "an operation fails",
        )
    )
    return found


def _watch(material: Material, bound: Bound) -> Watch | None:
    said = md(bound.limit.text, most=140)
    entity = bound.entity or material.main
    table = entity.table if entity is not None else "requests"
    value = bound.value
    if value is None:
        return None
    told = amount(bound.limit)

    def part(share: str) -> str:
        unit = bound.limit.unit
        return f"{plain((value * Decimal(share)).quantize(Decimal('0.01')))} {unit}".strip()

    if bound.purpose == "latency":
        return Watch(bound.key, said, f"99th percentile of {_calls(material, entity)}", part("0.8"), told, "it is slow")
    if bound.purpose == "load":
        return Watch(
            bound.key,
            said,
            f"rows into `{table}` by the brief's own period",
            part("0.8"),
            f"{part('1.2')}, or none in a working day",
            "too much at once",
        )
    if bound.purpose in ("rate_limit", "quota"):
        return Watch(
            bound.key,
            said,
            f"share of 429 on {_calls(material, entity)}",
            "2 percent in an hour",
            f"10 percent, or one caller over {told} tenfold",
            "somebody meets a bound",
        )
    if bound.purpose == "most":
        return Watch(
            bound.key,
            said,
            f"holders of `{table}` at {told}",
            "1 in 10 of them",
            f"anybody above {told}: the rule is broken",
            "a rule is broken",
        )
    if bound.purpose == "age":
        return Watch(
            bound.key,
            said,
            f"age of the oldest row of `{table}`",
            f"{told} and 1 day",
            f"{told} and 3 days",
            "a job did not run",
        )
    if bound.purpose == "expiry":
        state = state_of(material, entity) if entity is not None else None
        first = f" still “{md(state.values[0])}”" if state is not None and state.values else " still open"
        return Watch(
            bound.key, said, f"rows of `{table}`{first} after {told}", "1 of them", "1 in 100", "a job did not run"
        )
    if bound.purpose == "retry":
        return Watch(
            bound.key,
            said,
            f"oldest of `{table}` that waits for its next try",
            part("1.5"),
            part("2"),
            "the other side is away",
        )
    if bound.purpose == "notice":
        return Watch(
            bound.key,
            said,
            f"`{table}` due by {told} and not done",
            "1 of them",
            "1 in 100, or any for an hour",
            "a job did not run",
        )
    if bound.purpose == "stock" and re.search(r"postgres|mysql|mariadb|version", bound.limit.text, re.IGNORECASE):
        return Watch(
            bound.key, said, "version of `database`", "the next one is out", f"another than {told}", "a job did not run"
        )
    if bound.purpose == "stock":
        return Watch(
            bound.key, said, f"rows of `{table}`, planned for {told}", part("1.5"), part("3"), "too much at once"
        )
    if bound.purpose == "size":
        return Watch(
            bound.key,
            said,
            f"answers 413 for `{table}`",
            "5 in an hour",
            f"50 in an hour, or any row over {told}",
            "somebody meets a bound",
        )
    if bound.purpose == "threshold":
        return Watch(
            bound.key,
            said,
            f"`{table}` beyond {told} without what the brief then asks for",
            "not used",
            "1 of them: the rule is broken",
            "a rule is broken",
        )
    return None


def _calls(material: Material, entity: Entity | None) -> str:
    page = next((page for page in pages(material) if entity is not None and page.key == entity.name), None)
    if page is None:
        return "every call"
    named = [page.call(operation).name for operation in page.operations if operation.source] or [
        call.name for call in page.calls[:2]
    ]
    return ", ".join(f"`{name}`" for name in named[:3])
