"""Whether text from models was cleaned: no control, half or invisible character, and nothing that is too deep."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tests.chaos.checking.violation import TEXT, Violation

# Where model text may come to stand, and how each table leads to its session.
TABLES = {
    "task_decisions": "t.session_id",
    "session_decisions": "t.session_id",
    "requirements": "t.session_id",
    "questions": "t.session_id",
    "artifacts": "t.session_id",
    "artifact_checks": "t.session_id",
    "session_events": "t.session_id",
    "agent_tasks": "t.session_id",
    "llm_calls": "t.session_id",
    "artifact_versions": "(SELECT a.session_id FROM artifacts a WHERE a.id = t.artifact_id)",
    "agent_snapshots": "(SELECT k.session_id FROM agent_tasks k WHERE k.id = t.agent_task_id)",
}
NOT_WRITTEN_BY_MODELS = {("llm_calls", "request"), ("session_events", "hash"), ("session_events", "data_sha256")}
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = ANY(%s)
  AND data_type IN ('text', 'character varying', 'json', 'jsonb')
ORDER BY table_name, ordinal_position
"""
DEEPEST = 60
PLAIN = re.compile(r"[\t\n\x20-\x7e]*")  # most text is, and needs no second look
JOINERS = {0x200C, 0x200D}  # many scripts, and joined emoji, are misspelt without them
# Signs of the category "format" that a reader does see: numbers and verses of Arabic, Syriac, Kaithi, Egyptian, music.
SEEN = (
    *(range(0x0600, 0x0606), range(0x06DD, 0x06DE), range(0x070F, 0x0710), range(0x0890, 0x0892)),
    *(range(0x08E2, 0x08E3), range(0x110BD, 0x110CE), range(0x13430, 0x13440), range(0x1D173, 0x1D17B)),
    range(0x1BCA0, 0x1BCA4),
)


def check_texts(connection: psycopg.Connection[Any]) -> Iterator[Violation]:
    """Yield columns that hold a character which had to be cleaned away; one for each row."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(COLUMNS, [list(TABLES)]).fetchall():
        if (table, column) not in NOT_WRITTEN_BY_MODELS:
            columns.setdefault(table, []).append(column)
    for table, names in columns.items():
        query = sql.SQL("SELECT t.id AS _row, {session} AS _session, {columns} FROM {table} t ORDER BY t.id").format(
            session=sql.SQL(TABLES[table]),  # our own text above
            columns=sql.SQL(", ").join(sql.Identifier("t", name) for name in names),
            table=sql.Identifier(table),
        )
        with connection.cursor(name=f"texts_of_{table}", row_factory=dict_row) as cursor:
            for row in cursor.execute(query):
                for name in names:
                    if wrong := fault_in(row[name]):
                        yield Violation(TEXT, row["_session"], f"{table}.{name} of row {row['_row']} holds {wrong}")
                        break


def fault_in(value: Any, *, depth: int = 0) -> str:
    """Say what is unclean in a text or a JSON value; an empty text when nothing is."""
    if depth > DEEPEST:
        return f"more than {DEEPEST} levels"
    if isinstance(value, str):
        return _fault_in_text(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return "a number that is none"
    items = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return next((fault for item in items if (fault := fault_in(item, depth=depth + 1))), "")


def _fault_in_text(text: str) -> str:
    if PLAIN.fullmatch(text):
        return ""
    for character in text:
        if (not character.isascii() or character < " " or character == "\x7f") and _is_unwanted(character):
            return f"U+{ord(character):04X}"
    return ""


def _is_unwanted(character: str) -> bool:
    if character in "\t\n":
        return False
    code, category = ord(character), unicodedata.category(character)
    if category == "Cf":
        return code not in JOINERS and not any(code in signs for signs in SEEN)
    is_noncharacter = code in (0xFFFE, 0xFFFF) or 0xFDD0 <= code <= 0xFDEF
    return category in ("Cc", "Cs", "Zl", "Zp") or is_noncharacter
