"""Domains as somebody else may hand them in, for tests of the roles that build on them."""

import json

from agents.assignment import Assignment, KnownRequirement, PriorArtifact
from agents.deliverable import (
    Actor,
    Deliverable,
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
from agents.simulator import write_deliverable
from agents.tests.factories import make_assignment

STUDIO = """\
Musicians book a rehearsal room. Two bookings of one room must not overlap. A cancelled booking frees the room.
A band may hold at most 3 bookings. A voucher works once, for 14 days. Nobody approves their own booking.
Invoices cannot be changed. Who read a medical note must be known for 10 years. At most 5 vouchers an hour.
A rating has 1 to 5 stars. A nickname of a musician is unique. Other systems are told of each booking.
"""


def studio() -> Domain:
    """A domain with a rule of every kind that a schema can carry."""
    return Domain(
        title="Rehearsal studio",
        actors=[
            Actor(key="musician", label="musician"),
            Actor(key="manager", label="manager"),
            Actor(key="door", label="door", kind="system"),
        ],
        entities=[
            Entity(
                name="booking",
                label="booking",
                label_plural="bookings",
                table="bookings",
                path="bookings",
                fields=[
                    DomainField(name="starts_at", type="datetime", required=True),
                    DomainField(name="price", type="decimal"),
                    DomainField(name="currency", type="string"),
                ],
                states=["asked", "approved", "cancelled"],
                transitions=[
                    Transition(sources=["asked"], target="approved", operation="approve_booking"),
                    Transition(sources=["asked", "approved"], target="cancelled", operation="cancel_booking"),
                ],
                requirements=["R-1", "R-2", "R-3"],
            ),
            _entity("room", ["R-1"]),
            _entity("band", ["R-4"]),
            _entity("musician", ["R-1"], DomainField(name="nickname", type="string", required=True)),
            _entity("voucher", ["R-5"]),
            _entity("invoice", ["R-7"], DomainField(name="total", type="decimal", required=True)),
            _entity("note", ["R-8"], DomainField(name="text", type="text", required=True)),
            _entity("rating", ["R-10"], DomainField(name="stars", label="stars", type="integer", required=True)),
            _entity("tag", []),
        ],
        relations=[
            Relation(source="booking", target="room", label="of"),
            Relation(source="booking", target="band", label="by a"),
            Relation(source="booking", target="musician", label="book by"),
            Relation(source="note", target="musician", label="named together"),
            Relation(source="rating", target="booking", label="of"),
            Relation(source="room", target="tag", kind="many_to_many", label="has"),
            Relation(source="band", target="band", label="split from"),
            Relation(source="invoice", target="booking", kind="one_to_one", label="for"),
        ],
        operations=[
            Operation(key="list_bookings", title="List bookings", entity="booking", kind="list", actors=["manager"]),
            _operation("book_room", "booking", "create", "book", ["musician"], ["R-1", "R-9"]),
            _operation("approve_booking", "booking", "action", "approve", ["manager"], ["R-6"]),
            _operation("cancel_booking", "booking", "action", "cancel", ["musician"], ["R-3"]),
            _operation("read_booking", "booking", "read", "read", ["musician"], []),
            _operation("add_musician", "musician", "create", "add", ["manager"], ["R-11"]),
            _operation("add_voucher", "voucher", "create", "add", ["manager"], ["R-5", "R-9"]),
            _operation("redeem_voucher", "voucher", "action", "redeem", ["musician"], ["R-5"]),
            _operation("add_invoice", "invoice", "create", "add", ["manager"], ["R-7"]),
            _operation("read_note", "note", "read", "read", ["manager"], ["R-8"]),
            _operation("rate_booking", "rating", "create", "rate", ["musician"], ["R-10"]),
            _operation("update_rating", "rating", "update", "update", ["musician"], ["R-10"]),
        ],
        rules=[
            _rule(1, "exclusive", "booking", ["room"], "Two bookings of one room must not overlap", "R-2"),
            _rule(2, "condition", "booking", [], "Nobody approves their own booking", "R-6"),
            _rule(3, "immutable", "invoice", [], "Invoices cannot be changed", "R-7"),
            _rule(4, "append_only", "note", [], "Who read a medical note must be known for 10 years", "R-8"),
            _rule(5, "once", "voucher", [], "A voucher works once, for 14 days", "R-5"),
            _rule(6, "unique", "musician", ["nickname"], "A nickname of a musician is unique", "R-11"),
        ],
        limits=[
            _limit(1, "A band may hold at most 3 bookings", "count", "3", "bookings", "booking", "R-4"),
            _limit(2, "A voucher works once, for 14 days", "duration", "14", "day", "voucher", "R-5"),
            _limit(3, "must be known for 10 years", "retention", "10", "year", "note", "R-8"),
            _limit(4, "At most 5 vouchers an hour", "rate", "5", "vouchers", "voucher", "R-9"),
            _limit(5, "A rating has 1 to 5 stars", "count", "5", "stars", "rating", "R-10"),
        ],
        events=[Event(key="booking_made", label="booking made", entity="booking", operation="book_room")],
    )


def _entity(name: str, requirements: list[str], *fields: DomainField) -> Entity:
    own = list(fields) or [DomainField(name="name", type="string", required=True)]
    return Entity(
        name=name,
        label=name,
        label_plural=f"{name}s",
        table=f"{name}s",
        path=f"{name}s",
        fields=own,
        requirements=requirements,
    )


def _operation(key: str, entity: str, kind: str, verb: str, actors: list[str], requirements: list[str]) -> Operation:
    return Operation(
        key=key,
        title=key.replace("_", " ").capitalize(),
        entity=entity,
        kind=kind,
        verb=verb,
        actors=actors,
        requirements=requirements,
        source="Musicians book a rehearsal room.",
    )


def _rule(number: int, kind: str, entity: str, fields: list[str], text: str, requirement: str) -> Rule:
    return Rule(
        key=f"C-{number}", kind=kind, text=text, entity=entity, fields=fields, requirements=[requirement], source=text
    )


def _limit(number: int, text: str, kind: str, value: str, unit: str, entity: str, requirement: str) -> Limit:
    return Limit(
        key=f"L-{number}", text=text, kind=kind, value=value, unit=unit, entity=entity, requirements=[requirement]
    )


STUDIO_REQUIREMENTS = tuple(
    KnownRequirement(f"R-{number}", text, "brief")
    for number, text in enumerate(
        (
            "Musicians book a rehearsal room.",
            "Two bookings of one room must not overlap.",
            "A cancelled booking frees the room.",
            "A band may hold at most 3 bookings.",
            "A voucher works once, for 14 days.",
            "Nobody approves their own booking.",
            "Invoices cannot be changed.",
            "Who read a medical note must be known for 10 years.",
            "At most 5 vouchers an hour.",
            "A rating has 1 to 5 stars.",
            "A nickname of a musician is unique.",
        ),
        start=1,
    )
)


def handed_in(role: str, domain: Domain, **changes: object) -> Assignment:
    """Return the task of `role` after somebody handed in `domain`."""
    artifact = PriorArtifact("domain.json", "application/json", domain.model_dump_json(), "architect")
    given = {"brief": STUDIO, "requirements": STUDIO_REQUIREMENTS, "artifacts": (artifact,), **changes}
    return make_assignment(role, **given)


def written(role: str, domain: Domain, **changes: object) -> Deliverable:
    return write_deliverable(handed_in(role, domain, **changes))


def artifact(deliverable: Deliverable, path: str) -> str:
    return next(found.content for found in deliverable.artifacts if found.path == path)


def without(domain: Domain, *names: str) -> Domain:
    """Return the domain as a model that knows nothing of these lists would hand it in."""
    facts = json.loads(domain.model_dump_json())
    for name in names:
        facts.pop(name, None)
        for entity in facts["entities"]:
            entity.pop(name, None)
    return Domain.model_validate(facts)
