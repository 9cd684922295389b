"""Markdown tables and Gherkin steps as sentences: what a row says, in words that the rules can read."""

import re
from collections.abc import Callable
from typing import Final

MAX_ROWS: Final = 200
_RULE: Final = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_CELL_EDGE: Final = re.compile(r"(?<!\\)\|")
_MARK: Final = re.compile(r"(?:x|✓|✔|✅|yes|y|ja|oui|sí|si|tak|no|n|nein|non|nie|-|–|—|❌|✗)?", re.IGNORECASE)
_NO: Final = frozenset(("", "no", "n", "nein", "non", "nie", "-", "–", "—", "❌", "✗"))
_FIELD_HEADS: Final = frozenset(
    "field fields column attribute property feld spalte attribut eigenschaft champ colonne propriété campo columna "
    "propiedad atributo pole kolumna atrybut właściwość".split()
)
_STATE_HEADS: Final = frozenset("status state zustand statut état estado stan".split())


def is_table(line: str, following: str) -> bool:
    """Does a Markdown table begin here: a row with cells, then a row of dashes?"""
    return "|" in line and "-" in following and len(line) < 4000 and bool(_RULE.match(following[:1000]))


def is_row(line: str) -> bool:
    return "|" in line and bool(line.strip())


def row_text(line: str) -> str:
    """Return the row as the brief has it, without the outer bars."""
    return line.strip().strip("|").strip()


def sentences_of_table(
    header: str, rows: list[str], *, section: str, is_deed: Callable[[str], bool]
) -> list[list[str]]:
    """Return for each row the sentences that it says; `is_deed` tells a verb, `section` is the heading above."""
    heads = _cells(header)
    body = [_cells(row)[: len(heads)] for row in rows[:MAX_ROWS]]
    if len(heads) > 1 and _are_marks(body):
        return [_permissions(heads, cells, is_deed) for cells in body]
    deeds = _deed_column(body, len(heads), is_deed)
    if deeds is not None:
        return [_deed(cells, deeds, is_deed) for cells in body]
    first = heads[0].lower() if heads else ""
    if first in _FIELD_HEADS and section:
        return [[f"A {section} has a {cells[0]}"] if cells and cells[0] else [] for cells in body]
    if first in _STATE_HEADS:
        states = ", ".join(cells[0] for cells in body if cells and cells[0])
        return [[f"{heads[0]}: {states}"] if place == 0 else [", ".join(cells[1:])] for place, cells in enumerate(body)]
    return [[_plain(cells)] for cells in body]


def _cells(row: str) -> list[str]:
    return [cell.replace("\\|", "|").strip() for cell in _CELL_EDGE.split(row_text(row)[:4000])]


def _are_marks(body: list[list[str]]) -> bool:
    """Is everything behind the first column a mark: a matrix of who may do what?"""
    marks = [cell for cells in body for cell in cells[1:]]
    return bool(marks) and any(marks) and all(_MARK.fullmatch(cell) for cell in marks)


def _permissions(heads: list[str], cells: list[str], is_deed: Callable[[str], bool]) -> list[str]:
    allowed = [head for head, cell in zip(heads[1:], cells[1:], strict=False) if cell.lower() not in _NO]
    if not cells or not cells[0]:
        return []
    if is_deed(cells[0].split()[0]):
        return [f"{head} can {cells[0]}" for head in allowed]
    return [f"{cells[0]} can {head}" for head in allowed]


def _deed_column(body: list[list[str]], width: int, is_deed: Callable[[str], bool]) -> int | None:
    """The column, behind the first, whose cells begin with verbs."""
    for column in range(1, width):
        cells = [cells[column] for cells in body if len(cells) > column and cells[column]]
        if cells and sum(is_deed(cell.split()[0]) for cell in cells) * 3 >= len(cells) * 2:
            return column
    return None


def _deed(cells: list[str], column: int, is_deed: Callable[[str], bool]) -> list[str]:
    if len(cells) <= column or not cells[column]:
        return [_plain(cells)]
    who, does, rest = cells[column - 1], cells[column], cells[column + 1 :]
    if len(does.split()) > 1 or not rest or not rest[0]:
        what, remarks = "", rest
    else:
        what, remarks = rest[0], rest[1:]
    verb = does if is_deed(does.split()[0]) else f"can {_infinitive(does)}"
    said = [" ".join(part for part in (who, verb, what) if part)]
    for remark in remarks:
        pieces = [piece.strip() for piece in remark.split(";") if piece.strip()]
        for piece in pieces:
            has_verb = any(is_deed(word.strip(".,")) for word in piece.split())
            listed = "," in piece and not has_verb
            said.append(f"{what}: {piece}" if listed and what else piece)
    return said


def _infinitive(does: str) -> str:
    """An English verb that no list has, without the ending of the third person."""
    first, _, rest = does.partition(" ")
    for ending, bare in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if first.endswith(ending) and len(first) > 4:
            first = first.removesuffix(ending) + bare
            break
    return f"{first} {rest}".strip()


def _plain(cells: list[str]) -> str:
    filled = [cell for cell in cells if cell]
    return f"{filled[0]}: {', '.join(filled[1:])}" if len(filled) > 1 else "".join(filled)


_STEP: Final = re.compile(
    r"^\s*(?P<word>given|when|then|and|but|angenommen|gegeben sei|wenn|dann|und|aber|soit|étant donné|quand|lorsque|"
    r"alors|et|mais|dado|cuando|entonces|y|pero|zakładając|mając|kiedy|gdy|wtedy|oraz|i|\*)\s+(?P<said>\S.*)$",
    re.IGNORECASE,
)
_GIVEN: Final = frozenset(("given", "angenommen", "gegeben sei", "soit", "étant donné", "dado", "zakładając", "mając"))
_JOINING: Final = frozenset(("and", "but", "und", "aber", "et", "mais", "y", "pero", "oraz", "i", "*"))
SCENARIO: Final = re.compile(
    r"^\s*(?:feature|background|scenario(?: outline)?|example|rule|funktionalität|szenario|fonctionnalité|scénario|"
    r"característica|escenario|funkcja|scenariusz)\s*:\s*(?P<name>.*)$",
    re.IGNORECASE,
)


def step_of(line: str, *, before: str) -> tuple[str, str] | None:
    """Return the word that a Gherkin step begins with and what it says, or None; "and" goes on with `before`."""
    step = _STEP.match(line[:2000])
    if step is None:
        return None
    word = step["word"].lower()
    if word in _JOINING:
        return (before, step["said"]) if before else None
    return ("given" if word in _GIVEN else "then"), step["said"]
