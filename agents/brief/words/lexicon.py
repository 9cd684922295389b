"""The shape of a language's word list: what the rules need to tell nouns, verbs and the small words apart."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Verb:
    lemma: str
    kind: str  # create, read, update, delete, action; "have" for possession; "plain" for verbs that make no operation
    form: str  # base, s (third person), ed (participle or past), ing


@dataclass(frozen=True)
class Lexicon:
    """One language. All words are lower case."""

    code: str
    small: Mapping[
        str, str
    ]  # function word -> tag: D(eterminer) P(reposition) C(onjunction) S(ubordinator) O (pronoun)
    #                           X (auxiliary, modal) R (adverb) G (negation)
    verbs: Mapping[str, tuple[Verb, ...]]
    adjectives: frozenset[str]
    people: frozenset[str]  # singular forms and stems of those who act
    groups: frozenset[str]  # acting units that are no table of their own: finance, front desk
    attributes: Mapping[str, str]  # noun -> type of a field
    generic: frozenset[str]  # nouns that name no thing of the domain
    records: Mapping[
        str, str
    ]  # verb lemma -> the noun of the record it leaves ("comment" -> "comment", "pay" -> "payment")
    singular: Callable[[str], str]
    plural: Callable[[str], str]
    head_first: bool = False  # "date de naissance": the head stands first
    verb_last: bool = False  # German clauses
    capital_nouns: bool = False
    person_endings: tuple[str, ...] = ()
    no_people: frozenset[str] = field(default_factory=frozenset)
    hints: frozenset[str] = field(default_factory=frozenset)  # words that tell this language from the others


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


def tagged(groups: Mapping[str, str]) -> dict[str, str]:
    """Return word -> tag from tag -> words; the first tag that names a word keeps it."""
    found: dict[str, str] = {}
    for tag, words in groups.items():
        for word in words.split():
            found.setdefault(word.replace("_", " "), tag)
    return found


def typed(groups: Mapping[str, str]) -> dict[str, str]:
    return tagged(groups)


def forms(verbs: Iterable[tuple[str, str, Iterable[tuple[str, str]]]]) -> dict[str, tuple[Verb, ...]]:
    """Return form -> verbs from (lemma, kind, [(form, name of the form)])."""
    found: dict[str, list[Verb]] = {}
    for lemma, kind, shapes in verbs:
        for shape, name in shapes:
            verb = Verb(lemma, kind, name)
            if verb not in found.setdefault(shape, []):
                found[shape].append(verb)
    return {shape: tuple(entries) for shape, entries in found.items()}
