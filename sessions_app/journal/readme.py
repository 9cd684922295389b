"""The first page of a bundle: what was asked for, what came of it, and what answers what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sessions_app.costs import Cost
from sessions_app.journal.adr import Records, author_of, is_record, one_line, without_tags
from sessions_app.journal.layout import place_of
from sessions_app.shapes import Artifact, Check, Decision, Requirement, Score, Session

NOTHING = "none"
START_WITH = (
    ("docs/charter.md", "what is agreed, and what is assumed"),
    ("docs/prd.md", "what is worth building, and how one sees that it worked"),
    ("docs/architecture.md", "what it is made of, and why"),
    ("domain.json", "the words of all files; `docs/diagrams/` shows them drawn"),
    ("docs/design.md", "what it is made of, in short"),
    ("docs/backlog.md", "the stories, each with what is tried at acceptance"),
    ("docs/plan.md", "what is there when"),
    ("api/openapi.yaml", "what it can do"),
    ("db/schema.sql", "what it keeps"),
    ("design/wireframes.html", "what people see"),
    ("security/threat-model.md", "what could go wrong"),
    ("ops/runbook.md", "how it is run"),
)
LONGEST_BRIEF = 1_500  # characters; all of it stands in journal.json


@dataclass(frozen=True)
class Contents:
    """What the bundle holds, as the page tells it."""

    session: Session
    cost: Cost
    requirements: Sequence[Requirement]
    decisions: Sequence[Decision]
    people_decisions: Sequence[Decision]
    artifacts: Sequence[Artifact]
    records: Records
    chain_head: str
    last_seq: int
    reviewed_stage: int | None  # at whose end the scores were given
    quality: Sequence[Score]
    checks: Sequence[Check]


def readme_of(contents: Contents) -> str:
    """Return the page as Markdown."""
    return "\n".join(
        [
            *_head(contents.session, contents.cost),
            *_where_to_start(contents.artifacts),
            *_quality(contents),
            *_traceability(contents),
            *_decisions(contents),
            *_files(contents),
            *_proof(contents),
        ]
    )


def _head(session: Session, cost: Cost) -> list[str]:
    lines = [
        f"# {one_line(session.feature_name)}",
        "",
        f"Session {session.id}, **{session.status}**, workflow {session.workflow}, model {session.model}, "
        f"cost {cost.words(lambda usd: f'${usd:.2f}')}. "
        f"Started by {session.created_by}"
        + (f" on {session.started_at:%Y-%m-%d at %H:%M} UTC." if session.started_at else "."),
        "",
    ]
    if session.ended_at is None:
        lines += ["The session has not ended: this is what exists so far.", ""]
    elif session.status_reason:
        lines += [f"It ended so: {one_line(session.status_reason)}.", ""]
    brief = session.brief.strip()
    cut = brief[:LONGEST_BRIEF] + (" … (all of it stands in `journal.json`)" if len(brief) > LONGEST_BRIEF else "")
    return [*lines, "## Brief", "", *(f"> {line}".rstrip() for line in without_tags(cut).splitlines()), ""]


def _where_to_start(artifacts: Iterable[Artifact]) -> list[str]:
    there = {artifact.path for artifact in artifacts}
    lines = [f"- {_file(path)}: {what}" for path, what in START_WITH if path in there]
    return ["## Where to start", "", *lines, ""] if lines else []


def _quality(contents: Contents) -> list[str]:
    """The scores, and for each what costs most; the rest stands in `quality.json`."""
    if not contents.quality:
        return []
    lines = ["## Quality", "", "| score | of 100 | costs most |", "| --- | --- | --- |"]
    for score in contents.quality:
        worst = score.findings[0] if score.findings else None
        said = f"{_cell(worst.message)} (−{worst.points})" if worst else NOTHING
        value = "nothing to judge" if score.value is None else score.value
        lines.append(f"| {score.name} | {value} | {said} |")
    failed = sum(check.status == "failed" for check in contents.checks)
    told = f"{failed} of {len(contents.checks)} checks failed" if failed else f"All {len(contents.checks)} checks pass"
    where = f"Given at the end of stage {contents.reviewed_stage}, by formulas, not by a model."
    return [*lines, "", f"{where} {told}; [`quality.json`](quality.json) has all of it.", ""]


def _traceability(contents: Contents) -> list[str]:
    lines = ["## Traceability", "", "| requirement | decisions | artifacts |", "| --- | --- | --- |"]
    for requirement in contents.requirements:
        answering = [decision for decision in contents.decisions if requirement.key in decision.requirements]
        paths = sorted({path for decision in answering for path in decision.artifacts if not is_record(path)})
        numbers = ", ".join(_number(decision, contents.records) for decision in answering)
        files = ", ".join(_file(path) for path in paths)
        lines.append(f"| {requirement.key} {_cell(requirement.text)} | {numbers or NOTHING} | {files or NOTHING} |")
    if not contents.requirements:
        lines.append(f"| no requirement was stated | {NOTHING} | {NOTHING} |")
    return [*lines, ""]


def _decisions(contents: Contents) -> list[str]:
    lines = ["## Decisions", "", "| number | decision | by | status |", "| --- | --- | --- | --- |"]
    for decision in [*contents.people_decisions, *contents.decisions]:
        number = _number(decision, contents.records)
        lines.append(f"| {number} | {_cell(decision.text)} | {_cell(author_of(decision))} | {decision.status} |")
    return [*lines, "", "Each number leads to its record: context, options, reasons, consequences.", ""]


def _files(contents: Contents) -> list[str]:
    lines = ["## Files", "", "| file | by | version | checks |", "| --- | --- | --- | --- |"]
    for artifact in contents.artifacts:
        checks = artifact.checks
        counts = ((checks.passed, "passed"), (checks.warnings, "with a warning"), (checks.failed, "failed"))
        said = ", ".join(f"{count} {what}" for count, what in counts if count) or NOTHING
        if not is_record(artifact.path):
            lines.append(f"| {_file(artifact.path)} | {_cell(author_of(artifact))} | {artifact.version} | {said} |")
    return [*lines, ""]


def _proof(contents: Contents) -> list[str]:
    return [
        "## Proof",
        "",
        f"`journal.json` holds all {contents.last_seq} events with their hashes, salts and digests. Each hash seals "
        "the event and everything before it:",
        "",
        "    data_sha256 = sha256(data_salt + canonical JSON of data)",
        "    hash        = sha256(previous hash + canonical JSON of {at, chain_id, data_sha256, seq, type})",
        "",
        "Canonical JSON has sorted keys, the separators `,` and `:`, and UTF-8; 64 zeros stand before the first one.",
        f"The head of the chain is `{contents.chain_head}`.",
        "",
    ]


def _number(decision: Decision, records: Records) -> str:
    return f"[{decision.number}]({records.paths[decision.number]})"


def _file(path: str) -> str:
    return f"[`{path}`]({quote(place_of(path))})"


def _cell(text: str) -> str:
    """Keep a text inside its cell, and markup in it as text."""
    return one_line(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
