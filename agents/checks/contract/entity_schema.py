"""Does the interface have a schema for each entity, and a property for each of its fields?"""

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.names import key, without_reference, words

# What a careful interface never shows.
_HIDDEN = frozenset("password secret token hash digest salt pin credential signature internal passwort".split())


def judge(facts: Facts) -> list[Finding] | None:
    domain, interface = facts.domain, facts.interface
    if domain is None or interface is None or not domain.entities or not interface.schemas:
        return None
    found = []
    for entity in domain.entities:
        schemas = [
            interface.schemas[name]
            for name, use in facts.names.schemas.items()
            if use.entity is entity and use.kind != "page" and interface.schemas[name].properties
        ]
        if not schemas:
            found.append(
                Finding(
                    interface.file,
                    interface.document.line_of("components"),
                    f"The entity `{entity.name}` has no schema",
                    "Describe it under `components/schemas`, by the name that domain.json gives it.",
                    serious=False,
                )
            )
            continue
        shown = {name for schema in schemas for prop in schema.properties for name in _names(prop.name, prop.children)}
        main = next((each for each in schemas if each.name == facts.names.schema_of(entity)), schemas[0])
        for field in entity.fields:
            if not {key(field.name), without_reference(field.name)} & shown and not _HIDDEN & set(words(field.name)):
                found.append(
                    Finding(
                        interface.file,
                        main.line,
                        f"No schema of `{entity.name}` has a property for its field `{field.name}`",
                        f"Add `{field.name}` to `{main.name}`, or keep the name that domain.json gives it.",
                    )
                )
    return found


def _names(name: str, children: tuple[str, ...]) -> set[str]:
    told = {key(name), without_reference(name)}
    return told | {key(child) for child in children} | {f"{key(name)} {key(child)}" for child in children}


CHECK = ContractCheck(
    "contract.entity_schema",
    "Entities of domain.json and their fields with the schemas of the interface and their properties",
    "failed; an entity without any schema: warning",
    "Secrets, which an interface rightly hides; schemas written in place in an operation.",
    judge,
)
