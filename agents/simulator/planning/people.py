"""Who uses it: what each group does, wants and must not do, and where two groups meet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agents.brief.measures import SECONDS
from agents.deliverable import Actor, Entity, Limit, Operation
from agents.simulator.material import Material
from agents.simulator.text import listing

WRITING = ("create", "update", "delete", "action")
_FORBIDS = re.compile(
    r"\b(?:never|not|nobody|no one|cannot|can['’]t|only|except|nicht|nie|niemals|kein\w*|nur|niemand|außer|jamais|pas|"
    r"aucun\w*|seul\w*|sauf|nunca|no|nadie|s[oó]lo|salvo|nie|nikt|nigdy|tylko|chyba)\b",
    re.IGNORECASE,
)

_HANDHELD = re.compile(
    r"\b(?:smart|mobile "
    r")?phones?\b|\bmobile|\btablets?\b|\bapps?\b|\bhandys?\b|smartphone|móvil|portable|telefon(?:ie|y)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Group:
    """People, or a system, that the brief lets act."""

    actor: Actor
    name: str  # in the plural, where the language lets us
    does: tuple[Operation, ...]  # named in the brief
    also: tuple[Operation, ...]  # what that needs
    requirements: tuple[str, ...]  # that speak of them

    @property
    def weight(self) -> int:
        return 3 * len(self.does) + len(self.also)


def groups(material: Material) -> list[Group]:
    """Return the groups, those first that do most."""
    return material.once(_groups)


def _groups(material: Material) -> list[Group]:
    found = []
    for actor in material.domain.actors:
        mine = [op for op in material.operations if actor.key in op.actors]
        told = [key for op in mine if op.source for key in op.requirements]
        said = [r.key for r in material.requirements if actor.label.lower() in r.text.lower()]
        found.append(
            Group(
                actor,
                material.many(actor.label),
                tuple(op for op in mine if op.source),
                tuple(op for op in mine if not op.source),
                tuple(sorted(dict.fromkeys([*said, *told]), key=lambda key: int(key[2:]) if key[2:].isdigit() else 0)),
            )
        )
    return sorted(found, key=lambda group: -group.weight)


def persons(material: Material) -> list[Group]:
    return [group for group in groups(material) if group.actor.kind == "person"]


def people_words(material: Material, *, most: int = 4) -> str:
    """Return the groups of people in a sentence."""
    names = [group.name for group in persons(material)]
    return listing(names, most=max(most, 3) if len(names) <= 3 else most, none="people with an account")


def meetings(material: Material) -> list[tuple[Entity, Group, Group]]:
    """Return where two groups change the same kind of thing, and so may get in each other's way."""
    found = []
    for entity in material.entities:
        changing = [
            group
            for group in groups(material)
            if any(op.entity == entity.name and op.kind in WRITING for op in group.does)
        ]
        if len(changing) > 1:
            found.append((entity, changing[0], changing[1]))
    return found


def doing(material: Material, operation: Operation) -> str:
    """Return what is done, as it stands after “to”: “move an appointment”; other languages keep the title in quotes."""
    entity = material.entity(operation.entity)
    title = operation.title.strip()
    if material.domain.language != "en" or entity is None or not title:
        return f"do ‘{title or operation.key}’"
    label = entity.label
    told = title[:1].lower() + title[1:]
    if operation.kind != "list" and told.lower().endswith(f" {label.lower()}"):
        return f"{told[: -len(label)]}{one(label)}"
    return told


def doing_all(material: Material, operations: Iterable[Operation], *, most: int = 4, none: str) -> str:
    """Return several acts as they stand after “to”."""
    told = list(operations)
    if material.domain.language == "en" or not told:
        return listing([doing(material, operation) for operation in told], most=most, none=none)
    return f"do {listing([f'‘{operation.title}’' for operation in told], most=most)}"


def one(label: str) -> str:
    """Return “an appointment”, “a loan”."""
    return f"{'an' if label[:1].lower() in 'aeiou' else 'a'} {label}"


def amount(limit: Limit) -> str:
    """Return a number of the brief with its unit: “10 years”, “3 times”."""
    return counted_in(limit.value, limit.unit)


def counted_in(value: str, unit: str) -> str:
    """Return a number with its unit; only units of time are ours to put into the plural."""
    plural = "s" if unit in SECONDS and unit != "ms" and value != "1" else ""
    return f"{value} {unit}{plural}".strip()


def on_the_move(material: Material) -> list[str]:
    """Return the requirements that speak of phones and tablets; to telephone is something else."""
    return [key for key in material.raised("mobile") if _HANDHELD.search(material.said(key))]


def forbidding(material: Material, group: Group) -> list[str]:
    """Return the requirements that speak of a group and draw a line."""
    label = group.actor.label.lower()
    return [r.key for r in material.requirements if label in r.text.lower() and _FORBIDS.search(r.text)]


def refused(material: Material, operation: Operation) -> list[Group]:
    """Return the groups of people who must not do it."""
    return [group for group in persons(material) if operation.actors and group.actor.key not in operation.actors]
