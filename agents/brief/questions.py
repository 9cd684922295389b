"""What the brief leaves open, asked with options and a default rather than invented."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agents.brief.actors import ActorFound
from agents.brief.entity import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.limits import LimitFound
from agents.brief.operation import OperationFound
from agents.brief.reading import MAX_SENTENCES, Reading
from agents.brief.relations import GUESSED, RelationFound
from agents.brief.smell_words import QUALITY

MAX_QUESTIONS: Final = 6


@dataclass(frozen=True)
class QuestionFound:
    text: str
    options: tuple[str, ...]
    default: str


def find_questions(
    reading: Reading,
    actors: dict[str, ActorFound],
    entities: dict[str, EntityFound],
    fields: dict[str, list[FieldFound]],
    operations: list[OperationFound],
    limits: list[LimitFound],
    relations: Sequence[RelationFound],
) -> list[QuestionFound]:
    """Return at most MAX_QUESTIONS, those first that change most."""
    found: list[QuestionFound] = []
    people = [actor for actor in actors.values() if actor.kind == "person"]
    if reading.sentences > MAX_SENTENCES:
        found.append(
            QuestionFound(
                f"The brief has {reading.sentences} different sentences, of which the first {MAX_SENTENCES} "
                "were read closely. Is the rest background?",
                ("The rest is background", "Split the brief into several features"),
                "The rest is background",
            )
        )
    if not people:
        found.append(
            QuestionFound(
                "The brief names nobody who uses this. Who does?",
                ("Everyone with an account", "Anyone, without signing in"),
                "Everyone with an account",
            )
        )
    found += _contradictions(reading, entities, limits)
    found += _missing_actor(actors, people, operations)
    found += _unclear_relation(entities, actors, relations)
    bare = [entity for key, entity in entities.items() if not fields.get(key) and key not in actors]
    for entity in sorted(bare, key=lambda entity: -entity.score)[:1]:
        found.append(
            QuestionFound(
                f"Which facts are kept of “{entity.label}” beside its name? The brief names none.",
                ("Only what the operations need", "More facts, to be listed"),
                "Only what the operations need",
            )
        )
    if entities and not any(limit.kind == "retention" for limit in limits):
        main = max(entities.values(), key=lambda entity: entity.score)
        found.append(
            QuestionFound(
                f"How long is “{main.label}” kept after it is no longer needed?",
                ("Until somebody deletes it", "1 year", "10 years"),
                "Until somebody deletes it",
            )
        )
    found += _vague_quality(reading)
    return found[:MAX_QUESTIONS]


def _contradictions(
    reading: Reading, entities: dict[str, EntityFound], limits: list[LimitFound]
) -> list[QuestionFound]:
    """Two sentences that bound the same thing differently: which of them holds?"""
    for place, limit in enumerate(limits):
        for other in limits[place + 1 :]:
            same = (limit.kind, limit.entity) == (other.kind, other.entity) and limit.sentence != other.sentence
            bounding = limit.kind == "retention" or (limit.at_most and other.at_most and limit.unit == other.unit)
            differs = (limit.value, limit.unit) != (other.value, other.unit)
            if same and bounding and differs and limit.entity in entities:
                options = tuple(f"{one.value} {one.unit}".strip() for one in (limit, other))
                first, second = (reading.lines[one.sentence].sentence.text[:120] for one in (limit, other))
                text = f"The brief says “{first}” and “{second}”. Which of the two holds?"
                return [QuestionFound(text, options, options[0])]
    return []


def _missing_actor(
    actors: dict[str, ActorFound], people: list[ActorFound], operations: list[OperationFound]
) -> list[QuestionFound]:
    unowned = [op for op in operations if op.guessed and len(people) > 1]
    for operation in unowned[:1]:
        likely = [actors[key].label for key in operation.actors if key in actors]
        labels = list(dict.fromkeys([*likely, *(actor.label for actor in people)]))[:4]
        options = (*labels, "Only the system itself")
        text = f"Who may do “{operation.title}”? The brief names nobody."
        return [QuestionFound(text, options, likely[0] if likely else options[-1])]
    return []


def _unclear_relation(
    entities: dict[str, EntityFound], actors: dict[str, ActorFound], relations: Sequence[RelationFound]
) -> list[QuestionFound]:
    """The surest of the relations that were only guessed, between things that matter."""
    guessed = [
        relation
        for relation in relations
        if relation.label in GUESSED and relation.source not in actors and relation.target not in actors
    ]
    for relation in sorted(guessed, key=lambda r: -min(entities[r.source].score, entities[r.target].score))[:1]:
        one, other = entities[relation.source].label, entities[relation.target].label
        many = entities[relation.target].label_plural
        options = (f"To one {other}", f"To several {many}", "They have nothing to do with each other")
        return [QuestionFound(f"Does “{one}” belong to one “{other}”? The brief does not say.", options, options[0])]
    return []


def _vague_quality(reading: Reading) -> list[QuestionFound]:
    words = QUALITY.get(reading.lexicon.code)
    for line in reading.inside if words else ():
        text = line.sentence.words
        vague = re.search(rf"(?<![\w-])(?:{words})(?![\w-])", text, re.IGNORECASE)
        if vague and not line.sentence.heading and not any(char.isdigit() for char in text):
            question = f"What does “{vague[0]}” mean in “{line.sentence.text[:160]}”?"
            options = ("Nothing that is measured", "A figure, to be named")
            return [QuestionFound(question, options, options[0])]
    return []
