"""Epics and stories: what each group gets done, what it must hold, how large it is, and what has to come before."""

from dataclasses import dataclass

from agents.deliverable import Entity, Operation, Rule
from agents.simulator.bounds import Bound, bounds, bounds_of
from agents.simulator.material import Material
from agents.simulator.planning.people import WRITING, amount, doing, one, refused
from agents.simulator.text import counted, listing

SIZES = (1, 2, 3, 5, 8)
MOST_CRITERIA = 9
BINDING = ("rate_limit", "quota", "most", "length", "range", "size", "threshold", "expiry", "latency", "notice")


@dataclass(frozen=True)
class Criterion:
    """One thing that is tried at acceptance."""

    title: str
    given: str
    when: str
    then: str


@dataclass(frozen=True)
class Story:
    key: str  # S-1, S-2, …
    title: str
    who: str
    want: str
    so_that: str
    entity: Entity
    operations: tuple[Operation, ...]  # the first one is what it is about
    requirements: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    points: int
    large_because: str
    needs: tuple[str, ...]  # keys of stories that come before

    @property
    def is_named(self) -> bool:
        """Whether the brief itself asks for it."""
        return bool(self.operations[0].source)


@dataclass(frozen=True)
class Epic:
    key: str  # E-1, E-2, …
    title: str
    entity: Entity
    stories: tuple[Story, ...]

    @property
    def points(self) -> int:
        return sum(story.points for story in self.stories)


def epics(material: Material) -> list[Epic]:
    """Return one epic for each kind of thing, in an order in which they can be built."""
    return material.once(_epics)


def stories(material: Material) -> list[Story]:
    return [story for epic in epics(material) for story in epic.stories]


def build_order(material: Material) -> list[Entity]:
    """Return the entities so that each comes after those it refers to; where they refer in a circle, in their order."""
    left, found = list(material.entities), list[Entity]()
    while left:
        known = {entity.name for entity in found}
        free = [
            entity
            for entity in left
            if all(
                reference.target.name in known or reference.target.name == entity.name
                for reference in material.references.get(entity.name, [])
            )
        ]
        following = (free or left)[0]
        found.append(following)
        left.remove(following)
    return found


def _epics(material: Material) -> list[Epic]:
    found: list[Epic] = []
    first_of: dict[str, str] = {}
    number = 0
    for place, entity in enumerate(build_order(material), start=1):
        told = []
        for operations in _grouped(material, entity):
            number += 1
            story = _story(material, entity, operations, f"S-{number}", first_of)
            first_of.setdefault(entity.name, story.key)
            told.append(story)
        if told:
            found.append(Epic(f"E-{place}", entity.label_plural, entity, tuple(told)))
    return found


def _grouped(material: Material, entity: Entity) -> list[tuple[Operation, ...]]:
    """A story for each named operation; what the brief does not name is done with the first that needs it."""
    operations = material.operations_of(entity)
    named = [op for op in operations if op.source]
    rest = [op for op in operations if not op.source]
    making = [op for op in rest if op.kind == "create"]
    other = [op for op in rest if op.kind != "create"]
    units: list[tuple[Operation, ...]] = [(op,) for op in sorted(named, key=lambda op: op.kind != "create")]
    if making or not named:
        units.insert(0, tuple(making + other) or tuple(rest))
    elif other:
        units[0] = (*units[0], *other)
    return [unit for unit in units if unit]


