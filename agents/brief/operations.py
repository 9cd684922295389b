"""What is done with each entity, and by whom: verbs with their objects, and what follows from them."""

import re
from typing import Final

from agents.brief.actors import AS_A, ActorFound, is_the_product
from agents.brief.completing import bounded, complete, give_actors
from agents.brief.deeds import (
    CALENDAR,
    CHANGING,
    CHOOSING,
    CREATING,
    DATA,
    ENTERING,
    LISTING,
    NOT_MAKING,
    ON_A_FACT,
    OWN_ACCORD,
    OWN_DATA,
    READING,
    REMOVING,
    STEPS,
)
from agents.brief.entity import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.identifiers import identifier, unique
from agents.brief.implied import beside, dated_entity, held_by, note_approval, note_held, note_nominal, note_states
from agents.brief.operation import ITSELF, MAX_NAMED_PER_ENTITY, Kind, OperationFound, title_of
from agents.brief.phrase import Frame
from agents.brief.reading import Line, Reading


def find_operations(
    reading: Reading,
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    fields: dict[str, list[FieldFound]],
) -> list[OperationFound]:
    """Return the operations, those of one entity together, in the order of the brief, at most MAX_OPERATIONS."""
    by_entity: dict[str, list[OperationFound]] = {key: [] for key in entities}
    focus: str | None = None
    doer: str | None = None
    teller: str | None = None  # the "I" of a user story
    for place, line in enumerate(reading.lines):
        if line.sentence.scope in ("out", "actors", "context") or line.sentence.heading:
            continue
        teller = _teller(line, actors) or teller
        note_nominal(reading, line, by_entity, focus, entities, place)
        for frame in line.parsed.frames:
            subjects = [phrase.key for phrase in frame.subjects if phrase.key in actors]
            if frame.pronoun == "i" and teller in actors:
                subjects = [teller]
            if frame.pronoun in _US and not subjects:
                continue
            if subjects:
                doer = subjects[0]
            elif frame.subjects and not frame.passive and frame.subjects[0].key in entities:
                doer = doer if frame.pronoun else None
            targets = _targets(reading, line, frame, entities, actors, focus)
            held = held_by(reading, frame, fields) if not targets else None
            if not targets and held is None:
                held = beside(reading, frame, entities, actors, focus)
            if targets:
                focus = targets[0]
            if frame.negated or frame.pronoun == "nobody":
                continue
            if frame.verb.kind == "have":
                note_approval(reading, frame, by_entity, place)
            wanted = frame.pronoun == "i" and frame.verb.lemma not in _WISHES  # "I want to agree with a suggestion"
            if frame.verb.kind == "plain" and wanted and not targets:
                targets = [phrase.key for _, phrase in frame.preps if phrase.key in entities][:1]
            factual = held is not None and frame.verb.lemma in ON_A_FACT
            if frame.verb.kind == "have" or (frame.verb.kind == "plain" and not factual and not (wanted and targets)):
                continue
            if frame.subjects and not frame.passive and all(is_the_product(phrase) for phrase in frame.subjects):
                subjects = [ITSELF]
            who = subjects or ([doer] if doer and _continues(frame) else [])
            for target in targets:
                _note(reading, by_entity[target], frame, target, entities, who, place, line.sentence.words)
            if held is not None:
                note_held(reading, by_entity[held[0]], frame, held[0], held[1], who, place)
            _note_record(reading, by_entity, frame, entities, who, place)
    note_states(reading, by_entity)
    taken: set[str] = set()
    operations: list[OperationFound] = []
    for key, named in by_entity.items():
        complete(reading, key, named, entities, actors)
        for operation in named:
            operation.key = unique(operation.key, taken)
        operations += named
    give_actors(reading, operations, actors, entities)
    return bounded(operations)


_WISHES: Final = frozenset("want like to need know think hope expect work use be able go make sure help try to".split())
_US: Final = frozenset("we wir nous nosotros my".split())


