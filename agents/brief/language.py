"""Which of the known languages is a text written in?"""

import re
from collections import Counter

from agents.brief.words import LEXICONS, UNKNOWN, Lexicon

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = {"de": "äöüß", "fr": "éèêàçùîôœ", "es": "ñáíóú¿¡", "pl": "ąćęłńśźż"}
SAMPLE_CHARS = 6000


def _is_foreign(sample: str) -> bool:
    """Is most of it in a script that none of the word lists is written in?"""
    letters = [char for char in sample if char.isalpha()]
    return sum(ord(char) > 0x24F for char in letters) * 2 > len(letters)


def language_of(text: str) -> Lexicon:
    """Return the word list whose small words and letters fit `text` best; English when nothing tells.

    For a script that none of the lists is written in it is a list without words.
    """
    sample = text[:SAMPLE_CHARS].lower()
    counts = Counter(_WORD.findall(sample))
    scores = {code: float(sum(counts[hint] for hint in lexicon.hints)) for code, lexicon in LEXICONS.items()}
    for code, letters in _LETTERS.items():
        scores[code] += 0.5 * sum(sample.count(letter) for letter in letters)
    if _is_foreign(sample):
        return UNKNOWN
    best = max(scores, key=lambda code: (scores[code], code == "en"))
    return LEXICONS[best]
