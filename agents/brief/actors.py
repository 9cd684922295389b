"""Who acts: people, roles, units and outside systems that the brief names."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from agents.brief.phrase import Phrase
from agents.brief.reading import Reading

AS_A: Final = re.compile(
    r"\b(?:as an?|als|en tant que?|como|jako)\s+(.{2,40}?)[, ]+(?:I|ich|je|j'|quiero|necesito|chcę)\b", re.IGNORECASE
)
_MACHINES: Final = frozenset(
    "service system scheduler device sensor gateway robot bot app api backend job cron système sistema system".split()
)
_NO_MAKING: Final = frozenset(
    "pick choose select take ask answer sign in log in check in wählen auswählen choisir elegir wybierać scan "
    "scannen".split()
)
MAX_ACTORS: Final = 10
_PRODUCT: Final = frozenset(
    "system app application platform software website site portal tool programme program anwendung plattform système "
    "application plateforme logiciel sistema aplicación plataforma aplikacja systemu platforma".split()
)


def is_the_product(phrase: Phrase) -> bool:
    """Does the phrase name what is to be built, which is no actor beside itself: "the system sends …"?"""
    return not phrase.modifiers and (phrase.head in _PRODUCT or phrase.head_key in _PRODUCT)


@dataclass
class ActorFound:
    key: str
    label: str
    label_plural: str
    kind: Literal["person", "system"] = "person"
    note: str = ""
    deeds: int = 0
    mentions: int = 0
    first: int = 0
    quantity: str = ""
    makes: bool = False  # creates records, which then belong to them
    sentences: list[int] = field(default_factory=list)


def find_actors(reading: Reading) -> dict[str, ActorFound]:
    """Return the actors by the canonical key of their phrase, in the order of the brief."""
    found: dict[str, ActorFound] = {}

    def meet(phrase: Phrase, place: int, *, deed: bool, note: str = "") -> None:
        key = phrase.key
        if is_the_product(phrase):
            return
        if key not in found:
            label = phrase.label
            plural = (
                reading.lexicon.plural(phrase.head_key)
                if reading.lexicon.code in ("en", "fr", "es")
                else phrase.written
            )
            machine = phrase.head_key in _MACHINES or phrase.head in _MACHINES
            found[key] = ActorFound(key, label, plural, "system" if machine else "person", first=place)
        actor = found[key]
        actor.mentions += 1
        actor.deeds += deed
        actor.note = actor.note or note
        actor.quantity = actor.quantity or phrase.quantity
        actor.sentences.append(place)

    for place, line in enumerate(reading.lines):
        scope = line.sentence.scope
        if scope == "out" or (line.sentence.heading and place == 0):
            continue
        story = AS_A.search(line.sentence.words)
        for phrase in line.parsed.phrases:
            named = story is not None and story[1].lower().endswith(phrase.written.lower()) and phrase.place <= 6
            if scope == "actors" and not line.sentence.heading and _listed(reading, phrase):
                meet(phrase, place, deed=True, note=phrase.aside)
            elif named and not reading.is_generic(phrase):
                meet(phrase, place, deed=True)
            elif reading.is_person(phrase) and not reading.is_attribute(phrase):
                meet(phrase, place, deed=False)
                if any(phrase in frame.objects and frame.verb.kind == "have" for frame in line.parsed.frames):
                    found[phrase.key].mentions -= 1
        for frame in line.parsed.frames:
            if frame.passive and not frame.subjects:
                continue
            operative = frame.verb.kind in ("create", "read", "update", "delete", "action")
            for phrase in frame.subjects:
                known = phrase.key in found
                unit = operative and (reading.is_group(phrase) or known)
                if (known and not operative) or not (unit or reading.is_person(phrase, acting=True)):
                    continue
                meet(phrase, place, deed=operative and not frame.negated)
                makes = frame.verb.kind == "create" and frame.verb.lemma not in _NO_MAKING
                if makes and not frame.negated and not frame.passive:
                    found[phrase.key].makes = True
    _meet_doers(reading, meet)
    kept = {key: actor for key, actor in found.items() if _counts(actor)}
    _rename(reading, _merge_heads(kept))
    ranked = sorted(kept.values(), key=lambda actor: (-actor.deeds, -actor.mentions, actor.first))[:MAX_ACTORS]
    return {actor.key: actor for actor in sorted(ranked, key=lambda actor: actor.first)}


class _Meet(Protocol):
    def __call__(self, phrase: Phrase, place: int, *, deed: bool, note: str = "") -> None: ...


_UNITS: Final = ("leitung", "abteilung", "verwaltung", "ling", "team", "amt", "rat", "stelle", "schaft", "sekretariat")


def _meet_doers(reading: Reading, meet: _Meet) -> None:
    """Whoever does things again and again acts, whatever the noun is: "the contact", "die Teamleitung".

    Three deeds tell, two of a noun to which nothing is ever done, one of a German unit.
    """
    doers: dict[str, list[tuple[Phrase, int]]] = {}
    done_to: set[str] = set()
    for place, line in enumerate(reading.inside):
        for frame in line.parsed.frames:
            done_to |= {phrase.key for phrase in frame.objects} | {phrase.key for _, phrase in frame.preps}
            operative = frame.verb.kind in ("create", "update", "delete", "action") and not frame.passive
            for phrase in frame.subjects if operative and not frame.negated else ():
                if not reading.is_generic(phrase) and reading.field_type(phrase) is None:
                    doers.setdefault(phrase.key, []).append((phrase, place))
    for key, deeds in doers.items():
        unit = reading.lexicon.code == "de" and deeds[0][0].head.endswith(_UNITS)
        if len(deeds) >= 3 or unit or (len(deeds) == 2 and key not in done_to):
            for phrase, place in deeds:
                meet(phrase, place, deed=True)


def _listed(reading: Reading, phrase: Phrase) -> bool:
    return reading.is_person(phrase, acting=True) or reading.is_group(phrase) or not reading.is_generic(phrase)


def _counts(actor: ActorFound) -> bool:
    return actor.deeds > 0 or actor.mentions > 0


def _rename(reading: Reading, renamed: dict[str, str]) -> None:
    """Let every phrase of merged people speak of the one actor."""
    for line in reading.lines if renamed else ():
        for phrase in line.parsed.phrases:
            phrase.key = renamed.get(phrase.key, phrase.key)


def _merge_heads(found: dict[str, ActorFound]) -> dict[str, str]:
    """ "managers" beside one kind of manager only are the same people; beside two kinds they are both kinds' name."""
    renamed: dict[str, str] = {}
    for key in list(found):
        kinds = [other for other in found if other != key and other.endswith(f" {key}")]
        if len(kinds) == 1:
            keep, drop = (key, kinds[0]) if found[key].deeds >= found[kinds[0]].deeds else (kinds[0], key)
            found[keep].mentions += found[drop].mentions
            found[keep].deeds += found[drop].deeds
            found[keep].makes = found[keep].makes or found[drop].makes
            del found[drop]
            renamed[drop] = keep
        elif len(kinds) >= 2 and key in ("person", "people", "manager", "user") and not found[key].deeds:
            del found[key]
    return renamed
