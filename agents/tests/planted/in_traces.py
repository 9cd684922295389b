"""Faults in requirements, decisions, evidence and domain."""

from dataclasses import replace
from typing import Any

from agents.assignment import HumanDecision
from agents.checks.bundle import Bundle
from agents.checks.contract.facts import Facts
from agents.tests.planted.plant import Plant, append, with_artifact, with_domain

_INVENTED = "The moon must be visible whenever somebody signs in."


def requirement_without_decision(bundle: Bundle) -> Bundle | None:
    key = bundle.requirements[-1].key
    decisions = tuple(
        replace(each, requirements=tuple(name for name in each.requirements if name != key))
        for each in bundle.decisions
    )
    return replace(bundle, decisions=decisions)


def requirement_without_artifact(bundle: Bundle) -> Bundle | None:
    key = bundle.requirements[0].key
    numbers = {each.number for each in bundle.decisions if key in each.requirements}
    artifacts = tuple(
        replace(each, implements=tuple(number for number in each.implements if number not in numbers))
        for each in bundle.artifacts
    )
    return replace(bundle, artifacts=artifacts) if numbers else None


def unknown_requirement(bundle: Bundle) -> Bundle | None:
    first, *rest = bundle.decisions
    return replace(bundle, decisions=(replace(first, requirements=(*first.requirements, "R-999")), *rest))


def unknown_requirement_in_text(bundle: Bundle) -> Bundle | None:
    path = next(
        (each.path for each in bundle.artifacts if each.path.startswith("ops/") and each.path.endswith(".md")), None
    )
    return append(bundle, path, "\nThis serves R-998.") if path else None


def decision_without_requirement(bundle: Bundle) -> Bundle | None:
    *rest, last = bundle.decisions
    text = last.rationale.replace("H-", "")
    return replace(bundle, decisions=(*rest, replace(last, requirements=(), rationale=text)))


def decision_without_artifact(bundle: Bundle) -> Bundle | None:
    number = bundle.decisions[-1].number
    artifacts = tuple(
        replace(each, implements=tuple(one for one in each.implements if one != number)) for each in bundle.artifacts
    )
    return replace(bundle, artifacts=artifacts)


def artifact_without_decision(bundle: Bundle) -> Bundle | None:
    changed = with_artifact(bundle, "web/horoscope.css", "p { color: red }", role="frontend_dev")
    *rest, last = changed.artifacts
    return replace(changed, artifacts=(*rest, replace(last, implements=())))


def invented_source_of_requirement(bundle: Bundle) -> Bundle | None:
    *rest, last = bundle.requirements
    return replace(bundle, requirements=(*rest, last.model_copy(update={"source_text": _INVENTED})))


def invented_source_of_entity(bundle: Bundle) -> Bundle | None:
    def change(document: dict[str, Any]) -> bool:
        document["entities"][0]["source"] = _INVENTED
        return True

    return with_domain(bundle, change)


def invented_source_of_limit(bundle: Bundle) -> Bundle | None:
    def change(document: dict[str, Any]) -> bool:
        if not document.get("limits"):
            return False
        document["limits"][0]["text"] = "at most 4,711 moons a night"
        return True

    return with_domain(bundle, change)


def invented_quote(bundle: Bundle) -> Bundle | None:
    first, *rest = bundle.decisions
    told = f"{first.rationale} The brief says “{_INVENTED}”"
    return replace(bundle, decisions=(replace(first, rationale=told), *rest))


def quote_in_a_document(bundle: Bundle) -> Bundle | None:
    path = next(each.path for each in bundle.artifacts if each.role == "architect" and each.path.endswith(".md"))
    return append(bundle, path, f"\nAs the brief has it: “{_INVENTED}”")


def invented_entity(bundle: Bundle) -> Bundle | None:
    def change(document: dict[str, Any]) -> bool:
        document["entities"].append({"name": "horoscope", "table": "horoscopes", "path": "horoscopes", "fields": []})
        return True

    return with_domain(bundle, change)


def further_field(bundle: Bundle) -> Bundle | None:
    def change(document: dict[str, Any]) -> bool:
        document["entities"][0].setdefault("fields", []).append({"name": "zodiac_sign", "type": "string"})
        return True

    return with_domain(bundle, change)


def further_operation(bundle: Bundle) -> Bundle | None:
    def change(document: dict[str, Any]) -> bool:
        actor, entity = document["actors"][0]["key"], document["entities"][0]["name"]
        asked = {"key": "enchant_everything", "title": "Enchant everything", "entity": entity, "kind": "action"}
        document["operations"].append({**asked, "verb": "enchant", "actors": [actor]})
        return True

    return with_domain(bundle, change)


def further_state(bundle: Bundle) -> Bundle | None:
    def change(document: dict[str, Any]) -> bool:
        for entity in document["entities"]:
            for field in entity.get("fields", []):
                if field.get("values"):
                    field["values"].append("bewitched")
                    if entity.get("states"):
                        entity["states"].append("bewitched")
                    return True
        return False

    return with_domain(bundle, change)


