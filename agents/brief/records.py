"""Records that a deed leaves: who comments leaves a comment."""

from typing import Final

from agents.brief.entity import EntityFound
from agents.brief.nature import natural_field
from agents.brief.reading import Reading


def weigh_records(reading: Reading, found: dict[str, EntityFound]) -> None:
    """A deed that leaves a record makes that record an entity: who comments leaves comments."""
    lexicon = reading.lexicon
    for place, line in enumerate(reading.lines):
        if line.sentence.scope == "out":
            continue
        for frame in line.parsed.frames:
            noun = lexicon.records.get(frame.verb.lemma)
            if noun is None or frame.negated:
                continue
            key = _key_of(lexicon.code, noun.lower(), reading)
            alias = reading.aliases.get(key)
            if alias in found:
                found[alias].add("record", 2.5)
                if place not in found[alias].sentences:
                    found[alias].sentences.append(place)
                continue
            if any(phrase.key == key or phrase.head_key == key for phrase in frame.objects):
                continue
            homonym = noun == frame.verb.lemma
            if key in found:
                found[key].add("record", 2.5)
                if place not in found[key].sentences:
                    found[key].sentences.append(place)
            elif any(natural_field(phrase.head_key) == ("starts_at", "datetime") for phrase in frame.objects):
                continue  # who books an appointment makes the appointment, nothing beside it
            elif (homonym and not frame.objects) or frame.verb.lemma in _ALWAYS_RECORD:
                entity = EntityFound(
                    key,
                    noun,
                    plural_of_noun(reading, noun),
                    first=place,
                    first_place=0,
                    sentences=[place],
                    written=noun,
                )
                entity.add("record", 3.2 if not frame.objects or homonym else 3.0)
                entity.mentions = 1
                found[key] = entity


_ALWAYS_RECORD: Final = frozenset(
    "comment vote rate bid donate book reserve order borrow rent subscribe pay tag"
    " ausleihen buchen reservieren vormerken réserver commander emprunter louer reservar alquilar valorar pedir"
    " rezerwować zarezerwować wypożyczać wypożyczyć".split()
)


def _key_of(code: str, noun: str, reading: Reading) -> str:
    if code == "de":
        from agents.brief.words.german import stem

        return stem(noun)
    if code == "pl":
        from agents.brief.words.polish import stem as polish_stem

        return polish_stem(noun)
    return reading.lexicon.singular(noun)


def plural_of_noun(reading: Reading, noun: str) -> str:
    many = reading.lexicon.plural(noun.lower())
    return many[:1].upper() + many[1:] if reading.lexicon.capital_nouns else many
