"""Faults in the schema of the database."""

import re

from agents.checks.bundle import Bundle
from agents.checks.contract.facts import Facts
from agents.tests.planted.plant import Plant, append, column_where, edit_line, edit_text, tables, text_of, with_content


def rename_column(bundle: Bundle) -> Bundle | None:
    found = column_where(
        bundle, lambda entity, field, table, column: column.category in ("text", "integer", "timestamp")
    )
    if found is None:
        return None
    _, _, table, column = found
    return edit_line(bundle, table.file, column.line, rf'"?\b{re.escape(column.name)}\b"?', "renamed_by_mistake")


def _retype(bundle: Bundle, category: str, instead: str) -> Bundle | None:
    facts = Facts(bundle)
    shown = {
        (use.entity.name, prop.name.lower().replace("_", ""))
        for name, use in facts.names.schemas.items()
        if use.entity and facts.interface
        for prop in facts.interface.schemas[name].properties
        if not prop.ref
    }
    found = column_where(
        bundle,
        lambda entity, field, table, column: (
            column.category == category
            and (entity.name, column.name.lower().replace("_", "")) in shown
            and not column.values
        ),
    )
    if found is None:
        return None
    _, _, table, column = found
    kinds = r"text|(?:varchar|character varying)\s*\(\d+\)|timestamptz|timestamp(?: with(?:out)? time zone)?"
    pattern = rf'({re.escape(column.name)}"?\s+)(?:{kinds})(?:\(\d+\))?'
    return edit_line(bundle, table.file, column.line, pattern, rf"\1{instead}")


def text_becomes_boolean(bundle: Bundle) -> Bundle | None:
    return _retype(bundle, "text", "boolean")


def time_becomes_date(bundle: Bundle) -> Bundle | None:
    return _retype(bundle, "timestamp", "date")


def text_becomes_number(bundle: Bundle) -> Bundle | None:
    return _retype(bundle, "text", "bigint")


def rename_table(bundle: Bundle) -> Bundle | None:
    found = tables(bundle)
    if not found:
        return None
    table = found[-1][1]
    return edit_line(bundle, table.file, table.line, rf'"?\b{re.escape(table.name)}\b"?', "renamed_by_mistake")


def _with_key(bundle: Bundle) -> tuple[str, int, str] | None:
    """File, line and target of a foreign key whose column is named after its target."""
    facts = Facts(bundle)
    for table in facts.relational.tables.values() if facts.relational else ():
        for reference in table.foreign_keys:
            column = reference.columns[0]
            if (
                facts.names.table(column.removesuffix("_id").removesuffix("Id")) is not None
                and reference.target != table.name
            ):
                return table.file, reference.line, reference.target
    return None


def key_to_another_table(bundle: Bundle) -> Bundle | None:
    found = _with_key(bundle)
    if found is None:
        return None
    file, line, target = found
    other = next((table.name for _, table in tables(bundle) if table.name != target), None)
    return _retarget(bundle, file, line, target, other) if other else None


def key_to_no_table(bundle: Bundle) -> Bundle | None:
    found = _with_key(bundle)
    return _retarget(bundle, *found, "nowhere_at_all") if found else None


def _retarget(bundle: Bundle, file: str, line: int, target: str, other: str) -> Bundle | None:
    """The words REFERENCES and the table's name may stand on the lines below."""
    lines = text_of(bundle, file).split("\n")
    for number in range(line, min(line + 4, len(lines) + 1)):
        pattern = rf'(REFERENCES\s+(?:\w+\.)?)"?{re.escape(target)}"?(?!\w)'
        changed = edit_line(bundle, file, number, pattern, rf'\1"{other}"')
        if changed is not None:
            return changed
    return None


def drop_keys(bundle: Bundle) -> Bundle | None:
    """All references to the target of one relation go."""
    domain = bundle.domain
    facts = Facts(bundle)
    for relation in domain.relations if domain else ():
        source, target = facts.names.tables.get(relation.source), facts.names.tables.get(relation.target)
        if source is None or target is None or source is target:
            continue
        pair = {source.name, target.name}
        ends = {each.target for each in source.foreign_keys} | {each.target for each in target.foreign_keys}
        if not ends & pair:
            continue
        text = text_of(bundle, source.file)
        either = f"{re.escape(target.name)}|{re.escape(source.name)}"
        statement = rf'^ALTER TABLE[^;]*REFERENCES\s+(?:\w+\.)?"?(?:{either})"?(?!\w)[^;]*;'
        text = re.sub(statement, "", text, flags=re.IGNORECASE | re.MULTILINE)
        for name in pair:
            reference = rf'\s+REFERENCES\s+(?:\w+\.)?"?{re.escape(name)}"?(?!\w)(?:\s*\([^)]*\))?'
            text = re.sub(reference, "", text, flags=re.IGNORECASE)
        text = re.sub(
            r"(?:CONSTRAINT\s+\w+\s+)?FOREIGN KEY\s*\([^)]*\)(?=\s*(?:ON|,|\)|$))",
            "CHECK (true)",
            text,
            flags=re.IGNORECASE,
        )
        return with_content(bundle, source.file, text)
    return None


