"""Nouns that name no record: the title of the feature, and the house that the brief is written for."""

from typing import Final

from agents.brief.entity import EntityFound
from agents.brief.reading import Reading


def drop_mere_title(reading: Reading, found: dict[str, EntityFound]) -> None:
    """A noun that stands only in the feature's name gives way to those that the brief speaks of."""
    spoken = [
        key
        for key, entity in found.items()
        if any(not reading.lines[place].sentence.heading for place in entity.sentences)
    ]
    for key in [key for key in found if key not in spoken and max(found[key].sentences, default=0) <= 1]:
        names_a_part = any(word in spoken for word in key.split(" "))  # "tool lending", of a brief about tools
        if names_a_part or (spoken and reading.named_apart and found[key].sentences == [0]):
            del found[key]


def drop_own_house(reading: Reading, found: dict[str, EntityFound]) -> None:
    """The one shop, clinic or school that the brief is written for is no record in its own system."""
    for key in list(found):
        entity = found[key]
        head = key.split(" ")[-1] if not reading.lexicon.head_first else key.split(" ")[0]
        house = head in _HOUSES or (reading.lexicon.code == "de" and entity.label.lower().endswith(_HOUSES_DE))
        plural = any(
            phrase.many or phrase.quantity
            for line in reading.inside
            for phrase in line.parsed.phrases
            if phrase.key == key
        )
        if house and not plural and not entity.counted and not entity.roles.get("object", 0) > 1:
            del found[key]


_HOUSES: Final = frozenset(
    "clinic shop library school company hospital hotel restaurant club university museum city town village "
    "municipality organisation organization"
    " charity church gym bakery farm firm studio agency bank brewery cooperative praxis schul bibliothek verei "
    "firm stadt gemeind école bibliothèque"
    " entreprise clinique association mairie ville escuela biblioteca empresa clínica asociación ayuntamiento "
    "ciudad tienda szkoł bibliotek firm"
    " déchèterie piscine médiathèque hôpital marché przychodni stowarzyszeni miast sklep".split()
)

_HOUSES_DE: Final = (
    "bibliothek",
    "schule",
    "verein",
    "praxis",
    "firma",
    "stadt",
    "gemeinde",
    "klinik",
    "werkstatt",
    "betrieb",
    "genossenschaft",
)
