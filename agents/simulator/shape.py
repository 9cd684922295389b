"""What each entity consists of, once for interface and database: its fields, references, state, and what rules add."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from agents.deliverable import DomainField, Entity, Operation, Rule, Transition
from agents.simulator.bounds import Bound, bounds, interval_of
from agents.simulator.material import Material, Reference

STATUS_NAMES: Final = frozenset("status state stan estado statut etat zustand stav".split())
# Where something stands that takes up nothing any more. Prefixes, so that they hold for gender and number.
_RELEASED: Final = (
    "cancel reject declin return deni den expir revok releas withdraw refund archiv delet remov void no_show closed "
    "finish complet done ended storn abgelehnt abgesagt zurueck abgelauf beendet annul refus rendu termin cancelad "
    "anulad rechaz devuel cerrad anulow odrzuc zwroc zakoncz failed dead"
).split()
_START: Final = re.compile(r"^(?:starts?|begins?|beginn|start|anfang|von|from|debut|inicio|empieza|poczatek|od)(?:_|$)")
_END: Final = re.compile(r"^(?:ends?|finish|until|ende|bis|fin|termina|hasta|koniec|do|to)(?:_|$)")
OWN_DECISION: Final = re.compile(
    r"\bown\b|second person|four.eyes|two people|themsel|eigen|vier.augen|propi|lui-même|elle-même|wlasn|własn|"
    r"second pair|another person|druga osoba|zweite person|segunda persona|deuxième personne",
    re.IGNORECASE,
)
_FOR_EACH: Final = re.compile(
    r"\b(?:per|each|every|only once|just once|twice|pro|je|jeder?|nur einmal|zweimal|chaque|par|une seule fois|cada|"
    r"por|una sola vez|każd\w+|tylko raz|na)\b",
    re.IGNORECASE,
)
_DECIDES: Final = re.compile(
    r"approv|accept|sign.?off|confirm|releas|review|second person|genehmig|freig|approuv|valid|aprob|zatwierdz|"
    r"count(?:ed)? again|decid",
    re.IGNORECASE,
)

SetBy = Literal["sender", "caller", "system"]


@dataclass(frozen=True)
class Attribute:
    """A property of the interface and the column that holds it."""

    name: str
    type: str  # of DomainField
    label: str = ""
    required: bool = False
    unique: bool = False
    values: tuple[str, ...] = ()
    reference: Reference | None = None
    set_by: SetBy = "sender"
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound | None = None  # the number of the brief behind low, high, a length or a default
    why: str = ""  # the rule, number or words behind it
    is_state: bool = False
    default: str = ""  # as PostgreSQL writes it


def attributes_of(material: Material) -> dict[str, list[Attribute]]:
    """Return the attributes of each entity, by its name; `id` and `created_at` go without saying."""
    return {entity.name: _attributes(material, entity) for entity in material.entities}


def attributes(material: Material, entity: Entity) -> list[Attribute]:
    return material.once(attributes_of).get(entity.name, [])


def attribute(material: Material, entity: Entity, name: str) -> Attribute | None:
    return next((found for found in attributes(material, entity) if found.name == name), None)


def state_of(material: Material, entity: Entity) -> Attribute | None:
    """Return the attribute that says where an entity stands in its life, if it has states."""
    return next((found for found in attributes(material, entity) if found.is_state), None)


def span_of(material: Material, entity: Entity) -> tuple[str, str]:
    """Return the names of beginning and end; an empty name where there is none."""
    times = [found.name for found in attributes(material, entity) if found.type in ("datetime", "date")]
    start = next((name for name in times if _START.match(name)), "")
    return start, next((name for name in times if _END.match(name)), "") if start else ""


def released(state: Attribute | None) -> list[str]:
    """Return the states in which an entity takes up nothing any more: cancelled, returned, expired …"""
    return [value for value in state.values[1:] if value.lower().startswith(tuple(_RELEASED))] if state else []


def transition_of(material: Material, entity: Entity, operation: Operation) -> Transition | None:
    """Return the step in the life of `entity` that an operation makes."""
    for transition in entity.transitions:
        if transition.operation == operation.key:
            return transition
    state = state_of(material, entity)
    if state is None or operation.kind != "action" or operation.reads or not operation.verb:
        return None
    stem = operation.verb.split()[-1].lower()[:5]
    goal = next((value for value in state.values[1:] if len(stem) > 2 and value.lower().startswith(stem[:4])), None)
    if goal is None:
        return None
    sources = [value for value in state.values if value != goal and value not in released(state)]
    return Transition.model_construct(sources=sources or [state.values[0]], target=goal, operation=operation.key)


def is_used_up(rule: Rule) -> bool:
    """Is it used up by being used, as a voucher is, rather than allowed once for each of something?"""
    return rule.kind == "once" and not (rule.fields and _FOR_EACH.search(f"{rule.text} {rule.source}"))


def is_separation(rule: Rule) -> bool:
    """Does the rule say that whoever decides must not be whoever asked?"""
    said = f"{rule.text} {rule.source}"
    return rule.kind in ("condition", "ownership") and bool(OWN_DECISION.search(said) and _DECIDES.search(said))


def _attributes(material: Material, entity: Entity) -> list[Attribute]:
    references = {reference.column.lower(): reference for reference in material.references[entity.name]}
    found: dict[str, Attribute] = {}

    def add(made: Attribute) -> None:
        if made.name.lower() not in ("id", "created_at"):
            found.setdefault(made.name.lower(), made)

    for field in entity.fields:
        if field.name.lower() not in references:
            add(_field(material, entity, field))
    if entity.states and not any(made.is_state for made in found.values()):
        taken = {*found, *references}
        name = next((name for name in ("status", "state", "stage_of_life") if name not in taken), "life")
        add(_state(name, tuple(dict.fromkeys(entity.states)), ""))
    for reference in references.values():
        add(
            Attribute(
                reference.column,
                "reference",
                label=reference.target.label,
                required=reference.required,
                unique=reference.unique,
                reference=reference,
                set_by="caller" if reference.by_caller else "sender",
                why=reference.relation.label,
            )
        )
    for made in _added(material, entity, found):
        add(made)
    return list(found.values())


def _field(material: Material, entity: Entity, field: DomainField) -> Attribute:
    values = tuple(dict.fromkeys(value for value in field.values if value))
    states = tuple(dict.fromkeys(entity.states))
    named = field.name.lower() in STATUS_NAMES
    if (values and set(values) == set(states)) or (named and (states or values)):
        return replace(_state(field.name, states or values, field.label), required=True, why=field.source)
    kind = "enum" if values else "integer" if field.type == "reference" else field.type
    made = Attribute(
        field.name,
        "string" if kind == "enum" and not values else kind,
        label=field.label,
        required=field.required,
        unique=field.unique,
        values=values,
        why=field.source,
    )
    for bound in bounds(material, "length", "range", "most", "size", entity=entity):
        if bound.field == field.name:
            return replace(made, low=bound.low, high=bound.high, bound=bound, why=f"{bound.key}: {bound.limit.text}")
    return made


def _state(name: str, values: tuple[str, ...], label: str) -> Attribute:
    return Attribute(name, "enum", label=label, required=True, values=values, set_by="system", is_state=True)


def _added(material: Material, entity: Entity, found: dict[str, Attribute]) -> list[Attribute]:
    """What rules and numbers of the brief need beside the fields that it names."""
    made: list[Attribute] = []
    exclusive = material.rules_of(entity, "exclusive")
    times = [name for name, attribute in found.items() if attribute.type == "datetime"]
    if exclusive and any(_START.match(name) for name in times) and not any(_END.match(name) for name in times):
        made.append(Attribute("ends_at", "datetime", required=True, why=f"{exclusive[0].key}: {exclusive[0].text}"))
    state = next((attribute for attribute in found.values() if attribute.is_state), None)
    for rule in material.rules_of(entity, "once"):
        if is_used_up(rule) and state is None:
            made.append(Attribute("used_at", "datetime", set_by="system", why=f"{rule.key}: {rule.text}"))
    if any(is_separation(rule) for rule in material.rules_of(entity)):
        rule = next(rule for rule in material.rules_of(entity) if is_separation(rule))
        why = f"{rule.key}: {rule.text}"
        made.append(Attribute("requested_by", "string", required=True, set_by="caller", why=why))
        made.append(Attribute("decided_by", "string", set_by="caller", why=why))
    for bound in bounds(material, "expiry", entity=entity)[:1]:
        ending = [name for name in found if re.search(r"expir|valid|until|due|_to$|gueltig|faellig|vence|wazn", name)]
        if interval_of(bound) and not ending and not any(_END.match(name) for name in times):
            default = f"now() + interval '{interval_of(bound)}'"
            why = f"{bound.key}: {bound.limit.text}"
            made.append(
                Attribute(
                    "expires_at", "datetime", required=True, set_by="system", bound=bound, why=why, default=default
                )
            )
    return made
