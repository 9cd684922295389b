"""What pages and their fragments show, so that both render the same partial from the same facts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from sessions_app.feed_rows import feed_rows
from sessions_app.models import ExecutionSession, TaskStatus
from sessions_app.queries import artifacts as artifact_queries
from sessions_app.queries import pages
from sessions_app.queries.decisions import agent_decisions, people_decisions
from sessions_app.queries.sessions import session_detail
from sessions_app.queries.waiting import Waiting, waiting_in

VIEWS = ("decisions", "artifacts", "questions", "quality", "calls", "brief")
FEED_KINDS = (
    ("", "All"),
    ("decision", "Decisions"),
    ("artifact", "Artifacts"),
    ("call", "Model calls"),
    ("error", "Errors"),
)


def view_of(request: HttpRequest) -> str:
    asked = request.GET.get("view")
    return asked if asked in VIEWS else VIEWS[0]


def monitor(session: ExecutionSession) -> dict[str, Any]:
    return {"session": session, "detail": session_detail(session)}


def lanes(session: ExecutionSession) -> dict[str, Any]:
    """What the stages and agents of a session show: what is known of all its parts, and what tasks wait for."""
    return monitor(session) | {"waits": waits(session)}


def waits(session: ExecutionSession) -> dict[int, Waiting]:
    """What each task that does not run waits for, by its id: two queries, none for a session that has ended."""
    if session.is_terminal:
        return {}
    tasks = session.tasks.exclude(status__in=TaskStatus.terminal())
    return waiting_in(session, tasks.only("session", "status", "stage", "ready_at", "lost_count"), now=timezone.now())


def feed(session: ExecutionSession, *, after: int = 0) -> dict[str, Any]:
    titles = {stage["number"]: stage["title"] for stage in session.workflow["stages"]}
    events = pages.newest_events(session, after=after)
    return {
        "session": session,
        "rows": feed_rows(events, titles),
        "last_seq": events[0].seq if events else after,
        "feed_kinds": FEED_KINDS,
    }


def decisions(session: ExecutionSession) -> dict[str, Any]:
    """Decisions of people first: they bind; then those of agents in the order they were made."""
    decisions = [*people_decisions(session), *(shape for _, shape in agent_decisions(session))]
    return {
        "session": session,
        "decisions": decisions,
        "numbers": {decision.id: decision.number for decision in decisions},
        "artifact_ids": pages.artifact_ids(session),
    }


def artifacts(session: ExecutionSession) -> dict[str, Any]:
    """Files in the order in which their authors work."""
    rows = artifact_queries.artifact_shapes(list(artifact_queries.artifacts_of(session)))
    tasks = [task for stage in session.workflow["stages"] for task in stage["tasks"]]
    places = {task["role"]: place for place, task in enumerate(tasks)}
    owed = {each["path"]: place for place, task in enumerate(tasks) for each in task.get("owes", ())}
    ordered = sorted(rows, key=lambda row: (owed.get(row.path, places.get(row.agent or "", len(tasks))), row.path))
    return {"session": session, "artifacts": ordered}
