"""Numbers as people and programs write them, and the same amount in other units."""

import re
from decimal import Decimal, InvalidOperation

from agents.checks.contract.views.names import key

_DIGITS = re.compile(r"(?<![\w.,#])\d{1,3}(?:[  .,_]\d{3})+(?![\d])|\d+(?:[.,]\d+)?")
_WORDS = {
    word: number
    for number, words in {
        1: "one once ein eine einmal un une uno una jeden jedna",
        2: "two twice zwei zweimal deux dos dwa dwie",
        3: "three thrice drei dreimal trois tres trzy",
        4: "four vier quatre cuatro cztery",
        5: "five fünf cinq cinco pięć",
        6: "six sechs seis sześć",
        7: "seven sieben sept siete siedem",
        8: "eight acht huit ocho osiem",
        9: "nine neun neuf nueve dziewięć",
        10: "ten zehn dix diez dziesięć",
        12: "twelve zwölf douze doce dwanaście",
    }.items()
    for word in words.split()
}
_WORD = re.compile(r"\b(" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b", re.IGNORECASE)
_SECONDS = {
    "ms": Decimal("0.001"),
    "second": Decimal(1),
    "minute": Decimal(60),
    "hour": Decimal(3600),
    "day": Decimal(86_400),
    "week": Decimal(604_800),
}
_UNIT_SIZES = {**_SECONDS, "month": Decimal(2_592_000), "year": Decimal(31_536_000)}


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


_TIME_WORDS = {
    word: unit
    for unit, words in {
        "ms": "ms milliseconds millisecond",
        "second": "s sec secs second seconds sekunde sekunden seconde secondes segundo segundos sekund sekundy",
        "minute": "min mins minute minutes minuten minuto minutos minut minuty",
        "hour": "h hour hours stunde stunden heure heures hora horas godzin godziny godzina",
        "day": "d day days tag tage tagen jour jours día días dni dzień",
        "week": "week weeks woche wochen semaine semaines semana semanas tygodni tygodnie tydzień",
        "month": "month months monat monate monaten mois mes meses miesiąc miesiące miesięcy",
        "year": "year years jahr jahre jahren an ans année années año años rok lata lat",
    }.items()
    for word in words.split()
}
_MEASURED = re.compile(
    r"(?<![\w.,#-])(\d{1,3}(?:[  .,_]\d{3})+|\d+(?:[.,]\d+)?|" + "|".join(_WORDS) + r")[  ]?(%|[^\W\d_]+)",
    re.IGNORECASE,
)


def measured(text: str, unit: str) -> set[Decimal]:
    """Return the amounts of a text that are measured in `unit` or, for time, in a unit that converts into it."""
    wanted = unit.lower()
    found: set[Decimal] = set()
    for number, word in _MEASURED.findall(text[:20_000]):
        told = _TIME_WORDS.get(word.lower(), word.lower())
        amounts = numbers_in(number)
        if told == wanted or (wanted and key(told) == key(wanted)):
            found |= amounts
        elif told in _UNIT_SIZES and wanted in _UNIT_SIZES:
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
    if unit in _UNIT_SIZES:
        for other in _UNIT_SIZES.values():
            same.add(amount * _UNIT_SIZES[unit] / other)
        same.add(amount * _UNIT_SIZES[unit] * 1000)
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