def _teller(line: Line, actors: dict[str, ActorFound]) -> str | None:
    story = AS_A.search(line.sentence.words)
    if story is None:
        return None
    words = story[1].lower()
    return next((key for key, actor in actors.items() if actor.label.lower() in words), None)


def _continues(frame: Frame) -> bool:
    """Does the frame leave its subject to the one before ("it", "they", an imperative)?"""
    return not frame.passive and (frame.pronoun not in ("", "nobody", "it") or not frame.subjects)


def _targets(
    reading: Reading,
    line: Line,
    frame: Frame,
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    focus: str | None,
) -> list[str]:
    targets = [phrase.key for phrase in frame.objects if phrase.key in entities]
    if targets:
        return list(dict.fromkeys(targets))
    subjects = [phrase.key for phrase in frame.subjects if phrase.key in entities]
    if not frame.objects and not frame.passive and subjects:
        if frame.verb.lemma in ENTERING:
            return subjects[:1]
        itself = subjects[0] not in actors and frame.verb.kind in ("update", "delete", "action")
        if itself and not frame.preps and not frame.object_pronoun:
            return subjects[:1]  # "a closed ticket reopens", "an invitation expires"
    if frame.objects and frame.verb.kind in ("delete", "read") and frame.objects[0].head_key in DATA:
        whose = [phrase.key for _, phrase in frame.preps if phrase.key in entities]
        people = [key for key in entities if key in actors]
        if whose or frame.verb.lemma in OWN_DATA:
            return (whose or subjects or people or ([focus] if focus in entities else []))[:1]
    if frame.verb.kind == "read" and frame.objects and frame.objects[0].head_key in CALENDAR:
        dated = dated_entity(entities)
        return [dated] if dated and not frame.objects[0].modifiers else []
    if (frame.verb.kind == "read" or frame.verb.lemma in _STATING) and not frame.objects and not frame.object_pronoun:
        asked = _asked_about(line, frame, entities)
        if asked:
            return asked
    if frame.verb.lemma in OWN_DATA and not frame.objects and not frame.passive:
        own = [phrase.key for phrase in frame.subjects if phrase.key in entities][:1]
        if own:
            return own
    if frame.object_pronoun and focus in entities:
        return [focus]
    if frame.verb.lemma == "ask" or (frame.verb.kind == "read" and not frame.objects):
        return [
            phrase.key
            for prep, phrase in frame.preps
            if prep in ("for", "at", "through", "about", "nach", "po") and phrase.key in entities
        ][:1]
    if frame.verb.lemma in _WARNING and not frame.objects and not frame.passive:
        return [p.key for p in line.parsed.phrases if p.key in entities and p.key not in actors][:1]
    if (
        not frame.objects
        and frame.verb.kind in ("create", "delete", "update", "action")
        and frame.verb.lemma not in reading.lexicon.records
    ):
        near = [
            phrase.key
            for prep, phrase in frame.preps
            if prep in ("to", "for", "from", "into", "in", "à", "de", "a", "do", "z", "na") and phrase.key in entities
        ]
        alone = (
            all(reading.is_generic(phrase) for _, phrase in frame.preps)
            and all(phrase.key in actors for phrase in frame.subjects)
            and not frame.pronoun
            and frame.verb.lemma not in OWN_ACCORD
        )
        return near[:1] or (
            [focus] if focus in entities and alone and frame.verb.kind in ("update", "action", "delete") else []
        )
    return []


_WARNING: Final = frozenset("warn remind alert notify warnen erinnern avertir rappeler avisar recordar".split())
_WHETHER: Final = re.compile(r"\b(?:whether|if|that|ob|dass|si|que|czy|że)\b", re.IGNORECASE)
_STATING: Final = frozenset(
    "report announce confirm signal melden bestätigen signaler confirmer informar zgłaszać".split()
)


