"""SQL files as tables with columns, keys and checks, read statement by statement through PostgreSQL's parser.

Only what defines tables is parsed; a statement that does not parse is left out and counted.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import postgast

MAX_STATEMENTS = 2_000
# The parser's C code recurses once for each operator of a chain; some 20,000 in one statement overflow its stack.
MAX_STATEMENT_CHARS = 30_000
MAX_DEPTH = 40

_MARK = re.compile(r"['\";]|--|/\*|\$(?:[A-Za-z_]\w{0,60})?\$")
_DEFINES = re.compile(
    r"\s*(?:CREATE\s+(?:(?:UNLOGGED|TEMP|TEMPORARY|GLOBAL|LOCAL)\s+)*(?:TABLE|TYPE|DOMAIN|(?:UNIQUE\s+)?INDEX)"
    r"|ALTER\s+TABLE)\b",
    re.IGNORECASE,
)
_CATEGORIES = {
    name: category
    for category, names in {
        "integer": "int2 int4 int8 smallint integer bigint int serial bigserial smallserial serial4 serial8 serial2",
        "decimal": "numeric decimal money float4 float8 real",
        "text": "text varchar bpchar char character citext name xml inet cidr macaddr ltree tsvector",
        "boolean": "bool boolean",
        "date": "date",
        "timestamp": "timestamp timestamptz",
        "time": "time timetz",
        "interval": "interval",
        "uuid": "uuid",
        "json": "json jsonb hstore",
        "binary": "bytea",
        "range": "int4range int8range numrange tsrange tstzrange daterange tstzmultirange datemultirange",
    }.items()
    for name in names.split()
}


@dataclass
class Column:
    name: str
    line: int
    type: str  # as PostgreSQL calls it
    category: str  # "enum" of a type made by CREATE TYPE; "other" when it is not known
    scale: int = 0
    not_null: bool = False
    filled: bool = False  # by a default, an identity or an expression
    values: tuple[str, ...] = ()  # that a check or a type allows


@dataclass(frozen=True)
class ForeignKey:
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Unique:
    columns: tuple[str, ...]  # those in expressions too
    line: int
    kind: str = "unique"  # or "primary", "exclusion"


@dataclass
class Table:
    name: str
    line: int
    file: str
    columns: dict[str, Column] = field(default_factory=dict)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    uniques: list[Unique] = field(default_factory=list)


@dataclass
class Relational:
    files: tuple[str, ...]
    tables: dict[str, Table] = field(default_factory=dict)
    broken: list[tuple[str, int]] = field(default_factory=list)  # file and line of what does not parse
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    domains: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    bodies: list[tuple[str, int, str]] = field(default_factory=list)  # file, line and text without comments


def read_relational(files: list[tuple[str, str]]) -> Relational:
    """Return the tables that `files` (path and content) make together."""
    view = Relational(tuple(path for path, _ in files))
    later: list[tuple[_Place, Any]] = []
    for path, text in files:
        for line, statement in statements(text):
            if not _DEFINES.match(statement):
                continue
            view.bodies.append((path, line, statement))
            if len(view.bodies) > MAX_STATEMENTS or len(statement) > MAX_STATEMENT_CHARS:
                view.broken.append((path, line))
                continue
            try:
                parsed = postgast.parse(statement)
            except Exception:  # its protobuf layer has errors of its own beside PgQueryError
                view.broken.append((path, line))
                continue
            for each in parsed.stmts:
                _first_look(view, path, _Place(statement, line), each.stmt, later)
    for place, node in later:
        _second_look(view, place, node)
    for table in view.tables.values():
        for column in table.columns.values():
            _name_type(view, column)
    return view


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement with the line it begins on, comments blanked out."""
    parts: list[str] = []
    line, at = 1, 0
    for start, end, mark in _marks(text):
        parts.append(text[at:start])
        piece = text[start:end]
        if mark in ("--", "/*"):
            parts.append("".join(char if char == "\n" else " " for char in piece))
        elif mark != ";":
            parts.append(piece)
        else:
            body = "".join(parts)
            yield line + _blank_lines(body), body.lstrip()
            line += body.count("\n")
            parts = []
        at = end
    body = "".join([*parts, text[at:]])
    if body.strip():
        yield line + _blank_lines(body), body.lstrip()