def transition_to_no_state(bundle: Bundle) -> Bundle | None:
    def change(document: dict[str, Any]) -> bool:
        for entity in document["entities"]:
            if entity.get("states"):
                entity.setdefault("transitions", []).append({"sources": [], "target": "bewitched"})
                return True
        return False

    return with_domain(bundle, change)


def further_relation(bundle: Bundle) -> Bundle | None:
    """A relation between two entities that nothing in the schema joins."""

    def change(document: dict[str, Any]) -> bool:
        names = [entity["name"] for entity in document["entities"]]
        joined = {frozenset((each["source"], each["target"])) for each in document.get("relations", [])}
        for one in names:
            for other in names:
                if one != other and frozenset((one, other)) not in joined and len(names) > 3:
                    document.setdefault("relations", []).append({"source": one, "target": other})
                    return not _joined(bundle, one, other)
        return False

    return with_domain(bundle, change)


def _joined(bundle: Bundle, one: str, other: str) -> bool:
    facts = Facts(bundle)
    pair = {facts.names.tables[name].name for name in (one, other) if name in facts.names.tables}
    return len(pair) < 2 or any(
        len(pair & ({table.name} | {each.target for each in table.foreign_keys})) == 2
        for table in facts.relational.tables.values()  # type: ignore[union-attr]
    )


def record_that_is_only_added_to(bundle: Bundle) -> Bundle | None:
    """A rule that the interface breaks: it has an operation that changes the record."""
    facts = Facts(bundle)
    changing = [
        call
        for call in (facts.interface.operations if facts.interface else [])
        if call.method in ("PATCH", "PUT", "DELETE") and call.path.endswith("}") and facts.operations.resource(call)
    ]
    if not changing:
        return None
    entity = facts.operations.resource(changing[0])
    return _with_rule(bundle, {"kind": "append_only", "entity": entity.name if entity else ""})


def field_that_must_be_unique(bundle: Bundle) -> Bundle | None:
    facts = Facts(bundle)
    for entity in bundle.domain.entities if bundle.domain else ():
        table = facts.table_of(entity)
        taken = {column for each in table.uniques for column in each.columns} if table else set()
        for field in entity.fields:
            if table and field.name in table.columns and field.name not in taken and len(table.uniques) < 2:
                return _with_rule(bundle, {"kind": "unique", "entity": entity.name, "fields": [field.name]})
    return None


def _with_rule(bundle: Bundle, rule: dict[str, Any]) -> Bundle | None:
    sentence = bundle.requirements[0].source_text

    def change(document: dict[str, Any]) -> bool:
        document.setdefault("rules", []).append({"key": "C-99", "text": sentence, "source": sentence, **rule})
        return True

    return with_domain(bundle, change)


def unheard_person(bundle: Bundle) -> Bundle | None:
    return replace(bundle, human_decisions=(*bundle.human_decisions, HumanDecision(97, "Use a magic wand")))


PLANTS = (
    Plant("a requirement has no decision", "contract.requirement", "", requirement_without_decision),
    Plant("a requirement has no artifact", "contract.requirement", "", requirement_without_artifact),
    Plant("a decision cites no requirement there is", "contract.citation", "", unknown_requirement),
    Plant("a document cites no requirement there is", "contract.citation", "ops", unknown_requirement_in_text),
    Plant("a decision serves nothing", "contract.orphan_decision", "", decision_without_requirement),
    Plant("a decision is carried out nowhere", "contract.orphan_decision", "", decision_without_artifact),
    Plant("an artifact serves nothing", "contract.orphan_decision", "web", artifact_without_decision),
    Plant("a requirement quotes what was not said", "contract.evidence", "", invented_source_of_requirement),
    Plant("an entity quotes what was not said", "contract.evidence", "domain.json", invented_source_of_entity),
    Plant("a limit quotes what was not said", "contract.evidence", "domain.json", invented_source_of_limit),
    Plant("a decision quotes what was not said", "contract.evidence", "", invented_quote),
    Plant("a document quotes what was not said", "contract.evidence", "", quote_in_a_document),
    Plant("an entity has no table", "contract.entity_table", "db", invented_entity),
    Plant("a field has no column", "contract.entity_table", "db", further_field),
    Plant("a field has no property", "contract.entity_schema", "api", further_field),
    Plant("an operation has no endpoint", "contract.operation_interface", "api", further_operation),
    Plant("a state is in the domain only", "contract.states", "", further_state),
    Plant("a transition leads to no state", "contract.states", "domain.json", transition_to_no_state),
    Plant("a relation has no foreign key", "contract.foreign_key", "db", further_relation),
    Plant("what is only added to can be changed", "contract.rule", "api", record_that_is_only_added_to),
    Plant("what must be unique is not", "contract.rule", "db", field_that_must_be_unique),
    Plant("nobody heard a person", "contract.human_decision", "", unheard_person),
)
