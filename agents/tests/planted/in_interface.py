"""Faults in the interface."""

from typing import Any

from agents.checks.bundle import Bundle
from agents.checks.contract.facts import Facts
from agents.tests.planted.plant import Plant, api_path, main_schema, operations, text_of, with_api, with_content


def _change_property(bundle: Bundle, wanted: Any, change: Any) -> Bundle | None:
    found = main_schema(bundle, wanted)
    if found is None:
        return None
    name, prop = found

    def apply(document: dict[str, Any]) -> bool:
        change(document["components"]["schemas"][name], prop)
        return True

    return with_api(bundle, apply)


def _plain(name: str, said: dict[str, Any]) -> bool:
    return said.get("type") in ("string", "integer", "number", "boolean") and not said.get("readOnly")


def _rename(schema: dict[str, Any], prop: str) -> None:
    schema["properties"] = {
        ("renamedByMistake" if name == prop else name): said for name, said in schema["properties"].items()
    }
    schema["required"] = [name for name in schema.get("required", []) if name != prop]


def rename_property(bundle: Bundle) -> Bundle | None:
    return _change_property(bundle, _plain, _rename)


def invent_property(bundle: Bundle) -> Bundle | None:
    def add(schema: dict[str, Any], prop: str) -> None:
        schema["properties"]["shoeSize"] = {"type": "integer"}

    return _change_property(bundle, _plain, add)


def text_becomes_boolean(bundle: Bundle) -> Bundle | None:
    def change(schema: dict[str, Any], prop: str) -> None:
        schema["properties"][prop] = {"type": "boolean"}

    return _change_property(bundle, lambda name, said: said.get("type") == "string" and "enum" not in said, change)


def text_becomes_object(bundle: Bundle) -> Bundle | None:
    def change(schema: dict[str, Any], prop: str) -> None:
        schema["properties"][prop] = {"type": "array", "items": {"type": "integer"}}

    return _change_property(bundle, lambda name, said: said.get("type") == "string" and "enum" not in said, change)


def time_becomes_number(bundle: Bundle) -> Bundle | None:
    def change(schema: dict[str, Any], prop: str) -> None:
        schema["properties"][prop] = {"type": "integer"}

    return _change_property(bundle, lambda name, said: said.get("format") == "date-time", change)


def drop_property(bundle: Bundle) -> Bundle | None:
    found = main_schema(bundle, _plain)
    if found is None:
        return None

    def drop(document: dict[str, Any]) -> bool:
        for schema in document["components"]["schemas"].values():
            for part in [schema, *schema.get("allOf", [])]:
                part.get("properties", {}).pop(found[1], None)
                part["required"] = [name for name in part.get("required", []) if name != found[1]] or ["id"]
        return True

    return with_api(bundle, drop)


def drop_operation(bundle: Bundle) -> Bundle | None:
    facts = Facts(bundle)
    people = {actor.key for actor in bundle.domain.actors} if bundle.domain else set()
    asked = (
        next((each for each in bundle.domain.operations if people & set(each.actors)), None) if bundle.domain else None
    )
    call = facts.operations.api_of(asked) if asked else None
    if call is None:
        return None

    def drop(document: dict[str, Any]) -> bool:
        del document["paths"][call.path][call.method.lower()]
        return True

    return with_api(bundle, drop)


def rename_address(bundle: Bundle) -> Bundle | None:
    """Every address of the resource moves; its operations lose their names, so that only the address is left."""

    def move(document: dict[str, Any]) -> bool:
        for _, method, operation in operations(document):
            operation["operationId"] = f"renamed{operation.get('operationId', method).title().replace('_', '')}"
        document["paths"] = {f"/moved{path}": item for path, item in document["paths"].items()}
        return True

    return with_api(bundle, move)


def no_security_on_a_change(bundle: Bundle) -> Bundle | None:
    facts = Facts(bundle)
    asked = set(facts.operations.domain_of)

    def open_up(document: dict[str, Any]) -> bool:
        for path, method, operation in operations(document):
            name = operation.get("operationId") or f"{method.upper()} {path}"
            if method == "post" and name in asked and operation.get("security") != []:
                operation["security"] = []
                return True
        return False

    return with_api(bundle, open_up)


def no_security_at_all(bundle: Bundle) -> Bundle | None:
    def strip(document: dict[str, Any]) -> bool:
        document.pop("security", None)
        document["components"].pop("securitySchemes", None)
        for _, _, operation in operations(document):
            operation.pop("security", None)
        return True

    return with_api(bundle, strip)


