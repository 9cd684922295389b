"""Numbers that bind: durations, rates, counts, sizes, money, retention."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from agents.brief.entity import EntityFound
from agents.brief.measures import NUMBER_WORDS, SECONDS, TIME_WORDS
from agents.brief.reading import Line, Reading

MAX_LIMITS: Final = 40
LimitKind = Literal["duration", "rate", "count", "size", "money", "retention", "percentage", "number"]

_WORDS: Final = NUMBER_WORDS | {
    "dwóch": 2,
    "twenty-four": 24,
    **dict.fromkeys(("thirty", "dreißig", "trente", "treinta"), 30),
}
_UNIT_OF: Final = TIME_WORDS | {
    word: unit
    for unit, words in {
        "%": "% percent prozent pourcent procent",
        "kB": "kb kib kilobytes",
        "MB": "mb mib megabytes",
        "GB": "gb gib gigabytes",
        "EUR": "€ eur euro euros",
        "USD": "$ usd dollars dollar",
        "GBP": "£ gbp pounds",
        "PLN": "zł pln złotych złote",
        "km": "km kilometres kilometers",
        "kg": "kg",
    }.items()
    for word in words.split()
}
_UNITS: Final = frozenset(_UNIT_OF.values())
_NUMBER: Final = re.compile(
    r"(?P<before>[€$£]|\b(?:EUR|USD|GBP|PLN)\b)?\s*(?<![\w.,])(?P<number>\d{1,3}(?:[.,   "
    r"]\d{3})+(?![\d])|\d+(?:[.,]\d+)?)\s?(?P<unit>%|€|\$|£|zł|[^\W\d_]+)?"
)
_WORD_NUMBER: Final = re.compile(
    r"\b(?P<number>" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b\s+(?P<unit>[^\W\d_]+)", re.IGNORECASE
)
_MOST: Final = re.compile(
    r"\b(at most|no more than|up to|max(?:imum|imal)?\.?|not more than|never more than|limit(?:ed)? "
    r"to|höchstens|maximal|bis zu|au plus|au maximum|jusqu|como máximo"
    r"|máximo|hasta|najwyżej|maksymalnie|co najwyżej|do)\s*\W{0,2}\s*$",
    re.IGNORECASE,
)
_PER: Final = re.compile(
    r"^\s*(?:\w+\s+){0,2}?(?:per|a|an|each|every|pro|je|in der|par|por|al|a "
    r"la|na|w)\s+(second|minute|hour|day|week|month|year|sekunde|minute|stunde"
    r"|tag|woche|monat|jahr|seconde|heure|jour|semaine|mois|an|segundo|minuto|hora|día|semana|mes|año|sekundę|"
    r"minutę|godzinę|dzień|tydzień|miesiąc|rok)\b",
    re.IGNORECASE,
)
_KEPT: Final = re.compile(
    r"\b(kept|keep|keeps|retain|retained|retention|stored|known "
    r"for|recorded|archiv|aufbewahr|gespeichert|aufgehoben|conserv|gardé|guarda|conservan|przechowywan)",
    re.IGNORECASE,
)


_DELETED: Final = re.compile(
    r"\b(?:delet|remov|purg|eras|gelöscht|löschen|supprim|effac|borr|elimin|usuwan|usunięt|kasowan)", re.IGNORECASE
)
_AFTER: Final = re.compile(r"\b(?:after|nach|après|después de|tras|po)\s*(?:\w+\s)?\W?$", re.IGNORECASE)


def _is_deletion(text: str, before: str, after: str) -> bool:
    """Is something deleted that long after: "are deleted after 12 months", "30 days after the contract is signed"?"""
    later = bool(_AFTER.search(before)) or after.lstrip().lower().startswith(("after ", "nach ", "après ", "después "))
    return later and _DELETED.search(text) is not None


@dataclass(frozen=True)
class LimitFound:
    text: str
    kind: LimitKind
    value: str
    unit: str
    entity: str | None
    sentence: int
    at_most: bool = False


def find_limits(reading: Reading, entities: dict[str, EntityFound]) -> list[LimitFound]:
    """Return the limits in the order of the brief, each with the clause it stands in."""
    found: list[LimitFound] = []
    for place, line in enumerate(reading.lines):
        if line.sentence.scope == "out" or line.sentence.heading:
            continue
        for start, end, value, unit in _numbers(line.sentence.words, reading.lexicon.code):
            if len(found) >= MAX_LIMITS:
                return found
            limit = _limit(line, place, start, end, value, unit, entities)
            if limit is not None and all(
                (other.text, other.value, other.unit) != (limit.text, limit.value, limit.unit) for other in found
            ):
                found.append(limit)
    return found


def _numbers(text: str, code: str) -> list[tuple[int, int, str, str]]:
    numbers = []
    for match in _NUMBER.finditer(text):
        unit = (match["unit"] or "").lower()
        money = (match["before"] or "").lower()
        known = ("" if unit == "an" and code != "fr" else _UNIT_OF.get(unit)) or _UNIT_OF.get(money) or ""
        if unit in _LINKS and re.match(r"\s+\d", text[match.end() :]):
            # One of a range or list: its unit stands behind the last.
            numbers.append((match.start(), match.end("number"), _plain(match["number"]), known))
            continue
        if unit in ("a", "an", "per", "pro", "par", "por", "na", "and", "und", "or", "in", "at", "on", "of"):
            numbers.append((match.start(), match.end("number"), _plain(match["number"]), known))
            continue
        numbers.append((match.start(), match.end(), _plain(match["number"]), known or unit))
    taken = [(start, end) for start, end, _, _ in numbers]
    for match in _WORD_NUMBER.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        unit = match["unit"].lower()
        numbers.append((match.start(), match.end(), str(_WORDS[match["number"].lower()]), _UNIT_OF.get(unit, unit)))
    for match in _TIMES.finditer(text):
        numbers.append((match.start(), match.end(), _TIMES_OF[match[0].lower()], "times"))
    return _with_units(text, sorted(numbers))


_LINKS: Final = frozenset("to bis à a do and und et y i or oder ou o lub".split())
_TIMES_OF: Final = {"twice": "2", "thrice": "3", "zweimal": "2", "dreimal": "3"}
_TIMES: Final = re.compile(r"\b(?:twice|thrice|zweimal|dreimal)\b", re.IGNORECASE)
_BETWEEN: Final = re.compile(
    r"\s*(?:,|to|bis|à|a|do|and|und|et|y|i|or|oder|ou|o|lub|–|-)*\s*(?:and|or|und|oder)?\s*", re.I
)


def _with_units(text: str, numbers: list[tuple[int, int, str, str]]) -> list[tuple[int, int, str, str]]:
    """Give "3, 10 and 20 days" and "15 to 90 minutes" their unit on every number."""
    found = list(numbers)
    for place in range(len(found) - 2, -1, -1):
        start, end, value, unit = found[place]
        if unit == "" and found[place + 1][3] in _UNITS and _BETWEEN.fullmatch(text[end : found[place + 1][0]]):
            found[place] = (start, end, value, found[place + 1][3])
    return found


def _plain(number: str) -> str:
    """Return the number in plain notation: separators of thousands gone, a point before the fraction."""
    grouped = re.fullmatch(r"\d{1,3}(?:([.,   ])\d{3})(?:\1?\d{3})*", number)
    if grouped:
        return re.sub(r"\D", "", number)
    return number.replace(",", ".")


def _limit(
    line: Line, place: int, start: int, end: int, value: str, unit: str, entities: dict[str, EntityFound]
) -> LimitFound | None:
    text = line.sentence.words
    before, after = text[max(0, start - 28) : start], text[end : end + 40]
    at_most = bool(_MOST.search(before))
    kind: LimitKind
    if _PER.search(after):
        if unit in SECONDS:
            return None  # "two days a year" is a date, no rate
        kind = "rate"
    elif unit in SECONDS and _is_deletion(text, before, after):
        kind = "retention"
    elif unit in SECONDS:
        kind = "retention" if _KEPT.search(text[:start]) and unit in ("day", "week", "month", "year") else "duration"
    elif unit in ("EUR", "USD", "GBP", "PLN"):
        kind = "money"
    elif unit in ("kB", "MB", "GB"):
        kind = "size"
    elif unit == "%":
        kind = "percentage"
    else:
        kind = "count" if unit else "number"
    if unit in ("am", "pm", "th", "st", "nd", "rd", "uhr", "o'clock"):
        return None
    if kind in ("count", "number") and value in ("1", "2", "0") and not at_most:
        return None
    clause_start = max((text.rfind(mark, 0, start) for mark in (";", ":", ".", "(")), default=-1) + 1
    clause_end = min(
        (position for position in (text.find(mark, end) for mark in (";", ")")) if position >= 0), default=len(text)
    )
    clause = text[clause_start:clause_end].strip(" .;")
    if len(clause) > 110:
        first, last = max(clause_start, start - 50), min(clause_end, end + 50)
        first = text.find(" ", first) + 1 if first > clause_start else first  # at a word's beginning
        last = text.rfind(" ", 0, last) if last < clause_end else last
        clause = text[first : max(last, end)].strip(" .;,")
    return LimitFound(clause, kind, value, unit, _bound_of(line, start, end, kind, entities), place, at_most)


def _bound_of(line: Line, start: int, end: int, kind: LimitKind, entities: dict[str, EntityFound]) -> str | None:
    """The entity that a number binds: what is kept, in parentheses the word before, else the nearest."""
    text = line.sentence.words
    placed = [  # where each begins and ends
        (at, at + len(phrase.written), phrase.key)
        for at, phrase in line.placed()
        if at is not None and phrase.key in entities
    ]
    counted = next((key for begins, _, key in placed if start <= begins < end), None)
    if counted is not None:
        return counted  # "5 links"
    before = [(start - ends, key) for begins, ends, key in placed if ends <= start]
    behind = [(begins - end, key) for begins, ends, key in placed if begins >= end]
    opened = text.rfind("(", 0, start)
    if (
        before
        and opened > text.rfind(")", 0, start)
        and opened > max(ends for _, ends, _ in placed if ends <= start) - 1
    ):
        return min(before)[1]
    if kind == "retention":
        kept = [
            phrase.key
            for frame in line.parsed.frames
            for phrase in (frame.objects if frame.passive else [*frame.subjects, *frame.objects])
            if phrase.key in entities
        ]
        if kept and sum(char.isdigit() for char in text) <= 5:
            return kept[0]
        return min(before)[1] if before else (kept[0] if kept else None)
    nearest = sorted(before + behind)
    return nearest[0][1] if nearest else None
