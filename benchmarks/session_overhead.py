"""What durability costs: sessions through a real cluster beside the same agents, called in memory."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from accounts.models import User
from agents.assignment import Assignment, KnownRequirement, PriorArtifact, PriorDecision
from agents.checks import check_deliverable
from agents.deliverable import parse_deliverable
from agents.prompts import build_request
from agents.providers import Endpoint, get_provider
from agents.roles import get_role
from agents.workflows import get_workflow
from sessions_app.engine.apply import create
from sessions_app.models import ExecutionSession, SessionStatus
from sessions_app.queries.workers import living
from sessions_app.rules.drafts import draft_session
from sessions_app.rules.sessions import start_session
from teams.models import Role, Team, TeamMembership

BRIEF = settings.BASE_DIR / "tests" / "briefs" / "passwordless-sign-in.md"
ALONE = 5
AT_ONCE = 20


def main() -> None:
    """Print seconds per session alone and at once, durable and in memory, and the ratios."""
    brief = BRIEF.read_text()
    _in_memory(brief)  # warms the caches of the simulator and the validators
    began = time.monotonic()
    for _ in range(ALONE):
        _in_memory(brief)
    memory = (time.monotonic() - began) / ALONE
    with _cluster(latency_seconds=1):
        _durable(brief, 1)
        paced = sorted(_durable(brief, 1) for _ in range(3))
    with _cluster():
        _durable(brief, 2)
        alone = sum(_durable(brief, 1) for _ in range(ALONE)) / ALONE
        at_once = _durable(brief, AT_ONCE) / AT_ONCE
    print("\nA session of 7 agents, simulator without latency     seconds   to memory")
    for name, seconds in (
        ("in memory, nothing kept", memory),
        ("durable, alone", alone),
        (f"durable, {AT_ONCE} at once on {settings.WORKERS} processes", at_once),
    ):
        print(f"{name:50} {seconds:9.3f} {seconds / memory:11.2f}")
    print(f"{'durable, 4 stages of 1 s each, median of 3':50} {paced[1]:9.3f} {paced[1] / 4:11.2f} (to 4 s)")


def _in_memory(brief: str) -> None:
    """Run the workflow's agents in one loop and keep nothing: the peer."""
    requirements: tuple[KnownRequirement, ...] = ()
    decisions: list[PriorDecision] = []
    artifacts: list[PriorArtifact] = []
    for number, stage in enumerate(get_workflow("feature").stages, start=1):
        deliverables = []
        for task in stage.tasks:
            assignment = Assignment(
                role=get_role(task.role),
                feature_name="Passwordless sign-in",
                brief=brief,
                workflow="feature",
                stage=number,
                round=1,
                description=task.description,
                requirements=requirements,
                decisions=tuple(decisions),
                artifacts=tuple(artifacts),
            )
            request = build_request(assignment, model="simulator", max_tokens=4096, temperature=0.7)
            answer = asyncio.run(
                get_provider("simulator").complete(request, endpoint=Endpoint("simulator"), on_progress=lambda *_: None)
            )
            deliverable = parse_deliverable(answer.text, assignment.role)
            check_deliverable(assignment.role, deliverable, assignment.artifacts)
            deliverables.append((task.role, deliverable))
        for role, deliverable in deliverables:
            requirements = requirements or tuple(
                KnownRequirement(row.key, row.text, "brief") for row in deliverable.requirements
            )
            artifacts += [PriorArtifact(row.path, row.media_type, row.content, role) for row in deliverable.artifacts]
            decisions += [
                PriorDecision(len(decisions) + n, role, row.text, row.rationale, row.category, tuple(row.satisfies))
                for n, row in enumerate(deliverable.decisions, start=1)
            ]


def _durable(brief: str, sessions: int) -> float:
    """Run sessions at once through the cluster; return the seconds until the last has completed."""
    team = _team()
    began = time.monotonic()
    ids = [
        create(
            start_session,
            draft_session(team.owner, team_id=team.pk, feature_name="Passwordless sign-in", brief=brief),
        )
        for _ in range(sessions)
    ]
    while ExecutionSession.objects.filter(pk__in=ids, status=SessionStatus.ACTIVE).exists():
        time.sleep(0.01)
    assert not ExecutionSession.objects.filter(pk__in=ids).exclude(status=SessionStatus.COMPLETED).exists()
    return time.monotonic() - began


def _team() -> Team:
    owner, _ = User.objects.get_or_create(username="bench", defaults={"email": "bench@example.org"})
    team, _ = Team.objects.get_or_create(name="Bench", owner=owner)
    TeamMembership.objects.get_or_create(team=team, user=owner, defaults={"role": Role.OWNER})
    return team


@contextmanager
def _cluster(latency_seconds: float = 0) -> Iterator[None]:
    environment = os.environ | {"SIMULATOR_LATENCY": str(latency_seconds)}
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "worker"]
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL) as cluster:
        try:
            while living("agents") < settings.WORKERS:
                time.sleep(0.05)
            yield
        finally:
            cluster.terminate()
            cluster.wait(30)
