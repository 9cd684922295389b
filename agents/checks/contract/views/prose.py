"""Markdown as lines, sections and tables, and which operations and names its text mentions."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from agents.checks.contract.views.names import key, words

MAX_LINES = 20_000
MAX_LINE = 4_000

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*\Z")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*\Z")
_BAR = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"`([^`\n]{1,300})`")
_TOKEN = re.compile(r"[^\W\d][\w]*(?:[-.][\w]+)*")
_LEAD = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\b[\s`*_|:]{1,8}((?:https?://[^\s/`]{1,100})?/[^\s`|,;)\]\"'<>]*)")


@dataclass(frozen=True)
class Row:
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    line: int
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    section: str

    def column(self, *keys: str) -> int | None:
        """Return the first column whose head holds one of the words `keys`."""
        for number, cell in enumerate(self.head):
            if set(keys) & {key(word) for word in words(cell)}:
                return number
        return None


@dataclass(frozen=True)
class Section:
    title: str
    level: int
    line: int
    end: int  # the line after its last one, without what is below it in the outline
    whole: int  # the line after its last one, with that


@dataclass
class Document:
    """One Markdown file; lines are counted from 1."""

    path: str
    text: str
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = [line[:MAX_LINE] for line in self.text.splitlines()[:MAX_LINES]]

    @cached_property
    def _fenced(self) -> list[bool]:
        inside, marks = False, []
        for line in self.lines:
            fence = line.lstrip().startswith(("```", "~~~"))
            marks.append(inside or fence)
            inside ^= fence
        return marks

    @cached_property
    def sections(self) -> list[Section]:
        heads = []
        for number, line in enumerate(self.lines, start=1):
            match = None if self._fenced[number - 1] else _HEADING.match(line)
            if match:
                heads.append((number, len(match[1]), plain(match[2])))
        if not heads:
            return []
        last = len(self.lines) + 1
        ends = [number for number, _, _ in heads[1:]] + [last]
        wholes = [last] * len(heads)
        waiting: list[int] = []
        for index, (number, level, _) in enumerate(heads):
            while waiting and heads[waiting[-1]][1] >= level:
                wholes[waiting.pop()] = number
            waiting.append(index)
        return [
            Section(title, level, number, end, whole)
            for (number, level, title), end, whole in zip(heads, ends, wholes, strict=True)
        ]

    @cached_property
    def tables(self) -> list[Table]:
        found = []
        titles = self._titles
        number = 1
        while number < len(self.lines):
            head, rule = self.lines[number - 1], self.lines[number]
            if "|" not in head or "-" not in rule or self._fenced[number - 1] or not _RULE.match(rule):
                number += 1
                continue
            rows = []
            at = number + 2
            while at <= len(self.lines) and "|" in self.lines[at - 1] and self.lines[at - 1].strip():
                rows.append(Row(at, _cells(self.lines[at - 1])))
                at += 1
            found.append(Table(number, _cells(head), tuple(rows), titles[number - 1]))
            number = at
        return found

    @cached_property
    def _titles(self) -> list[str]:
        titles, starts = [], {section.line: section.title for section in self.sections}
        current = ""
        for number in range(1, len(self.lines) + 1):
            current = starts.get(number, current)
            titles.append(current)
        return titles

    def spans(self, wanted: Callable[[str], bool]) -> list[tuple[int, int]]:
        """Return the spans of lines of the sections whose title is `wanted`, with what is below them."""
        spans: list[tuple[int, int]] = []
        for section in self.sections:
            if wanted(section.title) and not (spans and section.line < spans[-1][1]):
                spans.append((section.line, section.whole))
        return spans

    def numbered(self, spans: Iterable[tuple[int, int]] | None = None) -> list[tuple[int, str]]:
        """Return lines with their numbers: all, or those of `spans`."""
        if spans is None:
            return list(enumerate(self.lines, start=1))
        return [(number, self.lines[number - 1]) for start, end in spans for number in range(start, end)]


def plain(text: str) -> str:
    """Return a cell or title without the marks of Markdown."""
    return re.sub(r"\\([\\`*_{}\[\]()#+\-.!|<>])", r"\1", re.sub(r"[`*]|(?<!\w)_|_(?!\w)", "", text)).strip()


def codes(text: str) -> list[str]:
    return _CODE.findall(text)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in _BAR.split(line.strip().removeprefix("|").removesuffix("|")))


@dataclass(frozen=True)
class Mentions:
    """What some lines of text name: identifiers, calls (`POST /orders`), and the words that entries begin with."""

    names: dict[str, int]  # key of an identifier -> its first line
    calls: list[tuple[str, str, int]]
    leads: dict[str, int]  # key of a heading, first cell or beginning of a list item -> its line
    text: str  # the keys of all words, for a last look


def mentions(lines: Iterable[tuple[int, str]]) -> Mentions:
    names: dict[str, int] = {}
    calls: list[tuple[str, str, int]] = []
    leads: dict[str, int] = {}
    told: list[str] = []
    for number, raw in lines:
        line = raw.replace("\\_", "_")
        for token in _TOKEN.findall(line):
            names.setdefault(key(token), number)
        for code in codes(line):
            names.setdefault(key(code), number)
        calls += [(match[1], match[2], number) for match in CALL.finditer(line)]
        for lead in _leads(line):
            leads.setdefault(key(lead), number)
        told.append(key(line[:200]) if len(line) <= 200 else " ".join(key(part) for part in line.split()))
    return Mentions(names, calls, leads, f" {' | '.join(told)} ")


def _leads(line: str) -> list[str]:
    heading = _HEADING.match(line)
    if heading:
        title = plain(heading[2])
        return [title, *re.split(r"\s*[:(–—]\s*|\s-\s", title)[:2]]
    if line.lstrip().startswith("|"):
        return [plain(cell) for cell in _cells(line)[:2]]
    item = _LEAD.match(line)
    if item:
        return [plain(part) for part in re.split(r"\s*[:(–—]\s*|\s-\s", item[1])[:1]]
    bold = re.match(r"\s*\*\*(.{1,200}?)\*\*", line)
    return [plain(bold[1])] if bold else []
