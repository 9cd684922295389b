"""What the interface can refuse, and with which code: what every call shares, rules and numbers of the brief."""

from dataclasses import dataclass

from agents.brief.identifiers import identifier
from agents.deliverable import Entity, Operation
from agents.simulator.bounds import Bound, bounds, counted_parent, spoken
from agents.simulator.enforcement import enforcements_of, needs_key, touches
from agents.simulator.material import Material
from agents.simulator.routes import Route, routes_of
from agents.simulator.shape import state_of, transition_of


@dataclass(frozen=True)
class Problem:
    """One way in which a call is refused, as RFC 9457 tells it: `code` never changes, `why` is for people."""

    code: str
    status: int
    why: str
    source: str = ""  # the rule, number or decision behind it
    advice: str = ""


def conflicts(material: Material, route: Route) -> list[Problem]:
    """Return why this very operation may answer 409."""
    operation, entity = route.operation, route.entity
    found = [
        Problem(made.code, 409, made.rule.text.rstrip(". "), made.rule.key, _advice(made.way))
        for made in material.once(enforcements_of)
        if touches(material, operation, made)
    ]
    step, state = transition_of(material, entity, operation), state_of(material, entity)
    if step is not None and state is not None:
        sources = " or ".join(step.sources) or f"anything but {step.target}"
        why = f"{operation.title} needs {entity.label} to be {sources}"
        found.append(Problem(f"{identifier(entity.name)}_wrong_state", 409, why, state.name, "read it again"))
    counted = counted_parent(material, entity) if operation.kind == "create" else None
    if counted is not None:
        bound, reference = counted
        code = identifier(f"{entity.name} too many for {reference.target.name}")
        found.append(Problem(code, 409, bound.limit.text, bound.key, "give one up first"))
    for bound in bounds(material, "quota"):
        own = counted_parent(material, bound.entity) if bound.entity else None
        if own is None and route.changes and _shares(operation, bound):
            code = identifier(f"{entity.name} too often")
            found.append(Problem(code, 409, bound.limit.text, bound.key, "wait until the time is over"))
    seen: dict[str, Problem] = {}
    for problem in found:
        seen.setdefault(problem.code, problem)
    return list(seen.values())


def _advice(way: str) -> str:
    return {
        "unique": "choose another value, or read the one that is there",
        "exclude": "choose another time",
        "apart": "let somebody else decide",
        "privilege": "write a new one that refers to it",
    }.get(way, "read what the rule asks for, then try again")


def rate_limits(material: Material, route: Route) -> list[Bound]:
    """Return the rates that this operation is counted against."""
    if not route.changes:
        return []
    found = []
    for bound in bounds(material, "rate_limit"):
        sharing = [op.key for op in material.operations if op.kind == "create" and _shares(op, bound)]
        own = bound.entity is not None and bound.entity.name == route.entity.name and route.operation.kind == "create"
        main = material.main is route.entity and route.operation.kind == "create"
        if route.operation.key in sharing or (not sharing and (own or (bound.entity is None and main))):
            found.append(bound)
    return found


def _shares(operation: Operation, bound: Bound) -> bool:
    return bool(set(operation.requirements) & set(bound.limit.requirements))


def sizes(material: Material, route: Route) -> list[Bound]:
    """Return the sizes that the body of this operation must keep."""
    if route.operation.kind not in ("create", "update"):
        return []
    return bounds(material, "size", entity=route.entity)


def all_problems(material: Material) -> list[Problem]:
    """Return every problem of the interface, each code once: those of every call, then those of the brief."""
    found = [
        Problem("invalid", 400, "a field is missing or wrong, and errors names it", advice="correct the fields named"),
        Problem("not_signed_in", 401, "no token, or one that has run out", advice="sign in again"),
        Problem("not_allowed", 403, "the actor may see it, but not do this", advice="ask somebody who may"),
        Problem("not_found", 404, "no such record, or none that this actor may know of"),
    ]
    for route in material.once(routes_of):
        found += conflicts(material, route)
        for bound in rate_limits(material, route):
            why = f"{bound.limit.text}: {spoken(bound)}"
            found.append(Problem(rate_code(bound), 429, why, bound.key, "wait as Retry-After says"))
        for bound in sizes(material, route):
            found.append(Problem(f"{identifier(route.entity.name)}_too_large", 413, bound.limit.text, bound.key))
    if any(needs_key(material, operation) for operation in material.operations):
        why = "the Idempotency-Key came before with another body"
        found.append(Problem("key_reused", 422, why, advice="make a new key for a new body"))
    seen: dict[str, Problem] = {}
    for problem in found:
        seen.setdefault(problem.code, problem)
    return list(seen.values())


def rate_code(bound: Bound) -> str:
    return identifier(f"too many {bound.entity.label_plural if bound.entity else bound.limit.unit or 'calls'}")


def refusals_of(material: Material, entity: Entity) -> list[Problem]:
    """Return why calls on an entity may answer 409, each code once."""
    found: dict[str, Problem] = {}
    for route in material.once(routes_of):
        if route.entity.name == entity.name:
            for problem in conflicts(material, route):
                found.setdefault(problem.code, problem)
    return list(found.values())
