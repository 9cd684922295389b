"""What each number of the brief binds: a rate, a most, an age, an answer's time … and the field that carries it."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from agents.brief.measures import SECONDS
from agents.deliverable import DomainField, Entity, Limit
from agents.simulator.material import Material, Reference

Purpose = Literal[
    "rate_limit",  # calls over it are refused for a while
    "quota",  # as many in a week, a month, a year; waiting does not help
    "load",  # what must be carried
    "most",  # how many there may be
    "length",  # characters of a text
    "range",  # values of a field
    "size",  # bytes of a file or body
    "threshold",  # over it something else holds
    "price",
    "latency",  # how soon an answer must come
    "expiry",  # how long something is valid
    "age",  # how long something is kept
    "retry",  # when something is tried again
    "notice",  # how long before or after something is due
    "stock",  # how many there are today
]

_MOST: Final = re.compile(
    r"\b(?:at most|no more than|not more than|up to|max(?:imum|imal)?|limit(?:ed)? (?:of|to)|within|under|less than|"
    r"höchstens|maximal|bis zu|nicht mehr als|au plus|au maximum|jusqu|como máximo|máximo|hasta|najwyżej|maksymalnie|"
    r"do)\b",
    re.IGNORECASE,
)
_MAY: Final = re.compile(
    r"\b(?:may|can|darf|dürfen|kann|können|peut|peuvent|puede|pueden|może|mogą) .{0,60}"
    r"(?:times?|once|twice|mal|fois|veces|raz\w*|\d)",
    re.IGNORECASE,
)
_LEAST: Final = re.compile(
    r"\b(?:at least|no (?:less|fewer) than|min(?:imum|destens)?|au moins|al menos|como mínimo|co najmniej|"
    r"przynajmniej)\b",
    re.IGNORECASE,
)
_PER: Final = re.compile(
    r"\b(?:per|a|an|each|every|pro|je|par|por|al|na|w)\s+(second|minute|hour|day|week|month|year|sekunde|minute|stunde|"
    r"tag|woche|monat|jahr|seconde|heure|jour|semaine|mois|an|segundo|minuto|hora|día|semana|mes|año|sekundę|minutę|"
    r"godzinę|dzień|tydzień|miesiąc|rok)\b",
    re.IGNORECASE,
)
_PERIODS: Final = {
    word: period
    for period, words in {
        "second": "second sekunde seconde segundo sekundę",
        "minute": "minute minuto minutę",
        "hour": "hour stunde heure hora godzinę",
        "day": "day tag jour día dzień",
        "week": "week woche semaine semana tydzień",
        "month": "month monat mois mes miesiąc",
        "year": "year jahr an año rok",
    }.items()
    for word in words.split()
}
_BY_WHOM: Final = re.compile(r"\b(?:per|pro|par|por|na|each|every|an?|je|cada|chaque)\s+\w|\bhold\b|\bmay have\b")
_CHARACTERS: Final = re.compile(r"char|zeichen|caract|signes?$|znak|letter|buchstab|lettre|letra|liter", re.IGNORECASE)
_GONE: Final = re.compile(
    r"delet|eras|purg|remov|gelöscht|lösch|supprim|effac|elimin|borr|usuw|kasow|anonymi|archiv", re.IGNORECASE
)
_SOON: Final = re.compile(
    r"\bwithin\b|faster|in (?:less|under) than|\bunder\b|take longer|länger als|latency|respond|answer in|"
    r"innerhalb|moins de|menos de|poniżej|ciągu|en menos|p9\d|load(?:s|ed)? in|\bms\b",
    re.IGNORECASE,
)
_VALID: Final = re.compile(
    r"valid|expire|works|for \d+ min|läuft ab|gültig|ablauf|expir|valable|caduc|vigen|ważn|wygas|\blasts\b|trwa|dauert|"
    r"held for|reserved for|ausgeliehen|overlap|lock(?:ed|s)? for|blocked for|block\w* |bloqu|gesperrt",
    re.IGNORECASE,
)
_OVER: Final = re.compile(
    r"above|over|more than|exceed|from|über|ab\b|mehr als|au-dessus|plus de|dépass|más de|supera|powyżej|ponad|"
    r"drops? by",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*(?:%|€)?\s*(?:to|bis|à|a|do|[-–])\s*(\d+(?:[.,]\d+)?)|"
    r"\b(?:between|zwischen|entre|między)\s+(\d+)\s+(?:and|und|et|y|i|a)\s+(\d+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Bound:
    """A number of the brief with what it is for. `low` and `high` are set where values of a field must lie between."""

    limit: Limit
    purpose: Purpose
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    seconds: Decimal | None = None  # of a span of time, or of the time that a rate counts over
    entity: Entity | None = None
    field: str = ""  # the field of `entity` that it binds

    @property
    def key(self) -> str:
        return self.limit.key


def bounds_of(material: Material) -> list[Bound]:
    """Return what each limit binds, in the order of the brief."""
    return [_bound(material, limit) for limit in material.limits]


def bounds(material: Material, *purposes: Purpose, entity: Entity | None = None) -> list[Bound]:
    """Return the bounds of these purposes, of one entity or of all."""
    return [
        bound
        for bound in material.once(bounds_of)
        if bound.purpose in purposes and (entity is None or (bound.entity and bound.entity.name == entity.name))
    ]


def counted_parent(material: Material, entity: Entity) -> tuple[Bound, Reference] | None:
    """Return the bound on how many of an entity one other may have, and the reference to that other.

    None where the brief counts by something that no column leads to.
    """
    people = {actor.key for actor in material.domain.actors}
    for bound in bounds(material, "most", "quota", entity=entity):
        if bound.field or bound.high is None:
            continue
        text = bound.limit.text.lower()
        references = material.references[entity.name]
        named = [found for found in references if found.target.label and found.target.label.lower() in text]
        by_person = [found for found in references if found.by_caller or found.target.name in people]
        found = named or (by_person if _BY_WHOM.search(text) else [one for one in references if one.required])
        if found:
            return bound, found[0]
    return None


def interval_of(bound: Bound) -> str:
    """Return a span of time as PostgreSQL reads it, such as "30 days"; empty when the bound is none."""
    unit, value = bound.limit.unit, bound.value
    if value is None or unit not in SECONDS or value != value.to_integral_value() or not 0 < value < 100_000:
        return ""
    return f"{int(value)} {'millisecond' if unit == 'ms' else unit}{'' if value == 1 else 's'}"


def spoken(bound: Bound) -> str:
    """Return the number with its unit, such as "30 days"."""
    unit = bound.limit.unit
    if bound.limit.kind == "rate" and _period(bound.limit):
        return " ".join(part for part in (bound.limit.value, unit, "per", _period(bound.limit)) if part)
    many = "s" if unit in SECONDS and unit != "ms" and bound.value != 1 else ""
    return f"{bound.limit.value} {unit}{many}".strip()


def schedule(material: Material, bound: Bound) -> list[str]:
    """Return the spans of one sentence in their order: the plan of retries."""
    same = [other for other in material.once(bounds_of) if other.limit.text == bound.limit.text]
    return list(dict.fromkeys(spoken(other) for other in same if other.seconds))


def _bound(material: Material, limit: Limit) -> Bound:
    value = _decimal(limit.value)
    purpose = _purpose(material, limit)
    low, high = _ends(limit, value)
    seconds = SECONDS[limit.unit] * value if value is not None and limit.unit in SECONDS else None
    if limit.kind == "rate":
        period = _period(limit)
        seconds = SECONDS[period] if period else None
    entity, field = _carrier(material, limit, purpose)
    return Bound(limit, purpose, value, low, high, seconds, entity, field)


def _purpose(material: Material, limit: Limit) -> Purpose:
    text = limit.text
    sentence = material.said(limit.requirements[0]) if limit.requirements else text
    nearby = _before(limit)
    if limit.kind == "rate":
        allowed = _MOST.search(nearby) or _MOST.match(sentence)
        if not allowed and not (_MAY.search(text) and _period(limit) not in ("second", "minute")):
            return "load"
        return "quota" if _period(limit) in ("week", "month", "year") else "rate_limit"
    if limit.kind == "retention":
        return "age"
    if limit.kind == "size":
        return "size"
    if limit.kind == "money":
        return "threshold" if _OVER.search(nearby[-18:]) else "most" if _MOST.search(nearby) else "price"
    if limit.kind == "percentage":
        return "threshold"
    if limit.kind == "duration":
        return _purpose_of_time(material, limit, text)
    if _CHARACTERS.search(limit.unit):
        return "length"
    if _RANGE.search(text):
        return "range"
    if _MOST.search(nearby) or _LEAST.search(nearby):
        return "most"
    return "threshold" if re.search(r"\b(?:times|mal|fois|veces|razy)\b", limit.unit) else "stock"


def _purpose_of_time(material: Material, limit: Limit, text: str) -> Purpose:
    themes = {theme for key in limit.requirements for theme in material.themes.get(key, ())}
    quick = limit.unit in ("ms", "second")
    if "retry" in themes and re.search(r"retr|again|wiederhol|réessa|reintent|ponow|attempt", text, re.IGNORECASE):
        return "retry"
    if _GONE.search(text) and limit.unit in ("day", "week", "month", "year"):
        return "age"
    if _RANGE.search(text):
        return "range"
    if quick and _SOON.search(text):
        return "latency"
    if _VALID.search(text):
        return "expiry"
    return "notice"


def _ends(limit: Limit, value: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    found = _RANGE.search(limit.text)
    if found and limit.kind in ("duration", "count", "number", "money", "percentage"):
        low, high = (_decimal((found[place] or found[place + 2]).replace(",", ".")) for place in (1, 2))
        if low is not None and high is not None and low < high and value in (low, high):
            return low, high
    if _LEAST.search(_before(limit)):
        return value, None
    if _MOST.search(_before(limit)) or _CHARACTERS.search(limit.unit):
        return None, value
    return None, None


def _before(limit: Limit) -> str:
    """Return the words right before the number; the first words of the clause when it is written as a word."""
    for found in re.finditer(r"\d[\d.,\u00a0\u202f ]*\d|\d", limit.text):
        if re.sub(r"\D", "", found[0]) == re.sub(r"\D", "", limit.value):
            return limit.text[: found.start()][-30:]
    return limit.text[:60]


def _period(limit: Limit) -> str:
    place = max(0, limit.text.find(limit.value))
    found = _PER.search(limit.text, place) or _PER.search(limit.text)
    return _PERIODS.get(found[1].lower(), "") if found else ""


_KINDS_OF_FIELDS: Final = {
    "length": ("text", "string"),
    "range": ("integer", "decimal", "duration"),
    "most": ("integer", "decimal"),
    "size": ("binary", "url", "json", "text"),
    "threshold": ("decimal", "integer"),
    "price": ("decimal",),
}


def _carrier(material: Material, limit: Limit, purpose: Purpose) -> tuple[Entity | None, str]:
    """Return the entity that the number is about and, where its words name one, the field."""
    own = material.entity(limit.entity or "")
    others = [entity for entity in material.concerned(limit.requirements) if own is None or entity.name != own.name]
    kinds = _KINDS_OF_FIELDS.get(purpose, ())
    text = limit.text.lower()
    for entity in ([own] if own else []) + others:
        fitting = [field for field in entity.fields if field.type in kinds]
        named = [field for field in fitting if _named(field, text)]
        if named:
            return entity, named[0].name
        lengthy = [field for field in fitting if field.type == "text"]
        if purpose == "length" and entity is own and len(lengthy) == 1:
            return entity, lengthy[0].name
    if purpose == "range":
        ranged = _ranged(material, limit) or own or (others[0] if others else None)
        wanted = "duration" if limit.kind == "duration" else "integer"
        fields = [field.name for field in ranged.fields if field.type == wanted] if ranged else []
        return ranged, fields[0] if len(fields) == 1 else ""
    if purpose == "expiry" and own is not None and not _begins(own):
        return next((entity for entity in others if _begins(entity)), own), ""
    if purpose in ("most", "quota") and own is not None:
        return _counted(material, own, limit), ""
    return own or (others[0] if others else None), ""


def _ranged(material: Material, limit: Limit) -> Entity | None:
    """Return what a range describes: what its sentence creates ("rate with 1 to 5 stars"), or names right before it."""
    keys = set(limit.requirements)
    if limit.kind != "duration":
        made = [
            op.entity for op in material.operations if op.kind == "create" and op.source and keys & set(op.requirements)
        ]
        if made:
            return material.entity(made[0])
    said = material.said(limit.requirements[0]).lower() if limit.requirements else ""
    place = said.find(limit.text.lower())
    found = [
        (said.rfind(entity.label.lower(), 0, place), entity)
        for entity in material.concerned(limit.requirements)
        if entity.label and place > 0
    ]
    nearest = max(found, key=lambda one: one[0], default=None)
    return nearest[1] if nearest is not None and nearest[0] >= 0 else None


def _begins(entity: Entity) -> bool:
    """Does it have a beginning, from which a time can run?"""
    return any(field.type == "datetime" and field.name.startswith("start") for field in entity.fields)


def _counted(material: Material, named: Entity, limit: Limit) -> Entity:
    """Return what is counted: "at most 20 an account" counts what belongs to an account."""
    label = re.escape(named.label.lower())
    by = rf"\b(?:an?|per|each|every|one|pro|je|par|por|na|jeder?|chaque|cada|każd\w+)\s+{label}\b"
    if not re.search(by, limit.text.lower()):
        return named
    firm: list[tuple[bool, bool, bool, Entity]] = []
    for entity in material.entities:
        leading = [found for found in material.references[entity.name] if found.target.name == named.name]
        if leading:
            same = bool(set(entity.requirements) & set(limit.requirements))
            firm.append((same, any(found.required for found in leading), entity is material.main, entity))
    return max(firm, key=lambda one: one[:3])[3] if firm else named


def _named(field: DomainField, text: str) -> bool:
    words = [word for word in (field.label or field.name).lower().replace("_", " ").split() if len(word) > 3]
    return any(re.search(rf"\b{re.escape(word[: max(4, len(word) - 1)])}", text) for word in words)


def _decimal(text: str) -> Decimal | None:
    """Return the number, None when it is none or longer than any schema could hold."""
    try:
        value = Decimal(text)
    except (InvalidOperation, ValueError):
        return None
    return value if value.is_finite() and abs(value) < Decimal(10) ** 15 and len(text) < 30 else None


def plain(value: Decimal | None) -> str:
    """Return the number as SQL and YAML write it, without an exponent."""
    if value is None:
        return ""
    return format(value.to_integral_value() if value == value.to_integral_value() else value.normalize(), "f")
