"""States, rules, events, relations, numbers and questions, as they are read from single sentences."""

import re

import pytest

from agents.brief.understanding import understand
from agents.tests.factories import BRIEFS, HOSTILE

KEY = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,59}")


def _entity(brief, name):
    return next(entity for entity in understand(brief).domain.entities if entity.name == name)


@pytest.mark.parametrize(
    ("brief", "entity", "states"),
    [
        ("An order has a status (new, paid, sent) and a total. Clerks send orders.", "order", ["new", "paid", "sent"]),
        ("Clerks record claims.\n\nStatus: draft, filed, settled.", "claim", ["draft", "filed", "settled"]),
        ("Clerks record claims. Claims go draft -> filed -> settled.", "claim", ["draft", "filed", "settled"]),
        ("Nurses submit requests. A manager approves or rejects a request.", "request", ["submitted", "approved"]),
        ("Writers save articles. An article becomes stale. Editors publish articles.", "article", ["open", "stale"]),
        ("Der Vorstand genehmigt Anträge oder lehnt Anträge ab.", "antrag", ["offen", "genehmigt", "abgelehnt"]),
    ],
)
def test_the_life_of_an_entity_is_read(brief, entity, states):
    found = _entity(brief, entity).states

    assert found[0] == states[0]
    assert set(states) <= set(found)


def test_a_deed_leads_from_the_states_that_the_brief_names():
    order = _entity("Buyers place orders. Clerks approve orders. Finance exports approved orders.", "order")

    steps = {step.operation: (step.sources, step.target) for step in order.transitions}
    assert steps["approve_order"] == ([order.states[0]], "approved")
    assert steps["export_order"] == (["approved"], "exported")


def test_the_field_that_holds_the_state_has_the_states_as_values():
    order = _entity("Buyers place orders. Clerks approve or cancel orders.", "order")

    status = next(field for field in order.fields if field.name == "status")
    assert status.values == order.states


@pytest.mark.parametrize(
    ("brief", "kind", "entity"),
    [
        ("Guests book rooms. Two guests must never get the same room.", "exclusive", "booking"),
        ("Members cast votes. There is one vote per member.", "unique", "vote"),
        ("Shops issue vouchers. A voucher works once.", "once", "voucher"),
        ("Clerks write invoices. An invoice can't be changed.", "immutable", "invoice"),
        ("Clerks write entries. Nobody deletes an entry.", "append_only", "entry"),
        ("Every change is recorded. Clerks make changes.", "append_only", "change"),
        ("Members see only their own loans. Clerks record loans.", "ownership", "loan"),
        ("Doctors add notes that patients never see.", "visibility", "note"),
        ("Drivers return vehicles. A vehicle may only be returned by daylight.", "condition", "vehicle"),
        ("Sachbearbeiter legen Akten an. Eine Akte darf nicht geändert werden.", "immutable", "akte"),
        ("Les agents créent des dossiers. Un dossier ne peut pas être modifié.", "immutable", "dossier"),
        ("Los socios crean pedidos. Nadie puede borrar un pedido.", "append_only", "pedido"),
        ("Klienci tworzą zamówienia. Nikt nie może usunąć zamówienia.", "append_only", "zamowienie"),
    ],
)
def test_rules_are_read_with_their_entity(brief, kind, entity):
    domain = understand(brief).domain

    assert (kind, entity) in [(rule.kind, rule.entity) for rule in domain.rules]


def test_a_sentence_about_nothing_that_is_kept_states_no_rule():
    brief = "Customers write reviews. Editors hide reviews. Buyers see reviews. The checkout must not break at night."

    rules = understand(brief).domain.rules

    assert rules == []


@pytest.mark.parametrize(
    ("brief", "kind", "words"),
    [
        ("Guests book rooms and get a confirmation.", "published", "confirmation"),
        ("Guests book rooms and get a reminder the day before.", "scheduled", "reminder"),
        ("If nobody answers a ticket, the team lead is alerted. Agents answer tickets.", "published", "alert"),
        ("Sensors send a reading over MQTT. Engineers see readings.", "received", "reading"),
        ("Clerks write reports. Reports are archived every night.", "scheduled", "every night"),
        ("Clerks write reports. Reports are deleted after 2 years.", "scheduled", "after 2 year"),
    ],
)
def test_events_are_read_with_their_kind(brief, kind, words):
    events = understand(brief).domain.events

    assert any(event.kind == kind and words in event.label for event in events), events


