"""A brief read once: its sentences with their words, phrases and frames. Every other module looks at this."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.brief.deeds import CALENDAR
from agents.brief.language import language_within
from agents.brief.phrase import Frame, Parsed, Phrase
from agents.brief.phrases import parse
from agents.brief.sentences import Sentence, readable, sentences_of
from agents.brief.token import Token
from agents.brief.tokens import words_of
from agents.brief.words import Lexicon, Verb

MAX_SENTENCES = 220  # of a brief of 256 kB a tenth or so; more would cost more than the 300 ms a reading may take


@dataclass
class Line:
    """One sentence, read."""

    sentence: Sentence
    tokens: list[Token]
    parsed: Parsed
    requirement: str = ""  # R-n, once given

    def placed(self) -> Iterator[tuple[int | None, Phrase]]:
        """Yield the phrases in their order, each with where its first word stands among the sentence's words.

        None where the phrase is not written there: another one's word was repeated in it.
        """
        text, after = self.sentence.words, 0
        for phrase in sorted(self.parsed.phrases, key=lambda phrase: phrase.place):
            at = text.find(phrase.written.split(" ")[0], after)
            after = max(at, after)
            yield (at if at >= 0 else None), phrase


@dataclass
class Reading:
    title: str
    lexicon: Lexicon
    lines: list[Line]
    sentences: int  # how many different ones the brief has; more than were read when it is very long
    aliases: dict[str, str] = field(
        default_factory=dict
    )  # "booking" -> "appointment", when "appointment booking" is the talk
    named_apart: bool = False  # the first line is the feature's name, which the brief does not repeat
    has_applicants: bool = False  # somebody applies for something, so an application is no program
    _people: frozenset[str] = frozenset()
    _things: frozenset[str] = frozenset()  # nouns of software talk that this brief does deeds to

    @property
    def inside(self) -> list[Line]:
        """The lines that speak of what is to be built."""
        return [line for line in self.lines if line.sentence.scope != "out"]

    def is_person(self, phrase: Phrase, *, acting: bool = False) -> bool:
        """Does the phrase name people? `acting`: it is the subject of a deed, so its ending may tell."""
        lexicon = self.lexicon
        if phrase.head_key in self._people or phrase.head in lexicon.people:
            return True
        head = phrase.head_key if lexicon.code == "en" else lexicon.singular(phrase.head)
        if not acting or head in lexicon.no_people or len(head) < 5 or head in lexicon.attributes:
            return False
        return head.endswith(lexicon.person_endings) and not head.endswith(("meter", "cter", "ssor_", "tier"))

    def is_group(self, phrase: Phrase) -> bool:
        return phrase.head_key in self.lexicon.groups or phrase.head in self.lexicon.groups

    def is_generic(self, phrase: Phrase) -> bool:
        lexicon = self.lexicon
        if phrase.head_key in _NARROWED and phrase.modifiers:  # "shopping list", "opening hours"
            return False
        if phrase.head_key == "application" and self.has_applicants:
            return False
        if phrase.head_key in self._things:
            return False
        return bool(
            phrase.head in lexicon.generic
            or phrase.head_key in lexicon.generic
            or (phrase.head_key in self._generic() and not phrase.modifiers)
            or len(phrase.head_key) < 2
        )

    def _generic(self) -> frozenset[str]:
        return lexicon_keys(self.lexicon)[1]

    def is_attribute(self, phrase: Phrase) -> bool:
        """Is the whole phrase a known attribute ("user agent"), whatever its last word is?"""
        return phrase.key in self.lexicon.attributes

    def field_type(self, phrase: Phrase) -> str | None:
        """Return the type of the field that the phrase names, None when it is no known attribute."""
        attributes = self.lexicon.attributes
        for word in (phrase.key, phrase.head_key, phrase.head, self.lexicon.singular(phrase.head)):
            if word in attributes:
                return attributes[word]
        return None


# Nouns that say little alone and name a thing with another noun before them.
_NARROWED = frozenset("list hour form page case range table plan office".split())
# Nouns of software talk that can be a brief's own things: a tool library lends tools, a help desk takes in problems.
_AMBIGUOUS = frozenset(
    "tool website site page form feature idea problem story case requirement company organisation organization place"
    " question phone mobile laptop tablet network paper script example error fault failure response reply screen"
    " platform law goal term".split()
)
_DEEDS_THAT_TELL = 2
_STATUS = re.compile(
    r"\b(?:status(?:es)?|states?|zustände?|zustand|statuts?|états?|estados?|stany?|lifecycle|workflow)\s*$",
    re.IGNORECASE,
)


def _things_in(lines: list[Line]) -> frozenset[str]:
    """The ambiguous nouns to which at least two sentences do something."""
    told: Counter[str] = Counter()
    for line in lines:
        if line.sentence.scope == "out" or line.sentence.heading:
            continue
        told.update(
            {
                phrase.head_key
                for frame in line.parsed.frames
                if frame.verb.kind not in ("plain", "have")
                for phrase in frame.objects
                if phrase.head_key in _AMBIGUOUS
            }
        )
    return frozenset(noun for noun, sentences in told.items() if sentences >= _DEEDS_THAT_TELL)


def lists_states(sentence: Sentence) -> bool:
    """Does it only name states, under a label that says so: "Status: draft, sent, paid"?"""
    if sentence.heading or not _STATUS.search(sentence.section):
        return False
    return all(
        0 < len(part.split()) <= 3 for part in re.split(r",|;|/|\bor\b|\band\b|→|->", sentence.words.strip(" ."))
    )


_KEYS: dict[str, tuple[frozenset[str], frozenset[str]]] = {}


def lexicon_keys(lexicon: Lexicon) -> tuple[frozenset[str], frozenset[str]]:
    """Return the people and the generic nouns of a language in the canonical form of phrases."""
    if lexicon.code not in _KEYS:
        from agents.brief.words import german, polish

        stem = {"de": german.stem, "pl": polish.stem}.get(lexicon.code, lexicon.singular)
        _KEYS[lexicon.code] = (
            frozenset(stem(word) for word in lexicon.people),
            frozenset(stem(word) for word in lexicon.generic if len(word) > 3),
        )
    return _KEYS[lexicon.code]


def read(brief: str, title: str, lexicon: Lexicon) -> Reading:
    """Return the reading of `brief`; `title` is the feature's name, read like a heading."""
    verbs = lexicon.verbs

    def is_deed(word: str) -> bool:
        return any(verb.form in ("s", "base") for verb in verbs.get(word.lower(), ()))

    sentences, count = sentences_of(brief, most=MAX_SENTENCES, is_deed=is_deed)
    named_apart = False
    if title and all(title.casefold() != sentence.text.casefold() for sentence in sentences):
        sentences.insert(0, Sentence(title, "", "in", heading=True))
        named_apart = True
    lines = []
    for sentence in sentences:
        spoken = language_within(sentence.words, lexicon)  # a brief may change its language
        tokens = words_of(readable(sentence.words)[:2000], spoken)
        parsed = Parsed([], [], []) if lists_states(sentence) else parse(tokens, spoken)
        lines.append(Line(sentence, tokens, parsed))
    reading = Reading(title, lexicon, lines, count, _people=lexicon_keys(lexicon)[0], named_apart=named_apart)
    frames = [frame for line in lines for frame in line.parsed.frames]
    reading.has_applicants = any(frame.verb.lemma == "apply" for frame in frames)
    reading._things = _things_in(lines)
    _read_light_verbs(reading)
    _read_wishes(reading)
    _resolve_pronouns(reading)
    return reading


