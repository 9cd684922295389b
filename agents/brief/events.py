"""What the system tells others, is told, or does at a time of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from agents.brief.actors import ActorFound
from agents.brief.entity import EntityFound
from agents.brief.identifiers import identifier
from agents.brief.limits import LimitFound
from agents.brief.operation import OperationFound
from agents.brief.phrase import Frame, Phrase
from agents.brief.reading import Line, Reading
from agents.brief.times import TIMED

MAX_EVENTS: Final = 30
EventKind = Literal["published", "received", "scheduled"]

_TELLING: Final = frozenset(
    "send notify remind alert tell inform warn e-mail email mail text announce escalate message deliver publish_to "
    "erinnern benachrichtigen mahnen informieren senden schicken verschicken versenden "
    "notifier rappeler avertir prévenir informer envoyer notificar avisar recordar informar enviar "
    "powiadamiać przypominać wysyłać informować".split()
)
_HEARING: Final = frozenset("get receive bekommen erhalten recevoir recibir otrzymywać dostawać".split())
_MESSAGES: Final = frozenset(
    "reminder notification alert confirmation warning message digest newsletter webhook mail e-mail email "
    "erinnerung mahnung benachrichtigung bestatigung nachricht rappel notification courriel avis alerte "
    "recordatorio aviso notificación confirmación correo alerta przypomnieni powiadomieni wiadomość".split()
)
_OWN_DEED: Final = frozenset(
    "warn remind expire lapse disappear delete remove purge close disable archive list report send notify alert "
    "escalate retry reset charge calculate generate löschen erinnern mahnen einziehen archivieren "
    "supprimer rappeler archiver envoyer exporter eliminar borrar enviar recordar usuwać wysyłać naliczać".split()
)
_CALLED_BACK: Final = re.compile(
    r"\b(?:callback|call-back|incoming webhook|webhook from|over mqtt|ipn|reports? (?:that|back)|"
    r"is told by|rückmeldung von|meldet zurück)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class EventFound:
    label: str
    key: str
    kind: EventKind
    entity: str  # key of an entity, or empty
    operation: str  # key of an operation, or empty
    sentence: int


def find_events(
    reading: Reading,
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    operations: Sequence[OperationFound],
    limits: Sequence[LimitFound],
) -> list[EventFound]:
    """Return the events in the order of the brief, then one deletion for each period of retention."""
    found: list[EventFound] = []

    def add(label: str, kind: EventKind, entity: str, operation: str, place: int) -> None:
        label = " ".join(label.split())
        key = identifier(label, fallback="event", reserved=False)
        if len(found) < MAX_EVENTS and all(other.key != key for other in found):
            found.append(EventFound(label, key, kind, entity if entity in entities else "", operation, place))

    focus = ""
    for place, line in enumerate(reading.lines):
        sentence = line.sentence
        if sentence.heading or sentence.scope in ("out", "context", "actors"):
            continue
        timed = TIMED.search(sentence.words)
        things = [phrase.key for phrase in line.parsed.phrases if phrase.key in entities and phrase.key not in actors]
        for frame in line.parsed.frames:
            if frame.negated or frame.verb.kind == "have":
                continue
            about = _about(frame, entities, actors) or (things[0] if things else focus)
            told = _told(reading, frame, line, actors)
            for label, phrase in told:
                at = _time_near(line, phrase, told, timed)
                kind: EventKind = "scheduled" if at else "published"
                if _is_machine(frame, actors) and not at:
                    kind = "received"
                message = phrase.key if phrase is not None and phrase.key in entities else ""
                cause = _cause(place, line, frame, operations)
                add(f"{label} {at}" if at else label, kind, message or about, cause, place)
            if told:
                continue
            if timed and (_is_own(frame) or not frame.subjects) and frame.verb.kind not in ("plain", "read"):
                deed = f"{frame.verb.lemma} {entities[about].label if about in entities else ''} {timed[0].lower()}"
                add(deed, "scheduled", about, _same_deed(operations, frame, place), place)
            elif _is_machine(frame, actors) and frame.verb.lemma in _SENDING:
                label = frame.objects[0].label if frame.objects else about
                add(f"{label} received", "received", about, _same_deed(operations, frame, place), place)
        if timed and not any(event.sentence == place and event.kind == "scheduled" for event in found):
            named = entities[things[0]].label if things else (entities[focus].label if focus in entities else "")
            add(f"{named} {timed[0].lower()}", "scheduled", things[0] if things else focus, "", place)
        if _CALLED_BACK.search(sentence.words) and not any(e.sentence == place and e.kind == "received" for e in found):
            label = entities[things[0]].label if things else "callback"
            add(f"{label} received", "received", things[0] if things else "", "", place)
        focus = things[0] if things else focus
    for limit in limits:
        if limit.kind == "retention":
            owner = limit.entity or focus
            label = entities[owner].label_plural if owner in entities else "records"
            add(f"delete {label} after {limit.value} {limit.unit}", "scheduled", owner, "", limit.sentence)
    return found


def _told(reading: Reading, frame: Frame, line: Line, actors: dict[str, ActorFound]) -> list[tuple[str, Phrase | None]]:
    """Return what is told, in a few words, each with the message: "reminder sent", "notify customer"."""
    lemma = frame.verb.lemma
    messages = [phrase for phrase in frame.objects if phrase.head_key in _MESSAGES]
    if messages and (lemma in _TELLING or lemma in _HEARING or lemma in _MOVING):
        english = reading.lexicon.code == "en"
        return [(f"{m.label} sent" if english else f"{lemma} {m.label}", m) for m in messages]
    if lemma in _MOVING and any(phrase.head_key in _MESSAGES for phrase in frame.subjects):
        return [(f"{phrase.label} {lemma}", phrase) for phrase in frame.subjects if phrase.head_key in _MESSAGES]
    if lemma not in _TELLING or lemma in ("message", "text", "mail"):
        return []
    goal = next(iter(frame.objects), None) or next((phrase for _, phrase in frame.preps), None)
    people = [phrase for phrase in line.parsed.phrases if phrase.key in actors]
    chosen: Phrase | None = goal or (people[-1] if people else None)
    return [(f"{lemma} {chosen.label}" if chosen is not None else lemma, None)]


_MOVING: Final = frozenset("go come gehen kommen aller partir llegar salir iść wychodzić issue generate create".split())
_SENDING: Final = frozenset(
    "send report post push call notify confirm deliver publish stream transmit upload return senden melden bestätigen "
    "envoyer signaler confirmer transmettre enviar informar confirmar wysyłać zgłaszać".split()
)


def _time_near(
    line: Line, phrase: Phrase | None, told: list[tuple[str, Phrase | None]], timed: re.Match[str] | None
) -> str:
    """The time at which it is told; of several messages only the one that stands right before the time."""
    if timed is None:
        return ""
    if phrase is not None and len(told) > 1 and phrase is not told[-1][1]:
        return ""
    return timed[0].lower()


def _is_own(frame: Frame) -> bool:
    return frame.passive or frame.verb.lemma in _OWN_DEED


def _is_machine(frame: Frame, actors: dict[str, ActorFound]) -> bool:
    keys = [phrase.key for phrase in frame.subjects if phrase.key in actors]
    return bool(keys) and not frame.passive and all(actors[key].kind == "system" for key in keys)


def _about(frame: Frame, entities: dict[str, EntityFound], actors: dict[str, ActorFound]) -> str:
    phrases = [*frame.objects, *(phrase for _, phrase in frame.preps), *frame.subjects]
    return next((phrase.key for phrase in phrases if phrase.key in entities and phrase.key not in actors), "")


def _cause(place: int, line: Line, frame: Frame, operations: Sequence[OperationFound]) -> str:
    """The deed in the same sentence that is followed by the telling; else none is named."""
    for other in line.parsed.frames:
        if other is frame:
            break
        if other.verb.lemma in _TELLING:
            continue
        for operation in operations:
            same = place in operation.sentences and operation.verb == other.verb.lemma and operation.named
            if same and operation.kind not in ("list", "read"):
                return operation.key
    return _same_deed(operations, frame, place)


def _same_deed(operations: Sequence[OperationFound], frame: Frame, place: int) -> str:
    return next(
        (
            operation.key
            for operation in operations
            if operation.verb == frame.verb.lemma
            and place in operation.sentences
            and operation.named
            and operation.kind not in ("list", "read")
        ),
        "",
    )
