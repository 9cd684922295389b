"""Names for machines from words of any language: ASCII, valid in SQL, OpenAPI, paths and HTML."""

import hashlib
import re
import unicodedata

MAX_CHARS = 40  # with a prefix and a suffix still below PostgreSQL's 63 bytes

_SPELT = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "ł": "l",
        "ø": "o",
        "å": "a",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
        "ĳ": "ij",
        "ſ": "s",
    }
)
_CYRILLIC_AND_GREEK = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґαβγδεζηθικλμνξοπρσςτυφχψω",
            "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i yi ye g a v g d e z i "
            "th i k l m n x o p r s s t y f ch ps o".split(" "),
            strict=False,
        )
    )
)
# PostgreSQL's reserved words, and the two columns that every table has.
RESERVED = frozenset(
    "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate "
    "collation column concurrently constraint"
    " create cross current_catalog current_date current_role current_schema current_time current_timestamp "
    "current_user default deferrable desc"
    " distinct do else end except false fetch for foreign freeze from full grant group having ilike in "
    "initially inner intersect into is isnull join"
    " lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or "
    "order outer overlaps placing primary"
    " references returning right select session_user similar some symmetric system_user table tablesample then "
    "to trailing true union unique user"
    " using variadic verbose when where window with id created_at".split()
)


def ascii_word(text: str) -> str:
    """Return `text` in lower-case ASCII letters, digits and underscores; empty when nothing of it can be written so."""
    text = unicodedata.normalize("NFC", text).lower().translate(_SPELT).translate(_CYRILLIC_AND_GREEK)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")


def identifier(text: str, *, fallback: str = "item", reserved: bool = True) -> str:
    """Return a name that starts with a letter, is at most MAX_CHARS long, and no word that SQL keeps to itself.

    With `reserved=False` it may be one.

    Text in a script without Latin letters gets a name from its digest, so that two texts keep two names.
    """
    name = ascii_word(text)
    if not name and text.strip():
        name = f"{fallback}_{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}"
    name = name or fallback
    if not name[0].isalpha():
        name = f"{fallback}_{name}"
    if len(name) > MAX_CHARS:
        name = name[:MAX_CHARS].rstrip("_")
    return f"{name}_" if reserved and name in RESERVED else name


def unique(name: str, taken: set[str]) -> str:
    """Return `name`, with a number behind it when it is taken, and take it."""
    found, number = name, 2
    while found in taken:
        found = f"{name[: MAX_CHARS - 3]}_{number}"
        number += 1
    taken.add(found)
    return found


def slug(text: str, *, most: int = 60) -> str:
    """Return a segment of a path: whole lower-case ASCII words with hyphens."""
    word = ascii_word(text)
    if len(word) > most:
        word = word[: most + 1].rpartition("_")[0] or word[:most]
    return word.replace("_", "-") or "untitled"
