"""Everything understood of one brief, in the shared vocabulary of the deliverables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from agents.brief.actors import ActorFound, find_actors
from agents.brief.entities import EntityFound, find_entities
from agents.brief.fields import FieldFound, find_fields, tables_in_code
from agents.brief.identifiers import identifier, slug, unique
from agents.brief.language import language_of
from agents.brief.limits import find_limits
from agents.brief.nature import natural_field
from agents.brief.operations import OperationFound, find_operations
from agents.brief.questions import QuestionFound, find_questions
from agents.brief.reading import Reading, read
from agents.brief.relations import find_relations
from agents.brief.requirements import number_requirements
from agents.brief.themes import themes_of
from agents.cleaning import MAX_BRIEF_BYTES, clean_line, clean_text
from agents.deliverable import Actor, Domain, DomainField, Entity, Limit, Operation, Relation, Requirement

CACHED_BRIEFS = 64

_INTEGRATIONS = re.compile(
    r"\b(stripe|paypal|klarna|twilio|sendgrid|mailgun|slack|microsoft teams|discord|telegram|whatsapp|google "
    r"(?:calendar|maps|sheets|drive)|outlook|ldap"
    r"|active directory|azure "
    r"ad|keycloak|okta|saml|openid|oauth|sap|salesforce|hubspot|jira|github|gitlab|datev|quickbooks|xero|kafka|"
    r"rabbitmq|mqtt|s3|elasticsearch"
    r"|e-?mail|sms|csv|pdf|ical|ics|rss|webhook|sepa|iso 20022|ledger|e-?mail provider|mail "
    r"provider|shopify|woocommerce|mastodon)s?\b",
    re.IGNORECASE,
)
# Participles that name where a thing stands, by the verb that brings it there.
_STATES = {
    "approve": "approved",
    "reject": "rejected",
    "return": "returned",
    "cancel": "cancelled",
    "confirm": "confirmed",
    "pay": "paid",
    "disable": "disabled",
    "block": "blocked",
    "archive": "archived",
    "close": "closed",
    "finish": "finished",
    "publish": "published",
    "accept": "accepted",
    "decline": "declined",
    "expire": "expired",
    "revoke": "revoked",
    "release": "released",
    "mark paid": "paid",
    "mark done": "done",
    "deliver": "delivered",
    "flag": "flagged",
    "lock": "locked",
    "complete": "completed",
    "ship": "shipped",
    "suspend": "suspended",
    "resolve": "resolved",
    "sign": "signed",
    "refund": "refunded",
    "verify": "verified",
    "pause": "paused",
    "extend": "extended",
    "submit": "submitted",
    "deny": "denied",
    "withdraw": "withdrawn",
    "activate": "active",
    "deactivate": "inactive",
    "genehmigen": "genehmigt",
    "ablehnen": "abgelehnt",
    "stornieren": "storniert",
    "bestätigen": "bestaetigt",
    "sperren": "gesperrt",
    "absagen": "abgesagt",
    "zurückgeben": "zurueckgegeben",
    "verlängern": "verlaengert",
    "vormerken": "vorgemerkt",
    "abschließen": "abgeschlossen",
    "bezahlen": "bezahlt",
    "approuver": "approuve",
    "refuser": "refuse",
    "annuler": "annule",
    "valider": "valide",
    "confirmer": "confirme",
    "rembourser": "rembourse",
    "aprobar": "aprobado",
    "rechazar": "rechazado",
    "cancelar": "cancelado",
    "confirmar": "confirmado",
    "devolver": "devuelto",
    "anular": "anulado",
    "zatwierdzać": "zatwierdzone",
    "odrzucać": "odrzucone",
    "anulować": "anulowane",
    "potwierdzać": "potwierdzone",
    "zwracać": "zwrocone",
    "blokować": "zablokowane",
}


# What is written down as it happens has no name of its own.
_WRITTEN_DOWN = frozenset("record log store protokollieren".split())


@dataclass(frozen=True)
class Understanding:
    """What a brief says. Every entity, actor and limit has its words in the brief."""

    title: str
    language: str
    requirements: tuple[Requirement, ...]
    domain: Domain
    themes: Mapping[str, tuple[str, ...]]  # theme -> keys of the requirements that raise it
    questions: tuple[QuestionFound, ...]
    sentences: int
    read_closely: int

    def raised(self, *themes: str) -> list[str]:
        """Return the keys of the requirements that raise any of `themes`, in their order."""
        keys = {key for theme in themes for key in self.themes.get(theme, ())}
        return [requirement.key for requirement in self.requirements if requirement.key in keys]


def understand(brief: str, feature_name: str = "") -> Understanding:
    """Return the understanding of `brief`; the same for the same text. Reads at most 256 kB."""
    return _understand(brief, feature_name)


@lru_cache(maxsize=CACHED_BRIEFS)
def _understand(brief: str, feature_name: str) -> Understanding:
    title = clean_line(feature_name, limit=255)
    text = clean_text(brief, limit=MAX_BRIEF_BYTES)
    if not text.strip():
        text = title
    lexicon = language_of(text)
    reading = read(text, title, lexicon)
    actors = find_actors(reading)
    entities = find_entities(reading, actors)
    declared = tables_in_code(text)
    for table, _ in declared:
        _add_declared(table, entities, reading)
    if not entities:
        _add_fallback(title or text, entities)
    fields = find_fields(reading, entities)
    for table, columns in declared:
        fields[_declared_key(table, reading)] = columns
    centre = _centre(entities, actors)
    relations = find_relations(reading, entities, actors, centre)
    operations = find_operations(reading, entities, actors, fields)
    limits = find_limits(reading, entities)
    numbered = number_requirements(reading)
    questions = find_questions(reading, actors, entities, fields, operations, limits)
    requirements = tuple(
        Requirement(key=key, text=said, kind=kind, source_text=source[:4000]) for key, said, kind, source in numbered
    )
    themes: dict[str, tuple[str, ...]] = {}
    for requirement in requirements:
        for theme in themes_of(requirement.source_text):
            themes[theme] = (*themes.get(theme, ()), requirement.key)

    names = _Names(actors, entities)
    key_of = [line.requirement for line in reading.lines]
    domain = Domain(
        language=lexicon.code,
        title=title or clean_line(reading.lines[0].sentence.text if reading.lines else "Untitled", limit=120),
        actors=[
            Actor(
                key=names.actors[actor.key],
                label=clean_line(actor.label, limit=80),
                kind=actor.kind,
                note=clean_line(actor.note, limit=120),
            )
            for actor in actors.values()
        ],
        entities=[
            _entity(entity, fields.get(key, []), operations, names, key_of, reading) for key, entity in entities.items()
        ],
        relations=[
            Relation(
                source=names.entities[r.source],
                target=names.entities[r.target],
                kind="many_to_one",
                label=r.label,
                evidence=r.evidence[:2000],
            )
            for r in relations
        ],
        operations=[
            Operation(
                key=op.key,
                title=clean_line(op.title, limit=120),
                entity=names.entities[op.entity],
                kind=op.kind,
                verb=op.verb,
                reads=op.reads,
                actors=[names.actors[actor] for actor in op.actors],
                requirements=_keys(op.sentences, key_of),
                source=reading.lines[op.sentences[0]].sentence.text[:2000] if op.named and op.sentences else "",
            )
            for op in operations
        ],
        limits=[
            Limit(
                key=f"L-{number}",
                text=clean_line(limit.text, limit=240),
                kind=limit.kind,
                value=limit.value[:20],
                unit=limit.unit[:40],
                entity=names.entities.get(limit.entity or ""),
                requirements=_keys([limit.sentence], key_of),
            )
            for number, limit in enumerate(limits, start=1)
        ],
        integrations=_integrations(reading),
        out_of_scope=[
            clean_line(line.sentence.text, limit=300)
            for line in reading.lines
            if line.sentence.scope == "out" and not line.sentence.heading
        ][:20],
    )
    return Understanding(
        title=domain.title,
        language=lexicon.code,
        requirements=requirements,
        domain=domain,
        themes=themes,
        questions=tuple(questions),
        sentences=reading.sentences,
        read_closely=len(reading.lines),
    )


class _Names:
    """Identifiers of actors and entities, each given once."""

    def __init__(self, actors: dict[str, ActorFound], entities: dict[str, EntityFound]) -> None:
        taken: set[str] = set()
        self.entities = {
            key: unique(identifier(entity.label, reserved=False), taken) for key, entity in entities.items()
        }
        tables: set[str] = set()
        self.tables = {key: unique(identifier(entity.label_plural), tables) for key, entity in entities.items()}
        people: set[str] = set()
        self.actors = {
            key: unique(identifier(actor.label, fallback="actor", reserved=False), people)
            for key, actor in actors.items()
        }


def _keys(sentences: list[int], key_of: list[str]) -> list[str]:
    return list(dict.fromkeys(key_of[place] for place in sentences if key_of[place]))


def _entity(
    entity: EntityFound,
    fields: list[FieldFound],
    operations: list[OperationFound],
    names: _Names,
    key_of: list[str],
    reading: Reading,
) -> Entity:
    made = [
        DomainField(
            name=f.name,
            label=clean_line(f.label, limit=80),
            type=f.type,
            required=False,
            values=f.values,
            source=clean_line(f.source, limit=300),
        )
        for f in fields
    ]
    taken = {f.name for f in made}
    named = taken & {
        "name",
        "title",
        "titel",
        "titre",
        "titulo",
        "nazwa",
        "nom",
        "nombre",
        "tytul",
        "key",
        "number",
        "nummer",
        "text",
        "code",
        "numero",
    }
    natural = natural_field(entity.label.split(" ")[-1].lower()) or (
        natural_field(entity.label.split(" ")[0].lower()) if reading.lexicon.head_first else None
    )
    if natural and natural[0] not in taken:
        made.insert(
            0,
            DomainField(
                name=natural[0], label=natural[0].replace("_", " "), type=natural[1], required=natural[1] != "url"
            ),
        )
    elif (
        not natural
        and not named
        and not any(op.entity == entity.key and op.kind == "create" and op.verb in _WRITTEN_DOWN for op in operations)
    ):
        made.insert(0, DomainField(name="name", label="name", type="string", required=True))
    states = list(
        dict.fromkeys(_STATES[op.verb] for op in operations if op.entity == entity.key and op.verb in _STATES)
    )
    if states and not taken & {"status", "state", "stan", "estado", "statut", "etat", "zustand"}:
        made.append(DomainField(name="status", label="status", type="enum", required=True, values=["open", *states]))
    written = clean_line(entity.label, limit=80)
    return Entity(
        name=names.entities[entity.key],
        label=written,
        label_plural=clean_line(entity.label_plural, limit=80),
        table=names.tables[entity.key],
        path=slug(names.tables[entity.key]),
        fields=made,
        source=_source(entity, reading),
        requirements=_keys(entity.sentences, key_of),
    )


def _source(entity: EntityFound, reading: Reading) -> str:
    """The first sentence that speaks of it; a heading only when no sentence does."""
    lines = [reading.lines[place].sentence for place in entity.sentences if place < len(reading.lines)]
    return next((sentence.text[:2000] for sentence in (*(s for s in lines if not s.heading), *lines)), "")


def _centre(entities: dict[str, EntityFound], actors: dict[str, ActorFound]) -> str | None:
    things = [entity for key, entity in entities.items() if key not in actors]
    return max(things, key=lambda entity: entity.score).key if things else None


def _declared_key(table: str, reading: Reading) -> str:
    words = table.lower().split("_")
    return " ".join([*words[:-1], reading.lexicon.singular(words[-1])])


def _add_declared(table: str, entities: dict[str, EntityFound], reading: Reading) -> None:
    key = _declared_key(table, reading)
    plural = " ".join(table.lower().split("_"))
    entities.setdefault(key, EntityFound(key, key, plural, score=5.0, mentions=1, first=0, written=table))


def _add_fallback(text: str, entities: dict[str, EntityFound]) -> None:
    """A brief without a single noun still gets one kind of record, named by its own words where it has letters."""
    words = re.findall(r"[^\W\d_]{1,30}", text)
    label = " ".join(words[-2:]).lower() if words else "record"
    entities[label] = EntityFound(
        label, label, f"{label}s" if len(label) > 1 else label, score=1.0, mentions=1, first=0, written=label
    )


def _integrations(reading: Reading) -> list[str]:
    found: dict[str, None] = {}
    for line in reading.inside:
        for match in _INTEGRATIONS.finditer(line.sentence.text):
            word = match[0].lower()
            found.setdefault({"email": "e-mail", "e-mails": "e-mail", "emails": "e-mail"}.get(word, word), None)
    return list(found)[:12]
