"""What whoever ends a stage computes before it hands in: all files held against each other, and the scores.

Read at one moment, computed off the loop, refused by `complete_task` when anything has changed meanwhile.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.assignment import HumanDecision
from agents.checks import CheckResult
from agents.checks.bundle import Bundle, BundleArtifact, BundleDecision, domain_of
from agents.checks.contract import check_bundle
from agents.cleaning import clean_value
from agents.deliverable import Alternative, Deliverable, Requirement
from agents.quality.scores import score, values
from sessions_app.engine.examination import cleaned
from sessions_app.journal.moment import one_moment
from sessions_app.models import (
    AgentTask,
    ArtifactVersion,
    DecisionStatus,
    Gate,
    Question,
    SessionDecision,
    TaskDecision,
    TaskStatus,
)
from sessions_app.models import Requirement as RequirementRow
from sessions_app.models.session import ExecutionSession
from sessions_app.queries.artifacts import newest_versions
from sessions_app.queries.checks import checks_of_files
from sessions_app.rules.agent_tasks import Handover
from sessions_app.rules.reviews import Basis, Review

log = logging.getLogger(__name__)
REQUIREMENT = ("key", "text", "kind", "source_text")
MOST_KEPT = 600  # findings of one review; two dozen comparisons give at most 21 each


@dataclass(frozen=True)
class Material:
    """All that a session's roles have handed in so far, and what checks said of single files."""

    bundle: Bundle
    basis: Basis
    checks: tuple[CheckResult, ...]
    version_ids: Mapping[str, int]  # by path
    role: str = ""  # who hands in next
    corrects: bool = False  # whether they may correct requirements: in a next round of the first stage


def material_for(task_id: int) -> Material | None:
    """Return what was handed in before the task; None while another task of its stage has not completed."""
    with one_moment():
        task = AgentTask.objects.select_related("session", "stage").get(pk=task_id)
        others = AgentTask.objects.filter(stage=task.stage_id).exclude(pk=task_id)
        if others.exclude(status=TaskStatus.COMPLETED).exists():
            return None
        corrects = task.stage.number == 1 and task.round > 1
        return replace(material_of(task.session), role=task.agent_role, corrects=corrects)


def material_of(session: ExecutionSession) -> Material:
    """Return what has been handed in to a session, as it is now: nine queries."""
    completed = AgentTask.objects.filter(session=session, status=TaskStatus.COMPLETED).order_by("id")
    tasks = list(completed.values_list("pk", "round", "agent_role"))
    people = list(SessionDecision.objects.filter(session=session).order_by("number"))
    decisions = TaskDecision.objects.filter(session=session, status=DecisionStatus.ACCEPTED)
    versions = list(newest_versions(session))
    artifacts = tuple(map(_artifact, versions))
    numbers = ExecutionSession.objects.values_list("last_decision", "last_human_decision").get(pk=session.pk)
    return Material(
        bundle=Bundle(
            feature_name=session.feature_name,
            brief=session.brief,
            workflow=session.workflow["key"],
            requirements=tuple(
                Requirement.model_construct(**row)
                for row in RequirementRow.objects.filter(session=session).order_by("id").values(*REQUIREMENT)
            ),
            domain=domain_of(artifacts),
            decisions=tuple(map(_decision, decisions.select_related("agent_task").order_by("number"))),
            human_decisions=tuple(
                HumanDecision(row.number, row.decision_text, row.category, row.confidence) for row in people
            ),
            artifacts=artifacts,
            roles=frozenset(role for _, _, role in tasks),
            said=tuple(_said(session)),
        ),
        basis=Basis(
            completed=tuple((task_id, round) for task_id, round, _ in tasks),
            artifacts=tuple(sorted((row.artifact.path, row.version) for row in versions)),
            last_decision=numbers[0],
            last_human_decision=numbers[1],
        ),
        checks=tuple(checks_of_files(session)),
        version_ids={row.artifact.path: row.pk for row in versions},
    )


