"""A planning document: its sections, what people decided and answered, and what it takes over from earlier ones."""

from collections.abc import Iterable

from agents.outline import section_called
from agents.simulator.material import Material
from agents.simulator.planning.asking import Reply, answers_table
from agents.simulator.text import md

Section = tuple[str, str]  # title and body


def page(
    material: Material, what: str, sections: Iterable[Section], known: dict[str, Reply] | None = None, *, lead: str = ""
) -> str:
    """Return the Markdown: title, lead, each section that has something in it, and what bound the author."""
    told = [f"# {md(material.title, most=160)}: {what}"]
    if lead:
        told.append(lead)
    told += [f"## {title}\n\n{body}" for title, body in [*sections, *_bound(material, known or {})] if body.strip()]
    return "\n\n".join(told) + "\n"


def bullets(lines: Iterable[str]) -> str:
    """Return a Markdown list; the lines are taken as they are."""
    return "\n".join(f"- {line}" for line in lines)


def _bound(material: Material, known: dict[str, Reply]) -> list[Section]:
    people = bullets(
        f"H-{human.number}: {md(human.text)}{_follows(material, human.number)}" for human in material.human_decisions
    )
    round_ = material.assignment.round
    feedback = "\n".join(f"> {md(line)}" for line in material.assignment.feedback.splitlines() if line.strip())
    return [
        ("Decided by people", people),
        ("Answers and assumptions", answers_table(known)),
        (f"What round {round_} answers", feedback),
    ]


def left_out(material: Material) -> list[str]:
    """Return what the brief or a person leaves out, each with who says so."""
    lines = [f"{md(text)} The brief says so." for text in material.domain.out_of_scope]
    return lines + [
        f"{md(one.subject[:1].upper() + one.subject[1:])}: left out by {one.cite}, “{md(one.text, most=200)}”."
        for one in material.steering.refused
    ]


def _follows(material: Material, number: int) -> str:
    effect = material.steering.effects(f"H-{number}")
    return f" So {md(effect, most=300)}." if effect else ""


def rows_under(markdown: str, title: str) -> list[dict[str, str]]:
    """Return the rows of the first table in the section called `title`, by column; none when it is not there.

    So a later role reads what stands in a document now, whoever wrote or edited it.
    """
    section = section_called(markdown, title)
    return section.rows if section else []


def text_under(markdown: str, title: str) -> str:
    """Return what stands in the section called `title`, without its subsections; empty when it is not there."""
    section = section_called(markdown, title)
    return section.text if section else ""
