"""What a writer works from: the assignment, the brief as understood, and the names that the architect fixed."""

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from agents.assignment import Assignment, HumanDecision, PriorDecision
from agents.brief.themes import themes_of
from agents.brief.understanding import Understanding, understand
from agents.brief.words import LEXICONS
from agents.deliverable import DOMAIN_PATH, Domain, Entity, Event, Limit, Operation, Requirement, Rule, parse_domain
from agents.simulator.references import Join, Reference, joins_of, references_of
from agents.simulator.steered.domain import steer
from agents.simulator.steering import read_steering

__all__ = ["Join", "Material", "Reference"]

T = TypeVar("T")


class Material:
    """Facts for one task. The domain is the architect's when it was handed in, else that of the brief.

    What people decided since is in it: names and numbers are theirs, and what they left out is gone.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.understanding: Understanding = understand(assignment.brief, assignment.feature_name)
        self.steering = read_steering(assignment)
        handed_in = _handed_in(assignment)
        self.domain: Domain = steer(
            handed_in or self.understanding.domain, self.steering, names_fixed=handed_in is not None
        )
        self.title = assignment.feature_name.strip() or self.domain.title or "Untitled"
        self._made: dict[Callable[[Material], Any], Any] = {}

    def with_domain(self, domain: Domain) -> "Material":
        """Return the same task with another domain."""
        other = Material(self.assignment)
        other.domain = domain
        return other

    def once(self, make: "Callable[[Material], T]") -> T:
        """Return what `make` makes of this material; it is made at the first call and kept."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    @cached_property
    def requirements(self) -> list[Requirement]:
        """The requirements as recorded in the session, else as read from the brief."""
        if not self.assignment.requirements:
            return list(self.understanding.requirements)
        own = {requirement.key: requirement for requirement in self.understanding.requirements}
        found = []
        for known in self.assignment.requirements:
            same = own.get(known.key)
            if same is not None and same.text == known.text:
                found.append(same)
            else:
                found.append(Requirement.model_construct(key=known.key, text=known.text, source_text=known.text))
        return found

    @cached_property
    def requirement_keys(self) -> set[str]:
        return {requirement.key for requirement in self.requirements}

    @property
    def entities(self) -> list[Entity]:
        return self.domain.entities

    @property
    def operations(self) -> list[Operation]:
        return self.domain.operations

    @property
    def human_decisions(self) -> tuple[HumanDecision, ...]:
        return self.assignment.human_decisions

    @cached_property
    def main(self) -> Entity | None:
        """The entity most is done with."""
        if not self.entities:
            return None
        people = {actor.key for actor in self.domain.actors}
        return max(
            self.entities,
            key=lambda entity: (
                entity.name not in people,
                sum(1 for op in self.operations_of(entity) if op.source) * 2
                + len(entity.requirements)
                + len(entity.fields) * 0.3,
            ),
        )

    @cached_property
    def _by_entity(self) -> dict[str, list[Operation]]:
        found: dict[str, list[Operation]] = {entity.name: [] for entity in self.entities}
        for operation in self.operations:
            found.setdefault(operation.entity, []).append(operation)
        return found

    def operations_of(self, entity: Entity) -> list[Operation]:
        return self._by_entity.get(entity.name, [])

    def entity(self, name: str) -> Entity | None:
        return next((entity for entity in self.entities if entity.name == name), None)

    def actor_label(self, key: str) -> str:
        return next((actor.label for actor in self.domain.actors if actor.key == key), key)

    def many(self, label: str) -> str:
        """The people or systems of a label, such as "shop owners"; other languages than English keep their label."""
        *before, last = label.split() or [""]
        plural, singular = LEXICONS["en"].plural, LEXICONS["en"].singular
        if self.domain.language != "en" or not last.islower() or singular(last) != last:
            return label
        return " ".join([*before, plural(last)])

    def actors_of(self, operation: Operation) -> str:
        """Who performs it, in words."""
        if not operation.actors:
            return "the system itself" if self.domain.actors else "anyone with an account"
        return ", ".join(self.actor_label(actor) for actor in operation.actors)

    @cached_property
    def references(self) -> dict[str, list[Reference]]:
        """The reference columns of each entity, by its name."""
        return references_of(self.domain)

    @cached_property
    def joins(self) -> list[Join]:
        """The tables between two entities of which each has many of the other."""
        return joins_of(self.domain)

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that can be enforced: the architect's, else those of the brief about entities that he kept."""
        return self.domain.rules or [rule for rule in self.understanding.domain.rules if self.entity(rule.entity)]

    @cached_property
    def events(self) -> list[Event]:
        """What the system tells, is told, and does at its time: the architect's, else those of the brief."""
        return self.domain.events or [
            event for event in self.understanding.domain.events if not event.entity or self.entity(event.entity)
        ]

    @cached_property
    def limits(self) -> list[Limit]:
        """The numbers that bind: the architect's, else those of the brief."""
        return self.domain.limits or self.understanding.domain.limits

    def rules_of(self, entity: Entity, *kinds: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.entity == entity.name and (not kinds or rule.kind in kinds)]

    def limits_of(
        self, *, entity: Entity | None = None, keys: list[str] | None = None, kinds: tuple[str, ...] = ()
    ) -> list[Limit]:
        return [
            limit
            for limit in self.limits
            if (entity is None or limit.entity == entity.name)
            and (keys is None or set(limit.requirements) & set(keys))
            and (not kinds or limit.kind in kinds)
        ]

    def bounds_of(self, entity: Entity) -> list[Limit]:
        """Return the limits of an entity, each sentence of the brief once."""
        return list({limit.text: limit for limit in reversed(self.limits_of(entity=entity))}.values())[::-1]

    @cached_property
    def themes(self) -> dict[str, tuple[str, ...]]:
        """The themes that each requirement of the session raises, by its key."""
        return {requirement.key: themes_of(self.said(requirement.key)) for requirement in self.requirements}

    def raised(self, *themes: str) -> list[str]:
        """Return the requirements that raise any of these themes, in their order."""
        wanted = set(themes)
        return [key for key, found in self.themes.items() if wanted & set(found)]

    def concerned(self, keys: list[str]) -> list[Entity]:
        """Return the entities that stand in the sentences of these requirements."""
        return [entity for entity in self.entities if set(entity.requirements) & set(keys)]

    def said(self, key: str) -> str:
        """Return the sentence of the brief behind a requirement."""
        return next((r.source_text or r.text for r in self.requirements if r.key == key), "")

    def earlier(self, keys: list[str], *, role: str | None = None) -> list[PriorDecision]:
        """Return earlier decisions that serve one of these requirements."""
        return [
            decision
            for decision in self.assignment.decisions
            if set(decision.requirements) & set(keys) and (role is None or decision.role == role)
        ]

    def dice(self, *about: str) -> int:
        """Return a number that depends on seed, role, brief and `about` only."""
        told = "\0".join((str(self.assignment.seed), self.assignment.role.key, self.assignment.brief, *about))
        return int.from_bytes(hashlib.sha256(told.encode("utf-8", "replace")).digest()[:4])


