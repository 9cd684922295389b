"""What the brief keeps facts about: nouns that are acted upon, owned, counted and listed."""

from typing import Final

from agents.brief.actors import ActorFound
from agents.brief.asides import enumerated
from agents.brief.entity import EntityFound
from agents.brief.houses import drop_mere_title, drop_own_house
from agents.brief.phrase import Phrase
from agents.brief.phrases import carried
from agents.brief.reading import Line, Reading
from agents.brief.records import plural_of_noun, weigh_records

MAX_ENTITIES: Final = 14
ENOUGH: Final = 2.3  # score from which a noun counts as an entity
ENOUGH_IN_SHORT_BRIEF: Final = 1.4
# Which score each part of a sentence gives.
OBJECT: Final = {"create": 3.0, "update": 3.0, "delete": 3.0, "action": 3.0, "read": 2.0, "have": 1.2, "plain": 0.8}
ON: Final = frozenset(
    "on onto into to in of for from auf in an zu von für à dans pour de sur en para sobre do na w dla od z by "
    "per".split()
)


def find_entities(reading: Reading, actors: dict[str, ActorFound]) -> dict[str, EntityFound]:
    """Return the entities by canonical key, at most MAX_ENTITIES, in the order of the brief."""
    found: dict[str, EntityFound] = {}
    for place, line in enumerate(reading.lines):
        if line.sentence.scope != "out":
            _weigh(reading, line, place, found)
    weigh_records(reading, found)
    _merge(reading, found)
    for entity in found.values():
        entity.score += 0.5 * min(len(entity.sentences) - 1, 3)
    drop_own_house(reading, found)
    for key, entity in list(found.items()):
        if key in actors:
            _weigh_actor(actors[key], entity)
        elif entity.roles.get("attribute"):
            subject = entity.roles.get("has", 0) + entity.roles.get("acts", 0)
            entity.score = min(entity.score - 5.5, entity.score * 0.4) if not subject else entity.score - 2.0
    drop_mere_title(reading, found)
    enough = ENOUGH if len(reading.inside) > 3 else ENOUGH_IN_SHORT_BRIEF
    kept = [entity for entity in found.values() if entity.score >= enough]
    if not kept:
        kept = sorted(found.values(), key=lambda entity: -entity.score)[:2]
        kept = [entity for entity in kept if entity.score > 0.4]
    kept = sorted(kept, key=lambda entity: (-entity.score, entity.first, entity.first_place))[:MAX_ENTITIES]
    return {entity.key: entity for entity in sorted(kept, key=lambda entity: (entity.first, entity.first_place))}


def _meet(reading: Reading, phrase: Phrase, place: int, found: dict[str, EntityFound]) -> EntityFound:
    plural = _plural_of(reading, phrase)
    entity = found.get(phrase.key)
    if entity is None:
        entity = found[phrase.key] = EntityFound(phrase.key, phrase.label, plural, written=phrase.written)
    if place < entity.first:
        entity.first, entity.first_place = place, phrase.place
    if phrase.many and reading.lexicon.code in ("de", "pl"):
        entity.label_plural = phrase.written
    elif len(phrase.label) < len(entity.label) and reading.lexicon.code in ("de", "pl"):
        # The longer form is the plural that the brief uses, unless it is the word for a woman.
        entity.label_plural = entity.label if not entity.label.endswith("in") else plural_of_noun(reading, phrase.label)
        entity.label = phrase.label
    return entity


def _plural_of(reading: Reading, phrase: Phrase) -> str:
    lexicon = reading.lexicon
    if phrase.many and not lexicon.head_first and " of " not in phrase.label:
        return (
            phrase.written if lexicon.capital_nouns else phrase.label[: -len(phrase.label.split(" ")[-1])] + phrase.head
        )
    words = phrase.label.split(" ")
    if " of " in phrase.label and lexicon.code == "en":  # "proofs of residence"
        head, _, what = phrase.label.partition(" of ")
        return f"{plural_of_noun(reading, head)} of {what}"
    if lexicon.head_first:
        return " ".join([lexicon.plural(words[0]), *words[1:]])
    last = lexicon.plural(words[-1].lower())
    return " ".join([*words[:-1], last[:1].upper() + last[1:] if lexicon.capital_nouns else last])


