"""What is done with each entity, and by whom: verbs with their objects, and what follows from them."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from agents.brief.actors import AS_A, ActorFound
from agents.brief.deeds import (
    CALENDAR,
    CHANGING,
    CHOOSING,
    CREATING,
    DATA,
    ENTERING,
    LISTING,
    LOG_LIKE,
    NOT_MAKING,
    ON_A_FACT,
    OWN_ACCORD,
    OWN_DATA,
    READING,
    REMOVING,
)
from agents.brief.entities import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.identifiers import identifier, unique
from agents.brief.lasting import LASTING
from agents.brief.nature import natural_field
from agents.brief.phrases import Frame, Phrase
from agents.brief.reading import Line, Reading
from agents.brief.times import TIMED

MAX_OPERATIONS: Final = 48
MAX_NAMED_PER_ENTITY: Final = 7
Kind = Literal["create", "list", "read", "update", "delete", "action"]


@dataclass
class OperationFound:
    key: str
    title: str
    entity: str
    kind: Kind
    verb: str
    actors: list[str] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    reads: bool = False
    named: bool = True  # the brief names it; else it follows from what the brief names
    guessed: bool = False  # the brief does not say who does it


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
        _note_nominal(reading, line, by_entity, focus, entities, place)
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
            held = _held(reading, frame, fields) if not targets else None
            if not targets and held is None:
                held = _beside(reading, frame, entities, actors, focus)
            if targets:
                focus = targets[0]
            if frame.negated or frame.pronoun == "nobody":
                continue
            if frame.verb.kind == "have":
                _note_approval(reading, frame, by_entity, place)
            if frame.verb.kind in ("have", "plain") and not (held and frame.verb.lemma in ON_A_FACT):
                continue
            who = subjects or ([doer] if doer and _continues(frame) else [])
            for target in targets:
                _note(reading, by_entity[target], frame, target, entities, who, place, line.sentence.words)
            if held is not None:
                _note_held(reading, by_entity[held[0]], frame, held[0], held[1], who, place)
            _note_record(reading, by_entity, frame, entities, who, place)
    _note_states(reading, by_entity)
    taken: set[str] = set()
    operations: list[OperationFound] = []
    for key, named in by_entity.items():
        _complete(reading, key, named, entities, actors)
        for operation in named:
            operation.key = unique(operation.key, taken)
        operations += named
    _give_actors(reading, operations, actors, entities)
    return _bounded(operations)


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


def _held(reading: Reading, frame: Frame, fields: dict[str, list[FieldFound]]) -> tuple[str, Phrase] | None:
    """Return the entity whose field the frame's object names, and the object.

    Who changes the licence plate changes the permit that holds it.
    """
    for phrase in frame.objects:
        name = identifier(phrase.label, fallback="field")
        owner = next((key for key, known in fields.items() if any(field.name == name for field in known)), None)
        plain = frame.verb.lemma in ON_A_FACT and len(frame.objects) == 1
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


def _beside(
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
        dated = _dated(entities)
        return (dated, phrase) if dated and frame.verb.kind == "action" else None
    about = near[0] if near else focus
    if about not in entities or (reading.is_generic(phrase) and phrase.key not in actors):
        return None
    person = phrase.key in actors or reading.is_person(phrase)
    if person and frame.verb.kind == "action":
        return about, phrase
    if frame.verb.lemma in _NO_HELD:
        return None
    fact = reading.field_type(phrase) is not None
    if fact and (frame.verb.kind == "action" or frame.verb.lemma in ON_A_FACT):
        return about, phrase
    return None


def _dated(entities: dict[str, EntityFound]) -> str | None:
    """The record that stands in a calendar, such as the appointment; the one most is said of."""
    dated = [e for e in entities.values() if natural_field(e.label.split(" ")[-1].lower()) == ("starts_at", "datetime")]
    taken = [entity for entity in dated if entity.label.split(" ")[-1].lower() not in _FREE_TIME] or dated
    return max(taken, key=lambda entity: entity.score).key if taken else None


_FREE_TIME: Final = frozenset("slot créneau hueco zeitfenster".split())  # offered, not taken


def _note_nominal(
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
        key, title = identifier(f"{verb.lemma} {label}"), _title(reading, verb.lemma, label)
        named.append(OperationFound(key, title, focus, "action", verb.lemma, sentences=[place]))


_ASSENT: Final = frozenset(
    "approval confirmation consent permission sign-off genehmigung freigabe zustimmung approbation validation accord "
    "aprobación confirmación zgod zatwierdzeni".split()
)


def _note_approval(reading: Reading, frame: Frame, by_entity: dict[str, list[OperationFound]], place: int) -> None:
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
    key, title = identifier(f"{verb} {label}"), _title(reading, verb, label)
    named.append(OperationFound(key, title, subject, "action", verb, sentences=[place]))


def _note_states(reading: Reading, by_entity: dict[str, list[OperationFound]]) -> None:
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
                        _title(reading, lemmas[0], phrase.label),
                        phrase.key,
                        "action",
                        lemmas[0],
                        sentences=[place],
                    )
                )


def _note_held(
    reading: Reading, named: list[OperationFound], frame: Frame, entity: str, phrase: Phrase, who: list[str], place: int
) -> None:
    fitting = frame.verb.kind in ("update", "read", "delete", "action") or frame.verb.lemma in ON_A_FACT
    person = reading.is_person(phrase)
    if not fitting or (frame.verb.lemma in _NO_HELD and not person) or len(named) >= MAX_NAMED_PER_ENTITY:
        return
    key = identifier(f"{frame.verb.lemma} {phrase.label}")
    same = next((operation for operation in named if operation.key == key), None)
    if same is None:
        verb = f"{frame.verb.lemma} {phrase.label}"
        same = OperationFound(
            key,
            _title(reading, frame.verb.lemma, phrase.label),
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
        dated = _dated(entities)
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
    same = next((op for op in named if (op.kind == kind and kind != "action") or op.verb == lemma), None)
    if same is None:
        if len(named) >= MAX_NAMED_PER_ENTITY:
            return
        verb = "list" if kind == "list" else lemma
        many = kind == "list"
        shown = entity.label_plural if many else entity.label
        same = OperationFound(
            identifier(f"{verb} {shown}"),
            _title(reading, verb, shown),
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
            identifier(f"{verb} {label}"), _title(reading, verb, label), keys[0], "create", frame.verb.lemma
        )
        named.insert(0, same)
    same.actors += [actor for actor in who if actor not in same.actors]
    if place not in same.sentences:
        same.sentences.append(place)


_MARKED: Final = re.compile(
    r"\bmark(?:s|ed)?\b[^.;,]{0,24}?\b(paid|done|read|sold|lost|present|absent|available|unavailable|complete|"
    r"[a-z]+ed)\b"
)
# The acts that follow from others, in the words of each language.
_PLAIN_ACTS: Final = {
    "de": {"add": "anlegen", "record": "erfassen", "list": "auflisten", "read": "ansehen", "update": "ändern"},
    "fr": {"add": "ajouter", "record": "enregistrer", "list": "lister", "read": "consulter", "update": "modifier"},
    "es": {"add": "añadir", "record": "registrar", "list": "listar", "read": "consultar", "update": "modificar"},
    "pl": {"add": "dodać", "record": "zapisać", "list": "wyświetlić", "read": "obejrzeć", "update": "zmienić"},
}


def _title(reading: Reading, verb: str, shown: str) -> str:
    code = reading.lexicon.code
    verb = _PLAIN_ACTS.get(code, {}).get(verb, verb)
    if code == "de":
        return f"{shown} {verb}"
    if verb.startswith("mark "):
        return f"Mark {shown} {verb[5:]}"
    return f"{verb[:1].upper()}{verb[1:]} {shown}"


def _complete(
    reading: Reading,
    key: str,
    named: list[OperationFound],
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
) -> None:
    """Add what must be there for the named operations to have something to work on: a list, one item, and a way in."""
    entity = entities[key]
    kinds = {operation.kind for operation in named}
    logged = entity.label.split(" ")[-1].lower() in LOG_LIKE
    if "create" not in kinds:
        named.insert(
            0,
            OperationFound(
                identifier(f"{'record' if logged else 'add'} {entity.label}"),
                _title(reading, "record" if logged else "add", entity.label),
                key,
                "create",
                "record" if logged else "add",
                sentences=entity.sentences[:1],
                named=False,
            ),
        )
    if "list" not in kinds:
        named.append(
            OperationFound(
                identifier(f"list {entity.label_plural}"),
                _title(reading, "list", entity.label_plural),
                key,
                "list",
                "list",
                sentences=entity.sentences[:1],
                named=False,
            )
        )
    named.append(
        OperationFound(
            identifier(f"read {entity.label}"),
            _title(reading, "read", entity.label),
            key,
            "read",
            "read",
            sentences=entity.sentences[:1],
            named=False,
        )
    )
    if "update" not in kinds and not logged and key in actors:
        named.append(
            OperationFound(
                identifier(f"update {entity.label}"),
                _title(reading, "update", entity.label),
                key,
                "update",
                "update",
                sentences=entity.sentences[:1],
                named=False,
            )
        )
    order = {"list": 0, "create": 1, "read": 2, "update": 3, "action": 4, "delete": 5}
    named.sort(key=lambda operation: order[operation.kind])


def _give_actors(
    reading: Reading, operations: list[OperationFound], actors: dict[str, ActorFound], entities: dict[str, EntityFound]
) -> None:
    """Give the others their actors: the system itself, whoever works with the entity, or all people."""
    people = [key for key, actor in actors.items() if actor.kind == "person"]
    staff = [
        key
        for key in people
        if any(
            key in op.actors
            for op in operations
            if op.named and not op.reads and op.kind in ("action", "update", "delete") and op.entity != key
        )
    ]
    for operation in operations:
        if operation.actors:
            continue
        if not operation.named and operation.kind in ("create", "update"):
            keepers = [
                actor
                for other in operations
                if other.entity == operation.entity and other.named and other.kind not in ("list", "read")
                for actor in other.actors
            ]
            own = [operation.entity] if operation.entity in people else []
            operation.actors = list(dict.fromkeys([*own, *(keepers or staff or people)]))[:4]
            continue
        by_itself = operation.verb.split(" ")[0] in OWN_ACCORD and operation.kind in ("action", "create")
        in_time = operation.named and operation.kind in ("action", "delete") and _is_timed(reading, operation)
        if by_itself or in_time:
            operation.actors = []
            continue
        near = [
            actor for other in operations if other.entity == operation.entity and other.named for actor in other.actors
        ]
        operation.guessed = operation.named and operation.kind in ("action", "update", "delete")
        spoken = [key for key in people if set(actors[key].sentences) & set(entities[operation.entity].sentences)]
        operation.actors = list(dict.fromkeys(near or spoken or people))[:4]


def _is_timed(reading: Reading, operation: OperationFound) -> bool:
    return any(TIMED.search(reading.lines[place].sentence.words) for place in operation.sentences)


def _bounded(operations: list[OperationFound]) -> list[OperationFound]:
    if len(operations) <= MAX_OPERATIONS:
        return operations
    kept = {
        id(op)
        for op in sorted(operations, key=lambda op: (not op.named, op.kind not in ("list", "create")))[:MAX_OPERATIONS]
    }
    return [operation for operation in operations if id(operation) in kept]
