"""STRIDE for each operation and each store: what can go wrong with it in this brief, and what stands against it."""

from agents.deliverable import Entity, Operation
from agents.simulator.bounds import bounds
from agents.simulator.material import Material
from agents.simulator.mitigations import Mitigations
from agents.simulator.parts import amount
from agents.simulator.permissions import NO, owner_columns, permission
from agents.simulator.personal_data import kept, personal_data
from agents.simulator.shape import transition_of
from agents.simulator.stores import Store
from agents.simulator.text import listing, md

HEAD = [
    "operation",
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information disclosure",
    "Denial of service",
    "Elevation",
    "risk",
]
STORE_HEAD = ["store", "Tampering", "Repudiation", "Information disclosure", "Denial of service", "kept", "risk"]
NOTHING = "–"


def changes(operation: Operation) -> bool:
    return operation.kind in ("create", "update", "delete") or (operation.kind == "action" and not operation.reads)


def threat(material: Material, entity: Entity, operation: Operation, found: Mitigations) -> list[str]:
    """Return the row of an operation: for each letter a threat in the words of the brief and what stands against it."""
    who = md(material.actors_of(operation))
    personal = [fact.column for fact in personal_data(material) if fact.entity is entity]
    return [
        f"`{operation.key}`",
        _spoofing(operation, who, found),
        _tampering(material, entity, operation, found),
        f"“{md(operation.title)}: that was not me”: {found.key('journal')}"
        if changes(operation) or personal
        else NOTHING,
        _disclosure(material, entity, operation, personal, found),
        _denial(material, entity, operation, found),
        _elevation(material, entity, operation, found),
        str(risk(material, entity, operation, found)),
    ]


def _spoofing(operation: Operation, who: str, found: Mitigations) -> str:
    if not operation.actors and found.material.domain.actors:
        return f"a caller poses as the system: `{operation.key}` has no address outside, {found.key('session')}"
    keys = [found.key("session"), found.key("hash")]
    return f"someone acts as {who}: {', '.join(key for key in keys if key)}"


def _tampering(material: Material, entity: Entity, operation: Operation, found: Mitigations) -> str:
    if not changes(operation):
        return NOTHING
    thing = md(entity.label)
    broken = [f"{made.rule.key} ({key})" for made, key in found.rules_on(operation) if key]
    if broken:
        return f"breaks {', '.join(dict.fromkeys(broken))}"
    if operation.kind == "create":
        extra = found.key("input")
        return f"sends more than the {thing} asks for: {extra}" if extra else f"sends what no {thing} has: 400"
    if operation.kind == "update":
        return f"an old copy of the {thing} undoes a newer one: `If-Match`, 412"
    if operation.kind == "delete":
        return f"a {thing} that others refer to is gone: foreign key, 409"
    step = transition_of(material, entity, operation)
    if step is not None:
        sources = listing([f"“{md(source.replace('_', ' '))}”" for source in step.sources], most=3, none="any state")
        return f"called out of turn: the statement asks for {sources}, 409"
    return f"called again on the same {thing}: the statement asks for its state, 409"


def _disclosure(
    material: Material, entity: Entity, operation: Operation, personal: list[str], found: Mitigations
) -> str:
    things = md(entity.label_plural)
    keys = [key for key in (found.key("owner"), found.key("private")) if key]
    guards = ", ".join(keys) or found.key("matrix")
    if operation.kind == "create":
        return f"a refusal tells of other {things}: it names the rule, not the row" if personal else NOTHING
    if personal:
        return f"{listing([f'`{column}`' for column in personal], most=3)} of somebody else is read: {guards}"
    owners = [column for actor in material.domain.actors for column in owner_columns(material, entity, actor)]
    return f"{things} of somebody else are read: {guards}" if owners else f"{things} are read by who may not: {guards}"


def _denial(material: Material, entity: Entity, operation: Operation, found: Mitigations) -> str:
    for bound in bounds(material, "rate_limit", "quota", "most", "size", "length", entity=entity):
        if changes(operation):
            return f"more than {md(amount(bound.limit))} ({bound.key}): {found.key(f'bound {bound.key}')}"
    if operation.kind == "list":
        return f"all {md(entity.label_plural)} are asked for: {found.key('paged')}"
    if operation.reads or operation.kind in ("create", "action"):
        return f"`{operation.key}` is called without end: {found.key('flood')}"
    return NOTHING


def _elevation(material: Material, entity: Entity, operation: Operation, found: Mitigations) -> str:
    things = md(entity.label_plural)
    others = [
        md(actor.label) for actor in material.domain.actors if permission(material, entity, operation, actor) == NO
    ]
    if not others:
        return f"an account without a role: {found.key('matrix')}"
    return f"{listing(others, most=3)} on {things}: {found.key('matrix')}"


def risk(material: Material, entity: Entity, operation: Operation, found: Mitigations) -> int:
    """Return likelihood times harm, each from 1 to 3.

    Likelier: it changes something; more than one kind of person reaches it. Worse: a rule, money or a person hangs on
    it.
    """
    likely = 1 + changes(operation) + (len(operation.actors) > 1)
    keys = set(operation.requirements) | set(entity.requirements)
    grave = bool(keys & set(material.raised("money", "privacy", "credentials", "network")))
    personal = any(fact.entity is entity for fact in personal_data(material))
    harm = 1 + (grave or personal) + bool(found.rules_on(operation) or operation.kind == "delete")
    return min(3, likely) * min(3, harm)


def store_threat(material: Material, store: Store, found: Mitigations) -> list[str]:
    """Return the row of a table."""
    facts = [fact for fact in personal_data(material) if fact.store == store.name]
    entity = store.entity
    rules = [made for made, _ in _rules(found, entity)] if entity is not None else []
    held = [constraint.name for constraint in store.constraints if constraint.name][:3]
    what = md(entity.label_plural) if entity is not None else f"rows of {store.name.replace('_', ' ')}"
    keys = ", ".join(dict.fromkeys(key for _, key in _rules(found, entity))) if entity is not None else ""
    journal = found.journal(entity) if entity is not None else None
    load = bounds(material, "load", "stock", entity=entity) if entity is not None else []
    shown = listing([f"`{fact.column}`" for fact in facts], most=3)
    return [
        f"`{store.name}`",
        f"{what} are changed past the interface: {found.key('role')}"
        + (f"; {listing([f'`{name}`' for name in held], most=2)}" if held else ""),
        f"`{journal.name}` tells who changed {what}"
        if journal
        else (f"{what} are only inserted" if entity is None else f"{found.key('journal')} tells who changed {what}"),
        f"a dump shows {shown}: {found.key('disk')}, {found.key('secrets')}"
        if facts
        else f"a dump shows {what}: {found.key('disk')}",
        f"{md(amount(load[0].limit))} ({load[0].key}) become too many: alarm at 70 percent of the disk"
        if load
        else f"{what} fill the disk: alarm at 70 percent",
        kept(material, store),
        str(min(9, (1 + bool(facts)) * (1 + bool(rules or keys)) + bool(load))),
    ]


def _rules(found: Mitigations, entity: Entity) -> list[tuple[object, str]]:
    pairs: list[tuple[object, str]] = []
    for operation in found.material.operations_of(entity):
        pairs += [(made, key) for made, key in found.rules_on(operation)]
    return pairs