def _story(
    material: Material, entity: Entity, operations: tuple[Operation, ...], key: str, first_of: dict[str, str]
) -> Story:
    main = operations[0]
    told = list(dict.fromkeys(r for op in operations for r in op.requirements)) or list(entity.requirements)
    rules = [
        rule
        for rule in material.rules_of(entity)
        if main.kind in WRITING and (main.kind == "create" or set(rule.requirements) & set(told))
    ]
    numbers = _numbers(material, entity, main, told)
    references = material.references.get(entity.name, [])
    needs = [first_of[r.target.name] for r in references if r.target.name in first_of and r.target.name != entity.name]
    if entity.name in first_of:
        needs = [first_of[entity.name]]
    criteria = _criteria(material, entity, main, rules, numbers)
    weights = {
        "rule": len(rules),
        "number": len(numbers),
        "reference": len(references) if main.kind == "create" else 0,
        "further act": len(operations) - 1,
        "step of its state": sum(1 for step in entity.transitions if step.operation == main.key),
    }
    heaviest = max(weights, key=lambda name: weights[name])
    effort = 1 + (main.kind in WRITING) + sum(weights.values()) // 2 + (main.kind == "action")
    return Story(
        key=key,
        title=main.title,
        who=_who(material, main),
        want=doing(material, main),
        so_that=_purpose(material, entity, operations, told),
        entity=entity,
        operations=operations,
        requirements=tuple(told),
        criteria=tuple(criteria[:MOST_CRITERIA]),
        points=next((size for size in SIZES if size >= effort), SIZES[-1]),
        large_because=_many(weights[heaviest], heaviest) if weights[heaviest] else "one step, nothing that binds it",
        needs=tuple(dict.fromkeys(needs)),
    )


def _many(number: int, what: str) -> str:
    return counted(number, what, "steps of its state" if what.startswith("step") else "")


def _who(material: Material, operation: Operation) -> str:
    labels = [material.actor_label(actor) for actor in operation.actors]
    return listing(labels, most=3, none=material.actors_of(operation)).replace(" and ", " or ")


def _purpose(material: Material, entity: Entity, operations: tuple[Operation, ...], told: list[str]) -> str:
    main = operations[0]
    if main.source and told:
        return f"“{material.said(told[0])[:200].rstrip('. ')}” holds ({told[0]})"
    using = [op for op in material.operations_of(entity) if op.source and op.key != main.key]
    if using:
        return f"one can {doing(material, using[0])}"
    referring = [
        other.label_plural
        for other in material.entities
        if any(r.target.name == entity.name for r in material.references.get(other.name, []))
    ]
    if referring:
        return f"{listing(referring, most=3)} can name the right {entity.label}"
    if told:
        return f"“{material.said(told[0])[:200].rstrip('. ')}” can hold ({told[0]})"
    return f"{entity.label_plural} can be told apart"


def _numbers(material: Material, entity: Entity, operation: Operation, told: list[str]) -> list[Bound]:
    if operation.kind not in WRITING:
        return bounds(material, "latency", entity=entity)
    found = [
        bound
        for bound in material.once(bounds_of)
        if bound.purpose in BINDING
        and set(bound.limit.requirements) & set(told)
        and (bound.entity is None or bound.entity.name == entity.name)
    ]
    return list({bound.limit.text: bound for bound in found}.values())[:4]


def _criteria(
    material: Material, entity: Entity, operation: Operation, rules: list[Rule], numbers: list[Bound]
) -> list[Criterion]:
    who, thing = _who(material, operation), entity.label
    found = [_good_case(material, entity, operation, who)]
    for rule in rules[:3]:
        found.append(
            Criterion(
                f"{rule.key}, {rule.kind.replace('_', ' ')}",
                _before_rule(rule, entity),
                f"{who} tries to {doing(material, operation)}",
                f"it is refused with the reason, and nothing has changed: “{rule.text[:180].rstrip('. ')}”",
            )
        )
    told = {rule.text for rule in rules}
    found += [
        Criterion(
            f"{bound.key}, {amount(bound.limit)}",
            f"everything else is as in the good case, and {_bound_case(bound)}",
            f"{who} asks to {doing(material, operation)}",
            f"“{bound.limit.text[:180].rstrip('. ')}” holds, on either side of that number",
        )
        for bound in numbers
        if bound.limit.text not in told
    ]
    for step in entity.transitions:
        if step.operation == operation.key and step.sources:
            wrong = [state for state in entity.states if state not in step.sources]
            if wrong:
                found.append(
                    Criterion(
                        f"only from {listing([s.replace('_', ' ') for s in step.sources])}",
                        f"{one(thing)} that is {wrong[0].replace('_', ' ')}",
                        f"{who} tries to {doing(material, operation)}",
                        f"it stays {wrong[0].replace('_', ' ')}, and the answer says so",
                    )
                )
    others = refused(material, operation)
    if others:
        found.append(
            Criterion(
                f"not for {others[0].name}",
                f"a signed-in {others[0].actor.label}",
                f"they try to {doing(material, operation)}",
                f"it is refused, and they learn nothing about the {thing}",
            )
        )
    return found


