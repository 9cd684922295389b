"""How much of what a careful reader lists is understood of a brief: one figure for each kind of thing."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agents.brief.identifiers import ascii_word
from agents.brief.understanding import understand
from agents.deliverable import Domain, Operation

FOLDER = Path(__file__).parent
UNSEEN = FOLDER / "unseen"
LATER = FOLDER / "later"
LAST = FOLDER / "last"
KINDS = (
    "entities",
    "operations",
    "actors",
    "relations",
    "states",
    "limits",
    "rules",
    "events",
    "integrations",
    "out_of_scope",
)


@dataclass(frozen=True)
class Recall:
    """What the reader listed under one heading, and which of it the understanding lacks."""

    kind: str
    wanted: int
    missed: tuple[str, ...]


def readers_list(path: Path) -> dict[str, Any]:
    """Return a reader's list; see README.md for its notation."""
    listed: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return listed


def recalls(brief: str, listed: dict[str, Any]) -> list[Recall]:
    """Return what `listed` names under each heading and what of it the understanding of `brief` lacks."""
    domain = understand(brief).domain
    found: list[Recall] = []
    for kind in KINDS:
        wanted = _wanted(listed, kind)
        has = _HAS[kind]
        found.append(Recall(kind, len(wanted), tuple(item for item in wanted if not has(domain, item))))
    return found


def share(figures: Iterable[Recall]) -> float:
    """Return the share found of all that was wanted, 0 to 1."""
    figures = list(figures)
    wanted = sum(figure.wanted for figure in figures)
    return 1 - sum(len(figure.missed) for figure in figures) / wanted if wanted else 1.0


def invented(brief: str, domain: Domain) -> list[str]:
    """Return the entities whose words are not in the brief, and those whose source sentence is not.

    A word counts as there when the brief has one that begins as it does: forms differ in their endings.
    """
    words = {ascii_word(word) for word in re.findall(r"[^\W\d_]+", brief)}
    flat = " ".join(brief.split()).casefold()
    missing = []
    for entity in domain.entities:
        heads = [ascii_word(word) for word in re.findall(r"[^\W\d_]+", entity.label)]
        known = all(any(_same_stem(head, word) for word in words) for head in heads if head)
        sourced = entity.source and " ".join(entity.source.split()).casefold()[:40] in flat
        if not known or not sourced:
            missing.append(entity.label)
    return missing


_PARTICIPLE = re.compile(r"^(vor|an|ab|ein|aus|auf|zu|um|zurueck)?ge(?=[a-z]{3})")  # "vorgemerkt" is of "Vormerkung"


def _same_stem(one: str, other: str) -> bool:
    """Do two words share a beginning that is most of the shorter: vote and voted, Kurs and Kurse, reply and replies?"""
    one, other = _PARTICIPLE.sub(r"\1", one), _PARTICIPLE.sub(r"\1", other)
    least = max(3, min(len(one), len(other), 7) - 2)
    return one[:least] == other[:least] or one in other


def _wanted(listed: dict[str, Any], kind: str) -> list[str]:
    if kind == "states":
        return [f"{entity} | {state}" for entity, states in listed.get("states", {}).items() for state in states]
    return list(listed.get(kind, ()))


def _either(alternatives: str) -> set[str]:
    return {ascii_word(word) for word in alternatives.split(",") if word.strip()}


def _has_entity(domain: Domain, item: str) -> bool:
    return bool(_either(item) & set(_entity_names(domain)))


def _entity_names(domain: Domain) -> list[str]:
    return [entity.name.rstrip("_") for entity in domain.entities]


def _has_operation(domain: Domain, item: str) -> bool:
    _, verbs, entities = (part.strip() for part in item.split("|"))
    return any(_does(operation, verbs, entities) for operation in domain.operations)


def _does(operation: Operation, verbs: str, entities: str) -> bool:
    """The verb is the one named or the operation of that kind; what it is done to is its entity or part of its name."""
    names = {operation.entity} | {name for name in _either(entities) if operation.key.endswith(f"_{name}")}
    if not _either(entities) & names:
        return False
    return any(
        verb == ascii_word(operation.verb) or operation.kind == verb or operation.key.startswith(f"{verb}_")
        for verb in _either(verbs)
    )


def _has_actor(domain: Domain, item: str) -> bool:
    return bool(_either(item) & {actor.key for actor in domain.actors})


def _has_relation(domain: Domain, item: str) -> bool:
    sources, kinds, targets = (_either(part) for part in item.split("|"))
    turned = {"many_to_one": "one_to_many", "one_to_many": "many_to_one"}
    return any(
        (relation.source in sources and relation.target in targets and relation.kind in kinds)
        or (
            relation.target in sources
            and relation.source in targets
            and turned.get(relation.kind, relation.kind) in kinds
        )
        for relation in domain.relations
    )


def _has_state(domain: Domain, item: str) -> bool:
    entities, states = (_either(part) for part in item.split("|"))
    return any(entity.name in entities and states & set(entity.states) for entity in domain.entities)


def _has_limit(domain: Domain, item: str) -> bool:
    value, _, unit = item.partition(" ")
    return any(
        limit.value == value and (unit.lower() in f"{limit.unit} {limit.text}".lower()) for limit in domain.limits
    )


def _has_rule(domain: Domain, item: str) -> bool:
    kinds, about = (_either(part) for part in item.split("|"))
    return any(rule.kind in kinds and about & {rule.entity, *rule.fields} for rule in domain.rules)


def _has_event(domain: Domain, item: str) -> bool:
    kind, words = (part.strip() for part in item.split("|"))
    return any(
        event.kind == kind and words.lower() in f"{event.label} {event.entity} {event.source}".lower()
        for event in domain.events
    )


def _has_integration(domain: Domain, item: str) -> bool:
    return any(word.strip() in name for word in item.split(",") for name in domain.integrations)


def _is_out_of_scope(domain: Domain, item: str) -> bool:
    return any(item.lower() in said.lower() for said in domain.out_of_scope)


_HAS: dict[str, Callable[[Domain, str], bool]] = {
    "entities": _has_entity,
    "operations": _has_operation,
    "actors": _has_actor,
    "relations": _has_relation,
    "states": _has_state,
    "limits": _has_limit,
    "rules": _has_rule,
    "events": _has_event,
    "integrations": _has_integration,
    "out_of_scope": _is_out_of_scope,
}


@cache
def seen() -> tuple[Path, ...]:
    return tuple(sorted(FOLDER.glob("*.json")))


@cache
def unseen() -> tuple[Path, ...]:
    return tuple(sorted(UNSEEN.glob("*.json")))


@cache
def later() -> tuple[Path, ...]:
    return tuple(sorted(LATER.glob("*.json")))


@cache
def last() -> tuple[Path, ...]:
    return tuple(sorted(LAST.glob("*.json")))
