"""Requirement smells: words that leave a reader guessing, with what to write instead.

The smells and most of their names are those of Femmer, Méndez Fernández, Wagner and Eder, "Rapid quality assurance
with requirements smells", Journal of Systems and Software 123 (2017); the terms to avoid are listed in ISO/IEC/IEEE
29148:2018, 5.2.7. English in full; German, French, Spanish and Polish have the word lists, not the grammar.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agents.brief.deeds import OWN_ACCORD
from agents.brief.language import language_of
from agents.brief.phrase import Frame
from agents.brief.phrases import parse
from agents.brief.reading import lexicon_keys
from agents.brief.sentences import readable
from agents.brief.smell_words import (
    ADVERB,
    AMOUNT,
    BOUND,
    COMPARISON,
    EXCEPTION,
    LOOPHOLE,
    NEGATIVE,
    NUMERAL,
    OPEN,
    PLACEHOLDER,
    QUALITY,
    SUPERLATIVE,
)
from agents.brief.tokens import words_of
from agents.brief.words import LEXICONS, UNKNOWN, Lexicon

MAX_CHARS: Final = 2000  # of a sentence; more is read by nobody


@dataclass(frozen=True)
class Smell:
    """One finding in the text of a requirement."""

    name: str  # a key of NAMES
    words: str  # as the text has them
    why: str
    instead: str


# name -> (why it is a smell, what to write instead)
NAMES: Final[dict[str, tuple[str, str]]] = {
    "vague_quality": (
        "Everybody understands something else by it, and no test can tell whether it holds.",
        "Name the figure that is measured, and how.",
    ),
    "vague_adverb": (
        "It qualifies without saying how much.",
        "Leave it out, or name the figure or the case.",
    ),
    "comparison": (
        "It compares with nothing that is named.",
        "Name what it is compared with, or the figure itself.",
    ),
    "superlative": (
        "The best of what, and by which measure, stays open.",
        "Name the measure and its bound.",
    ),
    "vague_amount": (
        "The amount is open, so nothing can be built or tested for it.",
        "Name the number, or the smallest and the largest.",
    ),
    "missing_number": (
        "A bound is announced, and no number follows.",
        "Name the number with its unit.",
    ),
    "open_list": (
        "The list is open, so nobody knows when it is complete.",
        "List every member, or name the rule that tells members.",
    ),
    "loophole": (
        "It may be left out without breaking the requirement.",
        "Say in which case it holds, or take the requirement out.",
    ),
    "passive_without_actor": (
        "It does not say who does it, so nobody can be authorized to do it.",
        "Write who does it: “The clerk approves …”.",
    ),
    "vague_pronoun": (
        "More than one thing before it may be meant.",
        "Repeat the noun.",
    ),
    "negative_without_exception": (
        "It forbids without saying what happens instead, so the error case stays open.",
        "Say what the system answers when somebody tries.",
    ),
    "several_in_one": (
        "Several requirements in one sentence are traced and tested as one.",
        "Write one sentence for each.",
    ),
    "too_long": (
        "A long sentence is read in more than one way.",
        "Split it; up to 30 words are read once.",
    ),
    "placeholder": (
        "It marks what is not decided yet.",
        "Decide it, or ask it as a question.",
    ),
}

_UNTESTED_PLACE: Final = re.compile(r"[\"“„«'].{0,60}?[\"”“»']")
LONG_SENTENCE_WORDS: Final = 40


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


def smells_of(text: str, language: str = "") -> list[Smell]:
    """Return the smells of one requirement, in the order of NAMES; each name at most three times.

    `language` is the code of a known language; without it the text's own is guessed. Pure and bounded: of a text
    of more than MAX_CHARS characters the rest is not read.
    """
    text = readable(" ".join(text[:MAX_CHARS].split()))
    lexicon = LEXICONS.get(language) or (language_of(text) if not language else UNKNOWN)
    if not text or lexicon is UNKNOWN:
        return []
    found = [smell for name, finder in _FINDERS.items() for smell in list(_smells(name, finder(text, lexicon)))[:3]]
    order = list(NAMES)
    return sorted(found, key=lambda smell: order.index(smell.name))


def _smells(name: str, words: Iterator[str]) -> Iterator[Smell]:
    why, instead = NAMES[name]
    for said in dict.fromkeys(word.strip() for word in words):
        yield Smell(name, said[:120], why, instead)


def _words(patterns: dict[str, str], *, unless_measured: bool = False) -> Callable[[str, Lexicon], Iterator[str]]:
    """Return a finder of these words outside quotation marks; `unless_measured`: not where a figure stands near."""

    def find(text: str, lexicon: Lexicon) -> Iterator[str]:
        plain = _UNTESTED_PLACE.sub(lambda quoted: " " * len(quoted[0]), text)
        for match in _compiled(patterns[lexicon.code]).finditer(plain):
            near = plain[max(0, match.start() - 30) : match.end() + 40]
            if not (unless_measured and any(char.isdigit() for char in near)):
                yield match[0]

    return find


def _missing_number(text: str, lexicon: Lexicon) -> Iterator[str]:
    for match in _compiled(BOUND[lexicon.code]).finditer(text):
        after = text[match.end() : match.end() + 40]
        if not NUMERAL.search(after):
            yield match[0]


def _frames(text: str, lexicon: Lexicon) -> list[Frame]:
    return parse(words_of(text, lexicon), lexicon).frames


def _passive(text: str, lexicon: Lexicon) -> Iterator[str]:
    """A deed in the passive voice, without "by", that a person decides on; what a system does by itself is left out."""
    if lexicon.code not in ("en", "de"):
        return
    people, _ = lexicon_keys(lexicon)
    frames = _frames(text, lexicon)
    if any(phrase.head_key in people for frame in frames for phrase in frame.subjects) or _BY_ITSELF.search(text):
        return
    for frame in frames:
        agent = bool(frame.subjects) or any(prep in ("by", "von", "durch") for prep, _ in frame.preps)
        decided = frame.verb.kind in ("create", "update", "delete", "action") and frame.verb.lemma not in OWN_ACCORD
        if frame.passive and frame.objects and decided and not agent and not frame.negated:
            yield f"{frame.objects[0].written} … {frame.verb.lemma}"


# What happens after a time or on a condition is done by the system itself.
_BY_ITSELF: Final = re.compile(
    r"\b(?:when|if|as soon as|after|until|wenn|falls|sobald|nach|bis)\b|\bfor \d|\bfailed\b", re.IGNORECASE
)


def _pronoun(text: str, lexicon: Lexicon) -> Iterator[str]:
    """A sentence that opens with a pronoun, or "this" without a noun: which thing is meant?"""
    opening = {
        "en": r"(?:it|they|this|that|these|those)(?= (?:is|are|must|can|should|may|will|has|have|shall|applies)\b)",
        "de": r"(?:er|sie|es|dies|diese|dieses)(?= (?:ist|sind|muss|müssen|kann|können|soll|darf|wird|hat)\b)",
        "fr": r"(?:il|elle|ils|elles|cela|ceci|ça)(?= (?:est|sont|doit|doivent|peut|peuvent|a|ont)\b)",
        "es": r"(?:esto|eso|ello)(?= (?:es|son|debe|puede|ha)\b)",
        "pl": r"(?:to|ono|ona|on)(?= (?:jest|musi|może|powinno)\b)",
    }[lexicon.code]
    match = re.match(opening, text, re.IGNORECASE)
    if match:
        yield match[0]


def _negative(text: str, lexicon: Lexicon) -> Iterator[str]:
    if EXCEPTION.search(text) is None:
        match = _compiled(NEGATIVE[lexicon.code]).search(text)
        if match:
            yield match[0]


def _several(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Three or more deeds in one sentence, or clauses parted by a semicolon that each demand something."""
    demands = re.findall(
        r"\b(?:must|shall|should|may not|cannot|has to|have to|muss|müssen|soll|sollen|darf|dürfen|doit|doivent"
        r"|debe|deben|"
        r"musi|muszą)\b",
        text,
        re.IGNORECASE,
    )
    deeds = {
        frame.verb.lemma
        for frame in _frames(text, lexicon)
        if frame.verb.kind in ("create", "update", "delete", "action") and not frame.negated
    }
    if len(demands) >= 2:
        yield ", ".join(dict.fromkeys(demand.lower() for demand in demands)) + f" ({len(demands)} demands)"
    elif len(deeds) >= 4:
        yield ", ".join(sorted(deeds)[:6])


def _too_long(text: str, lexicon: Lexicon) -> Iterator[str]:
    words = text.split()
    if len(words) > LONG_SENTENCE_WORDS:
        yield f"{len(words)} words"


def _placeholder(text: str, lexicon: Lexicon) -> Iterator[str]:
    for match in re.finditer(PLACEHOLDER, text, re.IGNORECASE):
        yield match[0]


_FINDERS: Final[dict[str, Callable[[str, Lexicon], Iterator[str]]]] = {
    "vague_quality": _words(QUALITY, unless_measured=True),
    "vague_adverb": _words(ADVERB, unless_measured=True),
    "comparison": _words(COMPARISON, unless_measured=True),
    "superlative": _words(SUPERLATIVE, unless_measured=True),
    "vague_amount": _words(AMOUNT),
    "missing_number": _missing_number,
    "open_list": _words(OPEN),
    "loophole": _words(LOOPHOLE),
    "passive_without_actor": _passive,
    "vague_pronoun": _pronoun,
    "negative_without_exception": _negative,
    "several_in_one": _several,
    "too_long": _too_long,
    "placeholder": _placeholder,
}
