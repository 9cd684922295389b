"""A bundle that somebody laid down as a folder: the files as they are handed in, and beside them who wrote what."""

import json
import mimetypes
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from agents.assignment import HumanDecision
from agents.checks.bundle import Bundle, BundleArtifact, BundleDecision, domain_of
from agents.checks.text_files import text_at, text_files
from agents.deliverable import Alternative, Requirement
from agents.roles import ROLES

FACTS = "bundle.json"
BRIEF = "brief.md"
EXPECTED = "expected.json"  # what a reviewer expects of the checks, where a folder is there to test them


def bundle_of_folder(folder: Path) -> Bundle:
    """Return the bundle in `folder`; raises ValueError when `bundle.json` in it is not as described.

    `brief.md` holds the brief; `bundle.json` the feature's name, workflow, requirements, decisions (each with its role,
    key and requirements), decisions of people, and under `implements` the keys of decisions for each path. All other
    files are artifacts; each belongs to the role that owes its path, or one in the same folder.
    """
    facts = json.loads(text_at(folder, FACTS))
    if not isinstance(facts, dict):
        raise ValueError(f"{FACTS} holds no mapping")
    decisions = [_decision(number, entry) for number, entry in enumerate(facts.get("decisions", []), start=1)]
    numbers = {decision.key: decision.number for decision in decisions}
    implements: Mapping[str, list[str]] = facts.get("implements", {})
    artifacts = []
    for name, content in text_files(folder, but=(FACTS, BRIEF, EXPECTED)):
        keys = next((keys for pattern, keys in implements.items() if fnmatchcase(name, pattern)), [])
        artifacts.append(
            BundleArtifact(
                name,
                mimetypes.guess_type(name)[0] or "text/plain",
                content,
                role_of(name),
                tuple(numbers[key] for key in keys),
            )
        )
    return Bundle(
        feature_name=str(facts.get("feature_name", folder.name)),
        brief=text_at(folder, BRIEF),
        workflow=str(facts.get("workflow", "feature")),
        requirements=tuple(Requirement.model_validate(entry) for entry in facts.get("requirements", [])),
        domain=domain_of(artifacts),
        decisions=tuple(decisions),
        human_decisions=tuple(HumanDecision(**entry) for entry in facts.get("human_decisions", [])),
        artifacts=tuple(artifacts),
        roles=frozenset({artifact.role for artifact in artifacts} | {decision.role for decision in decisions}),
    )


def role_of(path: str) -> str:
    """Return the key of the role that owes `path`, or a file in the same folder; `person` when none does."""
    roles = sorted(ROLES.values(), key=lambda role: role.order)
    for role in roles:
        if any(fnmatchcase(path, owed.path) for owed in role.owes):
            return role.key
    for role in roles:
        if any("/" in owed.path and owed.path.split("/")[0] == path.split("/")[0] for owed in role.owes):
            return role.key
    return "person"


def _decision(number: int, entry: dict[str, Any]) -> BundleDecision:
    return BundleDecision(
        number=number,
        role=str(entry.get("role", "architect")),
        key=str(entry["key"]),
        text=str(entry["text"]),
        rationale=str(entry.get("rationale", "")),
        category=str(entry.get("category", "general")),
        confidence=int(entry.get("confidence", 50)),
        alternatives=tuple(Alternative.model_validate(each) for each in entry.get("alternatives", [])),
        consequences=tuple(str(each) for each in entry.get("consequences", [])),
        requirements=tuple(str(each) for each in entry.get("requirements", [])),
    )
