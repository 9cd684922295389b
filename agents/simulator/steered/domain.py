"""Applies to the domain what people decided: names, numbers, who may do what, and what is left out."""

import re
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Final, TypeVar

from agents.brief.identifiers import ascii_word, identifier
from agents.brief.words import LEXICONS, UNKNOWN
from agents.deliverable import Actor, Domain, Entity, Limit, Operation, Rule
from agents.simulator.steered.directives import Directive
from agents.simulator.steered.renaming import renamed
from agents.simulator.steered.words import canonical
from agents.simulator.steering import Steering

_ENDINGS: Final = frozenset("s es e n en ow u a y i ami ach em om x ing ed ieren ar".split()) | {""}  # in ASCII
_TIME: Final = frozenset({"ms", "second", "minute", "hour", "day", "week", "month", "year"})
_MEASURED: Final = frozenset({"duration", "rate", "size", "money", "retention", "percentage"})
_SMALL: Final = frozenset(
    "must have from that with this will than when each only they them was instead last most least".split()
)
Item = TypeVar("Item")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


def steer(domain: Domain, steering: Steering, *, names_fixed: bool = False) -> Domain:
    """Return the domain with what people decided; the same domain when they decided nothing about it.

    With `names_fixed` (others have built on the domain already) a rename changes what people read, not the names of
    tables, operations and schemas. Steering a steered domain changes nothing more.
    """
    for directive in steering.renames:
        domain = renamed(domain, directive.subject, directive.value, names_fixed=names_fixed)
    for directive in steering.limits:
        domain = _with_limit(domain, directive)
    for directive in steering.directives:
        if directive.kind == "right":
            domain = _with_right(domain, directive)
    for directive in steering.refused:
        domain = _without(domain, directive)
    if steering.database.is_decided:
        domain = domain.model_copy(update={"integrations": _but(domain.integrations, _is_database)})
    return domain


def same_word(one: str, other: str) -> bool:
    """Are these two forms of one word, as far as its ending tells?"""
    one, other = ascii_word(one), ascii_word(other)
    if one == other:
        return bool(one)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    ends = {one[same:], other[same:]}
    return same >= 3 and (ends == {"ies", "y"} or ends <= _ENDINGS)


def same_phrase(one: str, other: str) -> bool:
    first, second = one.split(), other.split()
    return len(first) == len(second) > 0 and all(same_word(a, b) for a, b in zip(first, second, strict=True))


def _is_database(label: str) -> bool:
    """Whether it is a database, of which the one decided takes the place."""
    known = canonical(label)
    return known is not None and known[1] == "database"


def _with_limit(domain: Domain, directive: Directive) -> Domain:
    old = next(iter(re.findall(r"was (\d[\d.,]*)$", directive.about)), "")
    words = _words(f"{directive.text} {directive.about}")
    labels = {entity.name: f"{entity.label} {entity.label_plural}" for entity in domain.entities}
    scored = []
    for place, limit in enumerate(domain.limits):
        if not _comparable(limit, directive):
            continue
        known = _words(f"{limit.text} {labels.get(limit.entity or '', '')}")
        shared = sum(any(same_word(word, other) for other in known) for word in words)
        scored.append((shared + 3 * (bool(old) and limit.value in (old, directive.value)), place))
    best = max((score for score, _ in scored), default=0)
    winners = [place for score, place in scored if score == best]
    if best and len(winners) == 1:
        limits = list(domain.limits)
        former = limits[winners[0]]
        limits[winners[0]] = _changed(former, directive)
        rules = [_with_text(rule, former.text, limits[winners[0]].text) for rule in domain.rules]
        return domain.model_copy(update={"limits": limits, "rules": rules})
    entity = next((e for e in domain.entities if any(_named(word, e) for word in words)), None)
    if best or entity is None or directive.mode not in _MEASURED:
        return domain
    numbers = [int(limit.key[2:]) for limit in domain.limits if re.fullmatch(r"L-\d{1,6}", limit.key)]
    added = Limit(
        key=f"L-{max(numbers, default=0) + 1}",
        text=directive.subject[:900],
        kind=directive.mode,
        value=directive.value,
        unit=directive.unit,
        entity=entity.name,
    )
    return domain.model_copy(update={"limits": [*domain.limits, added]})


def _comparable(limit: Limit, directive: Directive) -> bool:
    if {limit.kind, directive.mode} <= {"duration", "retention"}:
        return True
    if limit.kind != directive.mode and "number" not in (limit.kind, directive.mode):
        return False
    return limit.unit == directive.unit or not (_TIME & {limit.unit, directive.unit})