def other_value(bundle: Bundle) -> Bundle | None:
    found = column_where(bundle, lambda entity, field, table, column: len(column.values) > 1)
    if found is None:
        return None
    _, _, table, column = found
    return edit_text(bundle, table.file, rf"(?<=')({re.escape(column.values[-1])})(?='\s*[,)])", "something_else")


def any_value(bundle: Bundle) -> Bundle | None:
    found = column_where(bundle, lambda entity, field, table, column: len(column.values) > 1)
    if found is None:
        return None
    _, _, table, column = found
    pattern = rf'CHECK\s*\(\(?\s*"?{re.escape(column.name)}"?\s*(?:IN\s*\(|=\s*ANY\s*\(ARRAY\[)[^)]*\)+'
    return edit_text(bundle, table.file, pattern, "CHECK (true)")


def no_unique(bundle: Bundle) -> Bundle | None:
    """Everything unique but the keys goes, where a rule of the domain needs it."""
    domain = bundle.domain
    if domain is None:
        return None
    needed = any(rule.kind in ("unique", "exclusive") for rule in domain.rules)
    if not needed and not any(field.unique for entity in domain.entities for field in entity.fields):
        return None
    changed = bundle
    for artifact in bundle.artifacts:
        if artifact.path.endswith(".sql"):
            changed = with_content(changed, artifact.path, _without_unique(artifact.content))
    return changed


def _without_unique(text: str) -> str:
    for pattern, instead in (
        (r"^CREATE UNIQUE INDEX", "CREATE INDEX"),
        (r",?\s*(?:CONSTRAINT\s+\"?\w+\"?\s+)?EXCLUDE\s+USING[^\n]*?(?=,?\n)", ""),
        (r",?\s*(?:CONSTRAINT\s+\"?\w+\"?\s+)?UNIQUE(?: NULLS NOT DISTINCT)?\s*\([^)]*\)", ""),
        (r"^ALTER TABLE[^;]*\bADD\s*(?:;|$)", ""),
        (r"\bUNIQUE\b(?!\s*\()", ""),
    ):
        text = re.sub(pattern, instead, text, flags=re.IGNORECASE | re.MULTILINE)
    return text


def key_of_another_type(bundle: Bundle) -> Bundle | None:
    facts = Facts(bundle)
    for table in facts.relational.tables.values() if facts.relational else ():
        for reference in table.foreign_keys:
            column = table.columns.get(reference.columns[0])
            if column and column.category in ("integer", "uuid"):
                pattern = rf'({re.escape(column.name)}"?\s+)(?:bigint|integer|int\b|uuid)'
                changed = edit_line(bundle, table.file, column.line, pattern, r"\1text")
                if changed is not None:
                    return changed
    return None


def invent_table(bundle: Bundle) -> Bundle | None:
    if bundle.domain is None:
        return None
    facts = Facts(bundle)
    file = facts.relational.files[0] if facts.relational else ""
    return append(
        bundle, file, "CREATE TABLE horoscopes (id bigint PRIMARY KEY, sign text NOT NULL, mood text, luck int);"
    )


PLANTS = (
    Plant("a column is renamed", "contract.entity_table", "db", rename_column),
    Plant("a property has lost its column", "contract.property_column", "api", rename_column),
    Plant("a column becomes a boolean", "contract.property_column", "api", text_becomes_boolean),
    Plant("a column becomes a number", "contract.property_column", "api", text_becomes_number),
    Plant("a column keeps the day only", "contract.property_column", "api", time_becomes_date),
    Plant("a table is renamed", "contract.entity_table", "db", rename_table),
    Plant("a foreign key leads to another table", "contract.foreign_key", "db", key_to_another_table),
    Plant("a foreign key leads nowhere", "contract.foreign_key", "db", key_to_no_table),
    Plant("a relation has lost its foreign key", "contract.foreign_key", "db", drop_keys),
    Plant("a foreign key has another type", "contract.foreign_key", "db", key_of_another_type),
    Plant("a check allows another value", "contract.states", "db", other_value),
    Plant("a check is lost", "contract.states", "db", any_value),
    Plant("a unique constraint is lost", "contract.rule", "db", no_unique),
    Plant("a table is invented", "contract.orphan", "db", invent_table),
)
