"""Rules of the brief that a schema or an interface can enforce: unique, exclusive, once, immutable, ownership, …"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from agents.brief.actors import ActorFound
from agents.brief.entities import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.phrases import Phrase
from agents.brief.reading import Line, Reading
from agents.brief.relations import RelationFound

MAX_RULES: Final = 60
RuleKind = Literal["unique", "exclusive", "once", "immutable", "append_only", "ownership", "visibility", "condition"]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# Each pattern in English, German, French, Spanish and Polish. Gaps are bounded, so no sentence costs much.
_PATTERNS: Final[tuple[tuple[RuleKind, re.Pattern[str]], ...]] = (
    (
        "exclusive",
        _any(
            r"\b(?:two|no two|several|more than one)\b[^.;]{0,40}\b(?:never|not|cannot|can't|may|must)\b[^.;]{0,30}\b"
            r"(?:same|one)\b",
            r"\bno two\b[^.;]{0,60}\bsame\b",
            r"\b(?:never|not|cannot|can't)\b[^.;]{0,20}\b(?:double.?book|overlap|book(?:ed)? twice)",
            r"\b(?:no|without|prevents?|avoids?|exclude) (?:double.?booking|overlap)",
            r"\b(?:zwei|niemals|nie|nicht)\b[^.;]{0,50}\b(?:denselben|dieselbe|dasselbe|doppelt|überschneiden)\b",
            r"\bdeux\b[^.;]{0,40}\bne\b[^.;]{0,30}\bmême\b|\bchevauche",
            r"\bdos\b[^.;]{0,40}\b(?:no|nunca)\b[^.;]{0,30}\bmism[oa]|\bsolapa",
            r"\b(?:dwóch|dwie|dwa)\b[^.;]{0,40}\bnie\b[^.;]{0,40}\b(?:ten sam|tego samego|tej samej|tę samą)\b",
        ),
    ),
    (
        "append_only",
        _any(
            r"\b(?:nobody|no one|no-one)\b (?:can |may |must |ever ){0,2}(?:edits?|deletes?|removes?|alters?"
            r"|changes?)\b",
            r"\b(?:never|not|cannot|can't|must not be|may not be)(?: be)? (?:deleted|removed|erased)\b",
            r"\bappend.only\b|\b(?:every|each|all) [^.;]{0,60}\b(?:is|are) (?:recorded|logged|kept|written|stored)\b",
            r"\bmust be known\b|\bwho (?:read|saw|changed|did|opened)\b|\band that is logged\b",
            r"\bniemand (?:darf |kann )?[^.;]{0,30}\b(?:löscht|löschen|entfernen)|\b(?:werden|wird) protokolliert\b",
            r"\bnicht gelöscht\b|\bpersonne ne (?:peut )?[^.;]{0,20}\b(?:supprime|efface)",
            r"\bnadie puede (?:borrar|eliminar)|\bno se pueden? (?:borrar|eliminar)",
            r"\bnikt nie (?:może )?[^.;]{0,20}\busu|\bnie można usu",
        ),
    ),
    (
        "immutable",
        _any(
            r"\b(?:can't|cannot|can not|must not|may not|must never|can never|never|not)(?: be)? (?:any ?more )?"
            r"(?:chang|edit|alter|modif|overwrit|touch)",
            r"\b(?:is|are|becomes?|stays?) (?:immutable|read.only|frozen|final)\b|\bimmutable\b",
            r"\b(?:darf|dürfen|kann|können)\b[^.;]{0,40}\b(?:nicht|nie)\b[^.;]{0,25}\b(?:geändert|verändert"
            r"|bearbeitet)",
            r"\bunveränder(?:lich|bar)",
            r"\bne peu(?:t|vent) (?:pas|plus|jamais)[^.;]{0,20}(?:modifi|chang)",
            r"\bno (?:se )?pueden? [^.;]{0,20}(?:modific|cambi|edit)",
            r"\bnie (?:można|może|mogą|wolno)[^.;]{0,20}(?:zmien|zmian|edyt|modyfik)",
        ),
    ),
    (
        "once",
        _any(
            r"\b(?:works?|valid|usable|used|exported?|sent|paid|counted|runs?|charged|done)(?: only| exactly"
            r"| just)? once\b",
            r", once,|\b(?:only|exactly|at most|just) once\b(?! (?:a|an|per|every) )|\b(?:one-time|single-use)\b",
            r"\b(?:nur|genau|höchstens) einmal\b|\beinmalig",
            r"\bune (?:seule|unique) fois\b|\buna (?:sola|única) vez\b|\b(?:tylko|dokładnie) raz\b|\bjednorazow",
        ),
    ),
    (
        "unique",
        _any(
            r"\bunique\b|\bno duplicates?\b|\b(?:already|twice) (?:exists?|taken|is (?:flagged|refused|rejected))",
            r"\bthe same\b[^.;]{0,80}\btwice\b|\bat most one\b|\b(?:only|exactly) one\b[^.;]{0,30}\b(?:per"
            r"|for (?:each|every|one|a)|in)\b",
            r"\bone (?:[^\W\d_]+ ){1,2}(?:per|for (?:each|every)) ",
            r"\beindeutig|\b(?:höchstens|genau|nur) eine?n?\b[^.;]{0,30}\b(?:pro|je)\b",
            r"\b(?:un seul|une seule|au plus une?)\b[^.;]{0,30}\bpar\b|\bunique\b",
            r"\búnic[oa]\b|\b(?:un solo|una sola|como máximo una?)\b[^.;]{0,30}\bpor\b",
            r"\bunikaln|\b(?:tylko|najwyżej) (?:jeden|jedna|jedno|jedną)\b",
        ),
    ),
    (
        "ownership",
        _any(
            r"\bonly\b[^.;]{0,40}\b(?:their|his|her|its|your|my) own\b|\b(?:their|his|her) own\b[^.;]{0,30}\bonly\b",
            r"\b(?:nobody|no one|no-one|never|not)\b[^.;]{0,40}\b(?:own|of (?:another|other|someone else"
            r"|anyone else))\b",
            r"\b(?:sees?|views?|reads?|downloads?|edits?|changes?|cancels?|deletes?|exports?)\b[^.;]{0,50}\btheir\b",
            r"\b(?:niemand|nur|nicht)\b[^.;]{0,30}\beigene[nrs]?\b",
            r"\b(?:personne|seulement|uniquement|que)\b[^.;]{0,30}\bpropres?\b",
            r"\b(?:nadie|solo|sólo)\b[^.;]{0,30}\bpropi[oa]s?\b",
            r"\b(?:nikt|tylko)\b[^.;]{0,30}\b(?:własn|swoj)",
        ),
    ),
    (
        "visibility",
        _any(
            r"\b(?:never|not|nobody|no one|cannot|can't)\b (?:be )?(?:sees?|seen|shown?|visible|views?|reads?"
            r"|readable)\b",
            r"\bonly\b[^.;]{0,30}\b(?:sees?|seen|visible|views?|read by|shown)\b|\b(?:hidden from|kept from"
            r"|confidential)\b",
            r"\b(?:is|are|stays?) private\b|\b(?:read[- ]only|may read but not)\b",
            r"\b(?:nicht|nie|niemand|nur)\b[^.;]{0,30}\b(?:sehen|sieht|sichtbar|einsehen|eingesehen)\b|\bvertraulich",
            r"\b(?:jamais|pas|seuls?|personne)\b[^.;]{0,30}\b(?:voir|voient|voit|visibles?)\b|\bconfidentiel",
            r"\b(?:nunca|nadie|solo|sólo|no)\b[^.;]{0,20}\b(?:ver|ven|ve|visibles?)\b|\bconfidencial",
            r"\b(?:nie|nikt|tylko)\b[^.;]{0,25}\b(?:widzi|widzą|widoczn)|\bpoufn",
        ),
    ),
)
_CONDITION: Final = _any(
    r"\bonly (?:if|when|after|while|until|in|on|by|for|from|with|to)\b|\bonly\b[^.;]{0,30}\b(?:may|can|in)\b",
    r"\b(?:can|may) only\b|\bunless\b|\bexcept\b|\bprovided that\b|\b(?:must|may|can|shall) (?:not|never)\b"
    r"|\bcannot\b",
    r"\b(?:needs?|requires?) (?:an? |the )?(?:second|reason|director|approval|confirmation|other|further|manager)",
    r"\b(?:above|over|more than|below|under|at least|as soon as)\b[^.;]{0,50}\b(?:must|needs?|requires?|is|are)\b",
    r"\bno (?:more than|[^\W\d_]+) (?:may|can|must)\b|\buntil\b[^.;]{0,50}\b(?:has|have|is|are|was)\b|\bif (?:it"
    r"|they) (?:is|are) not\b",
    r"\b(?:nur|erst) (?:wenn|mit|nach|durch|für)\b|\baußer\b|\b(?:darf|dürfen) (?:nur|nicht|nie)\b|\bhöchstens\b"
    r"|\bsofern\b",
    r"\b(?:seulement|uniquement) (?:si|quand|après|avec|pour)\b|\bsauf\b|\bne (?:peut|peuvent|doit|doivent)\b"
    r"|\bau plus\b",
    r"\b(?:solo|sólo) (?:si|cuando|después|con|para)\b|\bsalvo\b|\bno pueden?\b|\bcomo máximo\b",
    r"\btylko (?:jeśli|gdy|po|z|dla)\b|\bchyba że\b|\bnie (?:może|mogą|można)\b|\bnajwyżej\b",
    r"\b(?:three|two|four|five|\d+|trois|tres|dreimal|trzy) (?:times|fois|veces|razy)\b",
    r"\bfalls? below\b|\bis free only\b|\bno request\b",
)
_FLAGGED: Final = re.compile(r"\bflagged\b|\bnot refused\b|\bwarn|\bmarkiert\b|\bsignal[ée]|\bavisa", re.IGNORECASE)
_SAME: Final = re.compile(
    r"\b(?:same|denselben|dieselbe|dasselbe|même|mism[oa]|ten sam|tego samego|tej samej|tę samą|the one)\b",
    re.IGNORECASE,
)


@dataclass
class RuleFound:
    kind: RuleKind
    entity: str  # its key
    text: str
    sentence: int
    fields: list[str] = field(default_factory=list)  # names of its fields
    others: list[str] = field(default_factory=list)  # keys of further entities it speaks of


def find_rules(
    reading: Reading,
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
    fields: dict[str, list[FieldFound]],
    relations: Sequence[RelationFound],
) -> list[RuleFound]:
    """Return the rules in the order of the brief; one sentence may hold several."""
    found: list[RuleFound] = []
    focus: str | None = None
    for place, line in enumerate(reading.lines):
        sentence = line.sentence
        if sentence.heading or sentence.scope in ("out", "context", "actors"):
            continue
        phrases = _placed(line, entities)
        for start, clause in _clauses(sentence.words):
            for kind, at in _kinds(clause):
                entity = _about(phrases, start, start + len(clause), start + at, actors) or focus
                if entity is None or entity not in entities or len(found) >= MAX_RULES:
                    continue
                rule = RuleFound(kind, entity, clause.strip(" .,:;"), place)
                _aim(rule, phrases, start, clause, at, actors, fields, relations)
                if all((other.kind, other.entity, other.text) != (kind, rule.entity, rule.text) for other in found):
                    found.append(rule)
        things = [key for _, key in phrases if key not in actors]
        focus = things[0] if things else focus
    return found


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for part in re.split(r"(?<=;)", text):
        if part.strip():
            yield start, part
        start += len(part)


def _kinds(clause: str) -> Iterator[tuple[RuleKind, int]]:
    """Yield the kinds of rule that a clause states, each with the offset of the words that say so."""
    clause = clause[:1500]
    seen: set[RuleKind] = set()
    for kind, pattern in _PATTERNS:
        match = pattern.search(clause)
        if match is None or (kind == "immutable" and "append_only" in seen and match.start() == 0):
            continue
        if kind == "unique" and (_FLAGGED.search(clause) or "once" in seen or "exclusive" in seen):
            if _FLAGGED.search(clause) and "condition" not in seen:
                seen.add("condition")
                yield "condition", match.start()
            continue
        seen.add(kind)
        yield kind, match.start()
    condition = _CONDITION.search(clause)
    if condition and "condition" not in seen and not seen & {"exclusive", "immutable", "append_only", "visibility"}:
        yield "condition", condition.start()


def _placed(line: Line, entities: dict[str, EntityFound]) -> list[tuple[int, str]]:
    """Return the entities of a sentence with the offsets of their words."""
    text = line.sentence.words
    placed: list[tuple[int, str]] = []
    after = 0
    for phrase in sorted(line.parsed.phrases, key=lambda phrase: phrase.place):
        at = text.find(phrase.written.split(" ")[0], after)
        if at >= 0:
            after = at
        if phrase.key in entities:
            placed.append((max(at, 0), phrase.key))
        placed += [(max(at, 0), phrase.owner.key)] if _owned(phrase, entities) and phrase.owner else []
    return placed


def _owned(phrase: Phrase, entities: dict[str, EntityFound]) -> bool:
    return phrase.key not in entities and phrase.owner is not None and phrase.owner.key in entities


def _about(phrases: list[tuple[int, str]], start: int, end: int, at: int, actors: dict[str, ActorFound]) -> str | None:
    """The thing right before the words of the rule, else the next behind them, else whoever is named."""
    inside = [(offset, key) for offset, key in phrases if start <= offset < end]
    things = [(offset, key) for offset, key in inside if key not in actors]
    before = [key for offset, key in things if offset < at]
    if before:
        return before[-1]
    if things:
        return things[0][1]
    return inside[0][1] if inside else None


def _aim(
    rule: RuleFound,
    phrases: list[tuple[int, str]],
    start: int,
    clause: str,
    at: int,
    actors: dict[str, ActorFound],
    fields: dict[str, list[FieldFound]],
    relations: Sequence[RelationFound],
) -> None:
    inside = list(dict.fromkeys(key for offset, key in phrases if start <= offset < start + len(clause)))
    if rule.kind == "exclusive":
        same = _SAME.search(clause)
        wanted = [key for offset, key in phrases if same and offset >= start + same.start()]
        if wanted:
            rule.entity = _holder(wanted[0], inside, actors, relations) or wanted[0]
    rule.others = [key for key in inside if key != rule.entity]
    if rule.kind in ("unique", "condition", "immutable", "exclusive"):
        lower = clause.lower()
        rule.fields = [known.name for known in fields.get(rule.entity, ()) if known.label.lower() in lower]


def _holder(
    wanted: str, inside: list[str], actors: dict[str, ActorFound], relations: Sequence[RelationFound]
) -> str | None:
    """The record that takes the wanted thing for somebody: an appointment takes a slot for a patient."""
    holders = [relation.source for relation in relations if relation.target == wanted and relation.source not in actors]
    takers = [relation.source for relation in relations if relation.target in inside and relation.target in actors]
    return next((key for key in holders if key in takers), holders[0] if holders else None)
