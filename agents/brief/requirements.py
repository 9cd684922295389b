"""Requirements R-n: the sentences of the brief that ask for something, in its order."""

import re
from typing import Final, Literal

from agents.brief.reading import Line, Reading
from agents.brief.themes import themes_of

MAX_REQUIREMENTS: Final = 60
Kind = Literal["functional", "constraint", "quality"]

_CONSTRAINT: Final = re.compile(
    r"\b(must not|must never|never|cannot|can't|at most|at least|no more than|only|nobody|may not|not "
    r"allowed|limit|up to|must|required|existing|postgresql"
    r"|höchstens|maximal|darf nicht|dürfen nicht|nicht länger|nur|kein|niemand|muss|ne peut|ne doit|au plus|au "
    r"maximum|interdit|doit|como máximo|máximo|no puede|nunca"
    r"|debe|najwyżej|maksymalnie|nie może|nie można|tylko|musi|nikt|gdpr|dsgvo|rgpd|rodo)\b",
    re.IGNORECASE,
)
_QUALITY_THEMES: Final = frozenset(("performance", "throughput", "availability", "same_time", "privacy", "network"))


def number_requirements(reading: Reading) -> list[tuple[str, str, Kind, str]]:
    """Give each line that asks for something its key; return (key, text, kind, sentence of the brief).

    A text that only labels parts ("Users: …") is none, and what is out of scope is none.
    """
    found: list[tuple[str, str, Kind, str]] = []
    lines = [line for line in reading.lines if _asks(line)]
    if not lines:
        lines = [line for line in reading.lines if line.sentence.scope != "out"][:1]
    for line in lines:
        if found and line.sentence.said and line.sentence.text == found[-1][3]:
            line.requirement = found[-1][0]  # a row of a table is one requirement, whatever it says
            continue
        if len(found) >= MAX_REQUIREMENTS:
            break
        key = f"R-{len(found) + 1}"
        line.requirement = key
        found.append((key, _worded(line), _kind(line), line.sentence.text))
    return found


def _asks(line: Line) -> bool:
    sentence = line.sentence
    if sentence.heading or sentence.scope in ("out", "context"):
        return False
    return any(char.isalpha() for char in sentence.text) and len(sentence.text) >= 8


def _worded(line: Line) -> str:
    text = line.sentence.words[:900].strip()
    if line.sentence.scope == "actors" and line.sentence.section:
        text = f"{line.sentence.section}: {text}"
    return text[0].upper() + text[1:]


def _kind(line: Line) -> Kind:
    themes = set(themes_of(line.sentence.text))
    if _CONSTRAINT.search(line.sentence.text):
        return "quality" if themes & {"performance", "throughput", "availability"} else "constraint"
    if themes & _QUALITY_THEMES and not any(
        frame.verb.kind in ("create", "update", "delete", "action") for frame in line.parsed.frames
    ):
        return "quality"
    return "functional"