def _asked_about(line: Line, frame: Frame, entities: dict[str, EntityFound]) -> list[str]:
    """In "see whether a permit is valid" the thing asked about stands behind the verb."""
    if not _WHETHER.search(line.sentence.words):
        return []
    asked = next((place for place, token in enumerate(line.tokens) if _WHETHER.fullmatch(token.lower)), 0)
    return [phrase.key for phrase in line.parsed.phrases if phrase.place > asked and phrase.key in entities][:1]


def _note(
    reading: Reading,
    named: list[OperationFound],
    frame: Frame,
    target: str,
    entities: dict[str, EntityFound],
    who: list[str],
    place: int,
    text: str,
) -> None:
    lemma = frame.verb.lemma
    entity = entities[target]
    marked = _MARKED.search(text) if lemma == "mark" else None
    if marked:
        lemma = f"mark {marked[1]}"
    sees_self = target in who and len(frame.objects) < 2 and frame.verb.kind == "read" and lemma not in OWN_DATA
    if lemma in who or sees_self:
        return
    wanted = next(
        (phrase for phrase in (*frame.objects, *(phrase for _, phrase in frame.preps)) if phrase.key == target), None
    )
    one = wanted is not None and wanted.determiner in ("a", "an") and not wanted.many
    kind: Kind
    if lemma == "ask" and one:
        kind, lemma = "create", "request"
    elif lemma in CHOOSING or lemma == "ask" or lemma in LISTING:
        kind = "list"
    elif lemma in CREATING:
        kind = "create"
    elif lemma in CHANGING:
        kind = "update"
    elif lemma in REMOVING:
        kind = "delete"
    elif (
        frame.verb.kind == "create"
        and lemma not in NOT_MAKING
        and not any(operation.kind == "create" for operation in named)
    ):
        kind = "create"
    else:
        kind = "action"
    made = next((op for op in named if op.kind == "create"), None)
    if kind == "create" and made is not None and made.verb != lemma and lemma in STEPS:
        kind = "action"  # what was created is submitted later: two deeds
    same = next((op for op in named if (op.kind == kind and kind != "action") or op.verb == lemma), None)
    if same is None:
        if len(named) >= MAX_NAMED_PER_ENTITY:
            return
        verb = "list" if kind == "list" else lemma
        many = kind == "list"
        shown = entity.label_plural if many else entity.label
        same = OperationFound(
            identifier(f"{verb} {shown}"),
            title_of(reading, verb, shown),
            target,
            kind,
            lemma,
            reads=lemma in READING and kind == "action",
        )
        named.append(same)
    same.actors += [actor for actor in who if actor not in same.actors]
    if place not in same.sentences:
        same.sentences.append(place)


def _note_record(
    reading: Reading,
    by_entity: dict[str, list[OperationFound]],
    frame: Frame,
    entities: dict[str, EntityFound],
    who: list[str],
    place: int,
) -> None:
    """Who comments on a photo creates a comment; who books a room creates a booking."""
    noun = reading.lexicon.records.get(frame.verb.lemma)
    if noun is None:
        return
    alias = reading.aliases.get(noun.lower())
    keys = [key for key, entity in entities.items() if entity.label.lower() == noun.lower() or key == alias]
    if not keys or any(phrase.key == keys[0] for phrase in frame.objects):
        return
    named = by_entity[keys[0]]
    same = next((operation for operation in named if operation.kind == "create"), None)
    if same is None:
        label = entities[keys[0]].label
        verb = frame.verb.lemma if alias in keys else "add"
        same = OperationFound(
            identifier(f"{verb} {label}"), title_of(reading, verb, label), keys[0], "create", frame.verb.lemma
        )
        named.insert(0, same)
    same.actors += [actor for actor in who if actor not in same.actors]
    if place not in same.sentences:
        same.sentences.append(place)


_MARKED: Final = re.compile(
    r"\bmark(?:s|ed)?\b[^.;,]{0,24}?\b(paid|done|read|sold|lost|present|absent|available|unavailable|complete|"
    r"[a-z]+ed)\b"
)
