"""When do two names mean the same thing, though one is `orderLines` and the other `order_line`?"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_NAME = 200  # characters of a name that are compared

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index"}
# How a plural may end in the languages that briefs come in, where no list of words says so.
_ENDINGS = frozenset("s e n en er es ien ne nen x aux i y a ow ami os as sy ki".split())
_REFERENCE = frozenset({"id", "ids", "uuid", "ref", "fk"})


@lru_cache(maxsize=20_000)
def words(name: str) -> tuple[str, ...]:
    """Return the lower-case words of a name in any case style, without accents."""
    plain = unicodedata.normalize("NFKD", name[:MAX_NAME].replace("ß", "ss").replace("ł", "l").replace("Ł", "L"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return tuple(part.lower() for part in _PARTS.findall(plain))


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """Return one form for singular and plural of an English word; no dictionary form, only good to compare."""
    word = _IRREGULAR.get(word, word)
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 3 and word.endswith("ie"):
        return word[:-2] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


@lru_cache(maxsize=20_000)
def key(name: str) -> str:
    """Return what is equal for two names that differ in case style, accents or number."""
    return " ".join(singular(word) for word in words(name))


@lru_cache(maxsize=20_000)
def exact(name: str) -> str:
    """Return what is equal for two names that differ only in case style and accents."""
    return " ".join(words(name))


@lru_cache(maxsize=20_000)
def without_reference(name: str) -> str:
    """Return the key of what a column or property leads to: `customer` for `customerId`."""
    parts = words(name)
    while len(parts) > 1 and parts[-1] in _REFERENCE:
        parts = parts[:-1]
    return " ".join(singular(part) for part in parts)


def is_reference(name: str) -> bool:
    """Does a name end as names of references do?"""
    parts = words(name)
    return len(parts) > 1 and parts[-1] in _REFERENCE


def loosely_alike(one: str, other: str) -> bool:
    """Are two keys the same word but for an ending that a plural has in some language?"""
    short, long = sorted((one, other), key=len)
    return (
        len(short) >= 4
        and long[: len(short) - 1] == short[:-1]
        and (
            (long.startswith(short) and long[len(short) :] in _ENDINGS)
            or (long[len(short) - 1 :] in _ENDINGS and len(short) >= 5)
        )
    )


def find(wanted: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that means `wanted`: exactly, by its key, or as a plural of another language."""
    known = list(names)
    for same in (exact, key):
        aim = same(wanted)
        if not aim:
            return None
        for name in known:
            if same(name) == aim:
                return name
    aim = key(wanted)
    return next((name for name in known if loosely_alike(key(name), aim)), None)


def listed(names: Iterable[str], most: int = 6) -> str:
    """Return names in code marks for a message: the first few, and how many more."""
    all_names = list(names)
    told = ", ".join(f"`{name}`" for name in all_names[:most])
    return told + (f" and {len(all_names) - most} more" if len(all_names) > most else "")
