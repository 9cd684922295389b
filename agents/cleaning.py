"""The one place where text from outside (briefs, people, models) is made safe to store and to show."""

import re
import unicodedata
from typing import Any

MAX_BRIEF_BYTES = 256 * 1024
MAX_DELIVERABLE_BYTES = 4 * 1024 * 1024
MAX_STRING_CHARS = 1024 * 1024
MAX_DEPTH = 40
MAX_PATH_CHARS = 200

# Control characters but tab and newline; surrogates; and what no reader sees but a machine obeys: zero-width marks,
# bidirectional overrides, interlinear marks, byte-order mark, language tags, non-characters.
# The zero-width joiner and non-joiner stay: Persian, Hindi and joined emoji are misspelt without them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_RARE_LINE_ENDS = re.compile("[\u0085\u2028\u2029]")
_LINE_ENDS = re.compile("\r\n?|\u0085|\u2028|\u2029")
# An escape of JSON, but those of tab and line ends, quotation mark, backslash and halves of a pair, which have to stay.
# Two backslashes before it are one backslash of the text.
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u(?!000[9aAdD]|0022|005[cC]|0085|202[89]|[dD][89a-fA-F])([0-9a-fA-F]{4})")
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
# Names that Windows keeps for devices: a bundle must unpack everywhere.
_DEVICES = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}


def clean_text(text: str, *, limit: int = MAX_STRING_CHARS) -> str:
    """Return `text` in NFC with newline line ends, without control and invisible characters, at most `limit` long."""
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text)[:limit]


def clean_json(text: str, *, limit: int = MAX_STRING_CHARS) -> str:
    """Return JSON text cleaned, its \\uXXXX escapes read first: an escape hides neither a mark nor a letter."""
    if "\\u" in text:
        text = _ESCAPE.sub(lambda found: found[1] + chr(int(found[2], 16)), text)
    # What ends a line may stand in a string of JSON as it is, but not as the newline that we make of it.
    return clean_text(_RARE_LINE_ENDS.sub(r"\\n", text), limit=limit)


def clean_line(text: str, *, limit: int = 2000) -> str:
    """Return `text` cleaned and on one line, its ends trimmed."""
    return " ".join(clean_text(text, limit=limit * 2).split())[:limit]


def clean_value(value: Any, *, depth: int = 0) -> Any:
    """Return a JSON value with every text in it cleaned; NaN and infinities become None.

    Raises ValueError when it is nested deeper than MAX_DEPTH.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, dict):
        return {clean_line(str(key), limit=200): clean_value(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_value(item, depth=depth + 1) for item in value]
    return value


def safe_path(path: str) -> str:
    """Return `path` as a relative path that stays inside its folder; raises ValueError with the reason otherwise."""
    path = clean_line(path, limit=MAX_PATH_CHARS + 1)
    if not path or len(path) > MAX_PATH_CHARS:
        raise ValueError(f"a path has 1 to {MAX_PATH_CHARS} characters")
    for segment in path.split("/"):
        if not _SEGMENT.fullmatch(segment) or segment.endswith("."):
            raise ValueError(f"the path “{path}” is not a plain relative path of letters, digits, “_”, “-” and “.”")
        if segment.split(".")[0].lower() in _DEVICES:
            raise ValueError(f"the path “{path}” holds the device name “{segment}”")
    return path
