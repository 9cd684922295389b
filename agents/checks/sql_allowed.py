"""Is a statement made only of what the allow-list names? Reads parse trees; runs nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.checks import sql_grammar as grammar
from agents.checks.sql_statements import Statement


@dataclass(frozen=True)
class Fault:
    """What is not allowed: the message ends no sentence, the remedy is one."""

    line: int
    message: str
    remedy: str
    is_warning: bool = False


@dataclass
class Names:
    """What a file makes itself; nothing else may be referred to. Names are as PostgreSQL folds them."""

    schemas: set[str] = field(default_factory=set)
    tables: set[tuple[str, str]] = field(default_factory=set)
    types: set[tuple[str, str]] = field(default_factory=set)

    def has_table(self, schema: str, name: str) -> bool:
        return (schema, name) in self.tables

    def has_type(self, schema: str, name: str) -> bool:
        return (schema, name) in self.types


def names_of(statements: Sequence[Statement]) -> Names:
    """Return what the statements create."""
    names = Names()
    for statement in statements:
        node = statement.node
        if statement.kind == "CreateSchemaStmt":
            names.schemas.add(node.schemaname)
        elif statement.kind == "CreateStmt":
            names.tables.add((node.relation.schemaname, node.relation.relname))
        elif statement.kind == "CompositeTypeStmt":
            names.types.add((node.typevar.schemaname, node.typevar.relname))
        elif statement.kind in ("CreateEnumStmt", "CreateDomainStmt"):
            parts = _strings(node.type_name if statement.kind == "CreateEnumStmt" else node.domainname)
            names.types.add((parts[0] if len(parts) > 1 else "", parts[-1] if parts else ""))
    return names


def faults_of(statement: Statement, names: Names) -> Iterator[Fault]:
    """Yield what stands in a parsed statement and not in the allow-list, in the order of the tree."""
    if statement.kind not in grammar.STATEMENTS:
        words = " ".join(statement.text[:400].split()[:2]).upper()[:60]
        remedy = grammar.REMEDIES.get(statement.kind, grammar.ONLY_THESE)
        yield Fault(statement.line, f"{words} does not belong in a schema and is not applied", remedy)
        return
    yield from _Reader(statement, names).read()


class _Reader:
    def __init__(self, statement: Statement, names: Names) -> None:
        self.statement, self.names = statement, names
        self.offset = 0
        self.amplifiers = 0

    def read(self) -> Iterator[Fault]:
        """Walk the tree with a stack of our own: how deep it is nested decides nothing here."""
        stack: list[tuple[Any, str]] = [(self.statement.node, "")]
        while stack:
            node, place = stack.pop()
            node = _unwrapped(node)
            if node is None:
                continue
            kind = node.DESCRIPTOR.name
            self.offset = _location(node) or self.offset
            allowed = grammar.NODES.get(kind)
            if allowed is None:
                yield self._fault(_named(kind), grammar.REMEDIES.get(kind, grammar.ONLY_THESE))
                continue
            if look := getattr(self, f"_look_{kind}", None):
                yield from look(node, place)
            children: list[tuple[Any, str]] = []
            for descriptor, value in node.ListFields():
                name = descriptor.name
                if name in grammar.CONTEXT_FIELDS:
                    continue
                if name not in allowed:
                    yield self._fault(f"{_named(kind)} with {name.replace('_', ' ')}", _remedy_for(kind, name))
                elif descriptor.type == descriptor.TYPE_MESSAGE:
                    below = self._place(kind, name, node, place)
                    children += [(child, below) for child in ([value] if not descriptor.is_repeated else value)]
                elif fits := grammar.VALUES.get((kind, name)):
                    if descriptor.type == descriptor.TYPE_ENUM:
                        value = descriptor.enum_type.values_by_number[value].name
                    if value not in fits:
                        told = str(value).removeprefix("OBJECT_").removeprefix("AT_")
                        yield self._fault(f"{_named(kind)} of the kind {told}", _remedy_for(kind, name))
            stack += reversed(children)

    def _place(self, kind: str, name: str, node: Any, place: str) -> str:
        """Say which part of the schema the nodes below belong to, where that decides what they may be."""
        if kind == "PartitionBoundSpec":
            return "bound"
        if kind == "Constraint" and name == "raw_expr":
            descriptor = node.DESCRIPTOR.fields_by_name["contype"].enum_type
            return descriptor.values_by_number[node.contype].name.removeprefix("CONSTR_").lower()
        if kind == "Constraint" and name == "where_clause":
            return "check"
        if kind == "IndexElem" or (kind == "IndexStmt" and name == "where_clause"):
            return "index"
        if kind == "CommentStmt":
            return "comment"
        if kind == "FuncCall" and name == "args" and _strings(node.funcname)[-1:] == ["nextval"]:
            return "sequence"
        if kind == "DefElem":
            return "option"
        return place

    def _fault(self, what: str, remedy: str, *, is_warning: bool = False) -> Fault:
        said = what if is_warning else f"{what} is not allowed in a schema"
        return Fault(self.statement.line_at(self.offset), said, remedy, is_warning)

    # --- what the names and values of single nodes may be -----------------------------------------------------------

    def _look_CreateSchemaStmt(self, node: Any, place: str) -> Iterator[Fault]:
        if _is_system(node.schemaname):
            yield self._fault(f"The schema {node.schemaname}", "Give the schema a name of your own.")

    def _look_CreateStmt(self, node: Any, place: str) -> Iterator[Fault]:
        if node.inh_relations and not node.HasField("partbound"):
            yield self._fault("INHERITS", "Write the columns into each table, or use one table with a kind.")

    def _look_RangeVar(self, node: Any, place: str) -> Iterator[Fault]:
        yield from self._own_name(node.schemaname, node.relname)
        if self.statement.kind == "CompositeTypeStmt":
            return
        if not self.names.has_table(node.schemaname, node.relname) and not _is_system(node.schemaname):
            shown = ".".join(part for part in (node.schemaname, node.relname) if part)
            yield self._fault(
                f"A reference to {shown}, which no CREATE TABLE of this file makes,",
                "Create the table, or correct the name.",
            )

    def _look_CreateEnumStmt(self, node: Any, place: str) -> Iterator[Fault]:
        yield from self._own_name(*_qualified(_strings(node.type_name)))

    def _look_CreateDomainStmt(self, node: Any, place: str) -> Iterator[Fault]:
        yield from self._own_name(*_qualified(_strings(node.domainname)))

    def _own_name(self, schema: str, name: str) -> Iterator[Fault]:
        if _is_system(schema):
            yield self._fault(f"The schema {schema}", f"Leave “{schema}.” out: names need no schema.")
        elif schema and schema not in self.names.schemas:
            yield self._fault(f"The schema {schema}, which this file does not create,", f"Leave “{schema}.” out.")
        if name.startswith(("pg_", "django_")):
            yield self._fault(f"The name {name}", "Choose a name that does not begin like those of another system.")

    def _look_TypeName(self, node: Any, place: str) -> Iterator[Fault]:
        if place in ("comment", "option"):  # a name, or a word such as “off”
            return
        schema, name = _qualified(_strings(node.names))
        known = name in grammar.TYPES if schema in ("", "pg_catalog") else False
        if place == "sequence" and name == "regclass" and schema in ("", "pg_catalog"):
            known = True
        if not known and not self.names.has_type(schema, name):
            remedy = grammar.EXTENSION_TYPES.get(
                name, "Use a type of PostgreSQL itself, or one that this file creates."
            )
            yield self._fault(f"The type {'.'.join(_strings(node.names))}", remedy)
        for modifier in node.typmods:
            value = _unwrapped(modifier)
            if value is None or value.DESCRIPTOR.name != "A_Const" or value.ival.ival > grammar.MAX_TYPE_MODIFIER:
                yield self._fault(f"The size of a {name}", f"Write a number up to {grammar.MAX_TYPE_MODIFIER}.")

    def _look_FuncCall(self, node: Any, place: str) -> Iterator[Fault]:
        parts = _strings(node.funcname)
        schema, name = _qualified(parts)
        if schema not in ("", "pg_catalog") or name not in grammar.FUNCTIONS:
            yield self._fault(
                f"The function {'.'.join(parts)}()",
                "Use one of PostgreSQL's plain functions of the row's own values, or keep the rule in the application.",
            )
        elif place == "bound":
            yield self._fault(f"The function {name}() in the bound of a partition", "Write the value.")
        elif name in grammar.CLOCKS and place not in ("default", ""):
            yield self._fault(
                f"{name}() in a rule: what was right when it was written is wrong when a backup is restored",
                "Compare with a column, such as created_at, or keep this rule in the application.",
                is_warning=True,
            )
        if name == "nextval" and not _is_constant(node.args):
            yield self._fault("nextval() of anything but a name", "Use a column GENERATED ALWAYS AS IDENTITY.")
        if name in grammar.AMPLIFIERS:
            self.amplifiers += 1
            replacement = _unwrapped(node.args[2]) if len(node.args) > 2 else None
            short = replacement is not None and len(_constant(replacement)) <= grammar.MAX_REPLACEMENT
            if self.amplifiers > grammar.MAX_AMPLIFIERS or not short or not _is_constant(node.args[2:3]):
                yield self._fault(f"The function {name}() with so much to put in", "Keep this in the application.")

    def _look_A_Expr(self, node: Any, place: str) -> Iterator[Fault]:
        schema, name = _qualified(parts := _strings(node.name))
        if schema not in ("", "pg_catalog") or name not in grammar.OPERATORS:
            yield self._fault(f"The operator {'.'.join(parts)}", "Use a comparison or plain arithmetic.")

    def _look_Constraint(self, node: Any, place: str) -> Iterator[Fault]:
        if node.access_method not in grammar.INDEX_METHODS:
            yield self._fault(f"An index of the kind {node.access_method}", "Use btree, gist or gin.")
        for pair in node.exclusions:
            operator = _strings(pair.list.items[1].list.items) if len(pair.list.items) > 1 else []
            if _qualified(operator)[0] not in ("", "pg_catalog") or _qualified(operator)[1] not in grammar.OPERATORS:
                yield self._fault(f"The operator {'.'.join(operator)}", "Use = or && in an exclusion constraint.")

    def _look_IndexStmt(self, node: Any, place: str) -> Iterator[Fault]:
        if node.access_method not in grammar.INDEX_METHODS:
            yield self._fault(f"An index of the kind {node.access_method}", "Use btree, gist, gin or brin.")

    def _look_DefElem(self, node: Any, place: str) -> Iterator[Fault]:
        name = node.defname.lower()
        if node.defnamespace or not (name in grammar.OPTIONS or name.startswith(grammar.OPTION_PREFIXES)):
            yield self._fault(f"The option {node.defname}", "Leave it to the administrator.")

    def _look_A_Const(self, node: Any, place: str) -> Iterator[Fault]:
        if len(node.sval.sval) > grammar.MAX_CONSTANT:
            yield self._fault(f"A text of {len(node.sval.sval)} characters", "Keep long texts out of the schema.")

    def _look_CollateClause(self, node: Any, place: str) -> Iterator[Fault]:
        if _qualified(_strings(node.collname))[0] not in ("", "pg_catalog"):
            yield self._fault("A collation of another schema", "Use one of PostgreSQL's own.")

    def _look_CommentStmt(self, node: Any, place: str) -> Iterator[Fault]:
        parts = _leaves(node.object)
        objtype = node.DESCRIPTOR.fields_by_name["objtype"].enum_type.values_by_number[node.objtype].name
        schema = (
            parts[0] if parts and (len(parts) > _COMMENT_PARTS.get(objtype, 9) or objtype == "OBJECT_SCHEMA") else ""
        )
        if _is_system(schema):
            yield self._fault(f"A comment on something in {schema}", f"Leave “{schema}.” out.")


_COMMENT_PARTS = {
    "OBJECT_TABLE": 1,
    "OBJECT_INDEX": 1,
    "OBJECT_TYPE": 1,
    "OBJECT_DOMAIN": 1,
    "OBJECT_COLUMN": 2,
    "OBJECT_TABCONSTRAINT": 2,
    "OBJECT_DOMCONSTRAINT": 2,
}


def _location(node: Any) -> int:
    """Return where a node stands, or the first part of it that says so; 0 when none of the nearest does."""
    for _ in range(4):
        if (offset := getattr(node, "location", 0)) > 0:
            return int(offset)
        parts = (value for descriptor, value in node.ListFields() if descriptor.type == descriptor.TYPE_MESSAGE)
        first = next(parts, None)
        if first is not None and hasattr(first, "__len__"):
            first = first[0]
        node = _unwrapped(first) if first is not None else None
        if node is None:
            break
    return 0


def relations_made(statement: Statement) -> int:
    """Return how many tables, indexes and sequences a statement makes: each takes locks and a file of the server."""
    made = 1 if statement.kind in ("CreateStmt", "IndexStmt", "CompositeTypeStmt") else 0
    stack = [statement.node] if statement.kind in ("CreateStmt", "AlterTableStmt") else []
    while stack:
        node = _unwrapped(stack.pop())
        if node is None:
            continue
        kind = node.DESCRIPTOR.name
        if kind == "Constraint":
            name = node.DESCRIPTOR.fields_by_name["contype"].enum_type.values_by_number[node.contype].name
            made += name in ("CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_EXCLUSION", "CONSTR_IDENTITY")
        elif kind == "ColumnDef":
            made += "serial" in (_strings(node.type_name.names) or [""])[-1]
            stack += node.constraints
        elif kind == "CreateStmt":
            stack += node.table_elts
        elif kind == "AlterTableStmt":
            stack += node.cmds
        elif kind == "AlterTableCmd":
            stack.append(getattr(node, "def"))
    return made


def _unwrapped(node: Any) -> Any:
    if node.DESCRIPTOR.name != "Node":
        return node
    kind = node.WhichOneof("node")
    return getattr(node, kind) if kind else None


def _strings(nodes: Any) -> list[str]:
    return [node.string.sval for node in nodes if node.WhichOneof("node") == "string"]


def _leaves(node: Any) -> list[str]:
    """Return the strings in a comment's object: a name, a list of names, or a type with a list."""
    inner = _unwrapped(node)
    if inner is None:
        return []
    kind = inner.DESCRIPTOR.name
    if kind == "String":
        return [inner.sval]
    if kind == "TypeName":
        return _strings(inner.names)
    return [text for item in inner.items for text in _leaves(item)] if kind == "List" else []


