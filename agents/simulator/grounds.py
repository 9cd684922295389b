"""What in a brief calls for a decision: rules and how they are kept, numbers and what they bind, states, events."""

from collections.abc import Callable

from agents.simulator.bounds import Bound, Purpose, bounds, schedule, spoken
from agents.simulator.choices import Ground, piece
from agents.simulator.enforcement import Enforcement, Way, enforcements_of, needs_key
from agents.simulator.material import Material
from agents.simulator.routes import routes_of
from agents.simulator.shape import state_of, transition_of
from agents.simulator.supporting import audited
from agents.simulator.text import listing

Grounded = Callable[[Material], Ground | None]


def rules(*ways: Way, kinds: tuple[str, ...] = (), weight: int = 12) -> Grounded:
    """A rule that is kept in one of these ways. Words: {rule} {columns} {kept} {name} {code}."""

    def found(material: Material) -> Ground | None:
        made = [one for one in material.once(enforcements_of) if (not ways or one.way in ways)]
        made = [one for one in made if not kinds or one.rule.kind in kinds]
        return _of_rules(made, weight) if made else None

    return found


def _of_rules(made: list[Enforcement], weight: int) -> Ground:
    keys = tuple(dict.fromkeys(key for one in made for key in one.rule.requirements))
    first = made[0]
    words = {
        "rule": first.rule.text.rstrip(". "),
        "rules": listing([one.rule.key for one in made]),
        "columns": listing(list(first.columns), none=first.entity.label),
        "kept": first.words,
        "name": first.name or first.entity.table,
        "code": first.code,
    }
    return Ground(keys, words, first.entity, weight + 2 * len(made))


def numbers(*purposes: Purpose, weight: int = 8) -> Grounded:
    """A number of one of these purposes. Words: {number} {numbers} {plan}."""

    def found(material: Material) -> Ground | None:
        bound = bounds(material, *purposes)
        return _of_numbers(material, bound, weight) if bound else None

    return found


def _of_numbers(material: Material, found: list[Bound], weight: int) -> Ground:
    keys = tuple(dict.fromkeys(key for bound in found for key in bound.limit.requirements))
    texts = list(dict.fromkeys(bound.limit.text for bound in found))
    words = {
        "number": spoken(found[0]),
        "numbers": listing([f"“{text}”" for text in texts], most=3),
        "limits": listing([bound.key for bound in found], most=6),
        "plan": listing(schedule(material, found[0]), most=12),
        "rest": piece(found[0].limit.text),
    }
    return Ground(keys, words, found[0].entity, weight + 2 * min(3, len(texts)))


def states(material: Material) -> Ground | None:
    """An entity that has states. Words: {states} {first} {steps} {attribute}."""
    held = [(entity, state_of(material, entity)) for entity in material.entities]
    found = [(entity, state) for entity, state in held if state is not None and len(state.values) > 1]
    if not found:
        return None
    entity, state = max(
        found, key=lambda one: (len(one[0].transitions), len(one[1].values), len(material.operations_of(one[0])))
    )
    steps = [op for op in material.operations_of(entity) if transition_of(material, entity, op)]
    keys = dict.fromkeys(key for op in steps for key in op.requirements)
    words = {
        "states": listing(list(state.values), most=8),
        "first": state.values[0],
        "last": state.values[-1],
        "steps": listing([op.key for op in steps], most=6, none="its operations"),
        "attribute": state.name,
        "lives": listing([one.label for one, _ in found], most=5),
    }
    return Ground(tuple(keys) or tuple(entity.requirements[:3]), words, entity, 9 + len(steps))


def events(*kinds: str, weight: int = 8) -> Grounded:
    """Something that is told, heard or done in time. Words: {event} {events}."""

    def found(material: Material) -> Ground | None:
        told = [event for event in material.events if not kinds or event.kind in kinds]
        if not told:
            return None
        keys = tuple(dict.fromkeys(key for event in told for key in event.requirements))
        words = {
            "event": told[0].label or told[0].key,
            "events": listing([event.label or event.key for event in told], most=5),
            "keys": listing([event.key for event in told], most=5),
        }
        return Ground(keys, words, material.entity(told[0].entity), weight + len(told))

    return found


def repeats(material: Material) -> Ground | None:
    """A create that must not happen twice. Words: {creates}."""
    found = [route for route in material.once(routes_of) if needs_key(material, route.operation)]
    if not found:
        return None
    keys = dict.fromkeys(key for route in found for key in route.operation.requirements)
    keys |= dict.fromkeys(
        key for route in found for rule in material.rules_of(route.entity) for key in rule.requirements
    )
    words = {"creates": listing([route.operation.key for route in found], most=5)}
    return Ground(tuple(keys), words, found[0].entity, 8 + len(found))


def trail(material: Material) -> Ground | None:
    """Something of which every act must be provable. Words: {trailed}."""
    keys = tuple(material.raised("audit"))
    records = [rule for rule in material.rules if rule.kind == "append_only"]
    if not keys and not records:
        return None
    entities = audited(material) or [entity for entity in material.entities if entity.name == records[0].entity]
    keys = tuple(dict.fromkeys((*keys, *(key for rule in records for key in rule.requirements))))
    words = {"trailed": listing([entity.label_plural or entity.label for entity in entities], none="every act")}
    return Ground(keys, words, entities[0] if entities else None, 10)
