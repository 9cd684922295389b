"""api/README.md: the interface told to whoever calls it, with an example made of the brief's own fields."""

import json
from typing import Any

from agents.deliverable import Decision, Entity
from agents.simulator.bounds import Bound, bounds_of, plain
from agents.simulator.enforcement import needs_key
from agents.simulator.focus import people
from agents.simulator.indexes import order_of
from agents.simulator.keys import kind_of
from agents.simulator.material import Material
from agents.simulator.problems import Problem, all_problems, conflicts, rate_code, rate_limits
from agents.simulator.routes import routes_of, routes_on
from agents.simulator.schemas import schema_name
from agents.simulator.shape import Attribute, attributes, state_of, transition_of
from agents.simulator.tables import CURRENCY
from agents.simulator.text import listing, md, table


def readme(material: Material, decisions: list[Decision]) -> str:
    """Return api/README.md."""
    routes = material.once(routes_of)
    rows = [
        [
            f"`{route.operation.key}`",
            f"`{route.text}`",
            md(material.actors_of(route.operation)),
            md(", ".join(f"{problem.code}" for problem in conflicts(material, route))) or "–",
            ", ".join(route.operation.requirements) or "–",
        ]
        for route in routes
    ]
    parts = [
        f"# {md(material.title, most=160)}: the interface",
        _callers(material),
        "## Operations\n\n" + table(["operation", "call", "who", "409", "serves"], rows),
        _example(material),
        *(_life(material, entity) for entity in material.entities),
        _lists(material),
        _refusals(material),
        _repeats(material),
        _numbers(material),
        _events(material),
        *people(material, decisions),
        "## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _callers(material: Material) -> str:
    lines = []
    for actor in material.domain.actors:
        own = [op.key for op in material.operations if actor.key in op.actors]
        if own:
            how = "client credentials" if actor.kind == "system" else "signs in with an authorization code and PKCE"
            lines.append(f"- `{actor.key}` ({md(actor.label)}): {how}; {len(own)} scopes, {md(listing(own, most=5))}.")
    if not lines:
        return "Every call carries a bearer token; the brief names nobody who acts, so one account may do all."
    return "## Who calls\n\n" + "\n".join(lines)


def _example(material: Material) -> str:
    """The create that matters most, as it goes over the wire, with the refusal a caller must expect."""
    creates = [route for route in material.once(routes_of) if route.operation.kind == "create"]
    if not creates:
        return ""
    main = material.main
    route = max(
        creates, key=lambda one: (bool(one.operation.source), one.entity is main, len(conflicts(material, one)))
    )
    body = {
        found.name: sample(material, found) for found in attributes(material, route.entity) if found.set_by == "sender"
    }
    lines = [f"POST /api/v1{route.path} HTTP/1.1", "Content-Type: application/json"]
    if needs_key(material, route.operation):
        lines.append(f"Idempotency-Key: {route.operation.key}-7f3a91c2")
    lines += ["", json.dumps(body, ensure_ascii=False, indent=2)]
    parts = [
        f"## For example: {md(route.operation.title)}",
        "```http\n" + "\n".join(lines) + "\n```",
        f"Answers 201 with the {md(route.entity.label)}, its `id` and `created_at`.",
    ]
    refused = conflicts(material, route) or [
        Problem(rate_code(bound), 429, bound.limit.text, bound.key) for bound in rate_limits(material, route)
    ]
    if refused:
        problem = refused[0]
        told = {
            "type": f"/problems/{problem.code.replace('_', '-')}",
            "title": f"{route.operation.title} is refused",
            "status": problem.status,
            "detail": problem.why[:200],
            "code": problem.code,
        }
        parts.append(
            f"Refused ({problem.source}):\n\n```http\nHTTP/1.1 {problem.status}\n"
            f"Content-Type: application/problem+json\n\n{json.dumps(told, ensure_ascii=False, indent=2)}\n```"
        )
    return "\n\n".join(parts)


_KEYS = {"uuid": "018f6b1e-5c1a-7c3e-9d2b-6f0a4e8c7b21", "ulid": "01HZX4Y8T6Q0B9V3W5N7M2K1JD"}


def sample(material: Material, attribute: Attribute) -> Any:
    """Return a value that the interface would take, the same every time."""
    if attribute.values:
        return attribute.values[0]
    if CURRENCY.match(attribute.name):
        return "EUR"
    if attribute.type in ("integer", "decimal") and (attribute.low is not None or attribute.high is not None):
        return float(plain(attribute.high if attribute.high is not None else attribute.low))
    return {
        "reference": _KEYS.get(kind_of(material), 42),
        "integer": 3,
        "decimal": "12.50",
        "boolean": True,
        "date": "2030-05-14",
        "datetime": "2030-05-14T09:30:00Z",
        "duration": "PT30M",
        "email": "ada@example.org",
        "url": f"https://example.org/{attribute.name}",
        "json": {},
        "binary": "aGVsbG8=",
        "text": f"some {attribute.label or attribute.name}",
    }.get(attribute.type, f"{attribute.label or attribute.name} 1")


def _life(material: Material, entity: Entity) -> str:
    state = state_of(material, entity)
    steps = [(route, transition_of(material, entity, route.operation)) for route in routes_on(material, entity)]
    rows = [
        [f"`{route.operation.key}`", md(", ".join(step.sources) or f"any but {step.target}"), md(step.target)]
        for route, step in steps
        if step is not None
    ]
    if state is None or not rows:
        return ""
    head = f"## The life of a{'n' if entity.label[:1].lower() in 'aeiou' else ''} {md(entity.label)}"
    if material.domain.language != "en":
        head = f"## {md(entity.label)}: {md(' · '.join(state.values))}"
    begins = f"`{state.name}` begins as {md(state.values[0])}; no call sets it by hand."
    return f"{head}\n\n{begins}\n\n" + table([f"{md(entity.label)}: operation", "from", "to"], rows)


def _lists(material: Material) -> str:
    rows = []
    for entity in material.entities:
        for route in routes_on(material, entity, "list"):
            filters = [reference.column for reference in material.references[entity.name]]
            state = state_of(material, entity)
            if state is not None:
                filters.insert(0, state.name)
            order = ", ".join(order_of(material, entity))
            rows.append(
                [f"`{route.operation.key}`", md(order), md(", ".join(filters)) or "–", f"{schema_name(entity)}Page"]
            )
    if not rows:
        return ""
    return "## Lists\n\nPages by cursor: send `next` back as `cursor`; it is null on the last page.\n\n" + table(
        ["list", "sorted by", "filters", "answer"], rows
    )


def _refusals(material: Material) -> str:
    rows = [
        [
            f"`{problem.code}`",
            str(problem.status),
            md(problem.why, most=240),
            problem.source or "–",
            problem.advice or "–",
        ]
        for problem in all_problems(material)
    ]
    return "## Problems\n\n" + table(["code", "status", "why", "from", "what to do"], rows)


def _repeats(material: Material) -> str:
    keyed = [f"`{operation.key}`" for operation in material.operations if needs_key(material, operation)]
    if not keyed:
        return ""
    return (
        f"## Sent twice\n\n{listing(keyed, most=8)} need an Idempotency-Key. The same key with the same body gives the "
        "first answer again, for 24 hours; with another body 422 `key_reused`."
    )


def _numbers(material: Material) -> str:
    rows = [
        [bound.key, md(bound.limit.text), md(_place(material, bound)), ", ".join(bound.limit.requirements) or "–"]
        for bound in material.once(bounds_of)
    ]
    return (
        "## Numbers\n\n" + table(["number", "the brief says", "in the interface", "requirement"], rows) if rows else ""
    )


def _place(material: Material, bound: Bound) -> str:
    name = schema_name(bound.entity) if bound.entity else ""
    if bound.field:
        return f"{name}.{bound.field}"
    carried = (
        [found.name for found in attributes(material, bound.entity) if found.bound is bound] if bound.entity else []
    )
    if carried:
        return f"{name}.{carried[0]}"
    if bound.purpose == "rate_limit":
        return f"429 {rate_code(bound)}, RateLimit-Policy"
    if bound.purpose in ("most", "quota"):
        return f"409 when {name or 'the owner'} has as many"
    if bound.purpose == "expiry":
        return "409 once it has passed"
    return {
        "size": "413",
        "age": "404 after it",
        "stock": f"the length of the lists of {bound.entity.label_plural if bound.entity else 'all'}",
        "notice": "the clock of the worker, told by an event",
        "price": "an amount in the answers",
        "threshold": f"a condition of {_acts(material, bound)}",
        "latency": "the time of the answer",
        "load": "carried without 503",
        "retry": "the plan of the webhooks",
        "range": f"400 outside {plain(bound.low)} to {plain(bound.high)}",
    }.get(bound.purpose, f"a fact about {bound.entity.label}" if bound.entity else "stated, not sent")


def _acts(material: Material, bound: Bound) -> str:
    """The operations that the number decides about: those of its sentence, else those of its entity."""
    keys = set(bound.limit.requirements)
    changing = [route for route in material.once(routes_of) if route.changes]
    sharing = [route.operation.key for route in changing if keys & set(route.operation.requirements)]
    own = [route.operation.key for route in changing if bound.entity and route.entity.name == bound.entity.name]
    return listing(sharing or own, most=3, none="the act that it is about")


def _events(material: Material) -> str:
    rows = [
        [
            f"`{event.key}`",
            event.kind,
            md(event.label),
            f"`{event.operation}`" if event.operation else "–",
            ", ".join(event.requirements) or "–",
        ]
        for event in material.events
    ]
    if not rows:
        return ""
    return "## Events\n\n" + table(["event", "kind", "what", "caused by", "serves"], rows)
