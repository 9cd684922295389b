"""Rules of the brief that a schema or an interface can enforce: unique, exclusive, once, immutable, ownership, …"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from agents.brief.actors import ActorFound
from agents.brief.entity import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.phrase import Phrase
from agents.brief.reading import Line, Reading
from agents.brief.relations import RelationFound
from agents.brief.rule_words import RuleKind, rule_patterns

MAX_RULES: Final = 60
_FLAGGED: Final = re.compile(r"\bflagged\b|\bnot refused\b|\bwarn|\bmarkiert\b|\bsignal[ée]|\bavisa", re.IGNORECASE)
_SAME: Final = re.compile(
    r"\b(?:same|denselben|dieselbe|dasselbe|même|mism[oa]|ten sam|tego samego|tej samej|tę samą|the one)\b",
    re.IGNORECASE,
)


@dataclass
class RuleFound:
    kind: RuleKind
    entity: str  # its key
    text: str
    sentence: int
    fields: list[str] = field(default_factory=list)  # names of its fields
    others: list[str] = field(default_factory=list)  # keys of further entities it speaks of


def find_rules(
    reading: Reading,
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    fields: dict[str, list[FieldFound]],
    relations: Sequence[RelationFound],
) -> list[RuleFound]:
    """Return the rules in the order of the brief; one sentence may hold several."""
    found: list[RuleFound] = []
    focus: str | None = None
    for place, line in enumerate(reading.lines):
        sentence = line.sentence
        if sentence.heading or sentence.scope in ("out", "context", "actors"):
            continue
        phrases = _placed(line, entities)
        for start, clause in _clauses(sentence.words):
            for kind, at in _kinds(clause, reading.lexicon.code):
                forward = kind != "condition" and _FORWARD.match(clause, at) is not None
                weighed = start if kind == "condition" and not forward else start + at
                entity = _about(phrases, start, start + len(clause), weighed, actors, forward=forward)
                if entity is None and kind == "condition" and _speaks_of_another(line):
                    continue
                earlier = [key for offset, key in phrases if offset < start and key not in actors]
                entity = entity or (earlier[-1] if earlier else focus)
                if entity is None or entity not in entities or len(found) >= MAX_RULES:
                    continue
                rule = RuleFound(kind, entity, clause.strip(" .,:;"), place)
                _aim(rule, phrases, start, clause, at, actors, fields, relations)
                if all((other.kind, other.entity, other.text) != (kind, rule.entity, rule.text) for other in found):
                    found.append(rule)
        things = [key for _, key in phrases if key not in actors]
        focus = things[0] if things else focus
    return found


# What the rule is about stands behind these words: "one-time link", "nobody deletes a receipt".
_FORWARD: Final = re.compile(
    r"(?:one-time|single-use|unique|einmalig\w*|eindeutig\w*|nobody|no one|niemand|nadie|nikt|only|nur)\b",
    re.IGNORECASE,
)


def _speaks_of_another(line: Line) -> bool:
    """Has the sentence a subject of its own, which is no record: "the checkout must not break"?"""
    return any(frame.subjects for frame in line.parsed.frames) or not line.parsed.frames


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for part in re.split(r"(?<=;)", text):
        if part.strip():
            yield start, part
        start += len(part)


def _kinds(clause: str, language: str) -> Iterator[tuple[RuleKind, int]]:
    """Yield the kinds of rule that a clause states, each with the offset of the words that say so."""
    clause = clause[:1500]
    seen: set[RuleKind] = set()
    starts: set[int] = set()
    for kind, pattern in rule_patterns(language):
        if kind == "condition" and seen & {"condition", "exclusive", "immutable", "append_only", "visibility"}:
            continue
        match = pattern.search(clause)
        if (
            match is None
            or (kind == "condition" and match.start() in starts)
            or (kind == "immutable" and "append_only" in seen and match.start() == 0)
        ):
            continue
        if kind == "unique" and _FLAGGED.search(clause):
            kind = "condition"  # it may be there twice, and is only marked
        elif kind == "unique" and seen & {"once", "exclusive"}:
            continue
        seen.add(kind)
        starts.add(match.start())
        yield kind, match.start()


def _placed(line: Line, entities: dict[str, EntityFound]) -> list[tuple[int, str]]:
    """Return the entities of a sentence with the offsets of their words."""
    placed: list[tuple[int, str]] = []
    for at, phrase in line.placed():
        if phrase.key in entities:
            placed.append((at or 0, phrase.key))
        placed += [(at or 0, phrase.owner.key)] if _owned(phrase, entities) and phrase.owner else []
    return placed


def _owned(phrase: Phrase, entities: dict[str, EntityFound]) -> bool:
    return phrase.key not in entities and phrase.owner is not None and phrase.owner.key in entities


def _about(
    phrases: list[tuple[int, str]], start: int, end: int, at: int, actors: dict[str, ActorFound], *, forward: bool
) -> str | None:
    """The thing right before the words of the rule, else the next behind them, else whoever is named.

    `forward`: the next behind them comes first.
    """
    inside = [(offset, key) for offset, key in phrases if start <= offset < end]
    things = [(offset, key) for offset, key in inside if key not in actors]
    before = [key for offset, key in things if offset < at]
    after = [key for offset, key in things if offset >= at]
    if forward and after:
        return after[0]
    if before:
        return before[-1]
    if things:
        return things[0][1]
    return inside[0][1] if inside else None


def _aim(
    rule: RuleFound,
    phrases: list[tuple[int, str]],
    start: int,
    clause: str,
    at: int,
    actors: dict[str, ActorFound],
    fields: dict[str, list[FieldFound]],
    relations: Sequence[RelationFound],
) -> None:
    inside = list(dict.fromkeys(key for offset, key in phrases if start <= offset < start + len(clause)))
    if rule.kind == "exclusive":
        same = _SAME.search(clause)
        wanted = [key for offset, key in phrases if same and offset >= start + same.start()]
        if wanted:
            rule.entity = _holder(wanted[0], inside, actors, relations) or wanted[0]
    rule.others = [key for key in inside if key != rule.entity]
    if rule.kind in ("unique", "condition", "immutable", "exclusive"):
        lower = clause.lower()
        rule.fields = [known.name for known in fields.get(rule.entity, ()) if known.label.lower() in lower]


def _holder(
    wanted: str, inside: list[str], actors: dict[str, ActorFound], relations: Sequence[RelationFound]
) -> str | None:
    """The record that takes the wanted thing for somebody: an appointment takes a slot for a patient."""
    holders = [relation.source for relation in relations if relation.target == wanted and relation.source not in actors]
    takers = [relation.source for relation in relations if relation.target in inside and relation.target in actors]
    return next((key for key in holders if key in takers), holders[0] if holders else None)
