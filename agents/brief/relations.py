"""How entities hang together, with the words that say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, Protocol

from agents.brief.actors import ActorFound
from agents.brief.entity import EntityFound
from agents.brief.operation import OperationFound
from agents.brief.phrase import Frame, Phrase
from agents.brief.reading import Line, Reading

GUESSED: Final = ("named together", "taken to belong to")  # labels of relations that the brief does not state
BELONGS: Final = frozenset(
    "of for per on to into onto in from by with about against an auf in zu für von je pro bei aus an ans ins zum zur "
    "de du des d' pour dans sur à chez du"
    " de del en para sobre a con do dla od w na z".split()
)
CHOOSING: Final = frozenset(
    "pick choose select wählen auswählen choisir sélectionner elegir seleccionar wybierać".split()
)


Kind = Literal["many_to_one", "one_to_one", "many_to_many"]


class Relate(Protocol):
    """Keeps that many of a source belong to a target, unless the two are related already."""

    def __call__(self, source: str, target: str, label: str, line: Line, kind: Kind = "many_to_one") -> None: ...


@dataclass(frozen=True)
class RelationFound:
    source: str  # the many side, which holds the reference
    target: str
    kind: Kind
    label: str
    evidence: str


def find_relations(
    reading: Reading,
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    operations: Sequence[OperationFound],
    centre: str | None,
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
            _read_gathering(frame, line, actors, relate)
        _read_neighbours(line, entities, actors, relate)
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
            if frame.verb.lemma in _SENDING and not frame.passive and not frame.negated:
                for doer in doers:
                    for key in objects:
                        if actors.get(doer) is None or actors[doer].kind == "system":
                            relate(key, doer, f"{frame.verb.lemma} by", line)  # a sensor's readings
            if frame.verb.kind == "create" and not frame.negated:
                for doer in doers if not frame.passive else []:
                    for key in objects:
                        if doer in actors or entities[doer].score >= entities[key].score or doer not in actors:
                            relate(key, doer, f"{frame.verb.lemma} by", line)
    for operation in operations:
        if operation.named and operation.sentences and len(operation.verb) >= 5:
            for key, entity in entities.items():  # a delivery is of the event that is delivered
                if key not in actors and entity.label.lower().startswith(
                    operation.verb[: max(5, len(operation.verb) - 1)]
                ):
                    relate(key, operation.entity, "of", reading.lines[operation.sentences[0]])
        if operation.kind == "create" and operation.named and operation.sentences:
            for actor in operation.actors[:1]:
                relate(operation.entity, actor, f"{operation.verb} by", reading.lines[operation.sentences[0]])
    _join_loners(lines, entities, actors, centre, found)
    return list(found.values())


def _read_have(frame: Frame, line: Line, relate: Relate) -> None:
    if frame.verb.kind != "have" or frame.passive:
        return
    for subject in frame.subjects[-1:]:
        for owned in frame.objects:
            one = {
                owned.quantity.lower(),
                owned.determiner,
            } & _EXACTLY_ONE or "exactly one" in line.sentence.words.lower()
            single = one and not owned.many and (subject.determiner in _EVERY or not subject.many)
            relate(owned.key, subject.key, "has", line, "one_to_one" if single else "many_to_one")


_EXACTLY_ONE: Final = frozenset("one genau exactly".split())
_EVERY: Final = frozenset("a an each every the jeder jede jedes ein eine chaque un une cada una każdy każda".split())
# In one only; on a list a thing may stand that stands on another too.
_INTO: Final = frozenset("into in to dans en w do".split())
_GATHERING: Final = frozenset(
    "put place collect group sort tag label categorise categorize sammeln gruppieren einordnen zuordnen regrouper "
    "classer étiqueter agrupar clasificar etiquetar grupować oznaczać".split()
)


def _read_gathering(frame: Frame, line: Line, actors: dict[str, ActorFound], relate: Relate) -> None:
    """Things that are put on a list stay on others: many to many. The list belongs to whoever gathers."""
    if frame.verb.lemma not in _GATHERING or frame.negated:
        return
    for prep, container in frame.preps:
        if prep not in BELONGS or container.key in actors:
            continue
        for thing in frame.objects:
            if prep in _INTO or not thing.many:
                relate(thing.key, container.key, prep, line)
            else:
                relate(container.key, thing.key, frame.verb.lemma, line, "many_to_many")
        for person in frame.subjects:
            if person.key in actors and not frame.passive:
                relate(container.key, person.key, f"{frame.verb.lemma} by", line)


_BESIDE: Final = frozenset(
    "of in on for to about against von zu an für in auf de du des d' à sur pour para sobre en do dla o z w na".split()
)


def _read_neighbours(
    line: Line, entities: dict[str, EntityFound], actors: dict[str, ActorFound], relate: Relate
) -> None:
    """Two things with one preposition between: "every check of the batch", "messages in the chat"."""
    phrases = sorted(line.parsed.phrases, key=lambda phrase: phrase.place)
    for first, second in pairwise(phrases):
        end = first.place + len(first.written.split())
        if first.key not in entities or second.key not in entities or not end < second.place <= end + 3:
            continue
        if line.tokens[end].lower in _BESIDE and line.tokens[end].tag == "P" and first.key not in actors:
            relate(first.key, second.key, line.tokens[end].lower, line)


def _read_preps(frame: Frame, line: Line, entities: dict[str, EntityFound], reading: Reading, relate: Relate) -> None:
    record = reading.lexicon.records.get(frame.verb.lemma, "").lower()
    for prep, phrase in frame.preps:
        if prep not in BELONGS or phrase.key not in entities:
            continue
        before = [other for other in frame.objects if other.place < phrase.place and other.key in entities]
        nearer = [other for _, other in frame.preps if other.place < phrase.place and other.key in entities]
        if nearer and phrase.place - nearer[-1].place <= 4:
            _relate_by(prep, nearer[-1], phrase, line, relate)
        elif before:
            _relate_by(prep, before[-1], phrase, line, relate)
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


def _relate_by(prep: str, thing: Phrase, other: Phrase, line: Line, relate: Relate) -> None:
    """Usually the thing belongs to what follows; "quizzes with questions" have the questions."""
    if prep in _WITH and other.many:
        relate(other.key, thing.key, prep, line)
    else:
        relate(thing.key, other.key, prep, line)


_WITH: Final = frozenset("with mit avec con z".split())
_SENDING: Final = frozenset("send report deliver emit senden melden envoyer enviar wysyłać".split())


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
        before: list[str] = []  # what the sentence before speaks of
        for line in lines:
            keys = [phrase.key for phrase in line.parsed.phrases if phrase.key in entities and not phrase.inside]
            if key in keys and len(set(keys)) == 1 and before and not line.sentence.heading:
                others = [other for other in before if other != key and other not in actors]
                if others and frozenset((key, others[-1])) not in found and key not in actors:
                    pair = frozenset((key, others[-1]))
                    found[pair] = RelationFound(
                        key, others[-1], "many_to_one", "taken to belong to", line.sentence.text
                    )
                    break
            before = keys if keys and not line.sentence.heading else before
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
