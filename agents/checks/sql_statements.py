"""SQL as single statements, each parsed by PostgreSQL's own parser without danger for this process.

The parser is C and recursive: one expression of 50,000 terms ends the whole process. So text is cut into statements by
the parser's own scanner first, and only statements of a bounded length are parsed, each alone. What `Statement.text`
holds is exactly what was parsed: one statement, never two.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import postgast
from google.protobuf.message import DecodeError

MAX_TOKENS = 4_000  # of one statement; a table of 60 columns has some 800, and the parser fails at 40,000
MAX_ALL_TOKENS = 80_000
MAX_STATEMENTS = 2_000
# The scanner takes each /* anew from a run of operator characters: quadratic, minutes for a hostile file.
_LONG_RUN = re.compile(r"[-+*/<>=~!@#%^&|`?]{1001}")
_SEMICOLON = 59
_COMMENTS = frozenset((275, 276))  # SQL_COMMENT and C_COMMENT of the scanner


class UnreadableSql(ValueError):
    """The text as a whole cannot be cut into statements; `line` says where, from 1."""

    def __init__(self, message: str, remedy: str, line: int | None = None) -> None:
        super().__init__(message)
        self.remedy, self.line = remedy, line


@dataclass(frozen=True)
class Statement:
    """One statement with its place in the file: `node` is its parse tree, or `error` says why there is none."""

    text: str
    line: int
    node: Any = None  # the protobuf message of the statement, such as CreateStmt
    kind: str = ""  # the name of that message
    error: str = ""
    error_line: int = 0

    def line_at(self, offset: int) -> int:
        """Return the line in the file of a byte of this statement, as the tree's `location` counts it."""
        return self.line + self.text.encode()[: max(0, offset)].count(b"\n")


def read_statements(text: str) -> list[Statement]:
    """Return the statements of `text` in order. Raises UnreadableSql for what has no statements to speak of."""
    if "\0" in text:
        raise UnreadableSql("Holds a NUL character", "Remove it.", text[: text.index("\0")].count("\n") + 1)
    try:
        source = text.encode()
    except UnicodeEncodeError as error:
        raise UnreadableSql(
            "Holds half a character", "Write it as UTF-8.", text[: error.start].count("\n") + 1
        ) from None
    if run := _LONG_RUN.search(text):
        line = text[: run.start()].count("\n") + 1
        raise UnreadableSql("Holds more than 1,000 operator characters in a row", "Shorten the line.", line)
    try:
        tokens = postgast.scan(text).tokens
    except postgast.PgQueryError as error:
        line = source[: max(0, error.cursorpos - 1)].count(b"\n") + 1
        raise UnreadableSql(f"Is no PostgreSQL: {error}", "Close the quote or the comment.", line) from None
    if len(tokens) > MAX_ALL_TOKENS:
        raise UnreadableSql(
            f"Holds {len(tokens)} words, and at most {MAX_ALL_TOKENS} are read", "Write the schema alone, without data."
        )
    spans = _spans(tokens)
    if len(spans) > MAX_STATEMENTS:
        raise UnreadableSql(
            f"Holds {len(spans)} statements, and at most {MAX_STATEMENTS} are read",
            "Write the schema alone, without data.",
        )
    newlines = [place for place, byte in enumerate(source) if byte == 10]
    return [
        _parsed(source[start:end].decode(), bisect_right(newlines, start) + 1, count) for start, end, count in spans
    ]


def _spans(tokens: Any) -> list[tuple[int, int, int]]:
    """Return first byte, end and number of tokens of each statement; comments before and after it are left out."""
    spans: list[tuple[int, int, int]] = []
    start, end, count = -1, 0, 0
    for token in tokens:
        number = token.token
        if number in _COMMENTS:
            continue
        if number == _SEMICOLON:
            if count:
                spans.append((start, end, count))
            start, count = -1, 0
            continue
        if start < 0:
            start = token.start
        end, count = token.end, count + 1
    if count:
        spans.append((start, end, count))
    return spans


def _parsed(text: str, line: int, tokens: int) -> Statement:
    if tokens > MAX_TOKENS:
        told = f"A statement of {tokens} words is too long: at most {MAX_TOKENS} are read"
        return Statement(text, line, error=told, error_line=line)
    try:
        found = postgast.parse(text).stmts
    except postgast.PgQueryError as error:
        before = text.encode()[: max(0, error.cursorpos - 1)]
        return Statement(text, line, error=f"Is no PostgreSQL: {error}", error_line=line + before.count(b"\n"))
    except DecodeError:
        return Statement(text, line, error="An expression is nested too deep to be read", error_line=line)
    if len(found) != 1:
        return Statement(text, line, error="Is not one statement", error_line=line)
    kind = found[0].stmt.WhichOneof("node") or ""
    node = getattr(found[0].stmt, kind)
    return Statement(text, line, node, node.DESCRIPTOR.name)
