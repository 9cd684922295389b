"""What the model behind a wire server says: the deliverable of the role that the prompt names, made from the prompt.

The simulator writes it from the facts that stand between the fences of the prompt, so it passes its checks and fits
what the roles before it handed in. `small` answers are fixed, tiny and valid: for load, where the text is no matter.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Final, Literal

from agents.assignment import Answer, Assignment, HumanDecision, KnownRequirement, PriorArtifact, PriorDecision
from agents.deliverable import Deliverable
from agents.roles import ROLES, get_role
from agents.simulator import write_deliverable
from agents.workflows import WORKFLOWS, role_in
from tests.chaos.deliverables import ARTIFACTS, deliverable

Answers = Literal["simulated", "small"]
UNKNOWN_PROMPT: Final = '{"summary": "Nobody was named who should answer.", "decisions": [], "artifacts": []}'

_ROLE = re.compile(r"^You are the (.+?)\. ", re.MULTILINE)
_ROLE_OF_NAME: Final = {role.name: role.key for role in ROLES.values()}
_FENCE = re.compile(r'<data-([0-9a-f]{16}) of="([^"]*)"((?: \w+="[^"]*")*)>\n(.*?)\n</data-\1>', re.DOTALL)
_FACT = re.compile(r' (\w+)="([^"]*)"')
_STAGE = re.compile(r"you work in stage (\d+)")
_ROUND = re.compile(r"^This is round (\d+)\.", re.MULTILINE)
_DECISION = re.compile(r"^D-(\d+) \(([^,]*), (.*?); ([^)]*)\): ", re.MULTILINE)
_REQUIREMENT = re.compile(r"^(R-\d+): ", re.MULTILINE)


def role_of(prompt: str) -> str:
    """Return the key of the role that a prompt is for; empty when it names none."""
    named = _ROLE.search(prompt)
    return _ROLE_OF_NAME.get(named[1], "") if named else ""


@lru_cache(maxsize=256)
def answer_to(system: str, prompt: str, answers: Answers) -> str:
    """Return the deliverable that a prompt asks for, as JSON."""
    role = role_of(prompt)
    if not role:
        return UNKNOWN_PROMPT
    if answers == "small" and role in ARTIFACTS:
        return deliverable(role)
    written: Deliverable = write_deliverable(assignment_in(system, prompt))
    return written.model_dump_json(exclude_none=True)


def assignment_in(system: str, prompt: str) -> Assignment:
    """Read an assignment back out of the prompt that it was told in."""
    told: dict[str, list[tuple[dict[str, str], str]]] = {}
    for _, label, facts, text in _FENCE.findall(prompt):
        told.setdefault(unescape(label), []).append(({k: unescape(v) for k, v in _FACT.findall(facts)}, text))

    def one(label: str) -> str:
        return told[label][0][1] if label in told else ""

    workflow = next((key for key, flow in WORKFLOWS.items() if f"“{flow.name}”" in system), "feature")
    stage = int(named[1]) if (named := _STAGE.search(system)) else 1
    role = get_role(role_of(prompt))
    stages = WORKFLOWS[workflow].frozen()["stages"]
    tasks = [task for task in stages[min(stage, len(stages)) - 1]["tasks"] if task["role"] == role.key]
    return Assignment(
        role=role_in(role, tasks[0]) if tasks else role,
        feature_name=one("feature name"),
        brief=one("brief"),
        workflow=workflow,
        stage=stage,
        round=int(named[1]) if (named := _ROUND.search(prompt)) else 1,
        description=one("task"),
        requirements=tuple(KnownRequirement(m, text, "brief") for m, text in _parts(_REQUIREMENT, one("requirements"))),
        decisions=_decisions(one("earlier decisions")),
        human_decisions=tuple(
            HumanDecision(int(label.removeprefix("decision H-")), text, confidence=facts.get("confidence", "high"))
            for label, found in told.items()
            if label.startswith("decision H-")
            for facts, text in found
        ),
        artifacts=_artifacts(told.get("artifact", [])),
        feedback=one("feedback"),
        former_decisions=_decisions(one("your former decisions")),
        former_artifacts=_artifacts(told.get("your former artifact", []), by=role.key),
        answers=_answers(told.get("answer", [])),
        earlier_answers=_answers(told.get("answer in an earlier stage", [])),
    )


def _parts(front: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """Split a list of entries that may be several lines long: (what the first group of its front holds, the rest)."""
    fronts = list(front.finditer(text))
    ends = [*(found.start() - 1 for found in fronts[1:]), len(text)][: len(fronts)]
    return [(found[1], text[found.end() : end]) for found, end in zip(fronts, ends, strict=True)]


def _decisions(text: str) -> tuple[PriorDecision, ...]:
    fronts = [found.groups() for found in _DECISION.finditer(text)]
    decisions = []
    for (number, role, category, keys), (_, said) in zip(fronts, _parts(_DECISION, text), strict=True):
        decided, _, rationale = said.partition(" Because: ")
        requirements = tuple(key for key in keys.split(", ") if key.startswith("R-"))
        decisions.append(PriorDecision(int(number), role, decided, rationale, category, requirements))
    return tuple(decisions)


def _artifacts(found: list[tuple[dict[str, str], str]], *, by: str = "") -> tuple[PriorArtifact, ...]:
    return tuple(
        PriorArtifact(facts["path"], _media_type(facts["path"]), text, facts.get("by", by)) for facts, text in found
    )


def _media_type(path: str) -> str:
    types = {"md": "text/markdown", "json": "application/json", "yaml": "application/yaml", "yml": "application/yaml"}
    types |= {"sql": "application/sql", "html": "text/html"}
    return types.get(path.rpartition(".")[2], "text/plain")


def _answers(found: list[tuple[dict[str, str], str]]) -> tuple[Answer, ...]:
    answers = []
    for facts, text in found:
        question, _, answer = text.rpartition("\n")
        answers.append(Answer(question, answer, by_person=facts.get("by") == "a person"))
    return tuple(answers)
