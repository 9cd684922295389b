"""The life of an entity: the states that the brief names or its operations leave, and the steps between them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from agents.brief.actors import ActorFound
from agents.brief.entity import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.identifiers import identifier
from agents.brief.lasting import BACK, JUDGING, LASTING, participles
from agents.brief.operation import OperationFound
from agents.brief.phrase import Phrase
from agents.brief.reading import Line, Reading, lists_states
from agents.brief.words import Lexicon

MAX_STATES: Final = 12
STATUS_FIELDS: Final = frozenset("status state stan estado statut etat zustand phase stage".split())
# Adjectives that say how a thing stands, and those that it begins with.
_STANDING: Final = frozenset("active inactive open draft pending overdue aktiv inaktiv offen".split())
_AT_FIRST: Final = frozenset("active open draft pending aktiv offen".split())
_OPENING: Final = frozenset("submit request book order draft propose schedule file reserve invite".split())
_FIRST: Final = {"en": "open", "de": "offen", "fr": "ouvert", "es": "abierto", "pl": "otwarte"}
_WORD_LIST: Final = re.compile(
    r"\b(?:status|state|stan|estado|statut|état|zustand|phase)(?:e?s)?\b(?P<between>[^.;:(]{0,40}?)"
    r"(?::|\(|\b(?:is|are|can be|may be|one of|ist|sind|est|peut être|es|puede ser|jest|to)\b)\s*"
    r"(?P<values>[^.;:()]{3,160})",
    re.IGNORECASE,
)
_ARROWS: Final = re.compile(r"(?:[\w-]+(?: [\w-]+)?\s*(?:→|->|=>|⇒)\s*){1,11}[\w-]+")
_ARROW: Final = re.compile(r"\s*(?:→|->|=>|⇒)\s*")
# "Orders go from draft to sent to paid": words alone, as "from 9 to 5" and "from the shelf to a reader" are no states.
_WAY: Final = re.compile(
    r"\b(?:go|goes|move|moves|pass|passes|change|changes)\s+from\s+[\"“']?"
    r"(?P<states>[^\W\d_]+[\"”']?(?:,? (?:then )?to [\"“']?[^\W\d_]+[\"”']?){1,8})"
    r"(?=\s*(?:[.;,:]|$|and\b|when\b|once\b))",
    re.IGNORECASE,
)
_TO: Final = re.compile(r"[\"“”',]*\s+(?:then )?to\s+[\"“']*", re.IGNORECASE)
_BECOMES: Final = re.compile(
    # What goes to a thing, article and all, changes its place and not its state.
    r"\b(?:(?:goes|moves) to\s+(?!(?:an?|the|its|his|her|their|our)\b)|(?:becomes?|turns? into|turns|devient|"
    r"pasa a(?: ser)?|se convierte en|staje się|wird zum?|counts? as|gilt als)\s+"
    r"(?:an?\s+|the\s+|eine?n?\s+|une?\s+)?)[\"“'„]?(?P<state>[^\W\d_]+(?:-[^\W\d_]+)?)",
    re.IGNORECASE,
)
_PER: Final = re.compile(r"\b(?:per|of|for|je|pro|par|por|na|in)\b", re.IGNORECASE)
_SWITCHED: Final = re.compile(r"\bis (?:on|off)\b[^.]{0,60}\b(?:on|off)\b", re.IGNORECASE)
_EITHER: Final = re.compile(
    r"\b(?:is|are|ist|est|es|jest)\s+(?:either |entweder |soit )?(?P<one>[^\W\d_]+)\s+(?:or|oder|ou|o|lub|albo)\s+"
    r"(?P<other>[^\W\d_]+)\b",
    re.IGNORECASE,
)
_THEN: Final = re.compile(r"\bthen (?:the |an? )?(?P<thing>[^\W\d_]+) is (?P<state>[^\W\d_]+)\b", re.IGNORECASE)
_AND: Final = re.compile(r",|/|\||→|->|\band\b|\bor\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\bo\b|\bi\b|\blub\b")


@dataclass(frozen=True)
class Step:
    sources: tuple[str, ...]
    target: str
    operation: str  # its key, empty when it happens by itself


@dataclass
class Life:
    states: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    listed: bool = False  # the brief lists its states, so the first one is the first

    def add(self, state: str) -> None:
        if state not in self.states and len(self.states) < MAX_STATES:
            self.states.append(state)


def find_lives(
    reading: Reading,
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    operations: list[OperationFound],
    fields: dict[str, list[FieldFound]],
) -> dict[str, Life]:
    """Return the lives of the entities that have one, by key; the first state is the one a new record has."""
    named: dict[str, Life] = {key: Life() for key in entities}
    sources: dict[tuple[str, str], list[str]] = {}
    for key, known in fields.items():
        for status in known:
            if key in named and status.name in STATUS_FIELDS and status.values:
                named[key].listed = True
                for value in status.values:
                    named[key].add(_state(value))
    focus: str | None = None
    for line in reading.inside:
        if lists_states(line.sentence):
            _read_labelled(line, named, entities, actors)
            continue
        owner = _owner(line, entities, actors)
        focus = owner or focus
        about = named.get(owner or focus or "")
        if about is not None:
            _read_lists(line, about)
        if line.sentence.scope != "context":
            _read_said(reading, line, named)
            _note_sources(reading, line, entities, sources)
    lives = {}
    for key, life in named.items():
        own = [op for op in operations if op.entity == key and not (key in actors and op.reads)]
        _take_steps(reading.lexicon, life, own, sources)
        _close_gaps(reading.lexicon, life, operations)
        if len(life.states) > 1:
            lives[key] = life
    return lives


def participle(lexicon: Lexicon, lemma: str) -> str:
    """Return the participle of a verb as a name ("mark paid" -> "paid"); empty when the word list has none."""
    if lemma.startswith("mark "):
        return _state(lemma.removeprefix("mark "))
    return _state(participles(lexicon).get(lemma, ""))


def _state(words: str) -> str:
    return identifier(words, fallback="state", reserved=False) if words.strip() else ""


def _read_labelled(
    line: Line, named: dict[str, Life], entities: dict[str, EntityFound], actors: dict[str, ActorFound]
) -> None:
    """Under "Order status" the states are the order's, under a plain "Status" those of what the brief is about."""
    label = line.sentence.section.lower()
    things = [entity for key, entity in entities.items() if key not in actors]
    owner = next((entity for entity in things if entity.label.lower() in label), None)
    owner = owner or max(things, key=lambda entity: entity.score, default=None)
    if owner is None:
        return
    life = named[owner.key]
    life.listed = True
    states = [_state(part) for part in _AND.split(line.sentence.words.strip(" .")) if part.strip()]
    for state in states:
        life.add(state)
    if _ARROW.search(line.sentence.words):
        life.steps += [Step((before,), after, "") for before, after in pairwise(states)]


