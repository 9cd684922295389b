"""What a Markdown document holds, by its headings: its sections, and the lists and tables in them.

Reads what models and people wrote, in time that grows with the text alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_ITEM = re.compile(r"(?:[-*+]|\d{1,4}[.)])[ \t]+(\S.*)")
MAX_LINES = 20_000


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it, up to the next heading of any level."""

    level: int  # 1 to 6
    title: str
    line: int  # of the heading, from 1
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()

    @property
    def items(self) -> list[str]:
        """The entries of its lists, without their marks; deeper ones are not told apart."""
        found = (_ITEM.match(line.strip()) for line in self.lines)
        return [match[1].strip() for match in found if match]

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of its first table by column, the names of columns in small letters; none without a table."""
        table: list[str] = []
        for line in map(str.strip, self.lines):
            if line.startswith("|") and line.endswith("|") and len(line) > 1:
                table.append(line)
            elif table:
                break
        return _rows(table)


def sections_of(markdown: str) -> list[Section]:
    """Return the sections in order; text before the first heading belongs to none, headings in code are none."""
    found: list[Section] = []
    heading: tuple[int, str, int] | None = None
    lines: list[str] = []
    fence = ""
    for number, line in enumerate(markdown.splitlines()[:MAX_LINES], start=1):
        mark = line.lstrip()[:3]
        if mark in ("```", "~~~") and fence in ("", mark):
            fence = "" if fence else mark
        match = None if fence else _HEADING.match(line)
        if match:
            if heading:
                found.append(Section(*heading, tuple(lines)))
            heading, lines = (len(match[1]), match[2].rstrip("# \t"), number), []
        else:
            lines.append(line)
    if heading:
        found.append(Section(*heading, tuple(lines)))
    return found


def section_called(markdown: str, title: str) -> Section | None:
    """Return the first section with that title, whatever the case."""
    wanted = title.strip().casefold()
    return next((section for section in sections_of(markdown) if section.title.strip().casefold() == wanted), None)


def _rows(table: Sequence[str]) -> list[dict[str, str]]:
    cells = [_cells(line) for line in table]
    if len(cells) < 3 or any(set(cell) - set("-: ") for cell in cells[1]):
        return []
    head = [cell.lower() for cell in cells[0]]
    return [dict(zip(head, row, strict=True)) for row in cells[2:] if len(row) == len(head)]


def _cells(line: str) -> list[str]:
    """Cut a row of a table at its bars; one that is escaped belongs to its cell."""
    cells: list[str] = []
    cell, escaped = "", False
    for char in line[1:-1]:
        if char == "|" and not escaped:
            cells.append(cell.strip())
            cell = ""
        else:
            cell += char
        escaped = char == "\\" and not escaped
    return [*cells, cell.strip()]