def _blank_lines(body: str) -> int:
    return body[: len(body) - len(body.lstrip())].count("\n")


def _marks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield strings, comments and semicolons; one that is not closed reaches to the end."""
    at = 0
    while match := _MARK.search(text, at):
        mark = match[0]
        if mark == ";":
            end = match.end()
        else:
            closing = {"--": "\n", "/*": "*/"}.get(mark, mark)
            found = text.find(closing, match.end())
            end = len(text) if found < 0 else found + (0 if mark == "--" else len(closing))
        yield match.start(), end, mark
        at = end


class _Place:
    """Turns the parser's byte offsets within a statement into lines of the file."""

    def __init__(self, statement: str, line: int) -> None:
        data = statement.encode("utf-8", "surrogatepass")
        self.breaks = [index for index, byte in enumerate(data) if byte == 10]
        self.line = line

    def at(self, offset: int) -> int:
        return self.line + bisect_right(self.breaks, max(0, offset - 1))


def _first_look(view: Relational, path: str, place: _Place, stmt: Any, later: list[tuple["_Place", Any]]) -> None:
    kind = stmt.WhichOneof("node")
    if kind == "create_stmt":
        node = stmt.create_stmt
        table = view.tables.setdefault(
            node.relation.relname, Table(node.relation.relname, place.at(node.relation.location), path)
        )
        for element in node.table_elts:
            _element(table, place, element)
    elif kind == "create_enum_stmt":
        values = tuple(value.string.sval for value in stmt.create_enum_stmt.vals)
        view.enums[_last(stmt.create_enum_stmt.type_name)] = values
    elif kind == "create_domain_stmt":
        node = stmt.create_domain_stmt
        values = ()
        for constraint in node.constraints:
            for _, found in _allowed(constraint.constraint.raw_expr):
                values = found
        view.domains[_last(node.domainname)] = (_last(node.type_name.names), values)
    elif kind in ("alter_table_stmt", "index_stmt"):
        later.append((place, stmt))


def _second_look(view: Relational, place: _Place, stmt: Any) -> None:
    """Read what speaks of a table that may stand further below or in another file."""
    if stmt.WhichOneof("node") == "index_stmt":
        node = stmt.index_stmt
        table = view.tables.get(node.relation.relname)
        if table is not None and node.unique:
            columns = tuple(name for element in node.index_params for name in _index_columns(element))
            table.uniques.append(Unique(columns, place.at(0)))
        return
    table = view.tables.get(stmt.alter_table_stmt.relation.relname)
    if table is None:
        return
    for command in stmt.alter_table_stmt.cmds:
        _element(table, place, getattr(command.alter_table_cmd, "def"))
        name = command.alter_table_cmd.name
        subtype = command.alter_table_cmd.subtype
        if name in table.columns and subtype == postgast.pg_query_pb2.AT_SetNotNull:
            table.columns[name].not_null = True
        if name in table.columns and subtype == postgast.pg_query_pb2.AT_ColumnDefault:
            table.columns[name].filled = True


def _element(table: Table, place: _Place, element: Any) -> None:
    kind = element.WhichOneof("node")
    if kind == "constraint":
        _constraint(table, place, element.constraint, None)
    elif kind == "column_def":
        node = element.column_def
        name = _last(node.type_name.names)
        column = Column(node.colname, place.at(node.location), name, _CATEGORIES.get(name, "other"))
        if len(node.type_name.array_bounds):
            column.category = "array"
        elif len(node.type_name.typmods) == 2:
            column.scale = node.type_name.typmods[1].a_const.ival.ival
        elif column.category == "decimal" and not len(node.type_name.typmods):
            column.scale = 1
        column.filled = "serial" in name
        column.not_null = "serial" in name
        table.columns.setdefault(node.colname, column)
        for constraint in node.constraints:
            _constraint(table, place, constraint.constraint, column)


