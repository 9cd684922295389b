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
    if len(counts) < 40:  # a short text has few small words; its verbs tell too
        for code, lexicon in LEXICONS.items():
            scores[code] += 0.6 * sum(len(word) > 3 and word in lexicon.verbs for word in counts)
    for code, letters in _LETTERS.items():
        scores[code] += 0.5 * sum(sample.count(letter) for letter in letters)
    if _is_foreign(sample):
        return UNKNOWN
    best = max(scores, key=lambda code: (scores[code], code == "en"))
    return LEXICONS[best]


def language_within(text: str, main: Lexicon) -> Lexicon:
    """Return the language of one sentence: that of the whole text unless the sentence has no word of it."""
    words = set(_WORD.findall(text[:600].lower()))
    if main is UNKNOWN or len(words) < 4 or words & main.hints or any(word in main.verbs for word in words):
        return main
    other = language_of(text[:600])
    return other if len(words & other.hints) >= 2 or (words & other.hints and _knows(words, other)) else main


def _knows(words: set[str], lexicon: Lexicon) -> bool:
    return any(len(word) > 3 and word in lexicon.verbs for word in words)
