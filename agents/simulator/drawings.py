"""The diagrams of the architecture as Mermaid text."""

import re

from agents.deliverable import Entity
from agents.simulator.components import Component, outside
from agents.simulator.enforcement import kept_for
from agents.simulator.material import Material
from agents.simulator.problems import conflicts
from agents.simulator.routes import Route, routes_on
from agents.simulator.shape import attributes, state_of, transition_of
from agents.simulator.text import mermaid

DRAWN_ENTITIES = 14
DRAWN_STEPS = 6


def fenced(lines: list[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```"])


def context_diagram(material: Material) -> str:
    """Return who meets the system, and what it meets outside."""
    lines = ["flowchart LR", f'  system["{mermaid(material.title)}"]']
    for number, actor in enumerate(material.domain.actors[:10], start=1):
        shape = ('(["', '"])') if actor.kind == "person" else ('[["', '"]]')
        lines.append(f"  actor{number}{shape[0]}{mermaid(actor.label)}{shape[1]} --> system")
    for number, name in enumerate(outside(material)[:8], start=1):
        lines.append(f'  system --> outside{number}[["{mermaid(name)}"]]')
    return fenced(lines)


def component_diagram(material: Material, parts: list[Component]) -> str:
    lines = ["flowchart LR"]
    for part in parts:
        shape = ('[("', '")]') if part.key in ("database", "files") else ('["', '"]')
        lines.append(f"  {part.key}{shape[0]}{mermaid(part.name)}{shape[1]}")
    known = {part.key for part in parts}
    lines += [f"  {part.key} --> {goal}" for part in parts for goal in part.talks_to if goal in known]
    for number, actor in enumerate(material.domain.actors[:8], start=1):
        door = "interface" if actor.kind == "system" or "pages" not in known else "pages"
        lines.append(f'  actor{number}(["{mermaid(actor.label)}"]) --> {door}')
    return fenced(lines)


def entity_diagram(material: Material) -> str:
    lines = ["erDiagram"]
    drawn = material.entities[:DRAWN_ENTITIES]
    for entity in drawn:
        lines.append(f"  {_node(entity)} {{")
        for attribute in attributes(material, entity)[:10]:
            mark = " FK" if attribute.reference else ""
            lines.append(f"    {attribute.type} {_word(attribute.name)}{mark}")
        lines.append("  }")
    names = {entity.name for entity in drawn}
    for entity in drawn:
        for reference in material.references[entity.name]:
            if reference.target.name in names:
                near = "||" if reference.required else "|o"
                far = "o|" if reference.unique else "o{"
                about = mermaid(reference.relation.label, most=24)
                lines.append(f'  {_node(reference.target)} {near}--{far} {_node(entity)} : "{about}"')
    for join in material.joins:
        about = mermaid(join.relation.label or join.table, most=24)
        lines.append(f'  {_node(join.left)} }}o--o{{ {_node(join.right)} : "{about}"')
    return fenced(lines)


def state_diagram(material: Material, entity: Entity) -> str:
    """Return the life of an entity; empty when it has none, or nothing moves it."""
    state = state_of(material, entity)
    if state is None or len(state.values) < 2:
        return ""
    names = {value: f"{_word(entity.name)}_{number}" for number, value in enumerate(state.values, start=1)}
    lines = ["stateDiagram-v2"]
    lines += [f'  state "{mermaid(value)}" as {name}' for value, name in names.items()]
    lines.append(f"  [*] --> {names[state.values[0]]}")
    steps = []
    for route in routes_on(material, entity):
        step = transition_of(material, entity, route.operation)
        if step is not None and step.target in names:
            sources = step.sources or [value for value in state.values if value != step.target][:1]
            steps += [(source, step.target, route.operation.key) for source in sources if source in names]
    for transition in entity.transitions:
        if not transition.operation and transition.target in names:
            steps += [(source, transition.target, "in time") for source in transition.sources if source in names]
    lines += [f"  {names[source]} --> {names[target]} : {mermaid(by)}" for source, target, by in dict.fromkeys(steps)]
    leaving = {source for source, _, _ in steps}
    reached = {target for _, target, _ in steps}
    lines += [f"  {names[value]} --> [*]" for value in state.values if value in reached - leaving]
    return fenced(lines)


def flow_diagram(material: Material, parts: list[Component]) -> str:
    """Return the main entity's named operations as one conversation, the refusal of the hardest rule included."""
    main = material.main
    if main is None:
        return ""
    routes = [route for route in routes_on(material, main) if route.operation.source] or routes_on(material, main)[:3]
    keys = {part.key for part in parts}
    people: dict[str, str] = {}
    for route in routes[:DRAWN_STEPS]:
        for actor in route.operation.actors[:1]:
            people.setdefault(actor, f"actor{len(people) + 1}")
    lines = ["sequenceDiagram"]
    lines += [f"  actor {name} as {mermaid(material.actor_label(actor))}" for actor, name in people.items()]
    lines += ["  participant interface as Interface", f"  participant database as {mermaid(main.table)}"]
    if "worker" in keys:
        lines.append("  participant worker as Worker")
    refusal_told = False
    for route in routes[:DRAWN_STEPS]:
        who = people.get(next(iter(route.operation.actors), ""), "worker" if "worker" in keys else "interface")
        lines.append(f"  {who}->>interface: {mermaid(route.operation.title)}")
        lines.append(f"  interface->>database: {mermaid(_deed(material, route))}")
        refused = conflicts(material, route)
        if refused and not refusal_told:
            refusal_told = True
            lines += [
                f"  alt {mermaid(refused[0].why)}",
                f"    database-->>interface: {mermaid(refused[0].source)} refuses",
                f"    interface-->>{who}: 409 {mermaid(refused[0].code)}",
                "  else it holds",
                f"    interface-->>{who}: {mermaid(main.label)}",
                "  end",
            ]
        else:
            lines.append(f"  interface-->>{who}: {mermaid(main.label)}")
        for event in material.events:
            if event.kind == "published" and event.operation == route.operation.key and "worker" in keys:
                lines.append(f"  worker-)worker: {mermaid(event.label or event.key)}")
    return fenced(lines)


def _deed(material: Material, route: Route) -> str:
    step = transition_of(material, route.entity, route.operation)
    if step is not None:
        return f"{' or '.join(step.sources) or 'any state'} to {step.target}"
    named = [made.name for made in kept_for(material, route.entity) if made.name]
    if route.operation.kind == "create" and named:
        return f"insert, under {named[0]}"
    return {"create": "insert", "list": "read a page", "read": "read one", "update": "update", "delete": "delete"}.get(
        route.operation.kind, "read one" if not route.changes else "lock, then change"
    )


def _node(entity: Entity) -> str:
    return _word(entity.name).upper()


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", text) or "unnamed"
