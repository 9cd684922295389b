"""Which of the known languages is a text written in?"""

import re
from collections import Counter

from agents.brief.words import LEXICONS, Lexicon

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = {"de": "äöüß", "fr": "éèêàçùîôœ", "es": "ñáíóú¿¡", "pl": "ąćęłńśźż"}
SAMPLE_CHARS = 6000


def language_of(text: str) -> Lexicon:
    """Return the word list whose small words and letters fit `text` best; English when nothing tells."""
    sample = text[:SAMPLE_CHARS].lower()
    counts = Counter(_WORD.findall(sample))
    scores = {code: float(sum(counts[hint] for hint in lexicon.hints)) for code, lexicon in LEXICONS.items()}
    for code, letters in _LETTERS.items():
        scores[code] += 0.5 * sum(sample.count(letter) for letter in letters)
    best = max(scores, key=lambda code: (scores[code], code == "en"))
    return LEXICONS[best]
