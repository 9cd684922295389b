"""What a sentence is made of: noun phrases, and the frames around its verbs."""

from dataclasses import dataclass, field
from typing import Final

from agents.brief.token import Token
from agents.brief.words import Verb


@dataclass
class Phrase:
    """A noun with what stands before it. `key` is one for all its forms."""

    head: str  # the head noun as written
    key: str  # canonical: singular, lower case, with the nouns that narrow it
    head_key: str
    modifiers: tuple[str, ...]  # keys of the nouns before the head
    label: str  # display form, singular
    written: str  # as the brief has it
    many: bool
    quantity: str = ""
    determiner: str = ""
    place: int = 0
    aside: str = ""  # what stood in parentheses behind it
    owner: "Phrase | None" = None  # "the receipt's date"
    adjectives: tuple[str, ...] = ()
    inside: bool = False  # stands in parentheses
    ordinal: str = ""  # "second", "another": which of them


@dataclass
class Frame:
    """One verb with its subjects, objects and prepositional phrases."""

    verb: Verb
    subjects: list[Phrase] = field(default_factory=list)
    objects: list[Phrase] = field(default_factory=list)
    preps: list[tuple[str, Phrase]] = field(default_factory=list)
    passive: bool = False
    negated: bool = False
    modal: str = ""
    pronoun: str = ""  # subject pronoun, when there is no noun
    object_pronoun: str = ""  # "it", "them", "several": stands for what was spoken of
    open_list: bool = True
    place: int = 0  # of the verb in the sentence


@dataclass
class Parsed:
    phrases: list[Phrase]
    frames: list[Frame]
    loose: list[tuple[str, Phrase]]  # prepositional phrases before any verb


Element = tuple[str, Token | None, Phrase | None]

ANYONE: Final = frozenset("anyone anybody everyone everybody someone somebody".split())

SPANS: Final = frozenset("second minute hour day week month quarter year".split())
