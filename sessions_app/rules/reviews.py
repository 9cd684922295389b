"""The review at the end of a stage: everything handed in so far is held against itself, and five scores are given.

It takes CPU and must not be computed under the session's lock. So whoever ends a stage computes it before, and hands it
in together with what it rests on: a review of anything else than what is there now is refused, and made anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.checks import CheckResult
from sessions_app.errors import ReviewNeeded
from sessions_app.models import TaskStatus
from sessions_app.rules.artifacts import add_checks
from sessions_app.rules.state import SessionState, StageRow, TaskRow
from sessions_app.rules.writes import Writes


@dataclass(frozen=True)
class Basis:
    """What a review looked at beside the deliverable that it is handed in with. Equal means: nothing has changed."""

    completed: tuple[tuple[int, int], ...]  # tasks and their rounds, by id
    artifacts: tuple[tuple[str, int], ...]  # paths and their newest versions, by path
    last_decision: int
    last_human_decision: int


@dataclass(frozen=True)
class Review:
    """What was found across all files of a session, and the scores that all checks together lead to."""

    basis: Basis
    checks: Sequence[CheckResult] = ()
    file_checks: Mapping[str, int] = field(default_factory=dict)  # of single files as they are now, by status
    version_ids: Mapping[str, int] = field(default_factory=dict)  # of the files that were there before, by path
    scores: Mapping[str, int] = field(default_factory=dict)
    quality: Sequence[Mapping[str, Any]] = ()  # the same scores with parts and findings


def basis_of(state: SessionState) -> Basis:
    """Return what a review made now would look at."""
    return Basis(
        completed=tuple(
            sorted((task.id, task.round) for task in state.tasks if task.status == TaskStatus.COMPLETED),
        ),
        artifacts=tuple(sorted((row.path, row.version) for row in state.artifacts.values())),
        last_decision=state.session.last_decision,
        last_human_decision=state.session.last_human_decision,
    )


def ends_stage_well(state: SessionState, task: TaskRow) -> bool:
    """Whether the stage is done once this task has completed."""
    others = [each for each in state.tasks if each.stage_id == task.stage_id and each.id != task.id]
    return all(each.status == TaskStatus.COMPLETED for each in others)


def require_review(state: SessionState, task: TaskRow, review: Review | None) -> Review | None:
    """Return the review that has to be kept with this task, None in the middle of a stage. Raises ReviewNeeded."""
    if not ends_stage_well(state, task):
        return None
    if review is None or review.basis != basis_of(state):
        raise ReviewNeeded("The stage ends with this task: what is there now has to be reviewed first.")
    return review


def keep_review(writes: Writes, task: TaskRow, review: Review, own_version_ids: Mapping[str, int]) -> None:
    """Keep findings and scores with the stage that `task` ends. They replace what the stage before had left."""
    stage = writes.state.stage(task.stage)
    version_ids = {**review.version_ids, **own_version_ids}
    counts = add_checks(writes, task, review.checks, version_ids, reviewed_stage_id=stage.id)
    # Counted anew: of a file that took another's place, the former's checks are valid no more.
    writes.state.checks = Counter(review.file_checks) + Counter(check.status for check in review.checks)
    writes.change(stage, scores=dict(review.scores), quality=list(review.quality))
    writes.event("stage_reviewed", stage=stage.number, round=stage.round, **counts, scores=dict(review.scores))


def forget_review(writes: Writes, stage: StageRow) -> None:
    """The stage is done once more: until it ends again, what the stage before left holds."""
    writes.change(stage, scores=None, quality=None)