def other_value(bundle: Bundle) -> Bundle | None:
    def change(schema: dict[str, Any], prop: str) -> None:
        schema["properties"][prop]["enum"][-1] = "somethingElse"
        schema["properties"][prop].pop("default", None)

    return _change_property(bundle, lambda name, said: len(said.get("enum", [])) > 1, change)


def lost_value(bundle: Bundle) -> Bundle | None:
    def change(schema: dict[str, Any], prop: str) -> None:
        schema["properties"][prop]["enum"].pop()

    return _change_property(bundle, lambda name, said: len(said.get("enum", [])) > 1, change)


def no_values(bundle: Bundle) -> Bundle | None:
    def change(schema: dict[str, Any], prop: str) -> None:
        schema["properties"][prop] = {"type": "string"}

    return _change_property(bundle, lambda name, said: len(said.get("enum", [])) > 1, change)


def invent_operation(bundle: Bundle) -> Bundle | None:
    """Only a domain says what nobody asked for."""
    if bundle.domain is None:
        return None

    def add(document: dict[str, Any]) -> bool:
        answer = {"200": {"description": "done"}}
        document["paths"]["/horoscopes"] = {"get": {"operationId": "castHoroscope", "responses": answer}}
        return True

    return with_api(bundle, add)


def wrong_actor(bundle: Bundle) -> Bundle | None:
    actors = [actor.key for actor in bundle.domain.actors] if bundle.domain else []
    facts = Facts(bundle)

    def change(document: dict[str, Any]) -> bool:
        for _, _, operation in operations(document):
            asked = facts.operations.domain_of.get(operation.get("operationId", ""), [])
            others = [actor for actor in actors if asked and actor not in asked[0].actors]
            if operation.get("x-actors") and others and len(asked) == 1:
                operation["x-actors"] = others[:1]
                return True
        return False

    return with_api(bundle, change)


def optional_but_not_null(bundle: Bundle) -> Bundle | None:
    """What the database cannot be without may be left out by the caller."""
    facts = Facts(bundle)
    creating = {call.body for call in facts.interface.operations if call.method == "POST"} if facts.interface else set()

    def change(document: dict[str, Any]) -> bool:
        for name, use in facts.names.schemas.items():
            schema = document["components"]["schemas"][name]
            if name not in creating or use.table is None:
                continue
            for prop in schema.get("required", []):
                column = use.table.columns.get(prop)
                if column and column.not_null and not column.filled and not prop.lower().endswith("id"):
                    schema["required"] = [each for each in schema["required"] if each != prop] or ["id"]
                    return True
        return False

    return with_api(bundle, change)


def break_yaml(bundle: Bundle) -> Bundle | None:
    path = api_path(bundle)
    return with_content(bundle, path, f"{text_of(bundle, path)[:-20]}\n\t}}: [openapi")


PLANTS = (
    Plant("a property is renamed", "contract.property_column", "api", rename_property),
    Plant("a property is invented", "contract.property_column", "api", invent_property),
    Plant("a text becomes a boolean", "contract.property_column", "api", text_becomes_boolean),
    Plant("a text becomes a list", "contract.property_column", "api", text_becomes_object),
    Plant("a time becomes a number", "contract.property_column", "api", time_becomes_number),
    Plant("a property is dropped", "contract.entity_schema", "api", drop_property),
    Plant("an endpoint is dropped", "contract.operation_interface", "api", drop_operation),
    Plant("a page calls a dropped endpoint", "contract.page_operation", "web", drop_operation),
    Plant("all addresses are moved", "contract.page_operation", "web", rename_address),
    Plant("a change needs no authorization", "contract.authorization", "api", no_security_on_a_change),
    Plant("nothing is said of authorization", "contract.authorization", "api", no_security_at_all),
    Plant("a value of an enumeration is another", "contract.states", "api", other_value),
    Plant("a value of an enumeration is lost", "contract.states", "api", lost_value),
    Plant("an enumeration is lost", "contract.states", "api", no_values),
    Plant("an operation is invented", "contract.orphan", "api", invent_operation),
    Plant("an invented operation is in no threat model", "contract.operation_threat", "security", invent_operation),
    Plant("an operation is for other actors", "contract.authorization", "api", wrong_actor),
    Plant("a needed value may be left out", "contract.required_column", "api", optional_but_not_null),
    Plant("the interface is no YAML", "contract.readable", "api", break_yaml),
)
