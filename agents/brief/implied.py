"""Deeds that a brief names in a roundabout way: done to one fact, to a person, in time, or told by a state."""

from typing import Final

from agents.brief.actors import ActorFound
from agents.brief.deeds import (
    CALENDAR,
    ON_A_FACT,
    READING,
)
from agents.brief.entity import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.identifiers import identifier
from agents.brief.lasting import LASTING
from agents.brief.nature import natural_field
from agents.brief.operation import MAX_NAMED_PER_ENTITY, OperationFound, title_of
from agents.brief.phrase import Frame, Phrase
from agents.brief.reading import Line, Reading


def held_by(reading: Reading, frame: Frame, fields: dict[str, list[FieldFound]]) -> tuple[str, Phrase] | None:
    """Return the entity whose field the frame's object names, and the object.

    Who changes the licence plate changes the permit that holds it.
    """
    for phrase in frame.objects:
        name = identifier(phrase.label, fallback="field")
        named = [
            other.key for prep, other in frame.preps if prep in ("of", "von", "de", "du", "del") and other.key in fields
        ]
        holders = [key for key, known in fields.items() if any(field.name == name for field in known)]
        owner = next((key for key in holders if key in named), None) or (named[0] if named and holders else None)
        owner = owner or next(iter(holders), None)
        lone = len(frame.objects) == 1 and not phrase.quantity
        plain = lone and (frame.verb.lemma in ON_A_FACT or frame.verb.kind in ("update", "action"))
        if owner is not None and (
            plain
            or phrase.determiner
            in (
                "the",
                "a",
                "an",
                "this",
                "le",
                "la",
                "el",
                "die",
                "der",
                "das",
                "den",
                "its",
                "their",
                "his",
                "her",
                "sa",
                "son",
                "su",
            )
        ):
            return owner, phrase
    return None


def beside(
    reading: Reading,
    frame: Frame,
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    focus: str | None,
) -> tuple[str, Phrase] | None:
    """A deed whose object is no record of its own belongs to the record spoken of: "alert the team lead".

    Returns that record and the object, or None.
    """
    phrase = next(iter(frame.objects), None)
    if phrase is None:
        return None
    near = [other.key for _, other in frame.preps if other.key in entities and other.key not in actors]
    if phrase.head_key in CALENDAR and not phrase.modifiers:
        dated = dated_entity(entities)
        return (dated, phrase) if dated and frame.verb.kind == "action" else None
    about = near[0] if near else focus
    if about not in entities or (reading.is_generic(phrase) and phrase.key not in actors):
        return None
    person = phrase.key in actors or reading.is_person(phrase)
    if person and (frame.verb.kind == "action" or frame.verb.lemma in _OF_PEOPLE):
        return about, phrase
    if frame.verb.lemma in _NO_HELD:
        return None
    fact = reading.field_type(phrase) is not None
    if fact and (frame.verb.kind == "action" or frame.verb.lemma in ON_A_FACT):
        return about, phrase
    return None


_OF_PEOPLE: Final = frozenset(
    "invite hire nominate appoint assign add remove einladen ernennen inviter nommer invitar nombrar zapraszać".split()
)


def dated_entity(entities: dict[str, EntityFound]) -> str | None:
    """The record that stands in a calendar, such as the appointment; the one most is said of."""
    dated = [e for e in entities.values() if natural_field(e.label.split(" ")[-1].lower()) == ("starts_at", "datetime")]
    taken = [entity for entity in dated if entity.label.split(" ")[-1].lower() not in _FREE_TIME] or dated
    return max(taken, key=lambda entity: entity.score).key if taken else None


_FREE_TIME: Final = frozenset("slot créneau hueco zeitfenster".split())  # offered, not taken


