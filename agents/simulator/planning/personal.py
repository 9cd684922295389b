"""Which data is about people: by what fields are called, by who acts, and by what the brief says of them."""

import re
from dataclasses import dataclass

from agents.deliverable import Entity
from agents.simulator.bounds import bounds
from agents.simulator.material import Material
from agents.simulator.planning.asking import open_ones, replies
from agents.simulator.planning.people import amount
from agents.simulator.text import listing

_TELLING = re.compile(
    r"e_?mail|phone|telefon|mobile|address|adress|birth|geburt|naissance|nacimiento|surname|first_?name|last_?name|"
    r"vorname|nachname|iban|salary|gehalt|diagnos|insurance|passport|photo|location|position|ip_?addr",
    re.IGNORECASE,
)
_SENSITIVE = re.compile(
    r"medical|health|diagnos|patient|religio|biometr|criminal|union|salary|minor|child|medizin|gesundheit|kind(?:er)?\b|"
    r"schüler|médic|santé|enfant|salud|niñ|medyczn|zdrow|dziec",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Holding:
    """A kind of thing that says something about people."""

    entity: Entity
    reason: str
    facts: tuple[str, ...]
    is_sensitive: bool
    kept: str  # how long, as the brief or an answer says; empty when neither does


def holdings(material: Material) -> list[Holding]:
    """Return what is kept about people, what needs most care first."""
    return material.once(_holdings)


def _holdings(material: Material) -> list[Holding]:
    acting = {actor.key: actor for actor in material.domain.actors if actor.kind == "person"}
    found = []
    for entity in material.entities:
        telling = [field.name for field in entity.fields if field.type == "email" or _TELLING.search(field.name)]
        about = [
            reference.target.label
            for reference in material.references.get(entity.name, [])
            if reference.target.name in acting
        ]
        if entity.name in acting:
            reason = "are people themselves"
        elif telling:
            reason = f"hold {listing([name.replace('_', ' ') for name in telling], most=4)}"
        elif _SENSITIVE.search(entity.label):
            reason = "are people who need special care"
        elif about:
            reason = f"tell something about each {listing(about, most=3)}"
        else:
            continue
        facts = tuple(dict.fromkeys([*telling, *(field.name for field in entity.fields)]))[:8]
        said = " ".join([entity.label, entity.source, *(material.said(key) for key in entity.requirements)])
        found.append(Holding(entity, reason, facts, bool(_SENSITIVE.search(said)), _kept(material, entity)))
    return sorted(found, key=lambda holding: not holding.is_sensitive)


def _kept(material: Material, entity: Entity) -> str:
    bound = next(iter(bounds(material, "age", entity=entity)), None)
    if bound is not None:
        return f"{amount(bound.limit)} ({bound.key})"
    for reply in replies(material, open_ones(material)).values():
        asks = f"“{entity.label}”" in reply.inquiry.text and any("delete" in o.lower() for o in reply.inquiry.options)
        if asks:
            return f"{reply.text[:1].lower()}{reply.text[1:]} ({reply.source})"
    return ""
