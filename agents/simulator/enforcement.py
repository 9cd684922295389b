"""How each rule of the brief is kept: by which constraint of the schema, by which answer of the interface."""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from agents.brief.identifiers import RESERVED, identifier, unique
from agents.deliverable import Entity, Operation, Rule
from agents.simulator.bounds import Bound, bounds, counted_parent
from agents.simulator.material import Material, Reference
from agents.simulator.routes import only_reads
from agents.simulator.shape import Attribute, attributes, is_separation, is_used_up, released, span_of, state_of
from agents.simulator.text import sql_text

Way = Literal[
    "unique",
    "marked",
    "exclude",
    "guard",
    "privilege",
    "apart",
    "rows",
    "columns",
    "journal",
    "number",
    "design",
    "service",
]

_MARKED: Final = re.compile(r"flag|marked|markiert|signal|señal|oznacz|not refused|warn", re.IGNORECASE)
# What no statement about one row can keep: that the whole goes on, is quick, reaches no forbidden place.
_DESIGN: Final = re.compile(
    r"must not (?:break|hold up|fail|slow|stop|go down|take longer)|keeps? (?:on )?working|"
    r"go(?:es)? on (?:with|working)|private address|whatever the|darf nicht (?:länger|ausfallen)|"
    r"auch wenn .{0,60}ausfällt|ne doit pas (?:bloquer|dépasser)|no debe (?:bloquear|tardar)|"
    r"nie może (?:trwać|blokować)",
    re.IGNORECASE,
)
WHO_READ: Final = re.compile(
    r"who (?:has )?(?:read|saw|seen|viewed|opened|accessed|looked)|wer .{0,20}(?:gelesen|eingesehen|gesehen)|"
    r"qui .{0,12}(?:lu|consulté|vu)\b|quién .{0,12}(?:leyó|vio|consultó)|kto .{0,12}(?:czyta|odczyta|widzia)|"
    r"access log",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(
    r"amount|price|total|fee|cost|fine|salary|wage|balance|deposit|preis|betrag|gebuehr|lohn|gehalt|kosten|prix|montant|"
    r"frais|precio|importe|tarifa|salario|cena|kwota|oplata|kara"
)
_KEY_LIKE: Final = (
    "key code barcode email username isbn iban serial serial_number plate licence_plate license_plate "
    "kennzeichen matricula article_number number nummer numero"
).split()


@dataclass(frozen=True)
class Enforcement:
    """One rule with the way it is kept.

    `columns` are the columns that the constraint spans, `where` the condition of a partial one, `name` the constraint's
    or index's name (empty where the schema alone cannot keep the rule), `code` the code of the problem in the answer.
    """

    rule: Rule
    entity: Entity
    way: Way
    columns: tuple[str, ...] = ()
    where: str = ""
    name: str = ""
    code: str = ""

    @property
    def words(self) -> str:
        """How it is kept, in words."""
        columns = ", ".join(self.columns)
        return {
            "unique": f"unique {columns}" + (f" where {self.where}" if self.where else ""),
            "marked": f"an index over {columns} finds the first one; the later one is marked, not refused",
            "exclude": f"no overlap of times for {columns}" + (f" where {self.where}" if self.where else ""),
            "guard": "the statement that writes names the condition"
            + (f" ({self.where})" if self.where else "")
            + ", and changes nothing when it does not hold",
            "privilege": f"the application's role may change no {columns or 'row'}, nor delete it",
            "apart": f"a check that {' and '.join(self.columns)} differ",
            "rows": f"every statement asks for {columns or 'the owner'} of the caller",
            "columns": f"only the roles named may select {columns or 'it'}",
            "journal": "each act, reading included, is a row of a journal that is only added to",
            "number": f"the number {self.where}, where numbers are kept",
            "design": "the parts of the system, not a single row: see the decisions and the quality goals",
            "service": "the interface asks before it writes",
        }[self.way]


def enforcements_of(material: Material) -> list[Enforcement]:
    """Return how each rule is kept, in the order of the rules; a rule may need more than one constraint."""
    found: list[Enforcement] = []
    for rule in material.rules:
        entity = material.entity(rule.entity)
        if entity is not None:
            found += _keep(material, entity, rule)
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    names: set[str] = set()
    kept = []
    for made in found:
        mark = (made.entity.name, made.way, made.columns)
        if made.name and mark in seen:
            continue  # two sentences of the brief that ask for the same constraint
        seen.add(mark)
        kept.append(replace(made, name=unique(made.name, names)) if made.name else made)
    return kept


def needs_key(material: Material, operation: Operation) -> bool:
    """Would it hurt to do this create twice, so that it takes an Idempotency-Key?

    Yes where a rule allows it once, where money moves, and where the brief's own sentence speaks of doubles.
    """
    if operation.kind != "create":
        return False
    entity = material.entity(operation.entity)
    if entity is None:
        return False
    if any(rule.kind in ("exclusive", "once", "unique", "append_only") for rule in material.rules_of(entity)):
        return True
    amounts = any(
        attribute.type == "decimal" and is_money(attribute.name) for attribute in attributes(material, entity)
    )
    keys = set(operation.requirements) & set(material.raised("same_time", "uniqueness", "money"))
    return amounts or bool(keys)


def is_money(name: str) -> bool:
    return bool(_MONEY.search(name))


def kept_for(material: Material, entity: Entity, *ways: Way) -> list[Enforcement]:
    return [
        made
        for made in material.once(enforcements_of)
        if made.entity.name == entity.name and (not ways or made.way in ways)
    ]


def touches(material: Material, operation: Operation, made: Enforcement) -> bool:
    """Can this operation be refused by the rule?"""
    own = material.entity(operation.entity)
    if own is None or only_reads(own, operation):
        return False
    if made.way in ("guard", "service"):
        sharing = _sharing(material, made.rule)
        return operation.key in sharing if sharing else _own(operation, made) and operation.kind in ("create", "action")
    if not _own(operation, made):
        return False
    if made.way in ("unique", "exclude"):
        return operation.kind in ("create", "update") or _moves(material, operation, made)
    if made.way == "privilege":
        return operation.kind in ("update", "delete")
    if made.way == "apart":
        return operation.kind == "action"
    return False


def _own(operation: Operation, made: Enforcement) -> bool:
    return operation.entity == made.entity.name


def _sharing(material: Material, rule: Rule) -> list[str]:
    """The operations that change something and stand in the very sentence of the rule."""
    return [
        operation.key
        for operation in material.operations
        if operation.source
        and not only_reads(material.entity(operation.entity) or material.entities[0], operation)
        and set(operation.requirements) & set(rule.requirements)
    ]


def constraint_name(*parts: str) -> str:
    """Return a name within PostgreSQL's 63 bytes, each part still recognisable."""
    words = [re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_") for part in parts if part]
    most = (62 - len(words)) // max(1, len(words))
    name = "_".join(word if sum(map(len, words)) + len(words) < 62 else word[:most].rstrip("_") for word in words)
    return f"{name}_" if name in RESERVED or not name[:1].isalpha() else name


def columns_of(material: Material, entity: Entity, rule: Rule) -> list[str]:
    """Return the columns that a rule speaks of: its fields, and the references to entities that it names."""
    names = {attribute.name.lower(): attribute.name for attribute in attributes(material, entity)}
    by_target: dict[str, Reference] = {}
    for reference in material.references[entity.name]:
        by_target.setdefault(reference.target.name.lower(), reference)
    found = []
    for name in rule.fields:
        low = name.lower()
        if low in names:
            found.append(names[low])
        elif low in by_target:
            found.append(by_target[low].column)
        elif f"{low}_id" in names:
            found.append(names[f"{low}_id"])
    return list(dict.fromkeys(found))


def _keep(material: Material, entity: Entity, rule: Rule) -> list[Enforcement]:
    columns = columns_of(material, entity, rule)
    said = f"{rule.text} {rule.source}"
    state = state_of(material, entity)
    free = released(state)
    where = f"{state.name} NOT IN ({', '.join(sql_text(value) for value in free)})" if state and free else ""
    code = identifier(f"{entity.name} {_WORD[rule.kind]}")

    def made(way: Way, over: list[str], condition: str = "") -> Enforcement:
        named = way in ("unique", "exclude", "marked", "apart")
        about = "seen_before" if way == "marked" else _WORD[rule.kind]
        name = constraint_name(entity.table, "_".join(over), about) if named else ""
        return Enforcement(rule, entity, way, tuple(over), condition, name, code)

    if is_separation(rule):
        return [made("apart", ["requested_by", "decided_by"])]
    if rule.kind == "unique":
        columns = columns or _key_columns(material, entity, said)
        if not columns:
            return [made("service", [])]
        return [made("marked" if _MARKED.search(said) else "unique", columns)]
    if rule.kind == "exclusive":
        return _exclusive(material, entity, rule, columns, where, made)
    if rule.kind == "once":
        return [made("guard", [])] if is_used_up(rule) or not columns else [made("unique", columns, where)]
    if rule.kind in ("immutable", "append_only"):
        if rule.kind == "append_only" and WHO_READ.search(said):
            return [made("journal", columns)]
        changed = any(op.kind == "update" for op in material.operations_of(entity))
        sealed = _sealed_states(state, said) if changed and rule.kind == "immutable" else []
        if state is not None and sealed:
            return [made("guard", columns, f"{state.name} NOT IN ({', '.join(sql_text(value) for value in sealed)})")]
        references = {reference.column for reference in material.references[entity.name]}
        own = [column for column in columns if column not in references and rule.kind == "immutable"]
        return [made("privilege", own)]
    if rule.kind == "ownership":
        owners = [reference.column for reference in material.references[entity.name] if _is_actor(material, reference)]
        return [made("rows", columns or owners[:1])]
    if rule.kind == "visibility":
        own = [column for column in columns if not column.endswith("_id")]
        return [made("columns", own)]
    bound = _stated_as_number(material, rule)
    if bound is not None:
        return [Enforcement(rule, entity, "number", (bound.field,) if bound.field else (), bound.key)]
    if _DESIGN.search(said):
        return [made("design", columns)]
    if _MARKED.search(said) and columns:
        return [made("marked", columns)]
    return [made("guard", columns)]


_WORD: Final = {
    "unique": "not_unique",
    "exclusive": "taken",
    "once": "already_done",
    "immutable": "immutable",
    "append_only": "append_only",
    "ownership": "not_yours",
    "visibility": "not_visible",
    "condition": "condition_not_met",
}


class _Made(Protocol):
    def __call__(self, way: Way, over: list[str], condition: str = "") -> Enforcement: ...


def _stated_as_number(material: Material, rule: Rule) -> Bound | None:
    """The number of the brief that says the same as the rule, and is counted or checked for itself."""
    text = rule.text.rstrip(". ").lower()
    for bound in bounds(material, "rate_limit", "quota", "most", "range", "length", "size"):
        said = bound.limit.text.rstrip(". ").lower()
        counted = bound.purpose not in ("quota", "most") or bound.field
        same = said in text or text in said
        if same and (counted or (bound.entity is not None and counted_parent(material, bound.entity) is not None)):
            return bound
    return None


def _sealed_states(state: Attribute | None, said: str) -> list[str]:
    """The states that the rule names, and those that come after: "an approved line can't be changed"."""
    values = list(state.values) if state else []
    named = [place for place, value in enumerate(values) if place and re.search(rf"\b{re.escape(value)}", said, re.I)]
    return values[named[0] :] if named else []


def _exclusive(
    material: Material, entity: Entity, rule: Rule, columns: list[str], where: str, made: _Made
) -> list[Enforcement]:
    """Times of one resource must not overlap; what has no time of its own, or is one (a slot), is given once."""
    start, end = span_of(material, entity)
    references = {reference.column: reference for reference in material.references[entity.name]}
    if not columns:
        said = f"{rule.text} {rule.source}".lower()
        columns = [
            column
            for column, reference in references.items()
            if not _is_actor(material, reference) and reference.target.label.lower() in said
        ][:3]
    things = [column for column in columns if column not in references or not _is_actor(material, references[column])]
    columns = things or columns
    if not columns:
        return [made("guard", [])]
    found, timeless = [], []
    for column in columns:
        target = references[column].target if column in references else None
        is_time = target is not None and any(
            field.type == "datetime" and field.name.startswith("start") for field in target.fields
        )
        if target is not None and start and end and not is_time:
            found.append(made("exclude", [column], where))
        else:
            timeless.append(column)
    if timeless:
        found.append(made("unique", timeless, where))
    return found


def _is_actor(material: Material, reference: Reference) -> bool:
    return reference.by_caller or reference.target.name in {actor.key for actor in material.domain.actors}


def _moves(material: Material, operation: Operation, made: Enforcement) -> bool:
    """Does an action bring an entity back into what the constraint spans?"""
    return operation.kind == "action" and made.way == "exclude" and bool(set(made.rule.requirements))


def _key_columns(material: Material, entity: Entity, said: str) -> list[str]:
    names = [attribute.name for attribute in attributes(material, entity) if not attribute.is_state]
    low = said.lower()
    spoken = [name for name in names if len(name) > 2 and re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", low)]
    return spoken[:4] or [name for name in _KEY_LIKE if name in names][:1]
