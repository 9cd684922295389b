"""What people decided or sent back, as a section that each artifact of substance carries."""

from collections.abc import Callable, Sequence

from agents.assignment import HumanDecision
from agents.simulator.material import Material
from agents.simulator.text import md


def binding(material: Material, effect: Callable[[HumanDecision], str], *, title: str = "Bound by people") -> list[str]:
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
        sections.append(f"## {title}\n\n" + "\n".join(lines))
    return sections + feedback(material)


def _follows(material: Material, decision: HumanDecision) -> str:
    effect = material.steering.effects(f"H-{decision.number}")
    return f"So {md(effect, most=300)}. " if effect else ""


def feedback(material: Material, done: Sequence[str] = ()) -> list[str]:
    """Return the section that answers the feedback of a redone deliverable."""
    text = material.assignment.feedback.strip()
    if not text:
        return []
    named = [f"- {line}" for line in done]
    said = f"Round {material.assignment.round} answers: “{md(text, most=1200)}”"
    return ["\n".join([f"## Changed in round {material.assignment.round}", "", said, *named])]


def code(text: str) -> str:
    """Return `text` as code in Markdown, on one line and inside its marks."""
    return f"`{' '.join(text.replace('`', '').split())[:160] or '-'}`".replace("|", "/")


def effects(material: Material) -> list[str]:
    """Return each human decision in one line, for notations that know no sections."""
    return [f"H-{decision.number}: {' '.join(decision.text.split())[:300]}" for decision in material.human_decisions]
