"""How entities hang together, with the words that say so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from agents.brief.actors import ActorFound
from agents.brief.entities import EntityFound
from agents.brief.phrases import Frame
from agents.brief.reading import Line, Reading

BELONGS: Final = frozenset(
    "of for per on to into onto in from by with about an auf in zu für von je pro bei aus an ans ins zum zur "
    "de du des d' pour dans sur à chez du"
    " de del en para sobre a con do dla od w na z".split()
)
CHOOSING: Final = frozenset(
    "pick choose select wählen auswählen choisir sélectionner elegir seleccionar wybierać".split()
)


Kind = Literal["many_to_one", "one_to_one", "many_to_many"]
Relate = Callable[[str, str, str, "Line"], None]  # source, target, label, where it is said


@dataclass(frozen=True)
class RelationFound:
    source: str  # the many side, which holds the reference
    target: str
    kind: Kind
    label: str
    evidence: str


def find_relations(
    reading: Reading, entities: dict[str, EntityFound], actors: dict[str, ActorFound], centre: str | None
) -> list[RelationFound]:
    """Return at most one relation for each pair of entities, the surest first found."""
    found: dict[frozenset[str], RelationFound] = {}

    def relate(source: str, target: str, label: str, line: Line, kind: Kind = "many_to_one") -> None:
        if source != target and source in entities and target in entities:
            found.setdefault(
                frozenset((source, target)), RelationFound(source, target, kind, label, line.sentence.text)
            )

    lines = reading.inside
    for line in lines:
        for frame in line.parsed.frames:
            _read_have(frame, line, relate)
    for line in lines:
        for phrase in line.parsed.phrases:
            if phrase.owner is not None:
                relate(phrase.key, phrase.owner.key, "of", line)
            whole = phrase.key == " ".join([*phrase.modifiers, phrase.head_key])  # not merged into a shorter name
            for modifier in phrase.modifiers if whole else ():
                if modifier in entities and phrase.key in entities and phrase.key not in actors:
                    if modifier in actors:
                        relate(phrase.key, modifier, "of", line)
                    else:
                        relate(modifier, phrase.key, "of", line)
        for frame in line.parsed.frames:
            _read_preps(frame, line, entities, reading, relate)
    for line in lines:
        for frame in line.parsed.frames:
            objects = [phrase.key for phrase in frame.objects if phrase.key in entities]
            if frame.verb.lemma in CHOOSING:
                if centre is not None:
                    for key in [*objects, *(phrase.key for phrase in frame.subjects)]:
                        relate(centre, key, frame.verb.lemma, line)
                continue
            doers = [phrase.key for phrase in frame.subjects if phrase.key in entities]
            if frame.verb.kind == "create" and not frame.negated:
                for doer in doers if not frame.passive else []:
                    for key in objects:
                        if doer in actors or entities[doer].score >= entities[key].score or doer not in actors:
                            relate(key, doer, f"{frame.verb.lemma} by", line)
    _join_loners(lines, entities, actors, centre, found)
    return list(found.values())


def _read_have(frame: Frame, line: Line, relate: Relate) -> None:
    if frame.verb.kind != "have" or frame.passive:
        return
    for subject in frame.subjects[-1:]:
        for owned in frame.objects:
            relate(owned.key, subject.key, "has", line)


def _read_preps(frame: Frame, line: Line, entities: dict[str, EntityFound], reading: Reading, relate: Relate) -> None:
    record = reading.lexicon.records.get(frame.verb.lemma, "").lower()
    for prep, phrase in frame.preps:
        if prep not in BELONGS or phrase.key not in entities:
            continue
        before = [other for other in frame.objects if other.place < phrase.place and other.key in entities]
        nearer = [other for _, other in frame.preps if other.place < phrase.place and other.key in entities]
        if nearer and phrase.place - nearer[-1].place <= 4:
            relate(nearer[-1].key, phrase.key, prep, line)
        elif before:
            relate(before[-1].key, phrase.key, prep, line)
        elif record in entities:
            relate(record, phrase.key, prep, line)
    if record in entities:
        for phrase in frame.objects:
            relate(record, phrase.key, "of", line)
        for phrase in frame.subjects:
            if not frame.passive:
                relate(record, phrase.key, "by", line)
    for phrase in frame.subjects:
        if not frame.passive and not frame.objects and not reading.is_person(phrase):
            for prep, other in frame.preps:
                if prep in BELONGS and frame.verb.kind not in ("plain",):
                    relate(phrase.key, other.key, prep, line)


def _join_loners(
    lines: list[Line],
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    centre: str | None,
    found: dict[frozenset[str], RelationFound],
) -> None:
    """An entity without any relation belongs to what it is named together with, else it stands alone."""
    for key in entities:
        if any(key in pair and not pair & set(actors) - {key} for pair in found) or (
            key in actors and any(key in pair for pair in found)
        ):
            continue
        for line in lines:
            keys = [phrase.key for phrase in line.parsed.phrases if phrase.key in entities]
            if key not in keys:
                continue
            others = [other for other in dict.fromkeys(keys) if other != key and frozenset((key, other)) not in found]
            if not others:
                continue
            best = max(others, key=lambda other: (other == centre, entities[other].score))
            source, target = (best, key) if key in actors and best not in actors else (key, best)
            if key in actors and best in actors:
                continue
            pair = frozenset((source, target))
            found.setdefault(pair, RelationFound(source, target, "many_to_one", "named together", line.sentence.text))
            break
        else:
            if centre is not None and key != centre and key not in actors and frozenset((key, centre)) not in found:
                found[frozenset((key, centre))] = RelationFound(key, centre, "many_to_one", "taken to belong to", "")
