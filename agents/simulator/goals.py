"""Quality goals with the numbers of the brief: what each number asks of the design, how it is met and measured."""

from dataclasses import dataclass

from agents.simulator.bounds import Bound, bounds_of, plain, schedule, spoken
from agents.simulator.material import Material
from agents.simulator.routes import routes_of
from agents.simulator.text import listing


@dataclass(frozen=True)
class Goal:
    """One number as a goal: the quality of ISO/IEC 25010 it belongs to, where it is met, how it is measured."""

    bound: Bound
    quality: str
    met: str
    measured: str


_QUALITY = {
    "rate_limit": "security: abuse",
    "quota": "functional: fairness",
    "load": "performance: capacity",
    "most": "functional: correctness",
    "length": "functional: correctness",
    "range": "functional: correctness",
    "size": "performance: resources",
    "threshold": "functional: control",
    "price": "functional: correctness",
    "latency": "performance: time",
    "expiry": "security: validity",
    "age": "security: privacy",
    "retry": "reliability: recovery",
    "notice": "functional: timeliness",
    "stock": "performance: capacity",
}


def goals_of(material: Material) -> list[Goal]:
    """Return a goal for each number of the brief, in its order; the numbers of one retry plan are one goal."""
    found, told = [], set()
    for bound in material.once(bounds_of):
        mark = (bound.purpose, bound.limit.text) if bound.purpose == "retry" else (bound.key, "")
        if mark not in told:
            told.add(mark)
            found.append(Goal(bound, _QUALITY[bound.purpose], _met(material, bound), _measured(material, bound)))
    return found


def _met(material: Material, bound: Bound) -> str:
    number, thing = spoken(bound), bound.entity.label if bound.entity else "what it speaks of"
    many = (bound.entity.label_plural or thing) if bound.entity else "records"
    table = bound.entity.table if bound.entity else "the tables"
    field = f"{table}.{bound.field}" if bound.field else ""
    ends = " to ".join(plain(end) for end in (bound.low, bound.high) if end is not None)
    return {
        "rate_limit": f"the interface counts in the database and answers 429 over {number}",
        "quota": f"the transaction that writes a further {thing} counts first and refuses it over {number}",
        "load": f"{many} are written in short transactions; what can wait goes through the worker",
        "most": f"CHECK on {field}: at most {number}"
        if field
        else f"{many} are counted under a lock, at most {number}",
        "length": f"maxLength of {bound.field} and a CHECK on {table}: {number}",
        "range": f"{field or thing} between {ends}, in interface and schema" if ends else f"{number} of {thing}",
        "size": f"the interface stops reading at {number} and answers 413",
        "threshold": f"{number} is a condition of {_acts(material, bound)}, read from one place",
        "price": f"{number} is data beside {many}, exact to the last digit, never a constant in code",
        "latency": f"one indexed read of {table}, and no outside call before the answer",
        "expiry": f"the end of each {thing} is stored when it begins, {number} later by the database's clock",
        "age": f"a nightly job deletes {many} by an index on their age, {number}",
        "retry": f"the worker tries again after {listing(schedule(material, bound), most=12)}, then gives it up",
        "notice": f"the worker looks every minute for {many} that are {number} before or after their time",
        "stock": f"sized for {number}: one database, lists by cursor",
    }[bound.purpose]


def _measured(material: Material, bound: Bound) -> str:
    number, thing = spoken(bound), bound.entity.label if bound.entity else "record"
    many = (bound.entity.label_plural or thing) if bound.entity else "records"
    load = number if bound.limit.unit and bound.limit.unit in many else f"{number} of {many}"
    first = f"{plain(bound.value)}" if bound.value is not None else number
    return {
        "rate_limit": f"a test makes call {first} + 1 and expects 429 with Retry-After",
        "quota": f"a test makes {many} up to {first}, and one more",
        "load": f"a load test writes {load} in the busiest time and watches the 95th percentile",
        "most": f"two writers at once try to make one {thing} too many",
        "length": f"a test sends {first} characters, and one more",
        "range": f"tests at both ends of {bound.field or thing}, and just outside",
        "size": f"a test sends {number} and one byte more",
        "threshold": f"tests just below and just above {number}",
        "price": f"sums of {many} are compared with a calculation by hand",
        "latency": f"p95 of {_acts(material, bound)} in CI with as many rows as the brief names; over {number} fails",
        "expiry": f"a test moves the clock to {number} and one second more",
        "age": f"a query counts {many} older than {number}, every night; more than none is an alert",
        "retry": "a receiver that never answers gets exactly the tries of the plan",
        "notice": f"a test with one {thing} due in {number}, and one a minute later",
        "stock": f"the test data hold as many: {number}",
    }[bound.purpose]


def _acts(material: Material, bound: Bound) -> str:
    keys = set(bound.limit.requirements)
    sharing = [
        route.operation.key
        for route in material.once(routes_of)
        if keys & set(route.operation.requirements) and route.operation.source
    ]
    own = [op.key for op in material.operations_of(bound.entity)] if bound.entity else []
    return listing(sharing or own, most=2, none="the acts on it")
