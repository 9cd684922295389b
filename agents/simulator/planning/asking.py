"""Questions to people: asked with options and a default, and answered by a person, an earlier stage or the default."""

from collections.abc import Iterable
from dataclasses import dataclass

from agents.deliverable import Question
from agents.simulator.material import Material
from agents.simulator.text import md, table


@dataclass(frozen=True)
class Inquiry:
    """What a stage wants to know; `key` names it for the writers that use the answer."""

    key: str
    text: str
    options: tuple[str, ...]
    default: str


@dataclass(frozen=True)
class Reply:
    """An answer, and whether a person gave it: else it is an assumption."""

    inquiry: Inquiry
    text: str
    by_person: bool

    @property
    def place(self) -> int | None:
        """The number of the option that was chosen; None for an answer in own words."""
        told = self.text.strip().lower()
        return next((n for n, option in enumerate(self.inquiry.options) if option.strip().lower() == told), None)

    @property
    def source(self) -> str:
        return "answered" if self.by_person else "assumed"


def replies(material: Material, inquiries: Iterable[Inquiry]) -> dict[str, Reply]:
    """Return an answer to each, by its key: the one given in this task or an earlier stage, else the default."""
    given = {answer.question: answer for answer in material.assignment.earlier_answers}
    given |= {answer.question: answer for answer in material.assignment.answers}
    found: dict[str, Reply] = {}
    for inquiry in inquiries:
        answer = given.get(inquiry.text)
        text = answer.answer.strip() if answer else ""
        found[inquiry.key] = Reply(inquiry, text or inquiry.default, bool(answer and text and answer.by_person))
    return found


def questions(inquiries: Iterable[Inquiry]) -> list[Question]:
    """Return what goes to the people."""
    return [
        Question(
            text=inquiry.text[:1900],
            options=list(dict.fromkeys(option[:900] for option in inquiry.options)),
            default=inquiry.default[:900],
        )
        for inquiry in inquiries
    ]


def answers_table(known: dict[str, Reply]) -> str:
    """Return the answers as a table, so that a reader sees at once which of them nobody gave."""
    rows = [
        [md(reply.inquiry.text, most=300), md(reply.text, most=600), "a person" if reply.by_person else "assumed"]
        for reply in known.values()
    ]
    return table(["asked", "answer", "from"], rows) if rows else ""


def open_ones(material: Material) -> list[Inquiry]:
    """Return what the brief itself leaves open, as the reading of it found."""
    return [
        Inquiry(f"open{number}", question.text, tuple(question.options), question.default)
        for number, question in enumerate(material.understanding.questions, start=1)
    ]