def _good_case(material: Material, entity: Entity, operation: Operation, who: str) -> Criterion:
    thing, many = entity.label, entity.label_plural
    needed = [reference.target.label for reference in material.references.get(entity.name, [])]
    facts = [field.label or field.name.replace("_", " ") for field in entity.fields if field.required] or [
        field.label or field.name.replace("_", " ") for field in entity.fields[:3]
    ]
    step = next((each for each in entity.transitions if each.operation == operation.key), None)
    act = doing(material, operation)
    if operation.kind == "create":
        there = [one(label) for label in dict.fromkeys(needed)]
        given = f"{listing(there, most=4)} to refer to" if needed else f"no such {thing} is there yet"
        return Criterion(
            "good case",
            given,
            f"{who} wants to {act} with {listing(facts, most=5, none='what is asked for')}",
            f"the {thing} is there, stands in the list of {many}, and says when it was made",
        )
    if operation.kind == "list":
        return Criterion(
            "good case",
            f"more {many} than fit on one page, some of them not for {who}",
            f"{who} asks to {act}",
            f"only the {many} that {who} may see come, in a fixed order, with a way to the next ones",
        )
    if operation.kind == "read":
        return Criterion(
            "good case",
            f"{one(thing)} that {who} may see",
            f"{who} opens it",
            f"its {listing(facts, most=5)} are shown",
        )
    if operation.kind == "delete":
        return Criterion(
            "good case", f"{one(thing)} that may go", f"{who} asks to {act}", f"it is gone from the list of {many}"
        )
    state = f" that is {step.sources[0].replace('_', ' ')}" if step and step.sources else ""
    after = f"it is {step.target.replace('_', ' ')}" if step else f"the {thing} shows it, with who did it and when"
    return Criterion("good case", f"{one(thing)}{state}", f"{who} asks to {act}", after)


def _before_rule(rule: Rule, entity: Entity) -> str:
    names = listing([name.replace("_", " ") for name in rule.fields], most=4, none=entity.label)
    return {
        "unique": f"{one(entity.label)} with the same {names} is there already",
        "exclusive": f"another {entity.label} holds the same {names} at that time",
        "once": f"it has happened to this {entity.label} before",
        "immutable": f"{one(entity.label)} that is settled",
        "append_only": f"an entry of {entity.label_plural} that stands already",
        "ownership": f"{one(entity.label)} that belongs to somebody else",
        "visibility": f"{one(entity.label)} with something that is not for everybody",
        "condition": f"{one(entity.label)} for which the condition does not hold",
    }[rule.kind]


def _bound_case(bound: Bound) -> str:
    """Return the situation that a number decides, in words."""
    told = amount(bound.limit)
    return {
        "rate_limit": f"{told} have been asked for within the time already",
        "quota": f"{told} are used up",
        "load": f"{told} arrive",
        "most": f"there are {told} already",
        "length": f"the text has {told}",
        "range": f"the value lies at its end of {told}",
        "size": f"the file has {told}",
        "threshold": f"{told} are reached",
        "price": f"the amount is {told}",
        "latency": "the clock is read before and after",
        "expiry": f"{told} have passed",
        "age": f"{told} have passed since it was settled",
        "retry": f"it has failed, and {told} have passed",
        "notice": f"it is due in {told}",
        "stock": f"there are {told}",
    }[bound.purpose]
