"""What is done with each entity, and by whom: verbs with their objects, and what follows from them."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from agents.brief.actors import AS_A, ActorFound
from agents.brief.entities import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.identifiers import identifier, unique
from agents.brief.phrases import Frame, Phrase
from agents.brief.reading import Line, Reading

MAX_OPERATIONS: Final = 48
MAX_NAMED_PER_ENTITY: Final = 7
Kind = Literal["create", "list", "read", "update", "delete", "action"]

_LISTING: Final = frozenset(
    "see view show display list search find browse check look watch monitor filter sort get receive retrieve "
    "track inspect access preview sehen"
    " ansehen anzeigen suchen finden auflisten filtern einsehen abrufen überwachen verfolgen voir consulter "
    "afficher chercher rechercher trouver"
    " lister filtrer visualiser suivre parcourir recevoir ver consultar mostrar buscar encontrar listar "
    "filtrar visualizar seguir revisar recibir"
    " widzieć przeglądać wyświetlać szukać wyszukiwać sprawdzać śledzić otrzymywać dostawać".split()
)
_READING: Final = _LISTING | frozenset(
    "read print export download count total compare summarise summarize analyse analyze audit lesen drucken "
    "ausdrucken exportieren herunterladen"
    " auswerten vergleichen prüfen lire imprimer exporter vérifier contrôler comparer leer imprimir exportar "
    "comparar descargar drukować eksportować"
    " czytać pobierać query listen hear play consult visualise visualize forecast".split()
)
_CREATING: Final = frozenset(
    "add create register submit enter record make store save log open write draft compose define generate "
    "produce set raise file anlegen erstellen"
    " erfassen eintragen hinzufügen speichern registrieren eingeben ajouter créer enregistrer saisir añadir "
    "agregar crear registrar introducir"
    " dodawać dodać tworzyć rejestrować zapisywać wpisywać keep".split()
)
_CHANGING: Final = frozenset(
    "change edit update modify alter revise amend ändern bearbeiten aktualisieren anpassen modifier changer "
    "corriger modificar cambiar editar"
    " actualizar corregir zmieniać edytować aktualizować poprawiać correct adjust".split()
)
_REMOVING: Final = frozenset(
    "delete remove discard erase drop clear purge destroy löschen entfernen supprimer effacer eliminar borrar "
    "quitar usuwać usunąć kasować".split()
)
# Done by the system itself when the brief names nobody.
_OWN_ACCORD: Final = frozenset(
    "send notify remind alert tell inform warn deliver retry expire disable calculate compute sync synchronise "
    "synchronize flag detect re-send"
    " resend charge generate escalate store record log keep erinnern benachrichtigen mahnen berechnen senden "
    "verschicken versenden protokollieren"
    " notifier rappeler avertir calculer envoyer prévenir informer notificar avisar recordar calcular enviar "
    "powiadamiać przypominać wysyłać naliczać"
    " obliczać".split()
)
_CHOOSING: Final = frozenset(
    "pick choose select take wählen auswählen choisir sélectionner elegir seleccionar wybierać".split()
)
# Create something, but not the thing they are done to: who rates a recipe makes a rating.
_NOT_MAKING: Final = frozenset(
    "report review scan take collect gather answer ask like tag rate vote upvote bid sign host sell pledge comment "
    "pay reply message attach follow bookmark"
    " rent borrow scannen bewerten kommentieren bezahlen zahlen noter évaluer commenter payer louer scanner "
    "valorar puntuar comentar pagar alquilar"
    " oceniać komentować płacić skanować".split()
)
_LOG_LIKE: Final = frozenset(
    "attempt event delivery log entry history change access notification reminder alert measurement reading".split()
)


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
            targets = _targets(reading, frame, entities, focus)
            held = _held(reading, frame, fields) if not targets else None
            if targets:
                focus = targets[0]
            if frame.negated or frame.verb.kind in ("have", "plain") or frame.pronoun == "nobody":
                continue
            who = subjects or ([doer] if doer and _continues(frame) else [])
            for target in targets:
                _note(reading, by_entity[target], frame, target, entities, who, place, line.sentence.text)
            if held is not None:
                _note_held(reading, by_entity[held[0]], frame, held[0], held[1], who, place)
            _note_record(reading, by_entity, frame, entities, who, place)
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
    story = AS_A.search(line.sentence.text)
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
        if owner is not None and phrase.determiner in (
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
        ):
            return owner, phrase
    return None


def _note_held(
    reading: Reading, named: list[OperationFound], frame: Frame, entity: str, phrase: Phrase, who: list[str], place: int
) -> None:
    if (
        frame.verb.kind not in ("update", "read", "delete", "action")
        or frame.verb.lemma in _NO_HELD
        or len(named) >= MAX_NAMED_PER_ENTITY
    ):
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
            reads=frame.verb.lemma in _READING,
        )
        named.append(same)
    same.actors += [actor for actor in who if actor not in same.actors]
    if place not in same.sentences:
        same.sentences.append(place)


_NO_HELD: Final = frozenset("keep store record see get receive have show tell send".split())


def _targets(reading: Reading, frame: Frame, entities: dict[str, EntityFound], focus: str | None) -> list[str]:
    targets = [phrase.key for phrase in frame.objects if phrase.key in entities]
    if targets:
        return list(dict.fromkeys(targets))
    if frame.verb.lemma in _OWN_DATA and not frame.objects and not frame.passive:
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
        alone = not frame.preps and not frame.subjects and not frame.pronoun and frame.verb.lemma not in _OWN_ACCORD
        return near[:1] or (
            [focus] if focus in entities and alone and frame.verb.kind in ("update", "action", "delete") else []
        )
    return []


_OWN_DATA: Final = frozenset(
    "export delete erase download exportieren löschen exporter supprimer exportar eliminar borrar eksportować "
    "usuwać usunąć".split()
)


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
    if lemma in who or (target in who and len(frame.objects) < 2 and frame.verb.kind == "read"):
        return
    wanted = next(
        (phrase for phrase in (*frame.objects, *(phrase for _, phrase in frame.preps)) if phrase.key == target), None
    )
    one = wanted is not None and wanted.determiner in ("a", "an") and not wanted.many
    kind: Kind
    if lemma == "ask" and one:
        kind, lemma = "create", "request"
    elif lemma in _CHOOSING or lemma == "ask" or lemma in _LISTING:
        kind = "list"
    elif lemma in _CREATING:
        kind = "create"
    elif lemma in _CHANGING:
        kind = "update"
    elif lemma in _REMOVING:
        kind = "delete"
    elif (
        frame.verb.kind == "create"
        and lemma not in _NOT_MAKING
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
            reads=lemma in _READING and kind == "action",
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
    logged = entity.label.split(" ")[-1].lower() in _LOG_LIKE
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
        if operation.verb in _OWN_ACCORD and operation.kind in ("action", "create"):
            operation.actors = []
            continue
        near = [
            actor for other in operations if other.entity == operation.entity and other.named for actor in other.actors
        ]
        spoken = [key for key in people if set(actors[key].sentences) & set(entities[operation.entity].sentences)]
        operation.actors = list(dict.fromkeys(near or spoken or people))[:4]


def _bounded(operations: list[OperationFound]) -> list[OperationFound]:
    if len(operations) <= MAX_OPERATIONS:
        return operations
    kept = {
        id(op)
        for op in sorted(operations, key=lambda op: (not op.named, op.kind not in ("list", "create")))[:MAX_OPERATIONS]
    }
    return [operation for operation in operations if id(operation) in kept]
