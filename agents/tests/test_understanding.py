"""What is understood of a brief, compared with what a careful reader finds in it."""

import time

import pytest

from agents.brief.understanding import _understand, understand
from agents.tests.bounds import BOUNDED_SECONDS
from agents.tests.factories import BRIEFS, HOSTILE


@pytest.mark.parametrize(
    ("brief", "entity", "field", "kind"),
    [
        ("Flags have a key, a description and an owner.", "flag", "description", "text"),
        ("An account registers endpoints: URL, description, active or not.", "endpoint", "active", "boolean"),
        ("An order has a status (new, paid, sent) and a total.", "order", "status", "enum"),
        ("Orders have a total and a delivery date.", "order", "total", "decimal"),
        ("Jeder Kurs hat einen Titel, einen Preis und ein Datum. Trainer legen Kurse an.", "kurs", "preis", "decimal"),
        (
            "Les clients créent des commandes. Chaque commande a une date et un montant.",
            "commande",
            "montant",
            "decimal",
        ),
        (
            "```sql\nCREATE TABLE shops (id int, opened_on date, email text);\n```\nOwners edit shops.",
            "shop",
            "opened_on",
            "date",
        ),
    ],
)
def test_fields_are_read_with_their_types(brief, entity, field, kind):
    domain = understand(brief).domain

    found = {entity.name: {f.name: f.type for f in entity.fields} for entity in domain.entities}
    assert found[entity][field] == kind


@pytest.mark.parametrize(
    ("brief", "kind", "value", "unit"),
    [
        ("A link works for 10 minutes.", "duration", "10", "minute"),
        ("At most 5 links an hour for one address.", "rate", "5", "links"),
        ("Receipts are kept for ten years.", "retention", "10", "year"),
        ("A report above EUR 2,000 needs a director.", "money", "2000", "EUR"),
        ("Attachments up to 10 MB are stored.", "size", "10", "MB"),
        ("Höchstens fünf Exemplare pro Person.", "count", "5", "exemplare"),
        ("Un propriétaire a au plus 3 véhicules.", "count", "3", "véhicules"),
    ],
)
def test_numbers_are_read_with_their_kind_and_unit(brief, kind, value, unit):
    limits = understand(brief).domain.limits

    assert (kind, value, unit) in [(limit.kind, limit.value, limit.unit) for limit in limits]


def test_what_is_out_of_scope_makes_no_entity_and_no_requirement():
    understanding = understand("Users write notes.\n\n## Not now\n\nShared calendars, voice messages.")

    assert [entity.name for entity in understanding.domain.entities] == ["user", "note"]
    assert understanding.domain.out_of_scope == ["Shared calendars, voice messages."]
    assert all("calendar" not in requirement.text for requirement in understanding.requirements)


def test_a_prohibition_is_a_constraint_and_no_operation():
    understanding = understand("Employees hand in receipts. Nobody deletes a receipt. A receipt must not be changed.")

    assert {"delete_receipt", "change_receipt"}.isdisjoint(op.key for op in understanding.domain.operations)
    assert [requirement.kind for requirement in understanding.requirements] == [
        "functional",
        "constraint",
        "constraint",
    ]


def test_who_does_it_is_read_from_the_sentence():
    domain = understand("Clerks approve permits. As a resident I want to renew permits. Wardens scan permits.").domain

    actors = {operation.key: operation.actors for operation in domain.operations}
    assert actors["approve_permit"] == ["clerk"]
    assert actors["renew_permit"] == ["resident"]
    assert actors["scan_permit"] == ["warden"]


@pytest.mark.parametrize(
    ("brief", "code"),
    [
        (BRIEFS["library-loans"], "de"),
        (BRIEFS["dechetterie-fr"], "fr"),
        (BRIEFS["veterinaria-es"], "es"),
        (BRIEFS["rowery-pl"], "pl"),
        (BRIEFS["one-line"], "en"),
        (HOSTILE["russian"], "und"),
    ],
)
def test_the_language_is_recognised(brief, code):
    assert understand(brief).language == code


LONG = {
    "many sentences": "\n".join(
        f"Person{i} creates thing{i} with a name; thing{i} has a widget{i % 50}. At most {i} a day."
        for i in range(4000)
    ),
    "one sentence": "Users create photos and albums and " * 7500,
    "one word": "a-" * 131_000,
    "brackets": "(" * 262_144,
    "tags": "<" * 262_144,
    "lines": "=\n" * 131_000,
    "numbers": "1,000 " * 43_000,
    "rows of a table": "| who | does | what |\n|---|---|---|\n" + "| clerk | approves | permit |\n" * 9000,
    "bars": "|-" * 131_000,
    "fences": "```\n" * 65_000,
    "steps": "Feature: x\n" + "Given a thing\nWhen it is closed\nThen x\n" * 6000,
    "rules": "two things must not be the same and only if unless never " * 5000,
    "arrows": "a -> b -> " * 25_000,
    "dense sentences": "\n".join(
        f"The clerk {i} approves the order{i} of the client{i} within {i} days if it is not closed, and sends a "
        f"reminder the day before to the owner of the order{i}; nobody deletes the order{i}."
        for i in range(1400)
    ),
}


@pytest.mark.parametrize("name", LONG)
def test_the_largest_brief_is_read_within_bounds(name):
    brief = LONG[name][: 256 * 1024]
    _understand.cache_clear()

    began = time.process_time()
    understanding = understand(brief)
    seconds = time.process_time() - began

    assert seconds < BOUNDED_SECONDS
    assert len(understanding.domain.entities) <= 14
    assert len(understanding.domain.operations) <= 48
    assert len(understanding.requirements) <= 60


@pytest.mark.parametrize(
    ("brief", "names"),
    [
        ("Members reserve tools. Volunteers send a tool to repair.", {"tool"}),
        ("We want a tool for teams. Users write notes and the tool is fast.", set()),
        ("Citizens report problems. A clerk closes a problem.", {"problem"}),
        ("The problem: nobody finds receipts. Employees file receipts.", set()),
    ],
)
def test_a_noun_of_software_talk_is_a_thing_where_the_brief_does_deeds_to_it(brief, names):
    entities = {entity.name for entity in understand(brief).domain.entities}

    assert entities & {"tool", "problem"} == names


def test_the_name_of_the_feature_is_no_thing_beside_the_one_it_names():
    brief = "# Tool lending for a neighbourhood\n\nMembers reserve tools. Volunteers repair tools."

    entities = [entity.name for entity in understand(brief, "Tool lending").domain.entities]

    assert "tool" in entities
    assert "tool_lending" not in entities


def test_a_time_that_something_is_done_at_is_no_part_of_who_does_it():
    domain = understand("Every night accounting gets a file of all sales. Cashiers enter sales.").domain

    assert "accounting" in [actor.key for actor in domain.actors]
    assert all("night" not in actor.key for actor in domain.actors)


def test_a_counted_house_is_a_record_and_a_place_that_something_moves_to_is_no_state():
    brief = "Guests redeem cards in any of our 14 restaurants. A blocked card's balance moves to a new one."

    entities = {entity.name: entity for entity in understand(brief).domain.entities}

    assert "restaurant" in entities
    assert all("new" not in entity.states for entity in entities.values())
