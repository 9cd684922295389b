"""The shared vocabulary of the deliverables, put together from what was found in a brief."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.brief.actors import ActorFound
from agents.brief.entity import EntityFound
from agents.brief.events import EventFound
from agents.brief.fields import FieldFound
from agents.brief.identifiers import identifier, slug, unique
from agents.brief.limits import LimitFound
from agents.brief.nature import natural_field
from agents.brief.operation import OperationFound
from agents.brief.reading import Reading
from agents.brief.relations import RelationFound
from agents.brief.rules import RuleFound
from agents.brief.states import STATUS_FIELDS, Life
from agents.cleaning import clean_line
from agents.deliverable import (
    Actor,
    Domain,
    DomainField,
    Entity,
    Event,
    Limit,
    Operation,
    Relation,
    Rule,
    Transition,
)

_INTEGRATIONS = re.compile(
    r"\b(stripe|paypal|klarna|twilio|sendgrid|mailgun|slack|microsoft teams|discord|telegram|whatsapp|google "
    r"(?:calendar|maps|sheets|drive)|outlook|ldap"
    r"|active directory|azure "
    r"ad|keycloak|okta|saml|openid|oauth|sap|salesforce|hubspot|jira|github|gitlab|datev|quickbooks|xero|kafka|"
    r"rabbitmq|mqtt|s3|elasticsearch"
    r"|postgresql|mysql|deepl|correo(?: electrónico)?|courriel|e-?mail|sms|csv|pdf|ical|ics|rss|webhook"
    r"|sepa|iso 20022|ledger|e-?mail provider|mail "
    r"provider|shopify|woocommerce|mastodon)s?\b",
    re.IGNORECASE,
)
# What is written down as it happens has no name of its own.
_WRITTEN_DOWN = frozenset("record log store protokollieren".split())


@dataclass(frozen=True)
class Found:
    """The parts of one brief, by their canonical keys."""

    reading: Reading
    actors: Mapping[str, ActorFound]
    entities: Mapping[str, EntityFound]
    fields: Mapping[str, list[FieldFound]]
    relations: Sequence[RelationFound]
    operations: Sequence[OperationFound]
    limits: Sequence[LimitFound]
    lives: Mapping[str, Life]
    rules: Sequence[RuleFound]
    events: Sequence[EventFound]


class _Names:
    """Identifiers of actors and entities, each given once."""

    def __init__(self, found: Found) -> None:
        taken: set[str] = set()
        self.entities = {
            key: unique(identifier(entity.label, reserved=False), taken) for key, entity in found.entities.items()
        }
        tables: set[str] = set()
        self.tables = {key: unique(identifier(entity.label_plural), tables) for key, entity in found.entities.items()}
        people: set[str] = set()
        self.actors = {
            key: unique(identifier(actor.label, fallback="actor", reserved=False), people)
            for key, actor in found.actors.items()
        }


def assemble(found: Found, *, title: str) -> Domain:
    """Return the domain; every name in it is a valid key and every reference leads to a name in it."""
    reading = found.reading
    names = _Names(found)
    key_of = [line.requirement for line in reading.lines]

    def said(place: int) -> str:
        return reading.lines[place].sentence.text[:2000] if 0 <= place < len(reading.lines) else ""

    return Domain(
        language=reading.lexicon.code,
        title=title or clean_line(reading.lines[0].sentence.text if reading.lines else "Untitled", limit=120),
        actors=[
            Actor(
                key=names.actors[actor.key],
                label=clean_line(actor.label, limit=80),
                kind=actor.kind,
                note=clean_line(actor.note, limit=120),
            )
            for actor in found.actors.values()
        ],
        entities=[_entity(entity, found, names, key_of) for entity in found.entities.values()],
        relations=[
            Relation(
                source=names.entities[r.source],
                target=names.entities[r.target],
                kind=r.kind,
                label=r.label,
                evidence=r.evidence[:2000],
            )
            for r in found.relations
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
                source=said(op.sentences[0]) if op.named and op.sentences else "",
            )
            for op in found.operations
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
            for number, limit in enumerate(found.limits, start=1)
        ],
        rules=[
            Rule(
                key=f"C-{number}",
                kind=rule.kind,
                text=clean_line(rule.text, limit=300),
                entity=names.entities[rule.entity],
                fields=list(
                    dict.fromkeys(
                        [*rule.fields, *(names.entities[key] for key in rule.others if key in names.entities)]
                    )
                )[:20],
                requirements=_keys([rule.sentence], key_of),
                source=said(rule.sentence),
            )
            for number, rule in enumerate(found.rules, start=1)
        ],
        events=[
            Event(
                key=event.key,
                label=clean_line(event.label, limit=120),
                kind=event.kind,
                entity=names.entities.get(event.entity, ""),
                operation=event.operation,
                requirements=_keys([event.sentence], key_of),
                source=said(event.sentence),
            )
            for event in found.events
        ],
        integrations=_integrations(reading),
        out_of_scope=[
            clean_line(line.sentence.text, limit=300)
            for line in reading.lines
            if line.sentence.scope == "out" and not line.sentence.heading
        ][:20],
    )


def _keys(sentences: Iterable[int], key_of: list[str]) -> list[str]:
    return list(dict.fromkeys(key_of[place] for place in sentences if 0 <= place < len(key_of) and key_of[place]))


# A field that tells one record from another, so that no name need be added.
_NAMING: Final = frozenset(
    "name title titel titre titulo nazwa nom nombre tytul key number nummer text code numero numer".split()
)


def _entity(entity: EntityFound, found: Found, names: _Names, key_of: list[str]) -> Entity:
    life = found.lives.get(entity.key)
    return Entity(
        name=names.entities[entity.key],
        label=clean_line(entity.label, limit=80),
        label_plural=clean_line(entity.label_plural, limit=80),
        table=names.tables[entity.key],
        path=slug(names.tables[entity.key]),
        fields=_fields(entity, found, life),
        states=life.states if life else [],
        transitions=[
            Transition(sources=list(step.sources), target=step.target, operation=step.operation) for step in life.steps
        ]
        if life
        else [],
        source=_source(entity, found.reading),
        requirements=_keys(entity.sentences, key_of),
    )


def _fields(entity: EntityFound, found: Found, life: Life | None) -> list[DomainField]:
    made = [
        DomainField(
            name=f.name,
            label=clean_line(f.label, limit=80),
            type=f.type,
            values=f.values,
            source=clean_line(f.source, limit=300),
        )
        for f in found.fields.get(entity.key, [])
    ]
    taken = {f.name for f in made}
    natural = natural_field(entity.label.split(" ")[-1].lower()) or (
        natural_field(entity.label.split(" ")[0].lower()) if found.reading.lexicon.head_first else None
    )
    written_down = any(
        op.entity == entity.key and op.kind == "create" and op.verb in _WRITTEN_DOWN for op in found.operations
    )
    if natural and natural[0] not in taken:
        label = natural[0].replace("_", " ")
        made.insert(0, DomainField(name=natural[0], label=label, type=natural[1], required=natural[1] != "url"))
    elif not natural and not taken & _NAMING and not written_down:
        made.insert(0, DomainField(name="name", label="name", type="string", required=True))
    if life is not None:
        _give_status(made, life)
    return made


def _give_status(made: list[DomainField], life: Life) -> None:
    """The field that holds the state has the states as its values, whether the brief names it or not."""
    for place, known in enumerate(made):
        if known.name in STATUS_FIELDS:
            made[place] = known.model_copy(update={"type": "enum", "values": list(life.states), "required": True})
            return
    made.append(DomainField(name="status", label="status", type="enum", required=True, values=list(life.states)))


def _source(entity: EntityFound, reading: Reading) -> str:
    """The first sentence that speaks of it; a heading only when no sentence does; for SQL the words that declare it."""
    lines = [reading.lines[place].sentence for place in entity.sentences if place < len(reading.lines)]
    ordered = (*(s for s in lines if not s.heading), *lines)
    return next((sentence.text[:2000] for sentence in ordered), entity.declared)


_SAME_SERVICE: Final = dict.fromkeys(
    ("email", "e-mails", "emails", "correo", "correo electrónico", "courriel"), "e-mail"
)


def _integrations(reading: Reading) -> list[str]:
    found: dict[str, None] = {}
    for line in reading.inside:
        for match in _INTEGRATIONS.finditer(line.sentence.text):
            word = match[0].lower()
            found.setdefault(_SAME_SERVICE.get(word, word), None)
    return list(found)[:12]
