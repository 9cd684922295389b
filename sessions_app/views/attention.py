"""What in a session waits for a person, ready to be shown: its open gate, its questions, why it stands still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sessions_app import shapes
from sessions_app.engine.plans import plan_resume, plan_retry
from sessions_app.errors import IllegalTransition
from sessions_app.forms import AnswerForm, GateForm, ResumeForm
from sessions_app.models import CheckStatus, ExecutionSession, GateStatus, SessionStatus, TaskStatus
from sessions_app.queries import artifacts as artifact_queries
from sessions_app.queries.attention import newest_event
from sessions_app.queries.checks import check_shape, checks_of
from sessions_app.queries.decisions import agent_decisions
from sessions_app.queries.sessions import session_detail
from sessions_app.replay.acts import ENDS_HERE
from sessions_app.rules.gate_rules import Findings, why_not

LOW_CONFIDENCE = 65  # per cent; below it a decision is pointed out at the gate
FINDINGS_AT_MOST = 12
BUDGET = "budget_exhausted"


@dataclass(frozen=True)
class HandedIn:
    """What one role brought to a gate."""

    task: shapes.Task
    decisions: int
    artifacts: list[shapes.Artifact]


@dataclass(frozen=True)
class OpenGate:
    """A gate as its card shows it; the rest is only read while it waits for somebody."""

    gate: shapes.Gate
    stage: shapes.Stage
    form: GateForm
    rule: str = ""
    why: str = ""  # what keeps the rule from holding
    handed_in: tuple[HandedIn, ...] = ()
    findings: tuple[shapes.Check, ...] = ()
    doubts: tuple[shapes.Decision, ...] = ()

    @property
    def roles(self) -> list[str]:
        return [task.agent for task in self.stage.tasks]


@dataclass(frozen=True)
class Ask:
    """A question as its card shows it, with the form that answers it."""

    question: shapes.Question
    form: AnswerForm


@dataclass(frozen=True)
class Stop:
    """Why a session stands still, and what setting it going again would mean."""

    why: str  # budget, overlong, replay, person, failed
    event: Any  # the newest that tells of it; its `data` may be erased
    plan: shapes.Plan | None
    form: ResumeForm
    failed: tuple[shapes.Task, ...] = ()

    @property
    def is_of_team(self) -> bool:
        """Whether the cap that is reached is the team's of this month."""
        return bool(self.event and self.event.data and self.event.data.get("cap") != "session")


@dataclass(frozen=True)
class RefusedForms:
    """Forms of the cards that were sent and refused: they are shown again as they were filled in."""

    gate: GateForm | None = None
    resume: ResumeForm | None = None
    answers: Mapping[int, AnswerForm] = field(default_factory=dict)  # by question


def attention(
    session: ExecutionSession, detail: shapes.SessionDetail | None = None, *, refused: RefusedForms | None = None
) -> dict[str, Any]:
    """What the card region shows.

    No query beyond the session's detail while nothing waits; four for a gate, six for a session that stands still.
    """
    detail = detail or session_detail(session)
    refused = refused or RefusedForms()
    waiting = {task.id for task in detail.tasks if task.status == TaskStatus.WAITING}
    open_gate = next((gate for gate in detail.gates if gate.status == GateStatus.OPEN), None)
    return {
        "session": session,
        "detail": detail,
        "open": gate_card(session, detail, open_gate, form=refused.gate)
        if open_gate is not None and not session.is_terminal
        else None,
        "asks": [
            ask_card(question, form=refused.answers.get(question.id))
            for question in detail.questions
            if question.answer is None and question.task_id in waiting
        ],
        "stop": _stop(session, detail, refused.resume),
    }


def gate_card(
    session: ExecutionSession, detail: shapes.SessionDetail, gate: shapes.Gate, *, form: GateForm | None = None
) -> OpenGate:
    """A gate with all it rests on while it is open; a decided one without: three queries, or none."""
    stage = next(stage for stage in detail.stages if stage.number == gate.stage)
    form = form or GateForm(roles=[task.agent for task in stage.tasks], gate_id=gate.id)
    if gate.status != GateStatus.OPEN:
        return OpenGate(gate, stage, form)
    rule = stage.gate if isinstance(stage.gate, str) else ""
    roles = {task.agent for task in stage.tasks}
    decisions = [
        shape for row, shape in agent_decisions(session) if shape.agent in roles and row.status != "superseded"
    ]
    artifacts = artifact_queries.artifact_shapes(list(artifact_queries.artifacts_of(session)))
    return OpenGate(
        gate,
        stage,
        form,
        rule=rule,
        why=_why(rule, gate),
        handed_in=tuple(
            HandedIn(
                task,
                sum(decision.agent == task.agent for decision in decisions),
                [artifact for artifact in artifacts if artifact.agent == task.agent],
            )
            for task in stage.tasks
        ),
        findings=_findings(session, stage),
        doubts=tuple(
            each for each in decisions if isinstance(each.confidence, int) and each.confidence < LOW_CONFIDENCE
        ),
    )


def ask_card(question: shapes.Question, *, form: AnswerForm | None = None) -> Ask:
    return Ask(
        question,
        form or AnswerForm(question_id=question.id, options=question.options, default=question.default),
    )


def _why(rule: str, gate: shapes.Gate) -> str:
    if not rule:
        return ""
    checks = gate.checks
    counts = {
        CheckStatus.PASSED: checks.passed,
        CheckStatus.WARNING: checks.warnings,
        CheckStatus.FAILED: checks.failed,
    }
    return why_not(rule, Findings(Counter({str(status): number for status, number in counts.items()}), gate.scores))


def _findings(session: ExecutionSession, stage: shapes.Stage) -> tuple[shapes.Check, ...]:
    rows = checks_of(session).filter(agent_task__in=[task.id for task in stage.tasks])
    rows = rows.exclude(status=CheckStatus.PASSED)
    return tuple(check_shape(row) for row in rows[:FINDINGS_AT_MOST])


def _stop(session: ExecutionSession, detail: shapes.SessionDetail, form: ResumeForm | None) -> Stop | None:
    if session.status not in (SessionStatus.PAUSED, SessionStatus.FAILED):
        return None
    is_failed = session.status == SessionStatus.FAILED
    reasons = {BUDGET: "budget", "longest_run": "overlong", ENDS_HERE: "replay"}
    why = reasons.get(session.status_reason, "person")
    event = "session_failed" if is_failed else BUDGET if why == "budget" else "session_paused"
    try:
        plan = plan_retry(session) if is_failed else plan_resume(session)
    except IllegalTransition:  # somebody set it going between two reads
        plan = None
    return Stop(
        why="failed" if is_failed else why,
        event=newest_event(session, event),
        plan=plan,
        form=form or ResumeForm(session=session),
        failed=tuple(_failed(detail.tasks)) if is_failed else (),
    )


def _failed(tasks: Iterable[shapes.Task]) -> Iterable[shapes.Task]:
    """What went wrong itself; what was cancelled only when nothing else did."""
    wrong = [task for task in tasks if task.status == TaskStatus.ERROR]
    return wrong or [task for task in tasks if task.status == TaskStatus.CANCELLED]