def _owner(line: Line, entities: dict[str, EntityFound], actors: dict[str, ActorFound]) -> str | None:
    things = [phrase.key for phrase in line.parsed.phrases if phrase.key in entities]
    return next((key for key in things if key not in actors), things[0] if things else None)


def _read_lists(line: Line, life: Life) -> None:
    """ "status: new, paid, sent", "draft -> sent -> paid"."""
    text = line.sentence.words
    chain = _ARROWS.search(text[:600]) if any(arrow in text for arrow in ("→", "->", "=>", "⇒")) else None
    if chain:
        first, *later = _ARROW.split(chain[0].rpartition(":")[2])
        _follow(life, [_state(part) for part in (first.split()[-1], *later)])  # "claims go draft -> filed"
        return
    if way := _WAY.search(text[:600]):
        _follow(life, [_state(part) for part in _TO.split(way["states"])])
        return
    listed = _WORD_LIST.search(text[:600])
    if listed and len(listed["between"].split()) <= 5 and not _PER.search(listed["between"]):
        values = [value.strip(" \"'“”„*_`") for value in _AND.split(listed["values"]) if value.strip()]
        if len(values) >= 2 and all(_is_value(value) for value in values):
            life.listed = True
            for value in values:
                life.add(_state(value))


def _follow(life: Life, states: list[str]) -> None:
    """Take a list of states as the way through a life, one after the other."""
    life.listed = True
    for state in states:
        life.add(state)
    for before, after in pairwise(states):
        life.steps.append(Step((before,), after, ""))


def _is_value(value: str) -> bool:
    return 0 < len(value.split()) <= 3 and value[:1].isalpha() and len(value) <= 30