@pytest.mark.parametrize(
    ("brief", "source", "kind", "target"),
    [
        ("A truck carries sensors. Drivers drive trucks.", "sensor", "many_to_one", "truck"),
        ("Shoppers put products on a wishlist. Sellers edit products.", "wishlist", "many_to_many", "product"),
        ("Each car has one permit. Clerks issue permits. Owners register cars.", "permit", "one_to_one", "car"),
        ("Fans leave comments on photos.", "comment", "many_to_one", "photo"),
        ("Clerks check every line of the invoice. Sellers send invoices.", "line", "many_to_one", "invoice"),
    ],
)
def test_relations_are_read_with_their_cardinality(brief, source, kind, target):
    relations = understand(brief).domain.relations

    assert (source, kind, target) in [(r.source, r.kind, r.target) for r in relations]


@pytest.mark.parametrize(
    ("brief", "limits"),
    [
        (
            "Patients pick a treatment (15 to 90 minutes).",
            [("15", "minute", "treatment"), ("90", "minute", "treatment")],
        ),
        ("Readers get a reminder after 3, 10 and 20 days.", [("3", "day", "reminder"), ("10", "day", "reminder")]),
        ("Editors upload photos. Photos are deleted after 30 days.", [("30", "day", "photo")]),
        ("Guests request links. At most 5 links an hour.", [("5", "links", "link")]),
    ],
)
def test_numbers_are_bound_to_what_they_limit(brief, limits):
    found = [(limit.value, limit.unit, limit.entity) for limit in understand(brief).domain.limits]

    assert set(limits) <= set(found)


@pytest.mark.parametrize(
    ("brief", "words"),
    [
        ("Documents are approved. It must be fast.", "fast"),
        ("Members borrow books, at most 5 books. A member may hold at most 3 books.", "Which of the two holds"),
        ("Members and clerks see tickets. Agents open tickets. Tickets can be merged.", "Who may do"),
        ("Clerks write invoices. Sellers add products. Clerks see invoices and products.", "belong to one"),
        ("Let people comment on photos.", "How long"),
    ],
)
def test_what_is_unsure_becomes_a_question_with_a_default(brief, words):
    questions = understand(brief).questions

    assert any(words in question.text for question in questions), [question.text for question in questions]
    assert all(question.default in question.options and len(question.options) >= 2 for question in questions)


@pytest.mark.parametrize("name", [*BRIEFS, *HOSTILE])
def test_every_name_is_a_valid_key_and_leads_somewhere(name):
    understanding = understand({**BRIEFS, **HOSTILE}[name])
    domain = understanding.domain
    entities = {entity.name: entity for entity in domain.entities}
    operations = {operation.key for operation in domain.operations}
    requirements = {requirement.key for requirement in understanding.requirements}

    for entity in domain.entities:
        assert all(KEY.fullmatch(state) for state in entity.states)
        for step in entity.transitions:
            assert {*step.sources, step.target} <= set(entity.states)
            assert step.operation in operations | {""}
    for rule in domain.rules:
        assert rule.entity in entities
        assert set(rule.fields) <= {field.name for field in entities[rule.entity].fields} | set(entities)
        assert set(rule.requirements) <= requirements
        assert rule.requirements
    for event in domain.events:
        assert KEY.fullmatch(event.key)
        assert event.entity in {*entities, ""}
        assert event.operation in {*operations, ""}
    for relation in domain.relations:
        assert {relation.source, relation.target} <= set(entities)


@pytest.mark.parametrize("name", BRIEFS)
def test_rules_and_events_quote_the_brief(name):
    domain = understand(BRIEFS[name]).domain
    brief = " ".join(BRIEFS[name].split())

    for part in (*domain.rules, *domain.events):
        assert " ".join(part.source.split()) in brief


def test_a_way_from_state_to_state_is_followed():
    [quiz] = [
        entity
        for entity in understand("Teachers edit quizzes. Quizzes go from draft to published to closed.").domain.entities
        if entity.name == "quiz"
    ]

    assert quiz.states == ["draft", "published", "closed"]


def test_what_comes_with_several_things_has_them():
    brief = "Teachers create quizzes with questions. Students answer questions. Teachers delete questions."

    relations = understand(brief).domain.relations

    assert ("question", "quiz", "many_to_one") in [(r.source, r.target, r.kind) for r in relations]
