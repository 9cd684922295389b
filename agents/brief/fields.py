"""What is known about each entity: fields with types, read from "has", "with …", "the date of …" and lists."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Protocol

from agents.brief.asides import enumerated
from agents.brief.entity import EntityFound
from agents.brief.identifiers import identifier
from agents.brief.phrase import Frame, Phrase
from agents.brief.reading import Line, Reading

MAX_FIELDS: Final = 12
WITH: Final = frozenset("with including mit avec con z ze incl".split())
OF: Final = frozenset("of von des de d' del z".split())
_OR_NOT: Final = re.compile(r"\b([a-z]{4,20}) or not\b", re.IGNORECASE)
_WHEN: Final = re.compile(
    r"\bwhen (?:it|they|he|she) (?:was|were|is) (?:(last|first) )?([a-z]+ed|sent|read|seen|paid|kept)\b", re.IGNORECASE
)
_CODE_TABLE: Final = re.compile(
    r"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\"`\[]?([A-Za-z_]\w{0,60})[\"`\]]?\s*\(([^;]{0,4000})", re.IGNORECASE
)
_CODE_COLUMN: Final = re.compile(r"^\s*[\"`\[]?([A-Za-z_]\w{0,60})[\"`\]]?\s+([A-Za-z]+)", re.MULTILINE)
_CODE_TYPES: Final = {
    "int": "integer",
    "integer": "integer",
    "bigint": "integer",
    "serial": "integer",
    "smallint": "integer",
    "numeric": "decimal",
    "decimal": "decimal",
    "real": "decimal",
    "float": "decimal",
    "double": "decimal",
    "money": "decimal",
    "bool": "boolean",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "timestamptz": "datetime",
    "datetime": "datetime",
    "json": "json",
    "jsonb": "json",
    "text": "text",
    "bytea": "binary",
    "interval": "duration",
}


class Put(Protocol):
    """Gives an entity the field that a phrase names; not `sure`: only when no other entity has it."""

    def __call__(self, owner: str | None, phrase: Phrase, line: Line, *, sure: bool = True) -> None: ...


@dataclass
class FieldFound:
    name: str
    label: str
    type: str
    source: str = ""
    values: list[str] = field(default_factory=list)
    required: bool = False


def find_fields(reading: Reading, entities: dict[str, EntityFound]) -> dict[str, list[FieldFound]]:
    """Return the fields of each entity, in the order the brief names them."""
    found: dict[str, dict[str, FieldFound]] = {key: {} for key in entities}

    def put(owner: str | None, phrase: Phrase, line: Line, *, sure: bool = True) -> None:
        if owner is None or owner not in found or phrase.key in entities or phrase.key == owner:
            return
        generic = reading.is_generic(phrase) and (
            reading.field_type(phrase) is None
            or (phrase.determiner in ("a", "an", "each", "per") and phrase.head_key in _SPANS)
        )
        person = reading.is_person(phrase) and phrase.head_key != "owner" and not reading.is_attribute(phrase)
        if generic or person or (phrase.written.isupper() and len(phrase.written) > 4):
            return
        label = " ".join(
            [*(word for word in reversed(phrase.adjectives) if word in _TELLING or word.endswith("ly")), phrase.label]
        )
        name = identifier(label, fallback="field")
        if not sure and any(name in fields for key, fields in found.items() if key != owner):
            return  # "the licence plate" speaks of the one that is known already
        if name in found[owner] or len(found[owner]) >= MAX_FIELDS or len(name) > 36:
            return
        values = enumerated(phrase.aside)
        kind = reading.field_type(phrase) or ("enum" if values else "string")
        if phrase.many and kind in ("string", "enum") and not values:
            kind = "text"
        if kind == "enum" and not values:
            kind = "string"
        if values:
            kind = "enum"
        found[owner][name] = FieldFound(
            name, label, kind, line.sentence.text, values, required=phrase.determiner not in ("optional",)
        )

    focus: str | None = None
    for line in reading.inside:
        if line.sentence.heading:
            continue
        colon_owner = _before_colon(line, entities)
        after_colon = _phrases_after_colon(line) if colon_owner else []
        for phrase in after_colon:
            put(colon_owner, phrase, line)
        if colon_owner:
            for match in _OR_NOT.finditer(line.sentence.words):
                _put_plain(found[colon_owner], match[1].lower(), "boolean", line)
        for frame in line.parsed.frames:
            focus = _read_frame(reading, frame, line, entities, focus, put)
        for phrase in line.parsed.phrases:
            if phrase.owner is not None and phrase.owner.key in entities:
                put(phrase.owner.key, phrase, line)
        _read_of(line, entities, reading, put)
        for match in _WHEN.finditer(line.sentence.words):
            if focus in found:
                _put_plain(found[focus], identifier(f"{match[1] or ''} {match[2]} at"), "datetime", line)
    return {key: list(fields.values()) for key, fields in found.items()}


_SPANS: Final = frozenset("year month week day hour minute second time".split())  # "twice a year" names no field
_TELLING: Final = frozenset(
    "expected actual total maximum minimum first last net gross planned final current previous original".split()
)
_THEIR: Final = frozenset(
    "his her their its sein seine seinen seinem ihr ihre ihren ihrem son sa ses leur leurs su sus swój swoje "
    "swoją swoich".split()
)


def _put_plain(fields: dict[str, FieldFound], name: str, kind: str, line: Line) -> None:
    if name not in fields and len(fields) < MAX_FIELDS:
        fields[name] = FieldFound(name, name.replace("_", " "), kind, line.sentence.text)


def _read_frame(
    reading: Reading, frame: Frame, line: Line, entities: dict[str, EntityFound], focus: str | None, put: Put
) -> str | None:
    """Give the frame's attributes to their owner; return which entity the talk is about now."""
    subject = next((phrase.key for phrase in frame.subjects if phrase.key in entities), None)
    target = next((phrase.key for phrase in frame.objects if phrase.key in entities), None)
    if frame.verb.kind == "have" and not frame.passive:
        owner = subject or (focus if frame.pronoun or not frame.subjects else None)
        for phrase in frame.objects:
            if not phrase.quantity:
                put(owner, phrase, line)
        for prep, phrase in frame.preps:
            if prep in OF or (prep in WITH and phrase.place > min((other.place for other in frame.objects), default=0)):
                put(owner, phrase, line)
        return owner or focus
    if frame.verb.kind in ("create", "update", "read", "action", "delete") or frame.verb.lemma == "give":
        theirs = subject is not None and any(
            phrase.determiner in _THEIR for phrase in frame.objects if phrase.key not in entities
        )
        owner = target or (subject if frame.passive or theirs else None) or focus or subject
        attributes = [phrase for phrase in frame.objects if phrase.key not in entities]
        typed = [phrase for phrase in attributes if reading.field_type(phrase) is not None]
        if len(attributes) == 1 and reading.is_generic(attributes[0]):
            attributes = []  # "blocks time for holidays" gives nothing a time
        if attributes and len(typed) * 2 >= len(attributes) and not frame.passive:
            for phrase in attributes:
                put(owner, phrase, line, sure=owner == target or theirs)
        in_list = False
        for prep, phrase in frame.preps:
            in_list = prep in WITH and (reading.field_type(phrase) is not None or in_list or prep == "with")
            if in_list and phrase.key not in entities:
                put(owner, phrase, line)
        return target or (subject if frame.passive else None) or focus
    return target or focus