def _read_wishes(reading: Reading) -> None:
    """Whoever wants a report wants to see it."""
    for line in reading.lines:
        for frame in line.parsed.frames:
            people = bool(frame.subjects) and all(reading.is_person(phrase, acting=True) for phrase in frame.subjects)
            if frame.verb.lemma == "want" and people and frame.objects and not reading.is_person(frame.objects[0]):
                frame.verb = Verb("get", "read", frame.verb.form)


def _read_light_verbs(reading: Reading) -> None:
    """In "leave a comment" and "give a rating" the noun says what is done: something is created."""
    nouns = {noun.lower() for noun in reading.lexicon.records.values()} | {"note", "message", "feedback"}
    for line in reading.lines:
        for frame in line.parsed.frames:
            if frame.verb.lemma in ("leave", "give", "make", "do", "put") and any(
                phrase.head_key in nouns for phrase in frame.objects
            ):
                frame.verb = Verb("add", "create", frame.verb.form)


def _spoken_of(reading: Reading, line: Line, frame: Frame) -> Phrase | None:
    """The thing that stands before the verb in the same sentence: "if a product is short, the clerk replaces it"."""
    before = [
        phrase
        for phrase in line.parsed.phrases
        if phrase.place < frame.place and not phrase.many and not reading.is_person(phrase, acting=True)
    ]
    things = [
        p for p in before if not reading.is_generic(p) and not reading.is_group(p) and reading.field_type(p) is None
    ]
    return things[-1] if things and things[-1] not in frame.subjects else None


def _resolve_pronouns(reading: Reading) -> None:
    """Give "it", "them" and "several" the last thing that something was done to."""
    last: Phrase | None = None
    last_one: Phrase | None = None
    for line in reading.lines:
        for frame in line.parsed.frames:
            if frame.object_pronoun and not frame.objects and last is not None:
                one = frame.object_pronoun == "it" and last.many and last_one is not None
                near = (
                    _spoken_of(reading, line, frame)
                    if frame.object_pronoun == "it" and last not in line.parsed.phrases
                    else None
                )
                frame.objects = [near or (last_one if one and last_one is not None else last)]
            things = [
                phrase
                for phrase in frame.objects
                if reading.field_type(phrase) is None
                and not reading.is_generic(phrase)
                and not reading.is_person(phrase)
            ]
            if frame.verb.kind == "have":
                things = [phrase for phrase in frame.subjects if not reading.is_person(phrase)]
            if frame.verb.kind == "read" and frame.objects and frame.objects[0].head_key in CALENDAR:
                last = frame.objects[0]  # "sees the day as a list, prints it"
            attributes = len(frame.objects) - len(things)
            if things and frame.verb.kind != "plain" and attributes <= len(things):
                last = things[0]
                named = (*things, *(phrase for _, phrase in frame.preps if not reading.is_generic(phrase)))
                last_one = next((phrase for phrase in named if not phrase.many and not reading.is_person(phrase)), None)
