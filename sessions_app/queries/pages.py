"""What only pages read: the leaves of a session's sprig and sessions that move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from accounts.models import User
from sessions_app.models import (
    AgentTask,
    Artifact,
    ArtifactCheck,
    CheckStatus,
    ExecutionSession,
    SessionEvent,
    TaskDecision,
)
from sessions_app.queries.checks import NOT_SUPERSEDED

LIVE_AT_MOST = 6
FEED_AT_MOST = 300
CHECK_ORDER = (CheckStatus.FAILED, CheckStatus.WARNING, CheckStatus.PASSED)


def leaves_of(session_ids: Iterable[int]) -> dict[int, list[str]]:
    """The statuses of each session's tasks in stage order: one query."""
    leaves: dict[int, list[str]] = defaultdict(list)
    rows = AgentTask.objects.filter(session__in=list(session_ids)).order_by("session", "stage__number", "id")
    for session_id, status in rows.values_list("session_id", "status"):
        leaves[session_id].append(status)
    return leaves


def live_sessions(user: User) -> list[Any]:
    """The newest sessions that still move or wait, each with its `leaves`: two queries."""
    rows = ExecutionSession.objects.visible_to(user).open().defer("brief", "workflow")
    return with_leaves(list(rows.order_by("-created_at", "-id")[:LIVE_AT_MOST]))


def with_leaves(sessions: list[Any]) -> list[Any]:
    """The same sessions, each with `leaves`: one query."""
    leaves = leaves_of(session.pk for session in sessions)
    for session in sessions:
        session.leaves = leaves[session.pk]
    return sessions


def newest_events(session: ExecutionSession, *, after: int = 0) -> list[SessionEvent]:
    """The newest events after the one numbered `after`, newest first, as many as a feed shows: one query."""
    return list(SessionEvent.objects.filter(session=session, seq__gt=after).order_by("-seq")[:FEED_AT_MOST])


def artifact_ids(session: ExecutionSession) -> dict[str, int]:
    """The session's artifacts by path: one query."""
    return dict(Artifact.objects.filter(session=session).values_list("path", "id"))


def checks_of_version(artifact: Artifact, version: int) -> list[ArtifactCheck]:
    """What the checks said of one version of a file, failures first: one query."""
    of_version = {"artifact_version__artifact": artifact, "artifact_version__version": version}
    rows = ArtifactCheck.objects.filter(NOT_SUPERSEDED, **of_version)
    return sorted(rows.order_by("id"), key=lambda check: CHECK_ORDER.index(check.status))


def decisions_numbered(session: ExecutionSession, numbers: Iterable[str]) -> list[TaskDecision]:
    """The decisions called D-n in a session, by number: one query."""
    plain = [int(number.removeprefix("D-")) for number in numbers]
    rows = TaskDecision.objects.filter(session=session, number__in=plain)
    return list(rows.select_related("agent_task").order_by("number"))
