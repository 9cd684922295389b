"""Faults in the security documents."""

import re

from agents.checks.bundle import Bundle
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.names import exact, words
from agents.checks.contract.views.prose import Document
from agents.checks.contract.views.security import is_matrix, mark
from agents.tests.planted.plant import Plant, names_of, speaks_of, text_of, with_content


def _threats(bundle: Bundle) -> str:
    security = Facts(bundle).security
    assert security is not None
    return security.threat_file


def _matrix_lines(bundle: Bundle, path: str) -> set[int]:
    facts = Facts(bundle)
    document = Document(path, text_of(bundle, path))
    lines = {
        number
        for table in document.tables
        if is_matrix(table, facts.actor_names)
        for number in (table.line, table.line + 1, *(row.line for row in table.rows))
    }
    spans = document.spans(
        lambda title: bool(re.search(r"autori[sz]|authori[sz]|permission|who may|berechtigung|wer darf", title, re.I))
    )
    return lines | {number for start, end in spans for number in range(start, end)}


def _first_operation(bundle: Bundle) -> str | None:
    domain, facts = bundle.domain, Facts(bundle)
    found = [each for each in (domain.operations if domain else []) if facts.operations.api_of(each)]
    return found[-1].key if found else None


def _without(bundle: Bundle, *, in_matrix: bool) -> Bundle | None:
    """Take the lines about one operation out of the threats, or out of the matrix."""
    operation = _first_operation(bundle)
    if operation is None:
        return None
    names = names_of(bundle, operation)
    changed, done = bundle, False
    for artifact in bundle.artifacts:
        if not artifact.path.startswith("security/") or not artifact.path.endswith(".md"):
            continue
        if not in_matrix and artifact.path != _threats(bundle):
            continue
        matrix = _matrix_lines(bundle, artifact.path)
        lines = artifact.content.split("\n")
        kept = [
            line
            for number, line in enumerate(lines, start=1)
            if not ((number in matrix) == in_matrix and speaks_of(line, names))
        ]
        done |= len(kept) < len(lines)
        changed = with_content(changed, artifact.path, "\n".join(kept))
    return changed if done else None


def threat_dropped(bundle: Bundle) -> Bundle | None:
    return _without(bundle, in_matrix=False)


def right_dropped(bundle: Bundle) -> Bundle | None:
    return _without(bundle, in_matrix=True)


def matrix_dropped(bundle: Bundle) -> Bundle | None:
    changed = bundle
    for artifact in bundle.artifacts:
        if artifact.path.startswith("security/") and artifact.path.endswith(".md"):
            matrix = _matrix_lines(bundle, artifact.path)
            lines = artifact.content.split("\n")
            kept = [line for number, line in enumerate(lines, start=1) if number not in matrix]
            changed = with_content(changed, artifact.path, "\n".join(kept))
    return changed


def right_turned(bundle: Bundle) -> Bundle | None:
    """A clear yes of the matrix becomes a no."""
    facts, domain = Facts(bundle), bundle.domain
    for artifact in bundle.artifacts:
        document = Document(artifact.path, artifact.content)
        for table in document.tables if artifact.path.startswith("security/") else ():
            heads = [
                any(exact(head) in map(exact, names) for names in facts.actor_names.values()) for head in table.head
            ]
            for row in table.rows if is_matrix(table, facts.actor_names) and domain else ():
                for number, cell in enumerate(row.cells):
                    if number < len(heads) and heads[number] and mark(cell) is True:
                        cells = [*row.cells]
                        cells[number] = "no"
                        lines = artifact.content.split("\n")
                        lines[row.line - 1] = f"| {' | '.join(cells)} |"
                        return with_content(bundle, artifact.path, "\n".join(lines))
    return None


def store_dropped(bundle: Bundle) -> Bundle | None:
    """The lines about one entity go from the part about stores."""
    facts, path = Facts(bundle), _threats(bundle)
    document = Document(path, text_of(bundle, path))
    spans = document.spans(
        lambda title: bool(re.search(r"\bstores?\b|at rest|store|keep|speicher|almac|magaz", title, re.I))
    )
    entity = bundle.domain.entities[-1] if bundle.domain and len(bundle.domain.entities) > 2 else None
    if not spans or entity is None:
        return None
    table = facts.table_of(entity)
    names = {
        exact(name)
        for name in (entity.name, entity.table, entity.label, entity.label_plural, table.name if table else "")
    }
    inside = {number for start, end in spans for number in range(start, end)}
    lines = document.text.split("\n")
    kept = [
        line
        for number, line in enumerate(lines, start=1)
        if not (
            number in inside
            and any(
                f" {name} " in f" {' '.join(words(line[:190]))} " or f" {name} " in f" {' '.join(words(line[-190:]))} "
                for name in names
                if name
            )
        )
    ]
    return with_content(bundle, path, "\n".join(kept)) if len(kept) < len(lines) else None


PLANTS = (
    Plant("a threat is dropped", "contract.operation_threat", "security", threat_dropped),
    Plant("an operation is not in the matrix", "contract.authorization", "security", right_dropped),
    Plant("the matrix is gone", "contract.authorization", "security", matrix_dropped),
    Plant("the matrix forbids what the domain allows", "contract.authorization", "security", right_turned),
    Plant("a store has no threat", "contract.store_threat", "security", store_dropped),
)
