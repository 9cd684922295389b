"""What people decided or sent back, as a section that each artifact of substance carries."""

import re
from collections.abc import Callable, Sequence

from agents.assignment import HumanDecision
from agents.simulator.material import Material
from agents.simulator.text import listing, md


def binding(material: Material, effect: Callable[[HumanDecision], str]) -> list[str]:
    """Return the Markdown sections for human decisions and for feedback; none where nobody said anything.

    `effect` says in a sentence what a decision changes in this very artifact.
    """
    sections = []
    if material.human_decisions:
        lines = [
            f"- H-{decision.number}: “{md(decision.text, most=400)}” {_follows(material, decision)}"
            f"{effect(decision)}".strip()
            for decision in material.human_decisions
        ]
        sections.append("## Bound by people\n\n" + "\n".join(lines))
    return sections + feedback(material, _done(material))


def _follows(material: Material, decision: HumanDecision) -> str:
    effect = material.steering.effects(f"H-{decision.number}")
    return f"So {md(effect, most=300)}. " if effect else ""


def feedback(material: Material, done: Sequence[str] = ()) -> list[str]:
    """Return the section that answers the feedback of a redone deliverable; `done` says what follows from it."""
    text = material.assignment.feedback.strip()
    if not text:
        return []
    said = f"Answers “{md(text, most=1200)}”"
    return ["\n".join([f"## Changed in round {material.assignment.round}", "", said, *(f"- {line}" for line in done)])]


def _done(material: Material) -> list[str]:
    """What follows from the feedback for pages, screens, threats and parts alike."""
    text = material.assignment.feedback.lower()[:4000]
    effect = material.steering.effects("feedback")
    said = set(re.findall(r"\w+", text))
    named = [
        entity.label_plural
        for entity in material.entities
        if said & {entity.label.lower(), entity.label_plural.lower(), entity.table.lower()}
    ]
    lines = [f"So {md(effect, most=400)}."] if effect else []
    return lines + ([f"It names {md(listing(named))}: what concerns them stands first."] if named else [])


def code(text: str) -> str:
    """Return `text` as code in Markdown, on one line and inside its marks."""
    return f"`{' '.join(text.replace('`', '').split())[:160] or '-'}`".replace("|", "/")


def effects(material: Material) -> list[str]:
    """Return each human decision in one line, for notations that know no sections."""
    return [f"H-{decision.number}: {' '.join(decision.text.split())[:300]}" for decision in material.human_decisions]
