"""From a session in the database to its recording, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F
from pydantic import ValidationError

from agents.providers import CompletionResponse
from sessions_app.engine.examination import REPAIR
from sessions_app.engine.fork_source import HUMAN_DECISION, REQUIREMENT, fork_source
from sessions_app.errors import NotReachable
from sessions_app.journal.export import exported_journal
from sessions_app.journal.moment import one_moment
from sessions_app.models import (
    AgentTask,
    ArtifactCheck,
    CallStatus,
    ExecutionSession,
    LLMCall,
    Question,
    Requirement,
    SessionDecision,
    SessionStatus,
    TaskStatus,
)
from sessions_app.replay.comparison import LISTS
from sessions_app.replay.errors import CannotReplay
from sessions_app.replay.fork_rows import ForkRows
from sessions_app.replay.recording import (
    RecordedAnswer,
    RecordedCall,
    RecordedEvent,
    RecordedStart,
    Recording,
    Unmended,
    request_digest,
)

AS_TOLD = ("id", "call_key", "attempt", "status", "provider", "model", "input_tokens", "output_tokens")
PARTS = ("cached_tokens", "cache_write_tokens", "reasoning_tokens", "simulated", "latency_ms", "first_token_ms")


def recording_of(session_id: int) -> Recording:
    """Return the recording of a session. Raises NotReachable, and CannotReplay when a part of it was erased."""
    with one_moment():
        session = ExecutionSession.objects.select_related("team", "user").filter(pk=session_id, deleted_at=None).first()
        if session is None:
            raise NotReachable(f"There is no session {session_id}.")
        try:
            return _recorded(session)
        except ValidationError as error:
            [fault, *_] = error.errors(include_url=False, include_input=False, include_context=False)
            said = f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
            raise CannotReplay(f"Session {session_id} cannot be replayed: {said}.") from error


def _recorded(session: ExecutionSession) -> Recording:
    journal = exported_journal(session)
    events = _events(session, journal["events"])
    return Recording(
        chain_id=session.chain_id,
        start=_start(session, events),
        fork=_fork(session, events),
        events=events,
        calls=_calls(session),
        gates=dict(session.stages.values_list("number", "gate")),
        unmended=_unmended(session),
        is_moving=_is_moving(session),
        **{name: journal[name] for name in ("session", *LISTS)},
    )


def _is_moving(session: ExecutionSession) -> bool:
    """Whether something of the session may still happen by itself."""
    running = AgentTask.objects.filter(session=session, status=TaskStatus.RUNNING)
    return session.status == SessionStatus.ACTIVE or running.exists()


def _events(session: ExecutionSession, told: Sequence[dict[str, Any]]) -> list[RecordedEvent]:
    if any(event["data"] is None for event in told):
        raise _erased(session, "events")
    return [RecordedEvent.model_construct(type=event["type"], data=event["data"]) for event in told]


def _start(session: ExecutionSession, events: Sequence[RecordedEvent]) -> RecordedStart:
    """What holds at the start; what a person changed later is told by its event. Of the brief only the last is kept."""
    began = events[0].data
    former = next((event.data["former_usd"] for event in events if event.type == "budget_changed"), session.budget_usd)
    return RecordedStart(
        by=began["by"],
        feature_name=began.get("feature_name", session.feature_name),
        brief=session.brief,
        workflow=session.workflow,
        model=began.get("model", session.model),
        budget_usd=None if former is None else Decimal(former),
    )


def _calls(session: ExecutionSession) -> list[RecordedCall]:
    rows = LLMCall.objects.filter(session=session).exclude(status=CallStatus.RESERVED)
    return [_call(session, row) for row in rows.select_related("agent_task__stage").order_by("id")]


def _call(session: ExecutionSession, row: LLMCall) -> RecordedCall:
    answer, kept = None, row.response
    if row.request is None or (row.status == CallStatus.SUCCEEDED and kept is None):
        raise _erased(session, "model calls")
    if row.status == CallStatus.SUCCEEDED:
        try:
            answer = RecordedAnswer.of(CompletionResponse.from_json(kept or {}))
        except (KeyError, TypeError, ValueError) as error:
            said = f"Session {session.pk} cannot be replayed: the answer to call {row.pk} cannot be read."
            raise CannotReplay(said) from error
    return RecordedCall(
        task_id=row.agent_task_id,
        agent=row.agent_task.agent_role,
        stage=row.agent_task.stage.number,
        answer=answer,
        error=row.error,
        request_sha256=request_digest(row.request),
        **{name: getattr(row, name) for name in (*AS_TOLD, *PARTS)},
    )


def _unmended(session: ExecutionSession) -> list[Unmended]:
    """The repairs that were left out, by what the check says of them."""
    rows = ArtifactCheck.objects.filter(session=session, name=REPAIR, message__startswith="Nothing was mended of ")
    return [
        Unmended(task_id=task_id, round=round, reason=message.partition(": ")[2])
        for task_id, round, message in rows.order_by("id").values_list("agent_task_id", "round", "message")
        if task_id is not None
    ]


def _fork(session: ExecutionSession, events: Sequence[RecordedEvent]) -> ForkRows | None:
    """What a fork began with: its rows of that very moment. None for a session that is no fork."""
    if len(events) < 2 or events[1].type != "session_forked":
        return None
    source = fork_source(session, events[1].data["after_stage"])
    began = session.created_at
    people = SessionDecision.objects.filter(session=session, created_at=began).order_by("number")
    decided = list(people.values(*HUMAN_DECISION[1:], by=F("user__username")))
    names = dict(Question.objects.filter(session=session).values_list("answered_by_id", "answered_by__username"))
    inherited = _inherited(events)
    return ForkRows(
        stages=source.stages,
        tasks=source.tasks,
        requirements=list(
            Requirement.objects.filter(session=session, created_at=began).order_by("id").values(*REQUIREMENT)
        ),
        decisions=source.decisions,
        human_decisions=decided[:inherited],
        own_decisions=decided[inherited:],
        artifacts=source.artifacts,
        checks=source.checks,
        questions=[_told_by(row, names) for row in source.questions],
        snapshots=source.snapshots,
    )


def _told_by(question: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    told = {name: value for name, value in question.items() if name != "answered_by_id"}
    return {**told, "answered_by": names.get(question["answered_by_id"])}


def _inherited(events: Sequence[RecordedEvent]) -> int:
    """How many decisions of people the fork took over: they are told before its files, its own ones after them."""
    number = 0
    for event in events[2:]:
        if event.type == "decision_recorded" and event.data.get("by"):
            number += 1
        elif event.type != "decision_recorded":
            break
    return number


def _erased(session: ExecutionSession, what: str) -> CannotReplay:
    return CannotReplay(
        f"Session {session.pk} cannot be replayed: a part of its {what} has been erased, as the retention of this "
        "installation demands."
    )
