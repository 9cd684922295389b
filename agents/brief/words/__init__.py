"""Word lists of the languages that briefs are read in."""

from agents.brief.words.english import ENGLISH
from agents.brief.words.german import GERMAN
from agents.brief.words.lexicon import Lexicon, Verb
from agents.brief.words.polish import POLISH
from agents.brief.words.romance import FRENCH, SPANISH

__all__ = ["LEXICONS", "Lexicon", "Verb"]

LEXICONS: dict[str, Lexicon] = {lexicon.code: lexicon for lexicon in (ENGLISH, GERMAN, FRENCH, SPANISH, POLISH)}
