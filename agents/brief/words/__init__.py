"""Word lists of the languages that briefs are read in.

Beside the lists there are rules for endings and word order (`agents.brief.guessing`), so that an unknown verb is still
read. The lemmatizer simplemma 2.0.0 was measured and left out: offline and exact, but its dictionaries cost 0.8 s and
120 MB for German and 2.5 s and 400 MB for Polish when first used, and it does not tell verbs from nouns.
"""

from agents.brief.words.english import ENGLISH
from agents.brief.words.german import GERMAN
from agents.brief.words.lexicon import Lexicon, Verb
from agents.brief.words.polish import POLISH
from agents.brief.words.romance import FRENCH, SPANISH

__all__ = ["LEXICONS", "UNKNOWN", "Lexicon", "Verb"]

LEXICONS: dict[str, Lexicon] = {lexicon.code: lexicon for lexicon in (ENGLISH, GERMAN, FRENCH, SPANISH, POLISH)}


def _same(word: str) -> str:
    return word


# Words of any other language: every word counts as a noun, and the frequent ones name the things.
UNKNOWN = Lexicon(
    code="und",
    small={},
    verbs={},
    adjectives=frozenset(),
    people=frozenset(),
    groups=frozenset(),
    attributes={},
    generic=frozenset(),
    records={},
    singular=_same,
    plural=_same,
    head_first=True,
)
