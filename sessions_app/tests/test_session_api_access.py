"""One table: which door answers what to whom."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.tests.factories import browser_of, send, undone
from accounts.tests.problems import problem_in
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession
from sessions_app.rules.gates import approve_gate
from sessions_app.rules.questions import answer_question
from sessions_app.tests.factories import claim, hand_in, make_deliverable, make_session, run_stage
from teams.tests.factories import Cast, join, make_cast, make_team

CAST = ("owner", "admin", "member", "viewer", "outsider", "anonymous")
READ = dict(zip(CAST, (200, 200, 200, 200, 404, 401), strict=True))
EVERYBODY = dict(zip(CAST, (200, 200, 200, 200, 200, 401), strict=True))


def edit(done: int) -> dict[str, int]:
    return dict(zip(CAST, (done, done, done, 403, 404, 401), strict=True))


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    answers: dict[str, int]
    body: object = None


DOORS = [
    Door("GET", "sessions", EVERYBODY),
    Door("POST", "sessions", edit(201), {"team_id": "TEAM", "feature_name": "Another"}),
    Door("GET", "sessions/{session}", READ),
    Door("DELETE", "sessions/{session}", edit(204)),
    Door("POST", "sessions/{session}/end", edit(200)),
    Door("PUT", "sessions/{session}/complete", edit(200)),
    Door("PATCH", "sessions/{session}", edit(200), {"budget_usd": "5"}),
    Door("POST", "sessions/{session}/pause", edit(200)),
    Door("POST", "sessions/{session}/resume", edit(409)),
    Door("POST", "sessions/{session}/cancel", edit(200)),
    Door("POST", "sessions/{session}/retry", edit(409)),
    Door("POST", "sessions/{session}/fork", edit(201), {"after_stage": 1}),
    Door("GET", "sessions/{session}/plan?action=fork&after_stage=1", READ),
    Door("GET", "sessions/forecast?team={team}", READ),
    Door("GET", "usage?team={team}", READ),
    Door("GET", "sessions/{session}/stages/1", READ),
    Door("POST", "sessions/{session}/stages/1/answers", edit(409), {"answers": {}}),
    Door("POST", "gates/{gate}/approve", edit(200)),
    Door("POST", "gates/{gate}/reject", edit(409), {"feedback": "Again"}),
    Door("POST", "questions/{question}/answer", edit(200), {"answer": "a"}),
    Door("POST", "tasks/{task}/cancel", edit(409)),
    Door("POST", "tasks/{task}/retry", edit(409)),
    Door("GET", "sessions/{session}/decisions", READ),
    Door("POST", "sessions/{session}/decisions", edit(201), {"decision_text": "No SMS"}),
    Door("GET", "decisions/sessions/{session}", READ),
    Door("GET", "sessions/{session}/events", READ),
    Door("GET", "sessions/{session}/tasks", READ),
    Door("GET", "sessions/{session}/artifacts", READ),
    Door("GET", "sessions/{session}/checks", READ),
    Door("GET", "sessions/{session}/llm-calls", READ),
    Door("GET", "sessions/{session}/snapshots", READ),
    Door("GET", "sessions/{session}/verify", READ),
    Door("GET", "sessions/{session}/export", READ),
    Door("GET", "tasks/{task}", READ),
    Door("GET", "artifacts/{artifact}", READ),
    Door("GET", "artifacts/{artifact}/versions/1", READ),
    Door("GET", "workflows", EVERYBODY),
    Door("GET", "roles", EVERYBODY),
]


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def session(cast: Cast) -> ExecutionSession:
    """One whose first stage is done: its architect's question is answered, and its gate approved."""
    session = make_session(cast.team, gates=[1], question_seconds=3600)
    [architect] = claim(session)
    question = {"text": "Which?", "options": ["a", "b"], "default": "b"}
    hand_in(architect, make_deliverable("architect", questions=[question]))
    person = {"user_id": cast.owner.pk, "by": cast.owner.username}
    apply(session.pk, answer_question, session.questions.get().pk, answer="a", **person)
    run_stage(session)
    apply(session.pk, approve_gate, session.gates.get().pk, **person)
    return session


def ids_of(session: ExecutionSession) -> dict[str, int]:
    hanging = ("task", "artifact", "gate", "question")
    return {name: getattr(session, f"{name}s").first().pk for name in hanging} | {
        "session": session.pk,
        "team": session.team_id,
    }


def knock(door: Door, cast: Cast, session: ExecutionSession, who: str, ids: dict[str, int] | None = None):
    ids = ids or ids_of(session)
    body = door.body
    if isinstance(body, dict) and body.get("team_id") == "TEAM":
        body = {**body, "team_id": cast.team.pk}
    return send(browser_of(cast.named(who)), door.method, f"/api/v1/{door.path.format(**ids)}", body)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path}")
def test_each_door_answers_each_person(
    door: Door, cast: Cast, session: ExecutionSession, subtests: pytest.Subtests
) -> None:
    before = standing_of(session)
    for who, status in door.answers.items():
        with subtests.test(who), undone():
            response = knock(door, cast, session, who)

            if status < 400:
                assert response.status_code == status, response.content
                continue
            problem_in(response, status)
            if status == 401:
                assert response.headers["WWW-Authenticate"]
            assert standing_of(session) == before
            assert ExecutionSession.objects.count() == 1


def standing_of(session: ExecutionSession) -> tuple[object, ...]:
    return ExecutionSession.objects.values_list("last_seq", "deleted_at", "status").get(pk=session.pk)


def test_what_does_not_exist_is_not_found(cast: Cast, session: ExecutionSession, subtests: pytest.Subtests) -> None:
    for door in (door for door in DOORS if "{" in door.path.partition("?")[0]):
        for missing in (2**62, 10**40):
            with subtests.test(door=f"{door.method} {door.path}", missing=missing), undone():
                gone = dict.fromkeys(ids_of(session), missing)

                problem_in(knock(door, cast, session, "owner", gone), 404)


def test_a_personal_team_keeps_its_sessions_to_its_owner(db) -> None:
    team = make_team(is_shared=False)
    left_over = join(team)
    session = make_session(team)

    problem_in(browser_of(left_over).get(f"/api/v1/sessions/{session.pk}"), 404)

    assert browser_of(team.owner).get(f"/api/v1/sessions/{session.pk}").status_code == 200


def test_an_unsafe_call_by_cookie_needs_the_csrf_token(cast: Cast, session: ExecutionSession) -> None:
    client = browser_of(cast.owner, checks_csrf=True)

    problem_in(send(client, "POST", f"/api/v1/sessions/{session.pk}/end"), 403, "csrf_failed")

    session.refresh_from_db()
    assert session.status == "active"