def _weigh(reading: Reading, line: Line, place: int, found: dict[str, EntityFound]) -> None:
    own = {
        id(phrase)
        for phrase in line.parsed.phrases
        if phrase.determiner in _OURS and not phrase.quantity and not _acted_on(line, phrase)
    }
    weight = 0.5 if line.sentence.scope == "context" else 1.0
    for phrase in line.parsed.phrases:
        inner = carried(phrase, reading.lexicon)
        if inner:
            reading.aliases.setdefault(phrase.head_key, inner)
            _weigh_inner(reading, phrase, inner, place, found)
            continue
        if _refused(reading, phrase) or id(phrase) in own:
            continue
        entity = _meet(reading, phrase, place, found)
        entity.mentions += 1
        if place not in entity.sentences:
            entity.sentences.append(place)
        entity.add("mention", 0.35 * weight if entity.mentions <= 6 else 0.0)
        if line.sentence.heading:
            leads = phrase.place <= 3 and not any(token.tag == "P" for token in line.tokens[: phrase.place])
            entity.add("title", (1.6 if place <= 1 else 1.0) if leads else 0.6)
        if reading.field_type(phrase) is not None:
            entity.add("attribute", 0.0)
        if (phrase.quantity or phrase.determiner in _EACH) and not entity.counted:
            entity.counted = True
            entity.add("counted", 1.5 if phrase.determiner in ("je", "pro") else 1.0)
        if phrase.head_key in _MESSAGES:
            entity.add("message", 1.5)
        if _exists(line, phrase):
            entity.add("exists", 2.0)
        if _is_bounded(line, phrase):
            entity.add("bounded", 2.0)
        if _opens_list(line, phrase):
            entity.add("opens list", 1.6)
        if enumerated(phrase.aside):
            entity.add("enumerated", 1.5)
        if _is_said_of(line, phrase):
            entity.add("said of", 0.8 * weight)
        if phrase.owner is not None and phrase.owner.key in found:
            found[phrase.owner.key].add("owns", 0.8)
    if not line.parsed.frames and not line.sentence.heading and not any(token.tag == "X" for token in line.tokens):
        for phrase in line.parsed.phrases[:1]:
            if phrase.key in found:
                found[phrase.key].add("statement", 1.5 * weight)
    for phrase in line.parsed.phrases:
        owner = _owner_behind(line, phrase)
        if owner is not None and owner.key in found and phrase.key in found and reading.field_type(phrase) is None:
            found[owner.key].add("owns", 0.8)
    for frame in line.parsed.frames:
        listed = _field_list(reading, frame.objects)
        for phrase in frame.objects:
            if phrase.key in found:
                score = OBJECT[frame.verb.kind] * weight * (0.7 if frame.negated else 1.0)
                found[phrase.key].add("object", score * (0.3 if listed else 1.0))
                if frame.verb.kind == "have" and phrase.many and reading.field_type(phrase) is None:
                    found[phrase.key].add("many of", 1.2)
        for phrase in frame.subjects:
            if phrase.key in found and not frame.passive:
                owns = frame.verb.kind == "have" and bool(frame.objects)
                found[phrase.key].add("has" if owns else "acts", 2.5 if owns else 0.8)
        for prep, phrase in frame.preps:
            if phrase.key in found:
                deed = frame.verb.kind in ("create", "update", "delete", "action") and prep in ON
                found[phrase.key].add("prep", (1.2 if deed else 0.5) * weight)
    for _, phrase in line.parsed.loose:
        if phrase.key in found:
            found[phrase.key].add("prep", 0.5 * weight)


# Messages are records wherever they are sent: they must be kept to be sent once.
_MESSAGES: Final = frozenset(
    "reminder notification alert confirmation invitation warning erinnerung mahnung benachrichtigung "
    "bestatigung einladung rappel notification confirmation"
    " recordatorio aviso confirmación przypomnieni powiadomieni".split()
)


def _owner_behind(line: Line, phrase: Phrase) -> Phrase | None:
    """The thing behind "of" and an article, right after the phrase: "the payslip of another employee"."""
    end = phrase.place + len(phrase.written.split())
    if end >= len(line.tokens) or line.tokens[end].lower not in _OF:
        return None
    return next((other for other in line.parsed.phrases if end < other.place <= end + 3 and other.determiner), None)


_OF: Final = frozenset("of von des de du del z".split())


def _exists(line: Line, phrase: Phrase) -> bool:
    """Is it said to be there: "there should be playlists"?"""
    before = [token.lower for token in line.tokens[max(0, phrase.place - 6) : phrase.place]]
    return (
        "there" in before
        and bool({"be", "is", "are"} & set(before[before.index("there") :]))
        and not {
            "of",
            "for",
            "in",
        }
        & set(before[before.index("there") :])
    )


def _is_bounded(line: Line, phrase: Phrase) -> bool:
    """Does a bound follow at once: "attachments up to 10 MB"?"""
    if phrase.many and phrase.aside.lower().startswith(("up to", "at most", "max", "bis zu", "höchstens")):
        return True
    after = [token.lower for token in line.tokens[phrase.place + len(phrase.written.split()) :][:3]]
    return phrase.many and (after[:2] in (["up", "to"], ["at", "most"]) or after[:1] == ["max"])


def _opens_list(line: Line, phrase: Phrase) -> bool:
    """Does a colon with a list of at least two follow: "a rule: plan, country, percentage"?"""
    end = phrase.place + len(phrase.written.split())
    if end >= len(line.tokens) or line.tokens[end].tag != ":":
        return False
    return sum(1 for other in line.parsed.phrases if other.place > end) >= 2


def _is_said_of(line: Line, phrase: Phrase) -> bool:
    """Does a form of "be" follow: "a room is free"?"""
    end = phrase.place + len(phrase.written.split())
    return end < len(line.tokens) and line.tokens[end].tag == "X"