def _changed(limit: Limit, directive: Directive) -> Limit:
    if (limit.value, limit.unit) == (directive.value, directive.unit):
        return limit
    unit = directive.unit or limit.unit
    at = re.compile(rf"(?<![\d.,]){re.escape(limit.value)}(?![\d.,]*\d)")
    same_unit = unit == limit.unit or limit.kind in ("count", "rate", "number")
    text = at.sub(directive.value, limit.text, count=1) if same_unit and at.search(limit.text) else directive.subject
    kept_unit = limit.unit if limit.kind in ("count", "rate") else unit
    return limit.model_copy(update={"value": directive.value, "unit": kept_unit, "text": text})


def _with_text(rule: Rule, former: str, text: str) -> Rule:
    """A rule that quotes a number says the new one too; its source stays the sentence of the brief."""
    if former == text or former not in rule.text:
        return rule
    return rule.model_copy(update={"text": rule.text.replace(former, text)[:1000]})


def _words(text: str) -> list[str]:
    return [word for word in dict.fromkeys(_WORD.findall(text.casefold())) if word not in _SMALL and word not in _TIME]


def _named(word: str, entity: Entity) -> bool:
    return any(same_word(word, part) for part in entity.label.casefold().split())


def _with_right(domain: Domain, directive: Directive) -> Domain:
    entities = {entity.name: entity for entity in domain.entities}

    def is_meant(operation: Operation) -> bool:
        entity = entities.get(operation.entity)
        return (
            entity is not None
            and same_phrase(operation.verb, directive.subject)
            and any(same_phrase(directive.category, label) for label in (entity.label, entity.label_plural))
        )

    if not any(is_meant(operation) for operation in domain.operations):
        return domain
    actors = list(domain.actors)
    keys = []
    for label in directive.value.split("; "):
        actor = next((actor for actor in actors if same_phrase(actor.label, label)), None)
        if actor is None and directive.mode != "never":
            actor = Actor(key=identifier(label, fallback="actor", reserved=False), label=label)
            if any(other.key == actor.key for other in actors):
                continue
            actors.append(actor)
        if actor is not None:
            keys.append(actor.key)

    def with_actors(operation: Operation) -> Operation:
        if not is_meant(operation) or not keys:
            return operation
        if directive.mode == "only":
            may = keys
        elif directive.mode == "may":
            may = list(dict.fromkeys([*operation.actors, *keys]))
        else:
            may = [key for key in operation.actors if key not in keys]
        return operation.model_copy(update={"actors": may})

    return domain.model_copy(
        update={"actors": actors, "operations": [with_actors(operation) for operation in domain.operations]}
    )


def _without(domain: Domain, directive: Directive) -> Domain:
    """Leave out what is called so: whole entities and operations, integrations, events; never the last entity."""
    name = directive.subject

    def is_meant(label: str) -> bool:
        known = canonical(label)
        return (known is not None and known[0] == name) or same_phrase(label, name)

    lexicon = LEXICONS.get(domain.language, UNKNOWN)
    gone = {entity.name for entity in domain.entities if is_meant(entity.label) or is_meant(entity.label_plural)}
    if len(gone) == len(domain.entities):
        gone = set()
    operations = [
        operation
        for operation in domain.operations
        if operation.entity not in gone
        and not (operation.kind == "action" and is_meant(operation.verb))
        and not is_meant(operation.title)
        and not is_meant(lexicon.singular(operation.verb))
    ]
    kept = {operation.key for operation in operations}
    left_out = {operation.key for operation in domain.operations} - kept
    events = [
        event
        for event in domain.events
        if event.entity not in gone and event.operation not in left_out and not is_meant(event.label)
    ]
    integrations = [integration for integration in domain.integrations if not is_meant(integration)]
    touched = gone or left_out or len(events) < len(domain.events) or len(integrations) < len(domain.integrations)
    note = f"{name} ({directive.cite})" if directive.cite.startswith("H-") else name
    if not touched:
        return domain
    return domain.model_copy(
        update={
            "entities": [_without_parts(e, gone, left_out) for e in domain.entities if e.name not in gone],
            "relations": _but(domain.relations, lambda r: r.source in gone or r.target in gone),
            "operations": operations,
            "limits": [_free(limit) if limit.entity in gone else limit for limit in domain.limits],
            "rules": _but(domain.rules, lambda rule: rule.entity in gone),
            "events": events,
            "integrations": integrations,
            "out_of_scope": list(dict.fromkeys([*domain.out_of_scope, note]))[:60],
        }
    )


def _free(limit: Limit) -> Limit:
    return limit.model_copy(update={"entity": None})


def _without_parts(entity: Entity, gone: set[str], left_out: set[str]) -> Entity:
    fields = _but(entity.fields, lambda field: field.references in gone)
    transitions = _but(entity.transitions, lambda transition: transition.operation in left_out)
    return entity.model_copy(update={"fields": fields, "transitions": transitions})


def _but(items: Iterable[Item], unwanted: Callable[[Item], bool]) -> list[Item]:
    return [item for item in items if not unwanted(item)]
