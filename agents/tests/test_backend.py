"""The interface says of every operation who may call it, what it takes, answers and refuses."""

import re

import pytest
import yaml

from agents.assignment import HumanDecision
from agents.checks.openapi import check_openapi
from agents.deliverable import Domain, DomainField, Entity, Operation
from agents.tests.domains import artifact, studio, without, written
from agents.tests.factories import BRIEFS, content, run_session


@pytest.fixture(scope="module")
def deliverable():
    return written("backend_dev", studio())


@pytest.fixture(scope="module")
def document(deliverable):
    return yaml.safe_load(artifact(deliverable, "api/openapi.yaml"))


@pytest.fixture(scope="module")
def calls(document):
    return operations(document)


def operations(document) -> dict[str, dict]:
    return {
        call["operationId"]: {**call, "method": method, "path": path}
        for path, item in document["paths"].items()
        for method, call in item.items()
        if method != "parameters"
    }


def resolved(document, value):
    while isinstance(value, dict) and "$ref" in value:
        found = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def passes(deliverable) -> bool:
    found = next(one for one in deliverable.artifacts if one.path == "api/openapi.yaml")
    return all(result.status == "passed" for result in check_openapi(found))


def test_every_operation_is_there_once_and_valid(deliverable, calls):
    assert passes(deliverable)
    assert set(calls) == {operation.key for operation in studio().operations}


def test_each_operation_names_its_actors_as_security(document, calls):
    schemes = document["components"]["securitySchemes"]

    for operation in studio().operations:
        security = calls[operation.key]["security"]
        assert {name for one in security for name in one} == set(operation.actors)
        for one in security:
            for name, scopes in one.items():
                flows = schemes[name]["flows"].values()
                assert all(scope in flow["scopes"] for flow in flows for scope in scopes)


def test_refusals_are_problem_details_with_a_code_for_each_rule(document, calls):
    codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]

    for call in calls.values():
        for status, answer in call["responses"].items():
            if int(status) >= 400:
                assert "application/problem+json" in resolved(document, answer)["content"]
    assert {"booking_taken", "musician_not_unique", "voucher_already_done"} <= set(codes)
    assert "booking_taken" in resolved(document, calls["book_room"]["responses"]["409"])["description"]


def test_a_double_that_would_hurt_takes_an_idempotency_key(document, calls):
    def keyed(name):
        parameters = [resolved(document, one) for one in calls[name].get("parameters", [])]
        return any(one["name"] == "Idempotency-Key" for one in parameters)

    assert keyed("book_room")
    assert keyed("add_voucher")
    assert keyed("add_invoice")
    assert not keyed("rate_booking")


def test_lists_are_pages_by_cursor_with_their_filters(document, calls):
    parameters = [resolved(document, one) for one in calls["list_bookings"]["parameters"]]
    names = {one["name"] for one in parameters}
    page = resolved(document, calls["list_bookings"]["responses"]["200"])["content"]["application/json"]["schema"]

    assert {"cursor", "limit", "status", "room_id", "starts_at_from"} <= names
    assert set(resolved(document, page)["properties"]) == {"results", "next"}


def test_steps_of_a_life_are_operations_and_the_state_cannot_be_sent(document, calls):
    sent = resolved(document, calls["book_room"]["requestBody"]["content"]["application/json"]["schema"])

    assert calls["approve_booking"]["x-transition"] == {"from": ["asked"], "to": "approved"}
    assert "409" in calls["approve_booking"]["responses"]
    assert not {"status", "requested_by", "decided_by", "musician_id"} & set(sent["properties"])
    assert document["components"]["schemas"]["Booking"]["properties"]["status"]["readOnly"] is True


def test_numbers_of_the_brief_are_in_schemas_and_answers(document, calls):
    stars = document["components"]["schemas"]["NewRating"]["properties"]["stars"]
    limited = resolved(document, calls["add_voucher"]["responses"]["429"])

    assert (stars["minimum"], stars["maximum"]) == (1, 5)
    assert "Retry-After" in limited["headers"]
    assert limited["headers"]["RateLimit-Policy"]["schema"]["const"] == '"L-4";q=5;w=3600'


def test_a_change_sends_at_least_one_thing_and_requires_none(document):
    change = document["components"]["schemas"]["RatingChange"]

    assert change["minProperties"] == 1
    assert "required" not in change


def test_what_others_are_told_is_a_webhook(document):
    post = document["webhooks"]["booking_made"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]

    assert schema["properties"]["about"] == {"$ref": "#/components/schemas/Booking"}


def test_the_guide_shows_a_call_that_the_schema_would_take(deliverable, document):
    guide = artifact(deliverable, "api/README.md")
    body = yaml.safe_load(re.search(r"```http\nPOST .*?\n\n(\{.*?\n\})\n```", guide, re.DOTALL)[1])

    name = next(
        name
        for name, schema in document["components"]["schemas"].items()
        if name.startswith("New") and set(schema["properties"]) == set(body)
    )
    assert set(document["components"]["schemas"][name].get("required", [])) <= set(body)
    for operation in studio().operations:
        assert f"`{operation.key}`" in guide


def test_an_export_that_is_done_once_is_no_get():
    session = run_session(BRIEFS["expense-reports"])
    calls = operations(yaml.safe_load(content(session, "api/openapi.yaml")))

    exports = [call for name, call in calls.items() if name.startswith("export") and "x-transition" in call]
    assert all(call["method"] == "post" for call in exports)


def test_two_operations_never_share_an_address():
    domain = Domain(
        entities=[Entity(name="door", label="door", table="doors", path="doors", fields=[DomainField(name="code")])],
        operations=[
            Operation(key=f"open_{number}", title="Open", entity="door", kind="action", verb="open")
            for number in range(3)
        ]
        + [Operation(key=f"add_{number}", title="Add", entity="door", kind="create") for number in range(3)]
        + [Operation(key="lost", title="Lost", entity="nowhere", kind="list")],
    )

    deliverable = written("backend_dev", domain)

    assert passes(deliverable)
    assert set(operations(yaml.safe_load(artifact(deliverable, "api/openapi.yaml")))) == {
        operation.key for operation in domain.operations
    }


@pytest.mark.parametrize("missing", [("rules",), ("states", "transitions"), ("actors",), ("limits", "events")])
def test_a_domain_with_missing_parts_still_gives_a_valid_interface(missing):
    deliverable = written("backend_dev", without(studio(), *missing))

    assert passes(deliverable)


def test_schema_and_interface_have_the_same_names():
    deliverable = written("backend_dev", studio(), human_decisions=(HumanDecision(1, "Keys are UUIDs"),))
    schemas = yaml.safe_load(artifact(deliverable, "api/openapi.yaml"))["components"]["schemas"]
    sql = artifact(written("dba", studio(), human_decisions=(HumanDecision(1, "Keys are UUIDs"),)), "db/schema.sql")

    for entity in studio().entities:
        table = re.search(rf"CREATE TABLE {entity.table} \((.*?)\n\);", sql, re.DOTALL)[1]
        for name in schemas[entity.name.capitalize()]["properties"]:
            assert re.search(rf"^\s+{name} ", table, re.MULTILINE) or name.endswith("_ids"), f"{entity.name}.{name}"
    assert schemas["Room"]["properties"]["id"]["format"] == "uuid"
