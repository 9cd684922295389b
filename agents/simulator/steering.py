"""What people decided while agents work, read so that writers can act on it.

Reads decisions (H-n), the feedback of a gate and answers to questions. What it understands is a `Directive`; what it
does not understand is still there, word for word, to be cited. It never looks beyond the wording: a text can choose a
database or leave a feature out, and nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agents.assignment import Answer, Assignment, HumanDecision
from agents.brief.understanding import understand
from agents.simulator.steered.clauses import clauses_of
from agents.simulator.steered.directives import Directive, Said
from agents.simulator.steered.rules import is_renaming, read_clause
from agents.simulator.steered.words import canonical

__all__ = ["Directive", "Said", "Steering", "read_steering"]

FEEDBACK: Final = "feedback"
ANSWER: Final = "answer"
_RIGHT: Final = re.compile(
    r"\b(?:may|can|cannot|must not|only|let|allowed|dürfen|darf|nur|peuvent|peut|seuls?|pueden|puede|solo|mogą|"
    r"może|tylko)\b",
    re.IGNORECASE,
)
_ONLY: Final = re.compile(r"\b(?:only|nur|seuls?|uniquement|solo|sólo|tylko)\b", re.IGNORECASE)
_NEVER: Final = re.compile(
    r"\b(?:(?:may|can|must) (?:not|never)|(?:do not|don['’]?t|never) (?:let|allow)|nobody|cannot|can['’]t|nicht|"
    r"kein\w*|ne (?:peu\w+|doi\w+) pas|no (?:pued\w+|"
    r"deb\w+)|"
    r"nie (?:mogą|może|wolno))\b",
    re.IGNORECASE,
)
_AMOUNT: Final = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice|einmal|zwei|zweimal|drei|vier|"
    r"fünf|sechs|"
    r"sieben|acht|neun|zehn|zwölf|deux|trois|quatre|cinq|sept|huit|neuf|dix|dos|tres|cuatro|cinco|seis|siete|ocho|"
    r"nueve|diez|dwa|dwie|trzy|cztery|pięć|sześć|siedem|osiem|dziewięć|dziesięć)\b",
    re.IGNORECASE,
)
_FROM_TO: Final = re.compile(
    r"(?P<new>\d[\d.,]*) ?(?P<unit>[^\W\d_]+|%)? ?(?:,? ?(?:instead of|rather than|not|statt|anstatt|nicht|au "
    r"lieu de|pas|"
    r"en vez de|en lugar de|no|zamiast|nie)) (?P<old>\d[\d.,]*)|(?:from|von|de|z) (?P<old2>\d[\d.,]*)(?: [^\W\d_]+)? "
    r"(?:to|auf|à|a|na|do) (?P<new2>\d[\d.,]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Steering:
    """What people said, in the order in which it binds: answers, then feedback, then decisions; the last one wins."""

    decisions: tuple[HumanDecision, ...] = ()  # all; each is to be cited
    feedback: str = ""
    round: int = 1
    answers: tuple[Answer, ...] = ()
    directives: tuple[Directive, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.decisions or self.feedback or self.answers)

    @property
    def database(self) -> Said:
        """The database to write for: the one decided, else PostgreSQL."""
        return self.chosen("database") or Said("PostgreSQL")

    @property
    def key_type(self) -> Said:
        """The type of primary keys: the one decided (`uuid`, `bigint`, `ulid`), else `bigint`."""
        return self.chosen("key") or Said("bigint")

    @property
    def limits(self) -> tuple[Directive, ...]:
        """Numbers that people set or changed; `steer` has put them into the domain already."""
        return self._of("limit")

    @property
    def renames(self) -> tuple[Directive, ...]:
        """Things that people gave another name; `steer` has renamed them in the domain already."""
        return self._of("rename")

    @property
    def refused(self) -> tuple[Directive, ...]:
        """What is to be left out and was not brought back later."""
        found = {directive.subject: self.refuses(directive.subject) for directive in self._of("refuse")}
        return tuple(directive for directive in found.values() if directive is not None)

    def chosen(self, category: str) -> Said | None:
        """Return what was chosen as `database`, `cache`, `queue`, `key`, `platform`, `language`, …, None if nothing.

        The categories are those of `steered.words`.
        """
        for directive in reversed(self.directives):
            if directive.kind == "choose" and directive.category == category and not self.refuses(directive.subject):
                return Said(directive.value, directive.cite, directive.text)
        return None

    def uses(self, name: str) -> Directive | None:
        """Return the decision that chose or kept this technology, channel or feature, None when there is none."""
        directive = self._last(name)
        return directive if directive is not None and directive.kind in ("choose", "keep") else None

    def refuses(self, name: str) -> Directive | None:
        """Return the decision that leaves this technology, channel or feature out, None when it may stay.

        Channels may be named in any of their forms: “e-mail”, “mail”, “E-Mails”. “SMS only” refuses the others.
        """
        last = self._last(name)
        if last is not None:
            return last if last.kind == "refuse" else None
        known = canonical(name)
        if known is None or known[1] != "channel":
            return None
        return next(
            (one for one in reversed(self.directives) if one.mode == "only" and one.category == "channel"), None
        )

    def of(self, cite: str) -> tuple[Directive, ...]:
        """Return what was understood of one decision (“H-2”), of the “feedback” or of the answers."""
        return tuple(directive for directive in self.directives if directive.cite == cite)

    def effects(self, cite: str) -> str:
        """Return what follows from one decision as the end of a sentence; empty when it is only cited."""
        return "; ".join(dict.fromkeys(directive.effect for directive in self.of(cite)))

    def lines(self) -> list[str]:
        """Return a sentence for everything people said: the source, their words, and what follows from them."""
        told = [(f"H-{decision.number}", decision.text) for decision in self.decisions]
        if self.feedback:
            told.append((f"Feedback of round {self.round}", self.feedback))
        said = []
        for source, text in told:
            effect = self.effects(source if source.startswith("H-") else FEEDBACK)
            said.append(f"{source}: “{' '.join(text.split())}”" + (f" So {effect}." if effect else ""))
        return said

    def _of(self, kind: str) -> tuple[Directive, ...]:
        return tuple(directive for directive in self.directives if directive.kind == kind)

    def _last(self, name: str) -> Directive | None:
        wanted = _key(name)
        return next(
            (
                directive
                for directive in reversed(self.directives)
                if directive.kind in ("choose", "refuse", "keep") and _key(directive.subject) == wanted
            ),
            None,
        )


def read_steering(assignment: Assignment) -> Steering:
    """Return what people said about the work of `assignment`; the same for the same assignment."""
    found: list[Directive] = []
    answers = (*assignment.earlier_answers, *assignment.answers)
    for answer in answers:
        if answer.by_person:  # a default that nobody chose decides nothing
            found += _read(answer.answer, ANSWER, about=answer.question)
    found += _read(assignment.feedback, FEEDBACK)
    for decision in assignment.human_decisions:
        found += _read(decision.text, f"H-{decision.number}")
    return Steering(assignment.human_decisions, assignment.feedback, assignment.round, answers, tuple(found))


def _key(name: str) -> str:
    known = canonical(name)
    return known[0].casefold() if known else " ".join(_stem(word) for word in name.casefold().split())


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


@lru_cache(maxsize=256)
def _read(text: str, cite: str, about: str = "") -> tuple[Directive, ...]:
    found: list[Directive] = []
    for whole, *parts in clauses_of(text):
        for clauses in ([whole], [] if is_renaming(whole) else parts):
            read = [directive for clause in clauses for directive in _clause(clause, cite, about)]
            if read:
                found += read
                break
    return tuple(dict.fromkeys(found))


def _clause(clause: str, cite: str, about: str) -> Iterable[Directive]:
    plain = read_clause(clause)
    if plain:
        return [_told(directive, cite, clause) for directive in plain]
    return [_told(directive, cite, clause) for directive in (*_rights(clause), *_limits(clause, about))]


def _told(directive: Directive, cite: str, text: str) -> Directive:
    values = {**vars(directive), "cite": cite, "text": text}
    return Directive(**values)


def _rights(clause: str) -> list[Directive]:
    """Who may do what, as the reader of briefs understands the clause."""
    if not _RIGHT.search(clause):
        return []
    domain = understand(clause).domain
    mode = "never" if _NEVER.search(clause) else "only" if _ONLY.search(clause) else "may"
    labels = {actor.key: actor.label for actor in domain.actors}
    entities = {entity.name: entity.label for entity in domain.entities}
    return [
        Directive(
            "right",
            operation.verb,
            entities.get(operation.entity, operation.entity),
            "; ".join(labels.get(actor, actor) for actor in operation.actors),
            mode=mode,
        )
        for operation in domain.operations
        if operation.source and operation.actors and operation.verb
    ]


def _limits(clause: str, about: str) -> list[Directive]:
    """Numbers, as the reader of briefs understands the clause."""
    if not _AMOUNT.search(clause):
        return []
    change = _FROM_TO.search(clause)
    old, new = (change["old"] or change["old2"], change["new"] or change["new2"]) if change else ("", "")
    limits = understand(clause).domain.limits
    if change and limits and all(limit.value != new for limit in limits):
        first = limits[0]
        return [
            Directive("limit", clause, first.entity or "", new, first.unit, first.kind, f"{about} was {{old}}".strip())
        ]
    return [
        Directive(
            "limit",
            limit.text,
            limit.entity or "",
            limit.value,
            limit.unit or next((other.unit for other in limits if other.unit), ""),
            limit.kind,
            f"{about} was {old}".strip() if old else about,
        )
        for limit in limits
        if not old or limit.value == new
    ]
