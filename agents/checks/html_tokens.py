"""HTML as tags and text, read in one pass whatever it holds.

Python's own `html.parser` takes minutes for half a megabyte of the wrong characters; this reader looks at each once.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

_NAME = re.compile(r"[a-zA-Z][^\s/>]*+")
_ATTRIBUTE = re.compile(r"[\s/]*+([^\s/>=\"'<][^\s/>=]*+)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++)?+)?+")
_TAG_END = re.compile(r"[\s/]*+>")
RAW_TEXT = frozenset({"script", "style", "textarea", "title"})  # what looks like a tag in them is text
MAX_ATTRIBUTES = 100


@dataclass(frozen=True)
class Token:
    """A start tag, an end tag or text; `fault` says what is wrong with its notation."""

    kind: str  # start, end, text, doctype
    name: str  # of a tag, in lower case; of text the text itself
    line: int
    attributes: dict[str, str | None] = field(default_factory=dict)
    closes_itself: bool = False
    fault: str = ""


def tokens(text: str) -> Iterator[Token]:
    """Yield what `text` consists of, in order; comments are left out."""
    lines = [found.start() for found in re.finditer("\n", text)]
    at = 0
    while at < len(text):
        start = text.find("<", at)
        end = len(text) if start < 0 else start
        if end > at and not text[at:end].isspace():
            yield Token("text", text[at:end], bisect_right(lines, at) + 1)
        if start < 0:
            return
        line = bisect_right(lines, start) + 1
        if text.startswith("<!--", start):
            close = text.find("-->", start + 4)
            if close < 0:
                yield Token("text", "", line, fault="A comment is never closed")
            at = len(text) if close < 0 else close + 3
        elif text.startswith(("<!", "<?"), start):
            close = text.find(">", start)
            yield Token("doctype", text[start + 2 : start + 9].lower(), line)
            at = len(text) if close < 0 else close + 1
        elif text.startswith("</", start):
            close = text.find(">", start)
            found = _NAME.match(text, start + 2, close if close >= 0 else len(text))
            yield Token("end", _short(found) if found else "", line, fault="" if found else "An end tag has no name")
            at = len(text) if close < 0 else close + 1
        elif found := _NAME.match(text, start + 1):
            token, at = _start_tag(text, found, line)
            yield token
            if token.name in RAW_TEXT and not token.fault:
                closing = re.compile(rf"(?i)</{token.name}(?=[\s/>])").search(text, at)
                close = closing.start() if closing else len(text)
                if close > at and not text[at:close].isspace():
                    yield Token("text", text[at:close], bisect_right(lines, at) + 1)
                at = close
        else:
            yield Token("text", "<", line, fault="“<” stands alone")
            at = start + 1


def _short(name: re.Match[str]) -> str:
    return name[0][:60].lower()


def _start_tag(text: str, name: re.Match[str], line: int) -> tuple[Token, int]:
    at = name.end()
    attributes: dict[str, str | None] = {}
    while found := _ATTRIBUTE.match(text, at):
        value = found[2]
        if value and value[0] in "\"'":
            value = value[1:-1]
        attributes.setdefault(found[1].lower(), unescape(value[:10_000]) if value is not None else None)
        at = found.end()
        if len(attributes) > MAX_ATTRIBUTES:
            break
    end = _TAG_END.match(text, at)
    if end:
        closes_itself = "/" in end[0]
        return Token("start", _short(name), line, attributes, closes_itself), end.end()
    close = text.find(">", at)
    told = f"<{name[0][:40]}> is written wrong near “{text[at : at + 20].strip()}”"
    return Token("start", _short(name), line, attributes, fault=told), len(text) if close < 0 else close + 1
