"""Numbers as people and programs write them, and the same amount in other units."""

import re
from decimal import Decimal, InvalidOperation

from agents.brief.measures import NUMBER_WORDS, SECONDS, TIME_WORDS
from agents.checks.contract.views.names import key

_DIGITS = re.compile(r"(?<![\w.,#])\d{1,3}(?:[  .,_]\d{3})+(?![\d])|\d+(?:[.,]\d+)?")
_WORDS = dict.fromkeys("ein eine un une uno una jeden jedna".split(), 1) | NUMBER_WORDS
_ANY_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))  # the longest first: "eine" is no "ein" of an "e"
_WORD = re.compile(rf"\b({_ANY_WORD})\b", re.IGNORECASE)


def numbers_in(text: str) -> set[Decimal]:
    """Return each number of a text, written in digits or as a small word; `3,000` is read both ways."""
    found: set[Decimal] = set()
    for match in _DIGITS.findall(text[:20_000]):
        plain = re.sub(r"[  _]", "", match)
        for reading in (plain.replace(",", "").replace(".", ""), plain.replace(",", "."), plain.replace(",", "")):
            try:
                found.add(Decimal(reading).normalize())
            except InvalidOperation:
                continue
    found |= {Decimal(_WORDS[word.lower()]) for word in _WORD.findall(text[:20_000])}
    return found


_MEASURED = re.compile(
    r"(?<![\w.,#-])(\d{1,3}(?:[  .,_]\d{3})+|\d+(?:[.,]\d+)?|" + _ANY_WORD + r")[  ]?(%|[^\W\d_]+)",
    re.IGNORECASE,
)


def measured(text: str, unit: str) -> set[Decimal]:
    """Return the amounts of a text that are measured in `unit` or, for time, in a unit that converts into it."""
    wanted = unit.lower()
    found: set[Decimal] = set()
    for number, word in _MEASURED.findall(text[:20_000]):
        told = "day" if word == "d" else TIME_WORDS.get(word.lower(), word.lower())
        amounts = numbers_in(number)
        if told == wanted or (wanted and key(told) == key(wanted)):
            found |= amounts
        elif told in SECONDS and wanted in SECONDS:
            for amount in amounts:
                found |= same_amounts(str(amount), told)
    return found


def same_amounts(value: str, unit: str) -> set[Decimal]:
    """Return the numbers that may stand for an amount: in other units of time, in bytes, as a share of one."""
    try:
        amount = Decimal(value.replace(",", "").replace(" ", "")).normalize()
    except InvalidOperation:
        return set()
    if not amount.is_finite() or abs(amount) > Decimal(10) ** 15:
        return set()
    same = {amount}
    if unit in SECONDS:
        for other in SECONDS.values():
            same.add(amount * SECONDS[unit] / other)
        same.add(amount * SECONDS[unit] * 1000)
        if unit == "year":
            same |= {amount * 12, amount * 366, (amount * Decimal("365.25"))}
        if unit == "month":
            same |= {amount / 12, amount * 31}
    for name, power in (("kb", 1), ("mb", 2), ("gb", 3)):
        if unit.lower() == name:
            same |= {amount * 1000**lower for lower in range(1, power + 1)}
            same |= {amount * 1024**lower for lower in range(1, power + 1)}
    if unit == "%":
        same |= {amount / 100, 100 - amount, 1 - amount / 100, 1 + amount / 100}
    if unit.upper() in ("EUR", "USD", "GBP", "PLN", "CHF"):
        same.add(amount * 100)
    return {each.normalize() for each in same if each == each.quantize(Decimal("0.0001"))}