def _said(session: ExecutionSession) -> Iterator[str]:
    """What people said at gates, and what was asked and answered."""
    yield from (
        Gate.objects.filter(session=session).exclude(feedback="").order_by("id").values_list("feedback", flat=True)
    )
    questions = Question.objects.filter(session=session, answer__isnull=False).order_by("id")
    for asked, answered in questions.values_list("text", "answer"):
        yield from (asked, answered or "")


def files_in(bundle: Bundle, checks: Sequence[CheckResult]) -> Material:
    """Return the material of a bundle that is no session's, with what was found in its files."""
    return Material(bundle, Basis((), (), 0, 0), tuple(map(cleaned, checks)), {})


def review_with(material: Material, handover: Handover) -> Review:
    """Return the review of everything, with what is about to be handed in. CPU-bound; never raises."""
    bundle = _with(material, handover.deliverable)
    written = {artifact.path for artifact in handover.deliverable.artifacts}
    before = [check for check in material.checks if check.path not in written]
    return reviewed(replace(material, bundle=bundle, checks=(*before, *handover.checks)))


def reviewed(material: Material) -> Review:
    """Return the review of a session's files as they are. CPU-bound; never raises."""
    of_files: Counter[str] = Counter(check.status for check in material.checks)
    try:
        found = [cleaned(check) for check in check_bundle(material.bundle)[:MOST_KEPT]]
        scores = score(material.bundle, [*material.checks, *found])
    except Exception as error:
        # What agents hand in is anything; a check that stumbles over it must not cost a paid answer.
        log.exception("What was handed in could not be reviewed")
        said = f"The files could not be held against each other ({type(error).__name__})"
        problem = CheckResult("review", "error", "failed", None, None, said, "The log of the worker has the details.")
        return Review(material.basis, [problem], of_files, material.version_ids)
    quality: list[dict[str, Any]] = clean_value([each.as_json() for each in scores.values()])
    return Review(material.basis, found, of_files, material.version_ids, values(scores), quality)


def _with(material: Material, deliverable: Deliverable) -> Bundle:
    """Return the bundle as it is once the deliverable is kept, its decisions numbered on."""
    bundle, role, after = material.bundle, material.role, material.basis.last_decision
    numbers = {decision.key: number for number, decision in enumerate(deliverable.decisions, start=after + 1)}
    own = {
        artifact.path: BundleArtifact(
            artifact.path,
            artifact.media_type,
            artifact.content,
            role,
            tuple(numbers[key] for key in artifact.implements if key in numbers),
        )
        for artifact in deliverable.artifacts
    }
    artifacts = {artifact.path: artifact for artifact in bundle.artifacts} | own
    ordered = tuple(artifacts[path] for path in sorted(artifacts))
    return replace(
        bundle,
        requirements=_requirements(bundle.requirements, deliverable.requirements, corrects=material.corrects),
        domain=domain_of(ordered),
        decisions=(
            *bundle.decisions,
            *(
                BundleDecision.of(decision, number=numbers[decision.key], role=role)
                for decision in deliverable.decisions
            ),
        ),
        artifacts=ordered,
        roles=bundle.roles | {role},
    )


def _requirements(
    known: Sequence[Requirement], stated: Sequence[Requirement], *, corrects: bool
) -> tuple[Requirement, ...]:
    """What was stated first holds, unless it is corrected."""
    by_key = {requirement.key: requirement for requirement in known}
    for requirement in stated:
        if corrects or requirement.key not in by_key:
            by_key[requirement.key] = requirement
    return tuple(by_key.values())


def _decision(row: TaskDecision) -> BundleDecision:
    return BundleDecision(
        number=row.number,
        role=row.agent_task.agent_role,
        key=row.key,
        text=row.decision_text,
        rationale=row.rationale,
        category=row.category,
        confidence=row.confidence,
        alternatives=tuple(
            Alternative.model_construct(option=each["option"], pros=each["pros"], cons=each["cons"])
            for each in row.alternatives
        ),
        consequences=tuple(row.consequences),
        requirements=tuple(row.requirements),
    )


def _artifact(row: ArtifactVersion) -> BundleArtifact:
    role = row.agent_task.agent_role if row.agent_task else ""
    return BundleArtifact(row.artifact.path, row.media_type, row.content, role, tuple(row.implements))