def _handed_in(assignment: Assignment) -> Domain | None:
    artifact = assignment.artifact(DOMAIN_PATH)
    domain = parse_domain(artifact.content) if artifact is not None else None
    return None if domain is None else _told_apart(_labelled(domain))


def _told_apart(domain: Domain) -> Domain:
    """Return the domain with each entity and each table once: what was handed in may name two alike."""
    entities: dict[str, Entity] = {}
    tables: set[str] = set()
    for entity in domain.entities:
        if entity.name not in entities:
            table, number = entity.table, 2
            while table.lower() in tables:
                table, number = f"{entity.table}_{number}", number + 1
            tables.add(table.lower())
            entities[entity.name] = entity if table == entity.table else entity.model_copy(update={"table": table})
    return domain.model_copy(update={"entities": list(entities.values())})


def _labelled(domain: Domain) -> Domain:
    """Return the domain with a label for each entity: whoever wrote it may have left the optional ones out."""
    if all(entity.label.strip() and entity.label_plural.strip() for entity in domain.entities):
        return domain
    entities = [
        entity.model_copy(
            update={
                "label": entity.label.strip() or entity.name.replace("_", " "),
                "label_plural": entity.label_plural.strip() or entity.label.strip() or entity.table.replace("_", " "),
            }
        )
        for entity in domain.entities
    ]
    return domain.model_copy(update={"entities": entities})