def _constraint(table: Table, place: _Place, node: Any, column: Column | None) -> None:
    kind = postgast.pg_query_pb2.ConstrType.Name(node.contype).removeprefix("CONSTR_")
    own = (column.name,) if column else ()
    line = place.at(node.location)
    if kind in ("NOTNULL", "DEFAULT", "IDENTITY", "GENERATED") and column:
        column.not_null |= kind in ("NOTNULL", "IDENTITY")
        column.filled |= kind != "NOTNULL"
    elif kind in ("PRIMARY", "UNIQUE"):
        columns = own or tuple(each.string.sval for each in node.keys)
        table.uniques.append(Unique(columns, line, "primary" if kind == "PRIMARY" else "unique"))
        for name in columns if kind == "PRIMARY" else ():
            if name in table.columns:
                table.columns[name].not_null = True
    elif kind == "EXCLUSION":
        columns = tuple(
            name
            for exclusion in node.exclusions
            for element in list(exclusion.list.items)[:1]
            for name in _index_columns(element)
        )
        table.uniques.append(Unique(columns, line, "exclusion"))
    elif kind == "FOREIGN":
        columns = own or tuple(each.string.sval for each in node.fk_attrs)
        targets = tuple(each.string.sval for each in node.pk_attrs)
        table.foreign_keys.append(ForeignKey(columns, node.pktable.relname, targets, line))
    elif kind == "CHECK":
        for name, values in _allowed(node.raw_expr):
            if name in table.columns:
                table.columns[name].values = values


def _allowed(node: Any, depth: int = 0) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the columns that an expression binds to a list of values, with these."""
    if depth > MAX_DEPTH:
        return
    kind = node.WhichOneof("node")
    if kind == "a_expr":
        names = list(_columns(node.a_expr.lexpr))
        values = tuple(dict.fromkeys(_strings(node.a_expr.rexpr)))
        operator = "".join(each.string.sval for each in node.a_expr.name)
        if len(names) == 1 and values and operator == "=":
            yield names[0], values
    elif kind == "bool_expr":
        found: dict[str, tuple[str, ...]] = {}
        for argument in node.bool_expr.args:
            for name, values in _allowed(argument, depth + 1):
                found[name] = (*found.get(name, ()), *values)
        # Only a choice between values of one column lists them; a condition that joins columns does not.
        joined = postgast.pg_query_pb2.BoolExprType.Name(node.bool_expr.boolop)
        if joined == "OR_EXPR" and len(found) == 1:
            yield from found.items()


def _columns(node: Any, depth: int = 0) -> Iterator[str]:
    kind = node.WhichOneof("node")
    if depth > MAX_DEPTH or kind is None:
        return
    if kind == "column_ref":
        yield from [each.string.sval for each in node.column_ref.fields if each.WhichOneof("node") == "string"][-1:]
    elif kind == "type_cast":
        yield from _columns(node.type_cast.arg, depth + 1)
    elif kind == "func_call":
        for argument in node.func_call.args:
            yield from _columns(argument, depth + 1)
    elif kind == "a_expr":
        yield from _columns(node.a_expr.lexpr, depth + 1)
        yield from _columns(node.a_expr.rexpr, depth + 1)
    elif kind == "coalesce_expr":
        for argument in node.coalesce_expr.args:
            yield from _columns(argument, depth + 1)


def _strings(node: Any, depth: int = 0) -> Iterator[str]:
    kind = node.WhichOneof("node")
    if depth > MAX_DEPTH or kind is None:
        return
    if kind == "a_const" and node.a_const.WhichOneof("val") == "sval":
        yield node.a_const.sval.sval
    elif kind == "type_cast":
        yield from _strings(node.type_cast.arg, depth + 1)
    elif kind == "list":
        for item in node.list.items:
            yield from _strings(item, depth + 1)
    elif kind == "a_array_expr":
        for item in node.a_array_expr.elements:
            yield from _strings(item, depth + 1)


def _index_columns(element: Any) -> Iterator[str]:
    if element.index_elem.name:
        yield element.index_elem.name
    else:
        yield from _columns(element.index_elem.expr)


def _last(names: Any) -> str:
    return str(names[-1].string.sval) if len(names) else ""


def _name_type(view: Relational, column: Column) -> None:
    """Follow a column's type to the enumeration or domain that it was made as."""
    if column.type in view.enums and column.category == "other":
        column.category, column.values = "enum", view.enums[column.type]
    elif column.type in view.domains and column.category == "other":
        base, values = view.domains[column.type]
        column.category = _CATEGORIES.get(base, "enum" if base in view.enums else "other")
        column.values = column.values or values or view.enums.get(base, ())
