"""A session of any workflow in memory: the agents of a stage side by side, people who answer or do not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.assignment import Answer, Assignment, HumanDecision, KnownRequirement, PriorArtifact, PriorDecision
from agents.checks.bundle import Bundle, bundle_of
from agents.deliverable import Deliverable, Question, parse_deliverable
from agents.roles import Role, get_role
from agents.simulator import write_deliverable
from agents.workflows import get_workflow, role_in

Answering = Callable[[Question], str | None]


@dataclass(frozen=True)
class Work:
    """What one task was given and handed in."""

    stage: str
    role: Role
    assignment: Assignment
    deliverable: Deliverable


def run_workflow(
    key: str,
    brief: str,
    *,
    feature_name: str = "The feature",
    human_decisions: tuple[HumanDecision, ...] = (),
    answering: Answering | None = None,
    seed: int = 0,
) -> list[Work]:
    """Let the team of a workflow work, each task as its session would freeze it; return the tasks in order.

    `answering` is a person: what it returns is the answer to a question, None leaves the default. A task that asked
    is done anew with the answers, as in a session that waits for them.
    """
    done: list[Work] = []
    known: dict[str, Any] = {"requirements": (), "decisions": (), "artifacts": (), "earlier_answers": ()}
    for stage in get_workflow(key).frozen()["stages"]:
        works = [
            _work(stage, task, key, brief, feature_name, human_decisions, seed, answering, known)
            for task in stage["tasks"]
        ]
        done += works
        for work in works:
            _keep(known, work)
    return done


def _work(
    stage: Mapping[str, Any],
    task: Mapping[str, Any],
    key: str,
    brief: str,
    feature_name: str,
    human_decisions: tuple[HumanDecision, ...],
    seed: int,
    answering: Answering | None,
    known: Mapping[str, Any],
) -> Work:
    role = role_in(get_role(task["role"]), task)
    assignment = Assignment(
        role=role,
        feature_name=feature_name,
        brief=brief,
        workflow=key,
        stage=stage["number"],
        round=1,
        description=task["description"].replace("{feature}", feature_name),
        human_decisions=human_decisions,
        seed=seed,
        **known,
    )
    deliverable = _handed_in(assignment)
    if answering and deliverable.questions:
        given = [(question, answering(question)) for question in deliverable.questions]
        answers = tuple(Answer(q.text, told or q.default, by_person=told is not None) for q, told in given)
        assignment = Assignment(**{**vars(assignment), "answers": answers})
        deliverable = _handed_in(assignment)
    return Work(stage["name"], role, assignment, deliverable)


def _handed_in(assignment: Assignment) -> Deliverable:
    return parse_deliverable(write_deliverable(assignment).model_dump_json(exclude_none=True), assignment.role)


def _keep(known: dict[str, Any], work: Work) -> None:
    deliverable, role = work.deliverable, work.role.key
    if deliverable.requirements and not known["requirements"]:
        known["requirements"] = tuple(KnownRequirement(r.key, r.text, r.source_text) for r in deliverable.requirements)
    number = len(known["decisions"])
    known["decisions"] += tuple(
        PriorDecision(number + place, role, d.text, d.rationale, d.category, tuple(d.satisfies))
        for place, d in enumerate(deliverable.decisions, start=1)
    )
    known["artifacts"] += tuple(PriorArtifact(a.path, a.media_type, a.content, role) for a in deliverable.artifacts)
    known["earlier_answers"] += work.assignment.answers or tuple(
        Answer(q.text, q.default, by_person=False) for q in deliverable.questions
    )


def artifact(works: list[Work], path: str) -> str:
    """Return the newest content of an artifact."""
    return next(a.content for work in reversed(works) for a in work.deliverable.artifacts if a.path == path)


def bundle_of_works(key: str, brief: str, works: list[Work], *, feature_name: str = "The feature") -> Bundle:
    """Return all that was handed in; what a role handed in over several stages is one deliverable."""
    merged: dict[str, Deliverable] = {}
    for work in works:
        new, before = work.deliverable, merged.get(work.role.key)
        if before is not None:
            both = {name: [*getattr(before, name), *getattr(new, name)] for name in ("decisions", "artifacts")}
            new = new.model_copy(update=both)
        merged[work.role.key] = new
    return bundle_of(
        merged,
        feature_name=feature_name,
        brief=brief,
        workflow=key,
        human_decisions=works[-1].assignment.human_decisions,
    )