def _qualified(parts: Sequence[str]) -> tuple[str, str]:
    """Return schema and name; what has more parts comes from another database, and its schema is none of ours."""
    return (".".join(parts[:-1]), parts[-1]) if parts else ("", "")


def _is_system(schema: str) -> bool:
    return schema in grammar.SYSTEM_SCHEMAS or schema.startswith("pg_")


def _constant(node: Any) -> str:
    return node.sval.sval if node.DESCRIPTOR.name == "A_Const" else ""


def _is_constant(nodes: Any) -> bool:
    """Whether each is a constant, perhaps with a type."""
    for node in nodes:
        inner = _unwrapped(node)
        if inner is not None and inner.DESCRIPTOR.name == "TypeCast":
            inner = _unwrapped(inner.arg)
        if inner is None or inner.DESCRIPTOR.name != "A_Const":
            return False
    return True


def _named(kind: str) -> str:
    """Return a node's kind as words a writer of SQL knows."""
    return _WORDS.get(kind, f"A construct of the kind {kind}")


def _remedy_for(kind: str, field_name: str) -> str:
    return _FIELD_REMEDIES.get((kind, field_name)) or grammar.REMEDIES.get(kind, "Leave it out.")


_WORDS = {
    "CreateStmt": "A table",
    "IndexStmt": "An index",
    "IndexElem": "A part of an index",
    "Constraint": "A constraint",
    "ColumnDef": "A column",
    "AlterTableCmd": "ALTER TABLE",
    "AlterTableStmt": "ALTER of something else than a table",
    "CommentStmt": "A comment on something",
    "SubLink": "A query inside an expression",
    "TableLikeClause": "LIKE",
    "ParamRef": "A parameter ($1)",
    "FuncCall": "A function call",
    "RangeVar": "A table name",
    "CreateSchemaStmt": "CREATE SCHEMA",
    "TypeName": "A type",
    "A_Star": "*",
    "XmlExpr": "XML",
}
_FIELD_REMEDIES = {
    ("IndexStmt", "concurrent"): "Leave CONCURRENTLY out: the tables are new and empty.",
    ("CreateStmt", "tablespacename"): "Leave TABLESPACE to the administrator.",
    ("IndexStmt", "table_space"): "Leave TABLESPACE to the administrator.",
    ("Constraint", "indexspace"): "Leave TABLESPACE to the administrator.",
    ("Constraint", "indexname"): "Write the columns of the constraint instead of USING INDEX.",
    ("CreateSchemaStmt", "schema_elts"): "Write the statements one after the other.",
    ("CreateSchemaStmt", "authrole"): "Leave AUTHORIZATION to the administrator.",
    ("RangeVar", "relpersistence"): "Write a plain CREATE TABLE.",
    ("RangeVar", "catalogname"): "Leave the name of the database out.",
    ("CreateStmt", "of_typename"): "Write the columns out.",
}
