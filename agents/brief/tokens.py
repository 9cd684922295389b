"""Words of a sentence with their kind: noun, verb, small word."""

import re
from functools import cache
from typing import Final

from agents.brief.tagging import tag
from agents.brief.token import Token
from agents.brief.words import LEXICONS, UNKNOWN, Lexicon

_TOKEN = re.compile(
    r"[^\W\d_]+(?:[-’'][^\W\d_]+)*[’']?|\d+(?:[.,:\s]\d{3})*(?:[.,:]\d+)?|[.,;:!?()/–—&%€$£\"“”„«»+-]|_+|[^\s\w]"
)
_ELISION = re.compile(r"^(l|d|qu|n|s|j|m|t|c|lorsqu|puisqu|jusqu)['’](.+)$", re.IGNORECASE)


def words_of(text: str, lexicon: Lexicon) -> list[Token]:
    """Return the words and marks of `text` with tags."""
    raw: list[str] = []
    for piece in _TOKEN.findall(text):
        elided = _ELISION.match(piece) if lexicon.code == "fr" else None
        if elided:
            raw += [elided[1] + "'", elided[2]]
        elif (
            piece.lower().endswith(("'s", "’s"))
            and lexicon.code == "en"
            and piece.lower() not in ("it's", "let's", "that's", "there's")
        ):
            raw += [piece[:-2], "'s"]
        elif piece.endswith(("'", "’")):
            raw.append(piece[:-1])
        else:
            raw.append(piece)
    raw = _joined(raw, lexicon)
    tokens = [Token(piece, piece.lower().replace("’", "'"), "", capital=piece[:1].isupper()) for piece in raw if piece]
    for place, token in enumerate(tokens):
        token.place = place
    tag(tokens, lexicon)
    for first, by, again in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if first.lower == again.lower and first.tag == "N" and by.lower in ("by", "für", "par", "por", "po"):
            first.tag = by.tag = again.tag = "R"  # "shelf by shelf" says how
    return tokens


def _joined(raw: list[str], lexicon: Lexicon) -> list[str]:
    """Verbs of two words ("sign up", "log in") become one word."""
    if lexicon.code == "de":
        return _with_prefixes(raw, lexicon)
    joined: list[str] = []
    place = 0
    openings = _openings(lexicon)
    while place < len(raw):
        if raw[place].lower() not in openings:
            joined.append(raw[place])
            place += 1
            continue
        pair = f"{raw[place]} {raw[place + 1]}".lower() if place + 1 < len(raw) else ""
        far = _particle(raw, place, lexicon)
        if far and pair not in lexicon.verbs:
            joined.append(f"{raw[place]} {raw[far]}")
            raw[far] = ""
            place += 1
            continue
        if pair in ("per diem", "per capita") or pair in lexicon.small:
            joined.append(pair)
            place += 2
        elif pair in lexicon.verbs and raw[place + 1].lower() not in ("to",):
            joined.append(f"{raw[place]} {raw[place + 1]}")
            place += 2
        else:
            joined.append(raw[place])
            place += 1
    return joined


@cache
def _openings_of(code: str) -> frozenset[str]:
    lexicon = LEXICONS.get(code, UNKNOWN)
    pairs = (*lexicon.verbs, *lexicon.small, "per diem", "per capita")
    return frozenset(pair.split(" ")[0] for pair in pairs if " " in pair)


def _openings(lexicon: Lexicon) -> frozenset[str]:
    """The first words of the expressions of two words that a language has."""
    return _openings_of(lexicon.code)


_PARTICLES: Final = frozenset("over back up off out down in".split())


_CLOSING: Final = frozenset(". , ; to and or when if for from by in on at with".split())


def _particle(raw: list[str], place: int, lexicon: Lexicon) -> int:
    """In "hand the group over to" the particle belongs to the verb; return its index, 0 when there is none."""
    if lexicon.code != "en" or not raw[place].isalpha():
        return 0
    for end in range(place + 2, min(place + 6, len(raw))):
        if raw[end].lower() in _PARTICLES and f"{raw[place]} {raw[end]}".lower() in lexicon.verbs:
            closes = end + 1 == len(raw) or raw[end + 1].lower() in _CLOSING
            return end if closes else 0
        if not raw[end].isalpha():
            return 0
    return 0


_PREFIXES: Final = frozenset("an ein ab auf aus vor zu um zurück hoch mit hinzu weiter frei herunter".split())


def _with_prefixes(raw: list[str], lexicon: Lexicon) -> list[str]:
    """German verbs that stand in two parts ("legen Kurse an") become one word in the place of the first."""
    raw = list(raw)
    for place in range(len(raw)):
        word = raw[place].lower()
        for end in range(place + 1, min(place + 18, len(raw))):
            if raw[end] in (".", ";", ":"):
                break
            closes = end + 1 == len(raw) or raw[end + 1] in (".", ",", ";", ":", "und", "oder")
            known = raw[end] + word in lexicon.verbs
            strange = (
                not any(piece in ("und", "oder", ",") for piece in raw[place:end])
                and word not in lexicon.small
                and raw[place] == word
                and word.endswith(("t", "en"))
                and len(word) > 3
            )
            if raw[end] in _PREFIXES and closes and (known or (strange and word not in lexicon.adjectives)):
                raw[place] = raw[end] + word
                raw[end] = ""
                break
    # A comma between numbers divides no clause: "nach 3, 10 und 20 Tagen".
    digits = [piece[:1].isdigit() for piece in raw]
    return [
        piece
        for place, piece in enumerate(raw)
        if piece and not (piece == "," and 0 < place < len(raw) - 1 and digits[place - 1] and digits[place + 1])
    ]
