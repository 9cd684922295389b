"""Everything understood of one brief, in the shared vocabulary of the deliverables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from agents.brief.actors import ActorFound, find_actors
from agents.brief.domain import Found, assemble
from agents.brief.entities import find_entities
from agents.brief.entity import EntityFound
from agents.brief.events import find_events
from agents.brief.fields import find_fields, tables_in_code
from agents.brief.language import language_of
from agents.brief.limits import find_limits
from agents.brief.operations import find_operations
from agents.brief.questions import QuestionFound, find_questions
from agents.brief.reading import Reading, read
from agents.brief.relations import find_relations
from agents.brief.requirements import number_requirements
from agents.brief.rules import find_rules
from agents.brief.states import find_lives
from agents.brief.themes import themes_of
from agents.cleaning import MAX_BRIEF_BYTES, clean_line, clean_text
from agents.deliverable import Domain, Requirement

CACHED_BRIEFS = 64


@dataclass(frozen=True)
class Understanding:
    """What a brief says. Every entity, actor and limit has its words in the brief."""

    title: str
    language: str
    requirements: tuple[Requirement, ...]
    domain: Domain
    themes: Mapping[str, tuple[str, ...]]  # theme -> keys of the requirements that raise it
    questions: tuple[QuestionFound, ...]
    sentences: int
    read_closely: int

    def raised(self, *themes: str) -> list[str]:
        """Return the keys of the requirements that raise any of `themes`, in their order."""
        keys = {key for theme in themes for key in self.themes.get(theme, ())}
        return [requirement.key for requirement in self.requirements if requirement.key in keys]


def understand(brief: str, feature_name: str = "") -> Understanding:
    """Return the understanding of `brief`; the same for the same text. Reads at most 256 kB."""
    return _understand(brief, feature_name)


@lru_cache(maxsize=CACHED_BRIEFS)
def _understand(brief: str, feature_name: str) -> Understanding:
    title = clean_line(feature_name, limit=255)
    text = clean_text(brief, limit=MAX_BRIEF_BYTES)
    if not text.strip():
        text = title
    lexicon = language_of(text)
    reading = read(text, title, lexicon)
    actors = find_actors(reading)
    entities = find_entities(reading, actors)
    declared = tables_in_code(text)
    for table, _ in declared:
        _add_declared(table, entities, reading)
    if not entities:
        _add_fallback(title or text, entities)
    fields = find_fields(reading, entities)
    for table, columns in declared:
        fields[_declared_key(table, reading)] = columns
    centre = _centre(entities, actors)
    operations = find_operations(reading, entities, actors, fields)
    relations = find_relations(reading, entities, actors, operations, centre)
    limits = find_limits(reading, entities)
    numbered = number_requirements(reading)
    questions = find_questions(reading, actors, entities, fields, operations, limits, relations)
    lives = find_lives(reading, entities, actors, operations, fields)
    rules = find_rules(reading, entities, actors, fields, relations)
    events = find_events(reading, entities, actors, operations, limits)
    requirements = tuple(
        Requirement(key=key, text=said, kind=kind, source_text=source[:4000]) for key, said, kind, source in numbered
    )
    themes: dict[str, tuple[str, ...]] = {}
    for requirement in requirements:
        for theme in themes_of(requirement.source_text):
            themes[theme] = (*themes.get(theme, ()), requirement.key)

    domain = assemble(
        Found(reading, actors, entities, fields, relations, operations, limits, lives, rules, events), title=title
    )
    return Understanding(
        title=domain.title,
        language=lexicon.code,
        requirements=requirements,
        domain=domain,
        themes=themes,
        questions=tuple(questions),
        sentences=reading.sentences,
        read_closely=len(reading.lines),
    )


def _centre(entities: dict[str, EntityFound], actors: dict[str, ActorFound]) -> str | None:
    things = [entity for key, entity in entities.items() if key not in actors]
    return max(things, key=lambda entity: entity.score).key if things else None


def _declared_key(table: str, reading: Reading) -> str:
    words = table.lower().split("_")
    return " ".join([*words[:-1], reading.lexicon.singular(words[-1])])


def _add_declared(table: str, entities: dict[str, EntityFound], reading: Reading) -> None:
    key = _declared_key(table, reading)
    plural = " ".join(table.lower().split("_"))
    entities.setdefault(
        key,
        EntityFound(key, key, plural, score=5.0, mentions=1, first=0, written=table, declared=f"CREATE TABLE {table}"),
    )


def _add_fallback(text: str, entities: dict[str, EntityFound]) -> None:
    """A brief without a single noun still gets one kind of record, named by its own words where it has letters."""
    words = re.findall(r"[^\W\d_]{1,30}", text)
    label = " ".join(words[-2:]).lower() if words else "record"
    entities[label] = EntityFound(
        label, label, f"{label}s" if len(label) > 1 else label, score=1.0, mentions=1, first=0, written=label
    )