_OURS: Final = frozenset(
    "our my unser unsere unseren unserem unserer notre nos nuestro nuestra nuestros nuestras nasz nasza nasze "
    "naszej".split()
)
_EACH: Final = frozenset(
    "each every several pro je per jeder jede jedes jedem jeden mehrere alle chaque plusieurs cada varios "
    "varias każdy każda każde".split()
)


def _acted_on(line: Line, phrase: Phrase) -> bool:
    return (
        any(
            phrase in frame.objects and frame.verb.kind in ("create", "update", "delete", "action")
            for frame in line.parsed.frames
        )
        and phrase.many
    )


def _weigh_inner(reading: Reading, phrase: Phrase, inner: str, place: int, found: dict[str, EntityFound]) -> None:
    """What a carrier noun carries ("album app") counts as mentioned and as part of the title."""
    lexicon = reading.lexicon
    words = inner.split()
    last = words[-1]
    if (
        last in lexicon.generic
        or last in lexicon.adjectives
        or (last in lexicon.people and phrase.modifiers == (last,))
    ):
        return
    if any(verb.form == "ing" for verb in lexicon.verbs.get(last, ())):
        return
    entity = found.get(inner)
    if entity is None:
        entity = found[inner] = EntityFound(
            inner,
            inner,
            " ".join([*words[:-1], lexicon.plural(last)]),
            first=place,
            first_place=phrase.place,
            written=inner,
        )
    entity.mentions += 1
    if place not in entity.sentences:
        entity.sentences.append(place)
    entity.add("carried", 1.5)


def _refused(reading: Reading, phrase: Phrase) -> bool:
    if reading.is_generic(phrase) or (reading.is_group(phrase) and not phrase.many and phrase.determiner not in _ONE):
        return True
    if phrase.written.isupper() and len(phrase.written) > 2 and phrase.determiner not in ("a", "an", *_EACH):
        return True  # an abbreviation: "HMAC-SHA over timestamp"
    named = (
        phrase.many or phrase.determiner or phrase.modifiers or phrase.quantity
    )  # "a reading", against "reading is fun"
    if phrase.head_key in reading.lexicon.verbs and phrase.head_key.endswith("ing") and not named:
        return True
    return not any(char.isalpha() for char in phrase.head_key) or len(phrase.head_key) > 40


_ONE: Final = frozenset("a an each every any".split())  # "a device" is one of many, "the front desk" is not


def _field_list(reading: Reading, objects: list[Phrase]) -> bool:
    """Do most of the objects name attributes? Then they are fields of something, not things."""
    if len(objects) < 2:
        return False
    return sum(reading.field_type(phrase) is not None for phrase in objects) * 2 >= len(objects)


def _merge(reading: Reading, found: dict[str, EntityFound]) -> None:
    """Make "expense report" and "report" one thing when no other kind of report is spoken of.

    The more frequent name wins.
    """
    renamed: dict[str, str] = {}
    head_first = reading.lexicon.head_first
    for key in sorted(found, key=lambda key: (-key.count(" "), key)):
        words = key.split(" ")
        shorter = " ".join(words[:1] if head_first else words[1:])
        if len(words) < 2 or shorter not in found or key not in found:
            continue
        siblings = [
            other for other in found if other != key and other.endswith(f" {shorter}") and not key.endswith(f" {other}")
        ]
        if siblings:
            continue
        full, short = found[key], found[shorter]
        keep, drop = (full, short) if full.mentions > short.mentions else (short, full)
        keep.score += drop.score
        keep.mentions += drop.mentions
        keep.counted = keep.counted or drop.counted
        keep.sentences = sorted({*keep.sentences, *drop.sentences})
        keep.first, keep.first_place = min((keep.first, keep.first_place), (drop.first, drop.first_place))
        for role, count in drop.roles.items():
            keep.roles[role] = keep.roles.get(role, 0) + count
        renamed[drop.key] = keep.key
        del found[drop.key]
    _rename(reading, found, renamed)


def _rename(reading: Reading, found: dict[str, EntityFound], renamed: dict[str, str]) -> None:
    """Let every phrase of a merged or carried thing speak of the one entity."""
    for line in reading.lines:
        for phrase in line.parsed.phrases:
            while phrase.key in renamed:
                phrase.key = renamed[phrase.key]
            inner = carried(phrase, reading.lexicon)
            if inner in found and phrase.key not in found:
                phrase.key = inner


def _weigh_actor(actor: ActorFound, entity: EntityFound) -> None:
    """People become a table when facts about them are kept: they own, are counted, chosen or the target of deeds."""
    if actor.kind == "system":
        entity.score -= 0.0 if entity.counted else 2.0
        return
    kept = (
        entity.roles.get("has", 0) * 2
        + entity.roles.get("owns", 0) * 2
        + entity.roles.get("object", 0)
        + (1.5 if entity.counted else 0)
    )
    entity.score = (
        0.8 * kept
        + (1.5 if not actor.deeds and entity.mentions >= 3 else 0.0)  # spoken of, not acting: facts about them are used
        + (0.5 if actor.deeds else 0.0)
        + (1.2 if actor.makes else 0.0)
        + 0.4 * min(entity.mentions, 6)
    )