def _before_colon(line: Line, entities: dict[str, EntityFound]) -> str | None:
    """The entity right before a colon whose list follows."""
    colon = next((place for place, token in enumerate(line.tokens) if token.tag == ":"), None)
    if colon is None:
        return None
    if any(
        token.tag in ("V", "X") and token.verb is not None and token.verb.form in ("s", "base")
        for token in line.tokens[colon:]
    ):
        return None
    before = [phrase for phrase in line.parsed.phrases if phrase.place < colon and phrase.key in entities]
    return before[-1].key if before else None


def _phrases_after_colon(line: Line) -> list[Phrase]:
    colon = next(place for place, token in enumerate(line.tokens) if token.tag == ":")
    stop = next(
        (place for place, token in enumerate(line.tokens) if place > colon and token.tag in (".", ";")),
        len(line.tokens),
    )
    return [phrase for phrase in line.parsed.phrases if colon <= phrase.place < stop]


def _read_of(line: Line, entities: dict[str, EntityFound], reading: Reading, put: Put) -> None:
    """ "the date of the receipt": an attribute, a word for "of", an entity."""
    phrases = sorted(line.parsed.phrases, key=lambda phrase: phrase.place)
    for first, second in pairwise(phrases):
        if second.key not in entities or reading.field_type(first) is None or first.key in entities:
            continue
        between = [token.lower for token in line.tokens[first.place + 1 : second.place] if token.tag == "P"]
        if between and between[0] in OF and len(between) == 1:
            put(second.key, first, line)


def tables_in_code(brief: str) -> list[tuple[str, list[FieldFound]]]:
    """Return the tables that SQL in the brief declares, with their columns."""
    tables = []
    for match in list(_CODE_TABLE.finditer(brief))[:8]:
        columns = []
        inside = match[2].rpartition(")")[0] or match[2]
        for column in _CODE_COLUMN.finditer("\n".join(re.split(r",(?![^(]*\))", inside))):
            name, kind = column[1].lower(), column[2].lower()
            if name in ("primary", "foreign", "unique", "constraint", "check", "id", "key", "exclude", "like"):
                continue
            columns.append(
                FieldFound(identifier(name), name.replace("_", " "), _CODE_TYPES.get(kind, "string"), f"{name} {kind}")
            )
        tables.append((match[1], columns[:MAX_FIELDS]))
    return tables
