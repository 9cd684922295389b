"""What an assignment leaves out when it is too long for the model, in a fixed order, and the record of it.

The brief, the requirements, decisions of people, feedback, answers and the domain are never left out. When nothing
else helps they are cut, with a mark that says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from agents.assignment import Assignment
from agents.outlines import outline

BYTES_PER_TOKEN: Final = 2.5  # as the ledger estimates: no tokenizer in use makes shorter tokens of prose on average
LEAST_SHARE: Final = 4  # of the window; so much material is told however long the answer may be
LONG_CHARS: Final = 3_000  # a file below this says as much as its outline
LEAST_GAIN_CHARS: Final = 100  # less is not worth a hole
VOCABULARY: Final = "domain.json"
LADDER: Final = (64_000, 32_000, 16_000, 8_000, 4_000, 2_000, 1_000, 400)  # characters that a cut leaves

Kind = Literal[
    "artifact",
    "former artifact",
    "rationale",
    "former rationale",
    "decision",
    "former decision",
    "brief",
    "domain",
    "requirement",
    "earlier answer",
    "answer",
    "feedback",
    "human decision",
]


@dataclass
class Piece:
    """One text of an assignment that can be made shorter."""

    kind: Kind
    place: int
    name: str  # as the record names it
    text: str
    path: str = ""
    shortened: str = ""
    whole_bytes: int = 0

    def __post_init__(self) -> None:
        self.whole_bytes = self.size

    @property
    def size(self) -> int:
        return len(self.text.encode("utf-8", "replace"))


@dataclass(frozen=True)
class Step:
    """One rule: which pieces it takes, in which order, and what becomes of them."""

    kind: Kind
    becomes: Literal["left out", "outlined"]
    order: Literal["longest first", "oldest first"]
    only: Callable[[Piece], bool] = lambda piece: True


def _is_html(piece: Piece) -> bool:
    return piece.path.endswith((".html", ".htm"))


def _is_long(piece: Piece) -> bool:
    return len(piece.text) > LONG_CHARS


def _is_no_contract(piece: Piece) -> bool:
    return not piece.path.endswith((".sql", "openapi.yaml", "openapi.json"))


STEPS: Final = (
    Step("artifact", "left out", "longest first", _is_html),
    Step("artifact", "outlined", "longest first", _is_long),
    Step("rationale", "left out", "oldest first"),
    Step("former artifact", "outlined", "longest first", _is_long),
    Step("former rationale", "left out", "oldest first"),
    Step("artifact", "left out", "longest first", _is_no_contract),
    Step("former artifact", "left out", "longest first"),
    Step("artifact", "left out", "longest first"),
    Step("decision", "left out", "oldest first"),
    Step("former decision", "left out", "oldest first"),
)
# Cut, never left out; the first kinds at each length before the last ones.
CUT: Final[tuple[Kind, ...]] = (
    "brief",
    "domain",
    "requirement",
    "earlier answer",
    "answer",
    "feedback",
    "human decision",
)


@dataclass(frozen=True)
class Packed:
    """An assignment as the model is told it, and what a snapshot keeps of the packing."""

    assignment: Assignment
    record: dict[str, Any]


def tokens(size_bytes: int) -> int:
    """Return an upper estimate of the tokens in so many bytes of text."""
    return int(-(-size_bytes // BYTES_PER_TOKEN))


def room(window_tokens: int, *, max_tokens: int) -> int:
    """Return the tokens that a prompt may have: the window without the answer and the same again for its repair."""
    return max(window_tokens - 2 * max_tokens, window_tokens // LEAST_SHARE)


def pack(assignment: Assignment, *, budget_tokens: int, told: Callable[[Assignment], int]) -> Packed:
    """Return `assignment` so short that it fits, and the record; the same for the same arguments.

    `told` gives the bytes of the whole prompt for an assignment. What fits already comes back as it is.
    """
    whole = told(assignment)
    record: dict[str, Any] = {"budget_tokens": budget_tokens, "whole_tokens": tokens(whole)}
    if tokens(whole) <= budget_tokens:
        return Packed(assignment, {**record, "tokens": tokens(whole)})
    pieces = _pieces(assignment)
    over = whole - int(budget_tokens * BYTES_PER_TOKEN)
    for piece, text, how in _shorter(pieces):
        if over <= 0:
            break
        before = piece.size
        piece.text, piece.shortened = text, how
        over -= before - piece.size
    packed = _rebuilt(assignment, pieces)
    record["tokens"] = tokens(told(packed))
    for how in ("left out", "outlined", "cut"):
        names = [piece.name for piece in pieces if piece.shortened == how]
        if names:
            record[how.replace(" ", "_")] = names
    return Packed(packed, record)


def _shorter(pieces: list[Piece]) -> Iterable[tuple[Piece, str, str]]:
    """Yield what to shorten next, into what, and how; the caller stops when enough is gained."""
    for step in STEPS:
        taken = [piece for piece in pieces if piece.kind == step.kind and piece.shortened != "left out"]
        if step.order == "longest first":
            taken.sort(key=lambda piece: (-piece.size, piece.place))
        for piece in taken:
            if not piece.text or not step.only(piece) or piece.shortened == step.becomes:
                continue
            text = outline(piece.path, piece.text) if step.becomes == "outlined" else _gone(piece)
            if len(text) + LEAST_GAIN_CHARS < len(piece.text) or not piece.path:
                yield piece, text, step.becomes
    for most in LADDER:
        for kind in CUT:
            for piece in pieces:
                if piece.kind == kind and len(piece.text) > most + 80:
                    yield piece, _cut(piece.text, most), "cut"


def _gone(piece: Piece) -> str:
    return f"[left out to fit: {piece.whole_bytes} bytes]" if piece.path else ""


def _cut(text: str, most: int) -> str:
    head = text[:most]
    return f"{head}\n[cut here: what follows did not fit]"


def _pieces(assignment: Assignment) -> list[Piece]:
    found = [Piece("brief", 0, "brief", assignment.brief), Piece("feedback", 0, "feedback", assignment.feedback)]
    for n, requirement in enumerate(assignment.requirements):
        found.append(Piece("requirement", n, requirement.key, requirement.text))
    for n, human in enumerate(assignment.human_decisions):
        found.append(Piece("human decision", n, f"H-{human.number}", human.text))
    for n, decision in enumerate(assignment.decisions):
        found.append(Piece("decision", n, f"D-{decision.number}", decision.text))
        found.append(Piece("rationale", n, f"rationale of D-{decision.number}", decision.rationale))
    for n, decision in enumerate(assignment.former_decisions):
        found.append(Piece("former decision", n, f"former D-{decision.number}", decision.text))
        found.append(Piece("former rationale", n, f"rationale of former D-{decision.number}", decision.rationale))
    for n, artifact in enumerate(assignment.artifacts):
        kind: Kind = "domain" if artifact.path == VOCABULARY else "artifact"
        found.append(Piece(kind, n, artifact.path, artifact.content, artifact.path))
    for n, artifact in enumerate(assignment.former_artifacts):
        found.append(Piece("former artifact", n, f"former {artifact.path}", artifact.content, artifact.path))
    for n, answer in enumerate(assignment.answers):
        found.append(Piece("answer", n, f"answer {n + 1}", answer.answer))
    for n, answer in enumerate(assignment.earlier_answers):
        found.append(Piece("earlier answer", n, f"earlier answer {n + 1}", answer.answer))
    return found


def _rebuilt(assignment: Assignment, pieces: list[Piece]) -> Assignment:
    texts = {(piece.kind, piece.place): piece.text for piece in pieces}
    gone = {(piece.kind, piece.place) for piece in pieces if piece.shortened == "left out"}
    return replace(
        assignment,
        brief=texts["brief", 0],
        feedback=texts["feedback", 0],
        requirements=tuple(replace(row, text=texts["requirement", n]) for n, row in enumerate(assignment.requirements)),
        human_decisions=tuple(
            replace(row, text=texts["human decision", n]) for n, row in enumerate(assignment.human_decisions)
        ),
        decisions=tuple(
            replace(row, text=texts["decision", n], rationale=texts["rationale", n])
            for n, row in enumerate(assignment.decisions)
            if ("decision", n) not in gone
        ),
        former_decisions=tuple(
            replace(row, text=texts["former decision", n], rationale=texts["former rationale", n])
            for n, row in enumerate(assignment.former_decisions)
            if ("former decision", n) not in gone
        ),
        artifacts=tuple(
            replace(row, content=texts["domain" if row.path == VOCABULARY else "artifact", n])
            for n, row in enumerate(assignment.artifacts)
        ),
        former_artifacts=tuple(
            replace(row, content=texts["former artifact", n]) for n, row in enumerate(assignment.former_artifacts)
        ),
        answers=tuple(replace(row, answer=texts["answer", n]) for n, row in enumerate(assignment.answers)),
        earlier_answers=tuple(
            replace(row, answer=texts["earlier answer", n]) for n, row in enumerate(assignment.earlier_answers)
        ),
    )
