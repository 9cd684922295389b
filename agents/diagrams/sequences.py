"""A conversation, drawn: who takes part stands above, what is said goes downwards."""

from typing import Final

from agents.diagrams.diagram import Diagram
from agents.diagrams.drawing import MARGIN, num, word
from agents.diagrams.measuring import LINE, cut, width, wrap
from agents.diagrams.notation import Frame, Message, Sequence

MOST_PEOPLE: Final = 10
MOST_STEPS: Final = 80
INSET: Final = 10.0  # of a frame in a frame
_GOES_ON: Final = ("else", "and", "option")
HEAD_WIDTH: Final = 128.0
LEAST_GAP: Final = 26.0
MOST_LABEL: Final = 190.0
AIR: Final = 12.0


def draw_sequence(found: Sequence, *, name: str, title: str) -> Diagram | None:
    """Return the diagram of a conversation, None when it has more people or messages than fit on a page."""
    people = list(found.people)
    if not people or len(people) > MOST_PEOPLE or len(found.steps) > MOST_STEPS:
        return None
    heads = [wrap(found.people[key], most=HEAD_WIDTH - 20, lines=2) for key in people]
    wide = [max(70.0, max(width(line, bold=True) for line in lines) + 20) for lines in heads]
    depth = _depth(found)
    centres = [centre + depth * INSET for centre in _centres(people, wide, found)]
    reach = [_reach(centres, people, message) for message in found.messages]
    right = max([centres[-1] + wide[-1] / 2, *reach]) + depth * INSET
    tall = LINE * max(len(lines) for lines in heads) + 14
    frames, messages, bottom = _steps(found, centres, people, top=MARGIN + tall + AIR, right=right)
    lifelines, boxes = [], []
    for centre, lines, box in zip(centres, heads, wide, strict=True):
        down = f"M{num(centre)} {num(MARGIN + tall)}V{num(bottom)}"
        lifelines.append(f'<path class="dg-edge dg-dash" d="{down}"/>')
        boxes.append(
            f'<rect class="dg-box" x="{num(centre - box / 2)}" y="{num(MARGIN)}" width="{num(box)}" '
            f'height="{num(tall)}" rx="6"/>'
        )
        base = MARGIN + tall / 2 - LINE * len(lines) / 2 + 13
        boxes += [word(line, centre, base + LINE * n, css="dg-head", anchor="middle") for n, line in enumerate(lines)]
    body = "".join([*lifelines, *frames, *boxes, *messages])
    return Diagram(name, title, f"{_told(found)}.", round(right + MARGIN), round(bottom + MARGIN), body)


def _steps(
    found: Sequence, centres: list[float], people: list[str], *, top: float, right: float
) -> tuple[list[str], list[str], float]:
    """Return the frames, the messages, and where the last of them ends."""
    at, depth = top, 0
    begun: list[float] = []
    frames, messages = [], []
    for step in found.steps:
        if isinstance(step, Message):
            one, other = centres[people.index(step.source)], centres[people.index(step.target)]
            lines = _lines(step.words, one, other)
            at += LINE * len(lines) + 4
            messages.append(_message(one, other, at, lines, dashed=step.dashed))
            at += AIR + (10 if one == other else 0)
        elif step.kind == "end":
            depth -= 1
            left = MARGIN + depth * INSET
            wide, high = right - depth * INSET - left, at - begun[-1]
            frames.append(
                f'<rect class="dg-edge" x="{num(left)}" y="{num(begun.pop())}" width="{num(wide)}" '
                f'height="{num(high)}" rx="4"/>'
            )
            at += AIR
        elif step.kind in _GOES_ON:
            left = MARGIN + (depth - 1) * INSET
            line = f"M{num(left)} {num(at)}H{num(right - (depth - 1) * INSET)}"
            frames.append(f'<path class="dg-edge dg-dash" d="{line}"/>')
            messages.append(_frame_words(step, left, at, right))
            at += LINE + 4
        else:
            begun.append(at)
            messages.append(_frame_words(step, MARGIN + depth * INSET, at, right))
            at += LINE + 6
            depth += 1
    return frames, messages, at + 4


def _frame_words(frame: Frame, left: float, at: float, right: float) -> str:
    kind = word(frame.kind, left + 8, at + 15, css="dg-head")
    from_x = left + 20 + width(frame.kind, bold=True)
    return kind + word(cut(frame.words, most=right - from_x - 8), from_x, at + 15, css="dg-word")


def _depth(found: Sequence) -> int:
    depth = deepest = 0
    for step in found.steps:
        if isinstance(step, Frame) and step.kind not in _GOES_ON:
            depth += -1 if step.kind == "end" else 1
            deepest = max(deepest, depth)
    return deepest


def _told(found: Sequence) -> str:
    said = []
    for step in found.steps:
        if isinstance(step, Message):
            said.append(f"{found.people[step.source]} to {found.people[step.target]}: {step.words}")
        elif step.kind != "end":
            said.append(f"{step.kind} {step.words}".strip())
    return "; ".join(said)


def _lines(words: str, one: float, other: float) -> list[str]:
    return wrap(words, most=max(abs(one - other) - 16, MOST_LABEL), lines=3)


def _reach(centres: list[float], people: list[str], message: Message) -> float:
    """Return how far to the right a message needs room."""
    one, other = sorted((centres[people.index(message.source)], centres[people.index(message.target)]))
    widest = max(width(line) for line in _lines(message.words, one, other))
    return one + 30 + widest if one == other else (one + other) / 2 + widest / 2


def _centres(people: list[str], wide: list[float], found: Sequence) -> list[float]:
    """Return the middle of each lifeline: as far apart as heads and the words between neighbours need."""
    needs = [(wide[n] + wide[n + 1]) / 2 + LEAST_GAP for n in range(len(people) - 1)]
    left = wide[0] / 2
    for message in found.messages:
        one, other = sorted((people.index(message.source), people.index(message.target)))
        words = max(width(line) for line in wrap(message.words, most=MOST_LABEL, lines=3))
        if one == other and one < len(needs):
            needs[one] = max(needs[one], words + 44)
        elif one != other:
            short = words + 20 - sum(needs[one:other])
            for place in range(one, other):
                needs[place] += max(0.0, short) / (other - one)
    centres = [MARGIN + left]
    for need in needs:
        centres.append(centres[-1] + need)
    return centres


def _message(one: float, other: float, y: float, lines: list[str], *, dashed: bool) -> str:
    css = "dg-edge dg-dash" if dashed else "dg-edge"
    if one == other:
        loop = f"M{num(one)} {num(y)}h26v10h-26"
        words = [
            word(line, one + 8, y - 6 - LINE * (len(lines) - 1 - n), css="dg-word") for n, line in enumerate(lines)
        ]
        return f'<path class="{css}" d="{loop}"/>{_tip(one, y + 10, 1)}{"".join(words)}'
    middle = (one + other) / 2
    words = [
        word(line, middle, y - 6 - LINE * (len(lines) - 1 - n), css="dg-word", anchor="middle")
        for n, line in enumerate(lines)
    ]
    path = f'<path class="{css}" d="M{num(one)} {num(y)}H{num(other)}"/>'
    return path + _tip(other, y, 1 if other < one else -1) + "".join(words)


def _tip(x: float, y: float, away: int) -> str:
    corners = f"M{num(x)} {num(y)}L{num(x + 8 * away)} {num(y - 4)}L{num(x + 8 * away)} {num(y + 4)}Z"
    return f'<path class="dg-tip" d="{corners}"/>'
