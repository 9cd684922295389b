"""From a folder to what the checks across files read: an exported bundle with its journal, one that somebody described
in `bundle.json`, or any folder of files."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from agents.assignment import HumanDecision
from agents.checks.bundle import Bundle, BundleArtifact, BundleDecision, domain_of
from agents.checks.folder import BRIEF, FACTS, bundle_of_folder, role_of
from agents.checks.text_files import text_at, text_files
from agents.cleaning import clean_value
from agents.deliverable import Alternative, Requirement
from sessions_app.errors import InvalidInput
from sessions_app.journal.layout import JOURNAL, OURS, place_of
from sessions_app.models import DecisionStatus


def bundle_in(folder: Path) -> Bundle:
    """Return what lies in a folder. Requirements and decisions come from its journal or its `bundle.json`; without
    either there are only files, each of the role that would owe it, and `brief.md` says what was asked for.

    Raises InvalidInput.
    """
    if not folder.is_dir():
        raise InvalidInput({"folder": [f"There is no folder {folder}."]})
    try:
        if (journal := folder / JOURNAL).is_file():
            return _exported(folder, orjson.loads(journal.read_bytes()))
        return bundle_of_folder(folder) if (folder / FACTS).is_file() else _plain(folder)
    except (OSError, KeyError, TypeError, ValueError, AttributeError, ValidationError) as error:
        raise InvalidInput({"folder": [f"{folder} cannot be read: {type(error).__name__} {error}."]}) from error


def _exported(folder: Path, read: Any) -> Bundle:
    journal: dict[str, Any] = clean_value(read)
    session = journal["session"]
    valid = [row for row in journal["decisions"] if row["status"] == DecisionStatus.ACCEPTED]
    artifacts = tuple(
        BundleArtifact(
            row["path"],
            row["media_type"],
            text_at(folder, place_of(row["path"])),
            row["agent"] or "",
            tuple(_number(decision) for decision in valid if row["path"] in decision["artifacts"]),
        )
        for row in journal["artifacts"]
    )
    return Bundle(
        feature_name=session["feature_name"],
        brief=session["brief"],
        workflow=session["workflow"],
        requirements=tuple(Requirement.model_validate(row) for row in journal["requirements"]),
        domain=domain_of(artifacts),
        decisions=tuple(
            BundleDecision(
                number=_number(row),
                role=row["agent"],
                key=f"d{_number(row)}",
                text=row["text"],
                rationale=row["rationale"],
                category=row["category"],
                confidence=int(row["confidence"]),
                alternatives=tuple(Alternative.model_validate(each) for each in row["alternatives"]),
                consequences=tuple(map(str, row["consequences"])),
                requirements=tuple(row["requirements"]),
            )
            for row in valid
        ),
        human_decisions=tuple(
            HumanDecision(_number(row), row["text"], row["category"], str(row["confidence"]))
            for row in journal["session_decisions"]
        ),
        artifacts=artifacts,
        roles=frozenset(row["agent"] for row in (*valid, *journal["artifacts"]) if row["agent"]),
        said=tuple(_said(journal["events"])),
    )


def _plain(folder: Path) -> Bundle:
    artifacts = tuple(
        BundleArtifact(name, mimetypes.guess_type(name)[0] or "text/plain", text, role_of(name))
        for name, text in text_files(folder, but=(*OURS, BRIEF))
    )
    return Bundle(
        feature_name=folder.resolve().name,
        brief=text_at(folder, BRIEF) if (folder / BRIEF).is_file() else "",
        workflow="",
        requirements=(),
        domain=domain_of(artifacts),
        decisions=(),
        human_decisions=(),
        artifacts=artifacts,
        roles=frozenset(artifact.role for artifact in artifacts),
    )


def _said(events: list[dict[str, Any]]) -> Iterator[str]:
    """What people said at gates, and what was asked and answered; nothing where an event's data is gone."""
    for event in events:
        data = event["data"] or {}
        if event["type"] in ("gate_approved", "gate_rejected") and data.get("feedback"):
            yield data["feedback"]
        elif event["type"] in ("question_answered", "question_defaulted"):
            yield from (data["text"], data["answer"])


def _number(row: dict[str, Any]) -> int:
    return int(row["number"].partition("-")[2])
