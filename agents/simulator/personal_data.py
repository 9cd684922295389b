"""Which facts of a brief are about people, who sees them, and when they are gone."""

import re
from dataclasses import dataclass
from typing import Final

from agents.deliverable import Entity
from agents.simulator.bounds import bounds
from agents.simulator.material import Material
from agents.simulator.shape import attributes
from agents.simulator.stores import Store, stores
from agents.simulator.text import listing, md

# Words in the name of a column, in the five languages, by what they tell of a person.
_CATEGORIES: Final = (
    ("secret", r"password|passwort|secret|token|hash|pin\b|passkey|contrasena|haslo|mot_de_passe|public_key|signature"),
    ("money", r"iban|salary|gehalt|lohn|salaire|salario|wage|account_number|card|bank|konto|betrag|income"),
    ("health", r"diagnos|allerg|medic|treatment|health|krank|blood|gesund|sante|salud|zdrow|vaccin|impf"),
    ("trace", r"ip_address|user_agent|location|gps|latitude|longitude|device|last_used|last_seen"),
    ("contact", r"e_?mail|phone|telefon|mobile|handy|correo|courriel|address|anschrift|adresse|direccion|adres\b"),
    ("identity", r"birth|geburt|naissance|nacimiento|urodz|passport|ausweis|dni|pesel|ssn|gender|licence_plate|plate"),
    ("image", r"photo|picture|image|foto|bild|imagen|zdjec|video|scan|receipt_file"),
)
_MEDICAL: Final = re.compile(
    r"medical|health|patient|diagnos|allerg|treatment|arzt|krank|médic|santé|salud|lekar|zdrow", re.IGNORECASE
)
_NAMES: Final = re.compile(r"(?:^|_)(?:name|nom|nombre|vorname|nachname|surname|imie|nazwisko)(?:$|_)")


@dataclass(frozen=True)
class Personal:
    """One column about a person."""

    store: str
    column: str
    category: str
    entity: Entity | None


def personal_data(material: Material) -> list[Personal]:
    """Return the columns about people, table by table."""
    return material.once(_personal_data)


def _personal_data(material: Material) -> list[Personal]:
    people = {actor.key for actor in material.domain.actors if actor.kind == "person"}
    facts = []
    for store in material.once(stores):
        own = store.entity is not None and store.entity.name in people
        private = store.entity is not None and bool(set(material.raised("privacy")) & set(store.entity.requirements))
        written = {made.name for made in attributes(material, store.entity)} if store.entity is not None else set()
        leading = _leading(material, store.entity)
        for column in store.columns:
            if column.name in leading:
                continue  # it leads to a row that is judged by itself
            category = _category(column.name, own)
            free_text = private and column.name in written and column.type in ("text", "textarea")
            if category is None and free_text and not own:
                category = "health" if _medical(material, store.entity) else "confidential"
            if category is not None:
                facts.append(Personal(store.name, column.name, category, store.entity))
    return facts


def _leading(material: Material, entity: Entity | None) -> set[str]:
    """Return the columns that only lead to another table."""
    return {reference.column for reference in material.references[entity.name]} if entity is not None else {"id"}


def _category(name: str, own: bool) -> str | None:
    low = name.lower()
    if own and _NAMES.search(low):
        return "identity"
    return next((category for category, pattern in _CATEGORIES if re.search(pattern, low)), None)


def _medical(material: Material, entity: Entity | None) -> bool:
    return entity is not None and any(_MEDICAL.search(material.said(key)) for key in entity.requirements)


def personal_rows(material: Material) -> list[list[str]]:
    """Return a row for each table with personal data: what, seen by whom, kept how long, and how it goes."""
    rows = []
    facts = personal_data(material)
    for store in material.once(stores):
        held = [fact for fact in facts if fact.store == store.name]
        if not held:
            continue
        entity = store.entity
        columns = ", ".join(f"`{fact.column}` ({fact.category})" for fact in held[:8])
        rows.append(
            [f"`{store.name}`", columns, _readers(material, entity), kept(material, store), _gone(material, entity)]
        )
    return rows


def _readers(material: Material, entity: Entity | None) -> str:
    if entity is None:
        return "whoever audits; no page shows it"
    readers = [
        material.actor_label(actor)
        for operation in material.operations_of(entity)
        if operation.kind in ("list", "read")
        for actor in operation.actors
    ]
    return md(listing(readers, none="the system"))


def kept(material: Material, store: Store) -> str:
    """Return how long the rows of a table are kept, by the brief's own number."""
    entity = store.entity
    aged = bounds(material, "age", entity=entity) if entity is not None else []
    if aged:
        return f"{md(aged[0].limit.text, most=120)} ({aged[0].key})"
    if entity is not None:
        return f"while the {md(entity.label)} is needed; the brief names no time"
    name = store.name.lower()
    for part, told in (("idempotency", "24 hours"), ("counter", "until their window ends"), ("outbox", "until sent")):
        if part in name:
            return told
    owner = next((one for one in material.entities if name.startswith((one.table.lower(), one.name.lower()))), None)
    aged = bounds(material, "age", entity=owner) or bounds(material, "age")
    return f"{md(aged[0].limit.text, most=120)} ({aged[0].key})" if aged else "as long as the rows it tells of"


def _gone(material: Material, entity: Entity | None) -> str:
    if entity is None:
        return "by the same job, with the rows it tells of"
    deletes = [operation.key for operation in material.operations_of(entity) if operation.kind == "delete"]
    if bounds(material, "age", entity=entity):
        return f"job `{entity.table}-past-its-time`, again after each restore"
    if deletes:
        return f"`{deletes[0]}`, at the person's request"
    if set(material.raised("immutable", "audit")) & set(entity.requirements):
        return "not before its time: the brief wants it unaltered"
    return f"by request: the {md(entity.label)} is made anonymous"
