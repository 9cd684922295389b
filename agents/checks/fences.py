"""Fenced blocks of a Markdown file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^\s`]{0,40})")


@dataclass(frozen=True)
class Fenced:
    """A block with its language; `line` is that of the opening fence, from 1, and the lines follow it."""

    language: str
    line: int
    lines: list[str]
    is_closed: bool


def fenced_blocks(text: str) -> Iterator[Fenced]:
    """Yield the fenced blocks of `text` in order; a fence inside another block is text."""
    opened: Fenced | None = None
    mark = ""
    for number, line in enumerate(text.split("\n"), start=1):
        found = _FENCE.match(line)
        if opened is None:
            if found:
                opened, mark = Fenced(found[2].strip("{}.").lower(), number, [], True), found[1]
        elif found and found[1].startswith(mark) and not line.strip().strip(mark[0]):
            yield opened
            opened = None
        else:
            opened.lines.append(line)
    if opened is not None:
        yield Fenced(opened.language, opened.line, opened.lines, False)