def note_nominal(
    reading: Reading,
    line: Line,
    by_entity: dict[str, list[OperationFound]],
    focus: str | None,
    entities: dict[str, EntityFound],
    place: int,
) -> None:
    """ "Retries after 5 s": a deed named by its noun at the head of a clause without a verb."""
    here = [phrase.key for phrase in line.parsed.phrases if phrase.key in entities]
    focus = here[0] if here else focus
    if focus is None or len(line.tokens) < 2 or line.tokens[0].tag != "N" or line.tokens[1].tag != "P":
        return
    word = line.tokens[0].lower
    verb = next((verb for verb in reading.lexicon.verbs.get(word, ()) if verb.form == "s"), None)
    if verb is None or verb.kind not in ("action", "update") or reading.lexicon.singular(word) in entities:
        return
    named = by_entity[focus]
    if all(operation.verb != verb.lemma for operation in named) and len(named) < MAX_NAMED_PER_ENTITY:
        label = entities[focus].label
        key, title = identifier(f"{verb.lemma} {label}"), title_of(reading, verb.lemma, label)
        named.append(OperationFound(key, title, focus, "action", verb.lemma, sentences=[place]))


_ASSENT: Final = frozenset(
    "approval confirmation consent permission sign-off genehmigung freigabe zustimmung approbation validation accord "
    "aprobación confirmación zgod zatwierdzeni".split()
)


def note_approval(reading: Reading, frame: Frame, by_entity: dict[str, list[OperationFound]], place: int) -> None:
    """What needs approval, or a second person, is approved by somebody."""
    wanted = next(iter(frame.objects), None)
    subject = next((phrase.key for phrase in frame.subjects if phrase.key in by_entity), None)
    if wanted is None or subject is None or frame.verb.lemma not in ("need", "require", "benötigen", "brauchen"):
        return
    second = reading.is_person(wanted) and wanted.ordinal in ("second", "another", "other")
    named = by_entity[subject]
    if not (second or wanted.head_key in _ASSENT) or any(operation.verb == "approve" for operation in named):
        return
    verb = {"de": "genehmigen", "fr": "approuver", "es": "aprobar", "pl": "zatwierdzić"}.get(
        reading.lexicon.code, "approve"
    )
    label = next(phrase.label for phrase in frame.subjects if phrase.key == subject)
    key, title = identifier(f"{verb} {label}"), title_of(reading, verb, label)
    named.append(OperationFound(key, title, subject, "action", verb, sentences=[place]))


def note_states(reading: Reading, by_entity: dict[str, list[OperationFound]]) -> None:
    """A closed payroll was closed by somebody: a participle that no other deed explains names one."""
    done = {operation.verb for named in by_entity.values() for operation in named}
    for place, line in enumerate(reading.lines):
        if line.sentence.scope in ("out", "actors", "context") or line.sentence.heading:
            continue
        for phrase in line.parsed.phrases:
            named = by_entity.get(phrase.key)
            for word in phrase.adjectives if named is not None else ():
                lemmas = [v.lemma for v in reading.lexicon.verbs.get(word, ()) if v.form == "ed" and v.lemma in LASTING]
                if named is None or not lemmas or lemmas[0] in done or len(named) >= MAX_NAMED_PER_ENTITY:
                    continue
                done.add(lemmas[0])
                named.append(
                    OperationFound(
                        identifier(f"{lemmas[0]} {phrase.label}"),
                        title_of(reading, lemmas[0], phrase.label),
                        phrase.key,
                        "action",
                        lemmas[0],
                        sentences=[place],
                    )
                )


def note_held(
    reading: Reading, named: list[OperationFound], frame: Frame, entity: str, phrase: Phrase, who: list[str], place: int
) -> None:
    fitting = frame.verb.kind in ("update", "read", "delete", "action") or frame.verb.lemma in (ON_A_FACT | _OF_PEOPLE)
    person = reading.is_person(phrase)
    if not fitting or (frame.verb.lemma in _NO_HELD and not person) or len(named) >= MAX_NAMED_PER_ENTITY:
        return
    key = identifier(f"{frame.verb.lemma} {phrase.label}")
    same = next((operation for operation in named if operation.key == key), None)
    if same is None:
        verb = f"{frame.verb.lemma} {phrase.label}"
        same = OperationFound(
            key,
            title_of(reading, frame.verb.lemma, phrase.label),
            entity,
            "action",
            verb,
            reads=frame.verb.lemma in READING,
        )
        named.append(same)
    same.actors += [actor for actor in who if actor not in same.actors]
    if place not in same.sentences:
        same.sentences.append(place)


_NO_HELD: Final = frozenset("keep store record see get receive have show tell send".split())
