"""What the security documents say: threats, stores, and who may do what."""

import re
from dataclasses import dataclass

from agents.checks.contract.views.names import find, key, words
from agents.checks.contract.views.prose import Document, Mentions, Table, mentions, plain

_AUTHORIZATION = re.compile(
    r"authori[sz]ation|access (?:matrix|control|rights)|permission|who may|rights|roles? matrix|berechtigung"
    r"|zugriffsrecht|wer darf|autorisation|droits|autorizaci|permisos|uprawnie|autoryzacj",
    re.IGNORECASE,
)
_THREAT_WORDS = re.compile(r"threat|stride|bedrohung|menace|amenaza|zagro[zż]e", re.IGNORECASE)
_YES = frozenset("yes ja oui si tak x y allow allowed true r w rw crud own ✓ ✔ ✅ ● • ☑ 1".split())
_NO = frozenset(
    [
        "no",
        "nein",
        "non",
        "nie",
        "n",
        "deny",
        "denied",
        "false",
        "none",
        "–",
        "-",
        "—",
        "✗",
        "✘",
        "❌",
        "✖",
        "0",
        "",
        "0",
    ]
)
_WHO = tuple(
    key(word) for word in "who roles role allowed actor actors wer rolle rollen qui role quien rol kto".split()
)


@dataclass(frozen=True)
class Grant:
    """A row of a matrix: what it is about, and who may."""

    file: str
    line: int
    mentioned: Mentions
    allowed: dict[str, bool]  # by the actor's key; only where the cell is clear


@dataclass(frozen=True)
class Security:
    files: tuple[str, ...]
    threat_file: str
    threats: Mentions
    authorization: Mentions | None  # None: no part of the documents is about it
    authorization_at: tuple[str, int]
    grants: tuple[Grant, ...]


def read_security(documents: list[Document], actors: dict[str, tuple[str, ...]]) -> Security | None:
    """Return the view of all security documents; `actors` are the keys of the domain's actors with their names."""
    if not documents:
        return None
    threat_documents = [
        document
        for document in documents
        if _THREAT_WORDS.search(document.path)
        or any(_THREAT_WORDS.search(section.title) for section in document.sections[:3])
    ]
    main = threat_documents or [document for document in documents if "checklist" not in document.path.lower()]
    if not main:
        return None
    about: list[tuple[int, str]] = []
    at = (main[0].path, 1)
    grants: list[Grant] = []
    threat_lines: list[tuple[int, str]] = []
    for document in documents:
        spans = document.spans(lambda title: bool(_AUTHORIZATION.search(title)))
        matrices = [table for table in document.tables if is_matrix(table, actors)]
        lines = {number for start, end in spans for number in range(start, end)}
        for table in matrices:
            lines |= {table.line, *(row.line for row in table.rows)}
            grants += [_grant(document.path, table, index, actors) for index in range(len(table.rows))]
        if lines and not about:
            at = (document.path, min(lines))
        about += [(number, document.lines[number - 1]) for number in sorted(lines)]
        if document in main:
            threat_lines += [(number, line) for number, line in document.numbered() if number not in lines]
    return Security(
        tuple(document.path for document in documents),
        main[0].path,
        mentions(threat_lines),
        mentions(about) if about else None,
        at,
        tuple(grants),
    )


def is_matrix(table: Table, actors: dict[str, tuple[str, ...]]) -> bool:
    """Is it a table of what actors may do: columns named after them, or after who may, and cells that say yes or no?"""
    heads = [actor for actor in (_actor(cell, actors) for cell in table.head[1:]) if actor]
    if heads:
        cells = [mark(cell) for row in table.rows[:20] for cell in row.cells[1:]]
        return sum(1 for cell in cells if cell is not None) * 3 >= len(cells)
    return bool(actors) and table.column(*_WHO) is not None and bool(_AUTHORIZATION.search(table.section))


def _actor(cell: str, actors: dict[str, tuple[str, ...]]) -> str:
    for actor, names in actors.items():
        if find(plain(cell), names):
            return actor
    return ""


def mark(cell: str) -> bool | None:
    """Return what a cell of a matrix says; None when it is neither a plain yes nor a plain no."""
    text = plain(cell).lower().strip(" .")
    if text in _NO:
        return False
    if text in _YES or (words(text)[:1] and words(text)[0] in {"yes", "ja", "oui", "si", "tak", "own", "allowed"}):
        return True
    return None


def _grant(file: str, table: Table, index: int, actors: dict[str, tuple[str, ...]]) -> Grant:
    row = table.rows[index]
    allowed: dict[str, bool] = {}
    for number, head in enumerate(table.head[: len(row.cells)]):
        actor = _actor(head, actors)
        said = mark(row.cells[number]) if actor and number else None
        if actor and said is not None:
            allowed[actor] = said
    who = table.column(*_WHO)
    if not allowed and who is not None and who < len(row.cells):
        named = {_actor(part, actors) for part in re.split(r"[,;/]| and | und | et | y | i ", row.cells[who])} - {""}
        if named:
            allowed = {actor: actor in named for actor in actors}
    subject = [
        cell
        for number, cell in enumerate(row.cells[: len(table.head)])
        if number != who and not (number and _actor(table.head[number], actors))
    ]

    return Grant(file, row.line, mentions([(row.line, "| " + " | ".join(subject) + " |")]), allowed)
