"""Text from a brief, made fit for the notation it is put into."""

import html
import re
from typing import Any

import yaml

_MARKDOWN = re.compile(r"([\\`*_{}\[\]|#~])")


def md(text: str, *, most: int = 2000) -> str:
    """Return `text` as plain words in Markdown: no markup, no HTML, one line."""
    text = " ".join(text.split())
    if len(text) > most:
        text = text[: most - 1].rstrip() + "…"
    return html.escape(_MARKDOWN.sub(r"\\\1", text), quote=False)


def markup(text: str, *, most: int = 2000) -> str:
    """Return `text` for HTML, in an element or in a quoted attribute."""
    text = " ".join(text.split())
    return html.escape(text if len(text) <= most else text[: most - 1].rstrip() + "…")


def mermaid(text: str, *, most: int = 60) -> str:
    """Return `text` for a quoted label of a Mermaid diagram: letters, digits and a few marks."""
    return " ".join(re.sub(r"[^\w\s.,:()/%-]", " ", text).split())[:most] or "unnamed"


def sql_text(text: str, *, most: int = 600) -> str:
    """Return `text` as a string literal of standard SQL, without escapes to think about."""
    text = " ".join(text.split())[:most]
    return "'" + text.replace("\\", "/").replace("'", "''") + "'"


def sql_comment(text: str, *, most: int = 160) -> str:
    return " ".join(text.split())[:most]


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def to_yaml(value: Any) -> str:
    """Return `value` as YAML in the order it was built, without aliases."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; the cells are taken as they are."""
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def sentence(text: str) -> str:
    """Return `text` with a capital in front; a first word with a capital of its own, or a name of a machine, stays."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text[:1].upper() + text[1:] if first == first.lower() and "_" not in first else text


def label_of(name: str, *, most: int = 60) -> str:
    """Return the label of a field or the heading of a page, for HTML."""
    return markup(sentence(name.replace("_", " ")), most=most)


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 requirement" or "11 requirements"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listing(words: list[str], *, most: int = 6, none: str = "none") -> str:
    """Return "a, b and c"."""
    words = list(dict.fromkeys(words))
    if not words:
        return none
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
