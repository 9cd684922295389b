"""A word of a sentence."""

from dataclasses import dataclass
from typing import Final

from agents.brief.words import Verb


@dataclass
class Token:
    text: str
    lower: str
    tag: str  # N V A D P C S O X R G # , and break marks
    verb: Verb | None = None
    capital: bool = False
    place: int = 0  # in the sentence


BREAKS: Final = frozenset(";:.!?–—")  # marks that end a clause
