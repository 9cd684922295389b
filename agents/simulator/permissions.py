"""Who may do what, and with whose rows: the authorization matrix."""

from agents.deliverable import Actor, Entity, Operation
from agents.simulator.enforcement import kept_for
from agents.simulator.material import Material
from agents.simulator.pages import pages
from agents.simulator.shape import is_separation
from agents.simulator.text import md, table

NO = "no"


def permission(material: Material, entity: Entity, operation: Operation, actor: Actor) -> str:
    """Return “yes”, “own (column)”, “not own (column)” or “no” for an actor and an operation."""
    if actor.key not in operation.actors:
        return NO
    columns = owner_columns(material, entity, actor)
    if operation.kind == "action" and any(is_separation(rule) for rule in material.rules_of(entity)):
        return f"not own ({columns[0] if columns else 'requested_by'})"
    if not columns or actor.kind != "person":
        return "yes"
    if operation.kind == "create" and columns[0] == "id":
        return "own (one for themselves)"
    if operation.kind == "create":
        by_caller = [reference.column for reference in material.references[entity.name] if reference.by_caller]
        return f"own ({columns[0]} from the session)" if columns[0] in by_caller or len(columns) == 1 else "yes"
    return f"own ({columns[0]})" if _is_bound(material, entity, operation, actor) else "yes"


def owner_columns(material: Material, entity: Entity, actor: Actor) -> list[str]:
    """Return the columns of an entity that name one of these people."""
    if entity.name == actor.key:
        return ["id"]
    return [reference.column for reference in material.references[entity.name] if reference.target.name == actor.key]


def _is_bound(material: Material, entity: Entity, operation: Operation, actor: Actor) -> bool:
    """Is the actor held to their own rows?

    Always when they change something. When they read: by rule, where others without rows of their own read too, and
    where the brief speaks of privacy or of proofs of identity.
    """
    if operation.kind in ("update", "delete") or (operation.kind == "action" and not operation.reads):
        return True
    if any(made.rule.kind in ("ownership", "visibility") for made in kept_for(material, entity)):
        return True
    holders = [other for other in operation.actors if other != actor.key]
    if any(not owner_columns(material, entity, other) for other in _actors(material, holders)):
        return True
    return bool(set(material.raised("privacy", "credentials")) & {*entity.requirements, *operation.requirements})


def _actors(material: Material, keys: list[str]) -> list[Actor]:
    return [actor for actor in material.domain.actors if actor.key in keys]


def matrix(material: Material) -> str:
    """Return the matrix as a table, operation by operation as the pages have them."""
    actors = material.domain.actors
    head = ["operation", "call", *(md(actor.label) for actor in actors), "system"]
    rows = []
    for page in pages(material):
        for operation, call in zip(page.operations, page.calls, strict=True):
            marks = [permission(material, page.entity, operation, actor) for actor in actors]
            system = "yes" if actors and not operation.actors else NO
            if not actors:
                marks, system = [], "any account"
            rows.append([f"`{operation.key}`", f"`{call.text}`", *marks, system])
    return table(head, rows)


def ownership_lines(material: Material) -> list[str]:
    """Return a line for each rule of ownership, with the column that carries it."""
    lines = []
    for entity in material.entities:
        for made in kept_for(material, entity):
            if made.rule.kind in ("ownership", "visibility") or made.way == "apart":
                said = md(made.rule.text, most=240)
                lines.append(f"- {made.rule.key}, `{entity.table}`: “{said}” Kept so: {md(made.words, most=200)}.")
        owners = [
            f"`{column}` is {md(actor.label)}"
            for actor in material.domain.actors
            for column in owner_columns(material, entity, actor)
        ]
        if owners:
            lines.append(f"- `{entity.table}`: {', '.join(owners)}; a row of somebody else answers 404.")
    return lines
