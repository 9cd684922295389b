"""Does each number of the brief stand where it is enforced or watched?"""

import re
from collections.abc import Iterator
from decimal import Decimal

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.amounts import measured, numbers_in, same_amounts
from agents.checks.contract.views.deployment import watch_lines
from agents.checks.contract.views.lined import Mapping, Sequence
from agents.deliverable import DOMAIN_PATH, Limit

MAX_NODES = 60_000
_ENFORCING = frozenset(
    "maximum minimum maxLength minLength maxItems minItems exclusiveMaximum exclusiveMinimum multipleOf default const "
    "maxProperties pattern example".split()
)
_CITED = re.compile(r"(?<![\w-])L-\d{1,4}(?![\w-])")


def judge(facts: Facts) -> list[Finding] | None:
    domain = facts.domain
    if domain is None:
        return None
    limits = [limit for limit in domain.limits if same_amounts(limit.value, limit.unit)]
    if not limits:
        return None
    quotes = [limit.text for limit in limits]
    found = list(_contradicted(facts, limits))
    # The last to enforce or watch a number is who runs it; before that it may still come. Where nothing is handed in
    # that could enforce one, as in a workflow that only plans, there is nothing to judge.
    if "it_admin" in facts.bundle.roles or (facts.complete and _can_enforce(facts)):
        enforced = _enforced(facts, quotes)
        for limit in limits:
            if not same_amounts(limit.value, limit.unit) & enforced:
                found.append(
                    Finding(
                        DOMAIN_PATH,
                        facts.domain_line("limits", limit.key),
                        f"{limit.key} (“{limit.text[:120]}”): {limit.value} {limit.unit} stands in no constraint, "
                        "schema, page, setting or threshold",
                        "Enforce it in the interface or the schema, or watch it in the runbook.",
                    )
                )
    return found


def _can_enforce(facts: Facts) -> bool:
    parts = (facts.relational, facts.interface, facts.pages)
    return any(part is not None for part in parts) or bool(facts.compose_files or facts.runbooks)


def _without_quotes(line: str, quotes: list[str]) -> str:
    """Take out what is only repeated from the brief: repeating a number enforces nothing."""
    line = line.replace("\\", "")
    for quote in quotes:
        if len(quote) >= 8 and quote in line:
            line = line.replace(quote, " ")
    return line


def _enforced(facts: Facts, quotes: list[str]) -> set[Decimal]:
    """Return the numbers that stand at some place where they have an effect, or ring an alarm."""
    found: set[Decimal] = set()
    if facts.relational is not None:
        for _, _, body in facts.relational.bodies:
            found |= numbers_in(body[:30_000])
    if facts.interface is not None:
        found |= _schema_numbers(facts.interface.document, quotes)
    if facts.pages is not None:
        for _, _, value in facts.pages.numbers:
            found |= numbers_in(value)
    for compose in facts.compose_files:
        for variable in compose.variables:
            found |= numbers_in(variable.value)
    for _, _, line in watch_lines(facts.runbooks):
        own = numbers_in(_CITED.sub(" ", _without_quotes(line, quotes)))
        # A threshold of its own, such as half as much again, beside the brief's words watches their number.
        found |= numbers_in(_CITED.sub(" ", line)) if own else own
    for artifact in facts.bundle.artifacts:
        # Guarded statements of the application stand beside the schema.
        if artifact.path.startswith("db/") and artifact.path.endswith(".md"):
            for block in re.findall(r"```sql\n(.*?)```", artifact.content[:200_000], re.DOTALL):
                found |= numbers_in(re.sub(r"--[^\n]*", "", block))
    return found


def _schema_numbers(document: Mapping, quotes: list[str]) -> set[Decimal]:
    found: set[Decimal] = set()
    waiting: list[object] = [document]
    seen: set[int] = set()
    while waiting and len(seen) < MAX_NODES:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, Mapping | Sequence):
            continue
        seen.add(id(node))
        if isinstance(node, Sequence):
            waiting += node
            continue
        for name, value in node.items():
            if isinstance(value, Mapping | Sequence):
                waiting.append(value)
            elif name in _ENFORCING or name.startswith("x-"):
                found |= numbers_in(str(value)[:200])
            elif name == "description":
                # What a caller is told of a bound: `429 after 5 a minute`; not the brief's words again.
                found |= (
                    numbers_in(_without_quotes(str(value)[:2000], quotes))
                    if "429" in node or "Retry" in str(value)
                    else set()
                )
    return found


def _contradicted(facts: Facts, limits: list[Limit]) -> Iterator[Finding]:
    """Lines that cite a limit and measure in its unit, but with another number than its own."""
    by_key = {limit.key: limit for limit in limits}
    for artifact in facts.bundle.artifacts:
        if artifact.role == "architect" or "L-" not in artifact.content or not _is_text(artifact.path):
            continue
        for number, line in enumerate(artifact.content.splitlines()[:20_000], start=1):
            cited = list(dict.fromkeys(_CITED.findall(line[:2_000])))
            if len(cited) != 1 or cited[0] not in by_key:
                continue
            limit = by_key[cited[0]]
            rest = _CITED.sub(" ", line[:2_000])
            written = measured(rest, limit.unit)
            if written and not (written | numbers_in(rest)) & same_amounts(limit.value, limit.unit):
                yield Finding(
                    artifact.path,
                    number,
                    f"The line cites {limit.key}, but its number {limit.value} {limit.unit} is not there",
                    f"Use the number of the brief: “{limit.text[:120]}”.",
                )


def _is_text(path: str) -> bool:
    return path.endswith((".md", ".sql", ".yaml", ".yml", ".html"))


CHECK = ContractCheck(
    "contract.limit",
    "Limits of domain.json with the numbers in SQL, schemas, page attributes, settings and thresholds of the runbook, "
    "also in other units; lines that cite a limit with its number",
    "failed",
    "Whether the number stands at the right place: any equal number counts. Repeating the brief's words does not.",
    judge,
)