def _read_said(reading: Reading, line: Line, named: dict[str, Life]) -> None:
    """ "an approved line", "a ticket becomes stale", "is public or private"."""
    lexicon = reading.lexicon
    for phrase in line.parsed.phrases:
        life = named.get(phrase.key)
        for word in phrase.adjectives if life is not None else ():
            if life is not None and (_is_lasting(lexicon, word) or word in _STANDING):
                life.add(_state(_plain_form(lexicon, word)))
    said = _BECOMES.search(line.sentence.words)
    if said and said["state"].lower() in (lexicon.adjectives | set(lexicon.verbs)):
        before = _phrases_before(line, said.start())
        if before and before[-1].key in named:
            named[before[-1].key].add(_state(said["state"]))
    either = _EITHER.search(line.sentence.words)
    if either and {either["one"].lower(), either["other"].lower()} <= lexicon.adjectives:
        before = _phrases_before(line, either.start())
        if before and before[0].key in named:
            named[before[0].key].add(_state(either["one"]))
            named[before[0].key].add(_state(either["other"]))
    switched = _SWITCHED.search(line.sentence.words)
    if switched and {"on", "off"} <= set(switched[0].lower().replace(",", " ").split()):
        before = _phrases_before(line, switched.start())
        if before and before[-1].key in named:
            named[before[-1].key].listed = True
            named[before[-1].key].add("off")
            named[before[-1].key].add("on")
    then = _THEN.search(line.sentence.words)
    if then and then["thing"].lower() in named and then["state"].lower() not in lexicon.small:
        named[then["thing"].lower()].add(_state(then["state"]))


def _phrases_before(line: Line, offset: int) -> list[Phrase]:
    words = len(re.findall(r"[^\W\d_]+|\d+", line.sentence.words[:offset]))
    return [phrase for phrase in line.parsed.phrases if phrase.place <= words + 6 and phrase.place < words + 1]


def _is_lasting(lexicon: Lexicon, word: str) -> bool:
    return any(verb.form == "ed" and verb.lemma in LASTING for verb in lexicon.verbs.get(word, ()))


def _plain_form(lexicon: Lexicon, word: str) -> str:
    """The form that stands for all endings: "genehmigter" is "genehmigt"."""
    for verb in lexicon.verbs.get(word, ()):
        if verb.form == "ed" and verb.lemma in LASTING:
            return participles(lexicon).get(verb.lemma, word)
    return word


def _note_sources(
    reading: Reading, line: Line, entities: dict[str, EntityFound], sources: dict[tuple[str, str], list[str]]
) -> None:
    """In "exports approved reports" the participle says from which state it is done."""
    for frame in line.parsed.frames:
        for phrase in frame.objects:
            if phrase.key not in entities:
                continue
            for word in phrase.adjectives:
                if _is_lasting(reading.lexicon, word):
                    state = _state(_plain_form(reading.lexicon, word))
                    sources.setdefault((frame.verb.lemma, phrase.key), []).append(state)


def _take_steps(
    lexicon: Lexicon, life: Life, operations: list[OperationFound], sources: dict[tuple[str, str], list[str]]
) -> None:
    said = list(life.states)
    leaving = [operation for operation in operations if _leaves(lexicon, operation)]
    targets = [participle(lexicon, operation.verb) for operation in leaving]
    first = _first_state(lexicon, life, operations, said)
    if (said or targets) and first not in life.states:
        life.states.insert(0, first)
    for operation, target in zip(leaving, targets, strict=True):
        target = next((state for state in said if _same_state(state, target)), target)
        if target == first:
            continue
        life.add(target)
        before = sources.get((operation.verb, operation.entity), [])
        known = tuple(dict.fromkeys(state for state in before if state in life.states and state != target))
        if not known and operation.verb in JUDGING:
            known = (first,)
        if target in life.states:
            life.steps.append(Step(known, target, operation.key))
    for operation in operations:
        if operation.verb in BACK and first in life.states:
            ends = tuple(state for state in life.states if state != first)
            life.steps.append(Step(ends, first, operation.key))


def _close_gaps(lexicon: Lexicon, life: Life, operations: list[OperationFound]) -> None:
    """A state that no deed of its own leads to comes from the same deed done to another thing, or by itself."""
    for state in life.states[1:]:
        if any(step.target == state for step in life.steps):
            continue
        causes = (op.key for op in operations if op.named and participle(lexicon, op.verb) == state)
        life.steps.append(Step((life.states[0],), state, next(causes, "")))


def _leaves(lexicon: Lexicon, operation: OperationFound) -> bool:
    if operation.kind == "create" or not operation.named:
        return False
    return (operation.verb in LASTING or operation.verb.startswith("mark ")) and bool(
        participle(lexicon, operation.verb)
    )


def _first_state(lexicon: Lexicon, life: Life, operations: Iterable[OperationFound], said: list[str]) -> str:
    """The first of a list in the brief; else what the creating verb leaves ("requested"); else plainly open."""
    if life.listed:
        return said[0]
    standing = next((state for state in said if state in _AT_FIRST), "")
    if standing:
        return standing
    made = next((op.verb for op in operations if op.kind == "create" and op.named and op.verb in _OPENING), "")
    return participle(lexicon, made) or _FIRST.get(lexicon.code, "open")


def _same_state(one: str, other: str) -> bool:
    """Are they one word in two endings: "zablokowane" and "zablokowany"?"""
    return one == other or (len(one) > 5 and one[:-1] == other[:-1])
