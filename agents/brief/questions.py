"""What the brief leaves open, asked with options and a default rather than invented."""

import re
from dataclasses import dataclass
from typing import Final

from agents.brief.actors import ActorFound
from agents.brief.entities import EntityFound
from agents.brief.fields import FieldFound
from agents.brief.limits import LimitFound
from agents.brief.operations import OperationFound
from agents.brief.reading import MAX_SENTENCES, Reading

MAX_QUESTIONS: Final = 5
_VAGUE: Final = re.compile(
    r"\b(fast|quick(?:ly)?|easy|easily|simple|user-friendly|intuitive|soon|regularly|scalable|secure|modern|"
    r"nice|schnell|einfach|bald|regelmäßig|sicher|rapide(?:ment)?|facile(?:ment)?"
    r"|bientôt|fácil(?:mente)?|rápid[oa](?:mente)?|szybko|łatwo)\b",
    re.IGNORECASE,
)


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
    unowned = [
        op
        for op in operations
        if op.named and not op.actors and op.kind in ("delete", "action", "update") and len(people) > 1
    ]
    for operation in unowned[:1]:
        labels = tuple(actor.label for actor in people[:3])
        found.append(
            QuestionFound(
                f"Who may do “{operation.title}”? The brief names nobody.",
                (*labels, "Only the system itself"),
                "Only the system itself",
            )
        )
    bare = [entity for key, entity in entities.items() if not fields.get(key) and key not in actors]
    for entity in sorted(bare, key=lambda entity: -entity.score)[:1]:
        found.append(
            QuestionFound(
                f"Which facts does a “{entity.label}” hold beside its name? The brief names none.",
                ("Only what the operations need", "More facts, to be listed"),
                "Only what the operations need",
            )
        )
    if entities and not any(limit.kind == "retention" for limit in limits):
        main = max(entities.values(), key=lambda entity: entity.score)
        found.append(
            QuestionFound(
                f"How long is a “{main.label}” kept after it is no longer needed?",
                ("Until somebody deletes it", "1 year", "10 years"),
                "Until somebody deletes it",
            )
        )
    for line in reading.inside:
        vague = _VAGUE.search(line.sentence.text)
        if vague and not any(char.isdigit() for char in line.sentence.text):
            found.append(
                QuestionFound(
                    f"What does “{vague[0]}” mean in “{line.sentence.text[:160]}”?",
                    ("Nothing that is measured", "A figure, to be named"),
                    "Nothing that is measured",
                )
            )
            break
    return found[:MAX_QUESTIONS]
