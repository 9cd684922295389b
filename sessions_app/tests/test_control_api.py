"""The doors of control in the API: pause, resume, retry, change, gates, questions, stages, plans and forecasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import browser_of, send
from accounts.tests.problems import problem_in
from agents.checks import CheckResult
from sessions_app.engine.apply import apply
from sessions_app.models import AgentTask, ExecutionSession, Gate, Question
from sessions_app.rules.control import pause_session, retry_session
from sessions_app.rules.ledger import reserve_call
from sessions_app.rules.sessions import cancel_session, delete_session, end_session
from sessions_app.tests.factories import (
    claim,
    event_types,
    fail,
    hand_in,
    make_call,
    make_deliverable,
    make_finished_session,
    make_session,
    role_of,
    run_stage,
)
from sessions_app.tests.states import call_plan
from teams.tests.factories import Cast, make_cast, make_team

API = "/api/v1"
REQUESTS_OWN = 2  # the web session and its user
QUESTION = {"text": "Which provider?", "options": ["ours", "theirs"], "default": "ours"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def get(cast: Cast, path: str, who: str = "member") -> Any:
    return browser_of(cast.named(who)).get(f"{API}/{path}")


def post(cast: Cast, path: str, body: object = None, who: str = "member", method: str = "POST") -> Any:
    return send(browser_of(cast.named(who)), method, f"{API}/{path}", body)


def session_at_gate(cast: Cast, **fields: Any) -> tuple[ExecutionSession, Gate]:
    """A session whose second stage (Backend Dev and DBA) waits for a person."""
    session = make_session(cast.team, **{"gates": [2], **fields})
    run_stage(session)
    run_stage(session)
    return session, session.gates.get()


def asking_session(cast: Cast, *questions: dict[str, Any]) -> tuple[ExecutionSession, list[Question]]:
    """A session whose architect waits for answers."""
    session = make_session(cast.team, question_seconds=3600)
    [architect] = claim(session)
    hand_in(architect, make_deliverable("architect", questions=list(questions or (QUESTION,))))
    return session, list(session.questions.order_by("id"))


def failed_session(cast: Cast) -> tuple[ExecutionSession, int]:
    """A session whose architect failed after a call that may have been billed; and the architect's task."""
    session = make_session(cast.team)
    [architect] = claim(session)
    apply(session.pk, reserve_call, architect.held, call_plan())
    fail(architect)
    return session, architect.task_id


# --- starting and changing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (..., [False, False, False, False]),
        (None, [False, False, False, False]),
        ([], [False, False, False, False]),
        ([1, 3], [True, False, True, False]),
        ({"1": "all checks pass", "4": True}, ["all checks pass", False, False, True]),
        ({"2": " All  checks pass and no warnings"}, [False, "All checks pass and no warnings", False, False]),
        ({"2": False}, [False, False, False, False]),
    ],
)
def test_a_session_starts_with_the_gates_that_were_asked_for(cast: Cast, given: Any, expected: list) -> None:
    body = {"team_id": cast.team.pk, "feature_name": "Comments"} | ({} if given is ... else {"gates": given})

    response = post(cast, "sessions", body)

    assert response.status_code == 201, response.content
    assert [stage["gate"] for stage in response.json()["stages"]] == expected


def test_questions_wait_for_people_where_the_session_says_so(cast: Cast) -> None:
    body = {"team_id": cast.team.pk, "feature_name": "Comments", "question_seconds": 60}

    session_id = post(cast, "sessions", body).json()["id"]

    assert ExecutionSession.objects.get(pk=session_id).workflow["question_seconds"] == 60


def test_a_session_can_be_changed_while_it_runs(cast: Cast) -> None:
    session = make_session(cast.team, budget_usd="1")
    run_stage(session)

    response = post(
        cast,
        f"sessions/{session.pk}",
        {"feature_name": "  Better   name ", "budget_usd": "2.5", "gates": {"3": "no warnings"}},
        method="PATCH",
    )

    assert response.status_code == 200, response.content
    told = response.json()
    assert (told["feature_name"], told["budget_usd"]) == ("Better name", "2.500000")
    assert [stage["gate"] for stage in told["stages"]] == [False, False, "no warnings", False]
    assert event_types(session)[-2:] == ["session_changed", "budget_changed"]


def test_a_change_that_says_nothing_new_writes_nothing(cast: Cast) -> None:
    session = make_session(cast.team, budget_usd="1")
    before = event_types(session)

    for body in ({}, {"budget_usd": "1", "feature_name": session.feature_name, "gates": []}):
        assert post(cast, f"sessions/{session.pk}", body, method="PATCH").status_code == 200

    assert event_types(session) == before
    assert post(cast, f"sessions/{session.pk}", {"budget_usd": None}, method="PATCH").json()["budget_usd"] is None


def test_a_brief_can_be_changed_until_an_agent_has_read_it(cast: Cast) -> None:
    session = make_session(cast.team, brief="First")
    changed = post(cast, f"sessions/{session.pk}", {"brief": "Second"}, method="PATCH")
    claim(session)

    refused = post(cast, f"sessions/{session.pk}", {"brief": "Third"}, method="PATCH")

    assert changed.json()["brief"] == "Second"
    assert "fork" in problem_in(refused, 409, "illegal_transition")["detail"]
    assert get(cast, f"sessions/{session.pk}").json()["brief"] == "Second"


BAD_CHANGES: dict[str, tuple[Any, str]] = {
    "an empty name": ({"feature_name": " "}, "feature_name"),
    "a long name": ({"feature_name": "x" * 256}, "feature_name"),
    "null as name": ({"feature_name": None}, "feature_name"),
    "a name with NUL": ({"feature_name": "a\0"}, "feature_name"),
    "a long brief": ({"brief": "x" * (256 * 1024 + 1)}, "brief"),
    "null as brief": ({"brief": None}, "brief"),
    "a negative cap": ({"budget_usd": "-1"}, "budget_usd"),
    "a huge cap": ({"budget_usd": "10000000"}, "budget_usd"),
    "true as cap": ({"budget_usd": True}, "budget_usd"),
    "a stage that is not there": ({"gates": [9]}, "gates"),
    "a gate that lies behind": ({"gates": [1]}, "gates"),
    "null as gates": ({"gates": None}, "gates"),
    "a text as gates": ({"gates": "1"}, "gates"),
    "a number as gates": ({"gates": 1}, "gates"),
    "texts as stages": ({"gates": ["1"]}, "gates"),
    "true as stage": ({"gates": [True]}, "gates"),
    "a fraction as stage": ({"gates": [1.5]}, "gates"),
    "a rule that nobody knows": ({"gates": {"3": "when it is fine"}}, "gates"),
    "a rule with NUL": ({"gates": {"3": "a\0"}}, "gates"),
    "half a character as stage": (b'{"gates": {"\\ud800": true}}', "gates"),
    "half a character in a rule": (b'{"gates": {"3": "\\ud800"}}', "gates"),
    "a long rule": ({"gates": {"3": "no warnings and " * 20 + "no warnings"}}, "gates"),
    "a list as rule": ({"gates": {"3": []}}, "gates"),
    "a list": ([], "non_field_errors"),
}


@pytest.mark.parametrize("what", BAD_CHANGES)
def test_a_change_that_cannot_be_is_refused_by_name_and_changes_nothing(cast: Cast, what: str) -> None:
    session = make_session(cast.team)
    run_stage(session)
    body, field = BAD_CHANGES[what]

    problem = problem_in(post(cast, f"sessions/{session.pk}", body, method="PATCH"), 400)

    assert list(problem["errors"]) == [field]
    assert event_types(session)[-1] != "session_changed"


# --- pause, resume, retry --------------------------------------------------------------------------------------------


def test_a_paused_session_starts_nothing_new_and_goes_on_when_resumed(cast: Cast) -> None:
    session = make_session(cast.team)

    paused = post(cast, f"sessions/{session.pk}/pause")
    again = post(cast, f"sessions/{session.pk}/pause")
    claimed_meanwhile = claim(session)
    resumed = post(cast, f"sessions/{session.pk}/resume")

    assert [each.status_code for each in (paused, again, resumed)] == [200, 200, 200]
    assert (paused.json()["status"], resumed.json()["status"]) == ("paused", "active")
    assert again.json()["last_seq"] == paused.json()["last_seq"]
    assert claimed_meanwhile == []
    assert [role_of(claimed) for claimed in claim(session)] == ["architect"]
    problem_in(post(cast, f"sessions/{session.pk}/resume"), 409, "illegal_transition")


def test_a_session_whose_budget_is_used_up_goes_on_once_its_cap_is_raised(cast: Cast) -> None:
    session = make_session(cast.team, budget_usd="0.1")
    [architect] = claim(session)
    apply(session.pk, reserve_call, architect.held, call_plan("0.50"))

    stopped = get(cast, f"sessions/{session.pk}").json()
    post(cast, f"sessions/{session.pk}", {"budget_usd": "5"}, method="PATCH")
    resumed = post(cast, f"sessions/{session.pk}/resume").json()

    assert (stopped["status"], stopped["status_reason"]) == ("paused", "budget_exhausted")
    assert resumed["status"] == "active"
    [architect] = claim(session)
    assert architect.attempt == 1
    attempts = get(cast, f"tasks/{architect.task_id}").json()["attempts"]
    assert [(each["attempt"], each["cause"], each["outcome"]) for each in attempts] == [
        (1, "start", "released"),
        (1, "budget", "running"),
    ]
    assert "budget of the session" in attempts[0]["error"]


def test_a_failed_session_is_retried_and_completes(cast: Cast) -> None:
    session, task_id = failed_session(cast)

    response = post(cast, f"sessions/{session.pk}/retry")

    told = response.json()
    assert (response.status_code, told["status"], told["tasks"][0]["status"]) == (200, "active", "pending")
    assert (told["ended_at"], told["duration_seconds"]) == (None, None)
    for _ in range(4):
        run_stage(session)
    assert session.status == "completed"
    attempts = get(cast, f"tasks/{task_id}").json()["attempts"]
    assert [(each["attempt"], each["cause"], each["outcome"]) for each in attempts] == [
        (1, "start", "failed"),
        (2, "retry", "completed"),
    ]


def test_one_task_is_cancelled_and_done_again(cast: Cast) -> None:
    session = make_session(cast.team)
    run_stage(session)
    dba = session.tasks.get(agent_role="dba")

    cancelled = post(cast, f"tasks/{dba.pk}/cancel")
    again = post(cast, f"tasks/{dba.pk}/cancel")
    retried = post(cast, f"tasks/{dba.pk}/retry")
    twice = post(cast, f"tasks/{dba.pk}/retry")

    task = next(task for task in cancelled.json()["tasks"] if task["id"] == dba.pk)
    assert (task["status"], task["error_message"]) == ("cancelled", "Cancelled")
    assert again.json()["last_seq"] == cancelled.json()["last_seq"]
    assert next(task for task in retried.json()["tasks"] if task["id"] == dba.pk)["status"] == "pending"
    problem_in(twice, 409, "illegal_transition")
    run_stage(session)
    dba.refresh_from_db()
    assert dba.status == "completed"


def test_one_failed_task_is_retried_by_its_number_in_the_session(cast: Cast) -> None:
    session, task_id = failed_session(cast)
    other, _ = failed_session(cast)

    foreign = post(cast, f"sessions/{other.pk}/retry", {"task_id": task_id})
    mine = post(cast, f"sessions/{session.pk}/retry", {"task_id": task_id})

    problem_in(foreign, 404)
    assert mine.json()["status"] == "active"


@pytest.mark.parametrize("bad", ["1", 1.5, True, 0, -1, 10**40, [1]])
def test_what_is_no_task_is_refused_by_name(cast: Cast, bad: object) -> None:
    session, _ = failed_session(cast)

    assert list(problem_in(post(cast, f"sessions/{session.pk}/retry", {"task_id": bad}), 400)["errors"]) == ["task_id"]


def in_state(cast: Cast, status: str) -> ExecutionSession:
    if status == "failed":
        return failed_session(cast)[0]
    if status == "awaiting_approval":
        return session_at_gate(cast)[0]
    session = make_session(cast.team)
    if status == "paused":
        apply(session.pk, pause_session, by="x")
    elif status != "active":
        apply(session.pk, end_session if status == "completed" else cancel_session, by="x")
    return session


# What each act answers in each state of the session.
ANSWERS = {
    "pause": {"active": 200, "paused": 200},
    "resume": {"paused": 200},
    "cancel": {"active": 200, "paused": 200, "awaiting_approval": 200, "cancelled": 200},
    "retry": {"failed": 200},
    "end": {"active": 200, "paused": 200, "awaiting_approval": 200, "completed": 200},
}
STATES = ("active", "paused", "awaiting_approval", "completed", "failed", "cancelled")


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("act", ANSWERS)
def test_what_the_state_does_not_allow_is_a_conflict_that_changes_nothing(cast: Cast, act: str, status: str) -> None:
    session = in_state(cast, status)
    before = event_types(session)
    expected = ANSWERS[act].get(status, 409)

    response = post(cast, f"sessions/{session.pk}/{act}")

    assert response.status_code == expected, response.content
    if expected == 409:
        assert status in problem_in(response, 409, "illegal_transition")["detail"].replace("waits at a gate", status)
        assert event_types(session) == before


def across_files(session: ExecutionSession, *, stage: int, round: int) -> int:
    """How many checks of all files the review of a stage's round made."""
    return session.checks.filter(reviewed_stage__number=stage, round=round).count()


# --- gates -----------------------------------------------------------------------------------------------------------


def test_an_open_gate_tells_what_it_rests_on_and_what_comes_next(cast: Cast) -> None:
    session = make_session(cast.team, gates=[2])
    run_stage(session)
    for claimed in claim(session):
        checks = [
            CheckResult("owed", "info", "passed", None, None, "It is there."),
            CheckResult("labels", "warning", "warning", None, 4, "No label."),
            CheckResult("valid", "error", "failed", None, 7, "No such column."),
        ]
        hand_in(claimed, checks=checks)

    told = get(cast, f"sessions/{session.pk}", "viewer").json()

    assert (told["status"], told["eta_seconds"]) == ("awaiting_approval", None)
    [gate] = told["gates"]
    scores = session.stages.get(number=2).scores
    assert {score["name"]: score["value"] for score in gate.pop("quality")} == scores
    assert gate | {"id": 0, "opened_at": "", "next": {}} == {
        "id": 0, "stage": 2, "round": 1, "status": "open", "opened_at": "", "decided_by": None, "decided_at": None,
        "feedback": "", "roles": [], "scores": scores, "next": {},
        "checks": {"passed": 3 + across_files(session, stage=2, round=1), "warnings": 2, "failed": 2},
    }  # fmt: skip
    assert gate["next"]["starts"] == ["frontend_dev", "ui_ux_designer"]
    low, high = map(float, gate["next"]["estimate_usd"])
    assert 0 < low <= high
    assert 0 < gate["next"]["estimate_seconds"][0] <= gate["next"]["estimate_seconds"][1]


def test_approving_lets_the_session_go_on_and_again_changes_nothing(cast: Cast) -> None:
    _, gate = session_at_gate(cast)

    first = post(cast, f"gates/{gate.pk}/approve", {"feedback": "Well done"})
    again = post(cast, f"gates/{gate.pk}/approve", {"feedback": "Other words"}, "owner")
    other = post(cast, f"gates/{gate.pk}/reject", {"feedback": "No"})

    assert (first.status_code, again.status_code) == (200, 200)
    told = first.json()
    assert (told["status"], told["current_stage"]) == ("active", 3)
    decided = told["gates"][0]
    assert (decided["status"], decided["decided_by"], decided["feedback"]) == (
        "approved", cast.member.username, "Well done",
    )  # fmt: skip
    assert decided["decided_at"]
    assert again.json()["last_seq"] == told["last_seq"]
    assert again.json()["gates"] == told["gates"]
    problem_in(other, 409, "illegal_transition")


def test_rejecting_sends_roles_into_another_round_with_the_feedback(cast: Cast) -> None:
    session, gate = session_at_gate(cast)

    first = post(cast, f"gates/{gate.pk}/reject", {"feedback": "Smaller tables", "roles": ["dba"]})
    again = post(cast, f"gates/{gate.pk}/reject", {"feedback": "Once more", "roles": ["backend_dev"]})
    other = post(cast, f"gates/{gate.pk}/approve")

    assert (first.status_code, again.status_code) == (200, 200)
    told = first.json()
    assert (told["status"], told["current_stage"]) == ("active", 2)
    tasks = {task["agent"]: task for task in told["tasks"]}
    assert (tasks["dba"]["status"], tasks["dba"]["round"], tasks["dba"]["attempt"]) == ("pending", 2, 0)
    assert (tasks["backend_dev"]["status"], tasks["backend_dev"]["round"]) == ("completed", 1)
    assert (told["gates"][0]["status"], told["gates"][0]["roles"]) == ("rejected", ["dba"])
    assert again.json()["last_seq"] == told["last_seq"]
    problem_in(other, 409, "illegal_transition")
    run_stage(session)
    attempts = get(cast, f"tasks/{tasks['dba']['id']}").json()["attempts"]
    assert [(each["round"], each["attempt"], each["cause"]) for each in attempts] == [(1, 1, "start"), (2, 1, "round")]
    backend = get(cast, f"tasks/{tasks['backend_dev']['id']}").json()["attempts"]
    assert [(each["round"], each["cause"]) for each in backend] == [(1, "start")]


def test_without_roles_the_whole_stage_works_again_and_old_checks_count_no_longer(cast: Cast) -> None:
    session, gate = session_at_gate(cast)

    told = post(cast, f"gates/{gate.pk}/reject", {"feedback": "Again", "roles": None}).json()

    assert [task["round"] for task in told["stages"][1]["tasks"]] == [2, 2]
    assert told["checks"] == {"passed": 1 + across_files(session, stage=1, round=1), "warnings": 0, "failed": 0}
    run_stage(session)
    again = get(cast, f"sessions/{session.pk}").json()
    assert again["checks"] == {"passed": 3 + across_files(session, stage=2, round=2), "warnings": 0, "failed": 0}
    assert [(gate["round"], gate["status"]) for gate in again["gates"]] == [(1, "rejected"), (2, "open")]


BAD_REJECTIONS: dict[str, tuple[Any, str]] = {
    "nothing": (None, "feedback"),
    "no feedback": ({"roles": ["dba"]}, "feedback"),
    "empty feedback": ({"feedback": " \n"}, "feedback"),
    "null as feedback": ({"feedback": None}, "feedback"),
    "a number as feedback": ({"feedback": 5}, "feedback"),
    "feedback with NUL": ({"feedback": "a\0b"}, "feedback"),
    "long feedback": ({"feedback": "x" * 20_001}, "feedback"),
    "nobody": ({"feedback": "x", "roles": []}, "roles"),
    "a role of another stage": ({"feedback": "x", "roles": ["architect"]}, "roles"),
    "a role that nobody plays": ({"feedback": "x", "roles": ["dba", "wizard"]}, "roles"),
    "a text as roles": ({"feedback": "x", "roles": "dba"}, "roles"),
    "a number as role": ({"feedback": "x", "roles": [1]}, "roles.0"),
}


@pytest.mark.parametrize("what", BAD_REJECTIONS)
def test_a_rejection_that_helps_nobody_is_refused_by_name(cast: Cast, what: str) -> None:
    _, gate = session_at_gate(cast)
    body, field = BAD_REJECTIONS[what]

    problem = problem_in(post(cast, f"gates/{gate.pk}/reject", body), 400)

    assert list(problem["errors"]) == [field]
    gate.refresh_from_db()
    assert gate.status == "open"


@pytest.mark.parametrize("feedback", [None, 5, "a\0b", "x" * 20_001])
def test_feedback_of_an_approval_is_a_text(cast: Cast, feedback: object) -> None:
    _, gate = session_at_gate(cast)

    problem_in(post(cast, f"gates/{gate.pk}/approve", {"feedback": feedback}), 400)

    gate.refresh_from_db()
    assert gate.status == "open"


def test_a_gate_with_a_rule_passes_by_itself_when_the_rule_holds(cast: Cast) -> None:
    session, _ = session_at_gate(cast, gates={"2": "all checks pass"})

    told = get(cast, f"sessions/{session.pk}").json()

    assert told["status"] == "active"
    assert (told["gates"][0]["status"], told["gates"][0]["decided_by"]) == ("approved", None)
    assert "all checks pass" in told["gates"][0]["feedback"]


def test_a_gate_is_decided_while_the_session_is_paused_and_it_stays_paused(cast: Cast) -> None:
    session = make_session(cast.team, gates=[1])
    [architect] = claim(session)
    post(cast, f"sessions/{session.pk}/pause")
    hand_in(architect)

    told = post(cast, f"gates/{session.gates.get().pk}/approve").json()

    assert (told["status"], told["current_stage"]) == ("paused", 2)
    assert claim(session) == []


# --- questions and stages --------------------------------------------------------------------------------------------


def test_a_task_waits_for_the_answer_and_then_goes_on(cast: Cast) -> None:
    session, [question] = asking_session(cast)
    waiting = get(cast, f"sessions/{session.pk}").json()

    answered = post(cast, f"questions/{question.pk}/answer", {"answer": " theirs "})
    again = post(cast, f"questions/{question.pk}/answer", {"answer": "theirs"}, "owner")
    other = post(cast, f"questions/{question.pk}/answer", {"answer": "ours"})

    assert (waiting["status"], waiting["tasks"][0]["status"]) == ("active", "waiting")
    assert waiting["questions"][0] | {"id": 0, "task_id": 0, "deadline": ""} == {
        "id": 0, "task_id": 0, "agent": "architect", "agent_name": "Architect", "stage": 1, "round": 1,
        "text": "Which provider?", "options": ["ours", "theirs"], "default": "ours", "deadline": "", "answer": None,
        "answered_by": None, "answered_at": None,
    }  # fmt: skip
    assert answered.status_code == again.status_code == 200
    [told] = answered.json()["questions"]
    assert (told["answer"], told["answered_by"]) == ("theirs", cast.member.username)
    assert answered.json()["tasks"][0]["status"] == "pending"
    assert again.json()["last_seq"] == answered.json()["last_seq"]
    problem_in(other, 409, "illegal_transition")
    run_stage(session)
    attempts = get(cast, f"tasks/{question.agent_task_id}").json()["attempts"]
    assert [(each["attempt"], each["cause"], each["outcome"]) for each in attempts] == [
        (1, "start", "waiting"),
        (2, "answers", "completed"),
    ]


def test_a_default_that_is_taken_at_once_is_no_attempt_of_its_own(cast: Cast) -> None:
    session = make_session(cast.team)
    [architect] = claim(session)
    hand_in(architect, make_deliverable("architect", questions=[QUESTION]))

    [attempt] = get(cast, f"tasks/{architect.task_id}").json()["attempts"]

    assert (attempt["outcome"], attempt["error"]) == ("completed", "")


@pytest.mark.parametrize("body", [None, {}, {"answer": ""}, {"answer": " "}, {"answer": None}, {"answer": 5},
                                  {"answer": "a\0"}, {"answer": "x" * 20_001}])  # fmt: skip
def test_what_is_no_answer_is_refused_by_name(cast: Cast, body: object) -> None:
    _, [question] = asking_session(cast)

    problem = problem_in(post(cast, f"questions/{question.pk}/answer", body), 400)

    assert list(problem["errors"]) == ["answer"]
    question.refresh_from_db()
    assert question.answer is None


def test_a_stage_tells_what_it_asks_and_what_is_wrong_with_it(cast: Cast) -> None:
    session, _ = asking_session(cast, QUESTION, {"text": "For whom?", "options": [], "default": "everybody"})

    told = get(cast, f"sessions/{session.pk}/stages/1", "viewer").json()

    assert (told["number"], told["status"], told["round"], told["session_id"]) == (1, "running", 1, session.pk)
    assert [(each["type"], each["validation"]) for each in told["questions"]] == [
        ("choice", {"required": True, "max_length": 20_000, "options": ["ours", "theirs"]}),
        ("text", {"required": True, "max_length": 20_000, "options": []}),
    ]
    assert (told["warnings"], told["checks"]) == ([], [])
    assert [task["agent"] for task in told["tasks"]] == ["architect"]


def test_a_stage_warns_of_failed_checks_and_tasks(cast: Cast) -> None:
    session = make_session(cast.team)
    run_stage(session)
    first, second = claim(session)
    deliverable = make_deliverable(role_of(first))
    path = deliverable.artifacts[0].path
    hand_in(first, deliverable, checks=[CheckResult("valid", "error", "failed", path, 3, "No such table.")])
    fail(second, "No such model")

    told = get(cast, f"sessions/{session.pk}/stages/2").json()

    assert told["warnings"] == ["DBA: No such model", f"{path}, line 3: No such table."]
    assert [check["status"] for check in told["checks"]] == ["failed"]


@pytest.mark.parametrize("number", [0, 5, 10**30])
def test_a_stage_that_is_not_there_is_not_found_by_its_own_code(cast: Cast, number: int) -> None:
    session = make_session(cast.team)

    problem_in(get(cast, f"sessions/{session.pk}/stages/{number}"), 404, "invalid_stage")
    problem_in(post(cast, f"sessions/{session.pk}/stages/{number}/answers", {"answers": {}}), 404, "invalid_stage")


def test_all_questions_of_a_stage_are_answered_at_once(cast: Cast) -> None:
    session, [first, second] = asking_session(cast, QUESTION, {"text": "For whom?", "default": "everybody"})
    path = f"sessions/{session.pk}/stages/1/answers"
    answers = {str(first.pk): "theirs", str(second.pk): "members"}

    done = post(cast, path, {"answers": answers})
    again = post(cast, path, {"answers": answers})
    other = post(cast, path, {"answers": {**answers, str(second.pk): "nobody"}})

    assert done.status_code == again.status_code == 200
    assert [question["answer"] for question in done.json()["questions"]] == ["theirs", "members"]
    assert done.json()["tasks"][0]["status"] == "pending"
    assert again.json()["last_seq"] == done.json()["last_seq"]
    problem_in(other, 409, "illegal_transition")


def test_answers_are_taken_all_or_none_with_a_reason_for_each(cast: Cast) -> None:
    session, [first, second] = asking_session(cast, QUESTION, {"text": "For whom?", "default": "everybody"})
    path = f"sessions/{session.pk}/stages/1/answers"

    one = problem_in(post(cast, path, {"answers": {str(first.pk): "theirs"}}), 400)
    empty = problem_in(post(cast, path, {"answers": {str(first.pk): " ", str(second.pk): "x" * 20_001}}), 400)
    foreign = problem_in(post(cast, path, {"answers": {str(first.pk): "a", str(second.pk): "b", "99": "c"}}), 400)
    no_number = problem_in(post(cast, path, {"answers": {"first": "a"}}), 400)

    assert list(one["errors"]) == [f"answers.{second.pk}"]
    assert list(empty["errors"]) == [f"answers.{first.pk}", f"answers.{second.pk}"]
    assert list(foreign["errors"]) == ["answers.99"]
    assert list(no_number["errors"]) == ["answers.first"]
    for bad in (None, {}, {"answers": []}, {"answers": "x"}, {"answers": None}):
        assert list(problem_in(post(cast, path, bad), 400)["errors"]) == ["answers"]
    assert set(session.questions.values_list("answer", flat=True)) == {None}


def test_a_stage_that_asks_nothing_takes_no_answers(cast: Cast) -> None:
    session = make_session(cast.team)

    for number in (1, 2):
        response = post(cast, f"sessions/{session.pk}/stages/{number}/answers", {"answers": {}})
        problem_in(response, 409, "illegal_transition")


# --- plans -----------------------------------------------------------------------------------------------------------


def roles(rows: list[dict[str, Any]]) -> list[str]:
    return [row["agent"] for row in rows]


def test_a_plan_says_what_a_retry_keeps_runs_and_may_pay_again(cast: Cast) -> None:
    session = make_session(cast.team)
    run_stage(session)
    dba, backend = sorted(claim(session), key=role_of, reverse=True)
    apply(session.pk, reserve_call, dba.held, call_plan("0.25"))
    fail(dba)
    make_call(backend)
    hand_in(backend)
    before = event_types(session)

    plan = get(cast, f"sessions/{session.pk}/plan?action=retry", "viewer").json()

    assert plan["action"] == "retry"
    assert roles(plan["keeps"]) == ["architect", "backend_dev"]
    assert roles(plan["runs"])[0] == "dba"
    assert len(plan["runs"]) == 5
    [call] = plan["may_repeat"]
    assert call | {"call_id": 0} == {
        "call_id": 0, "task_id": dba.task_id, "agent": "dba", "agent_name": "DBA", "stage": 2, "model": "simulator",
        "status": "unconfirmed", "cost_usd": "0.250000",
    }  # fmt: skip
    low, high = map(float, plan["estimate_usd"])
    assert 0 < low < high
    assert plan["estimate_seconds"][0] <= plan["estimate_seconds"][1]
    assert event_types(session) == before
    one = get(cast, f"sessions/{session.pk}/plan?action=retry&task_id={dba.task_id}").json()
    assert one["runs"] == plan["runs"]


def test_a_plan_of_a_resume_names_what_is_under_way(cast: Cast) -> None:
    session = make_session(cast.team)
    [architect] = claim(session)
    apply(session.pk, reserve_call, architect.held, call_plan())
    apply(session.pk, pause_session, by="x")

    plan = get(cast, f"sessions/{session.pk}/plan?action=resume").json()

    assert plan["keeps"] == []
    assert [(task["agent"], task["status"]) for task in plan["runs"]][:2] == [
        ("architect", "running"),
        ("backend_dev", "pending"),
    ]
    assert [(call["agent"], call["status"]) for call in plan["may_repeat"]] == [("architect", "reserved")]


def test_a_plan_of_a_retry_names_a_call_whose_answer_was_paid_for_and_could_not_be_kept(cast: Cast) -> None:
    session = make_session(cast.team)
    run_stage(session)
    backend, dba = claim(session)
    make_call(backend, cost_usd="0.02")
    make_call(dba)
    fail(backend, "Its work could not be kept")

    plan = get(cast, f"sessions/{session.pk}/plan?action=retry&task_id={backend.task_id}").json()

    # The neighbour runs on, and what its call has answered is used.
    [call] = plan["may_repeat"]
    assert (call["agent"], call["status"], call["cost_usd"]) == ("backend_dev", "succeeded", "0.020000")


@pytest.mark.parametrize(("action", "status"), [("resume", "active"), ("resume", "failed"), ("retry", "active"),
                                                ("retry", "completed"), ("retry", "cancelled")])  # fmt: skip
def test_a_plan_of_what_cannot_be_says_why_in_the_words_of_the_rule(cast: Cast, action: str, status: str) -> None:
    session = in_state(cast, status)

    planned = problem_in(get(cast, f"sessions/{session.pk}/plan?action={action}"), 409, "illegal_transition")
    done = problem_in(post(cast, f"sessions/{session.pk}/{action}"), 409, "illegal_transition")

    assert planned == done


@pytest.mark.parametrize(
    ("query", "field"),
    [("", "action"), ("action=", "action"), ("action=explode", "action"), ("action=retry&task_id=x", "task_id")],
)
def test_a_plan_of_nothing_known_is_refused_by_name(cast: Cast, query: str, field: str) -> None:
    session, _ = failed_session(cast)

    problem = problem_in(get(cast, f"sessions/{session.pk}/plan?{query}"), 400)

    assert list(problem["errors"]) == [field]


def test_a_plan_for_a_task_of_another_session_is_not_found(cast: Cast) -> None:
    session, _ = failed_session(cast)
    _, foreign = failed_session(cast)

    problem_in(get(cast, f"sessions/{session.pk}/plan?action=retry&task_id={foreign}"), 404)


def test_a_plan_of_a_fork_says_what_is_made_anew_and_was_paid_for_before(cast: Cast) -> None:
    session = make_session(cast.team)
    for _ in range(2):
        run_stage(session)

    plan = get(cast, f"sessions/{session.pk}/plan?action=fork&after_stage=1").json()

    assert (plan["action"], roles(plan["keeps"])) == ("fork", ["architect"])
    assert roles(plan["runs"])[:2] == ["backend_dev", "dba"]
    assert len(plan["runs"]) == 6
    assert {task["task_id"] for task in plan["runs"]} == {None}
    assert sorted(roles(plan["may_repeat"])) == ["backend_dev", "dba"]
    assert {call["status"] for call in plan["may_repeat"]} == {"succeeded"}
    undone = problem_in(get(cast, f"sessions/{session.pk}/plan?action=fork&after_stage=3"), 409, "illegal_transition")
    assert undone == problem_in(post(cast, f"sessions/{session.pk}/fork", {"after_stage": 3}), 409)
    for query in ("", "&after_stage=4", "&after_stage=x"):
        problem = problem_in(get(cast, f"sessions/{session.pk}/plan?action=fork{query}"), 400)
        assert list(problem["errors"]) == ["after_stage"]


# --- forks -----------------------------------------------------------------------------------------------------------


def test_a_fork_is_a_new_session_that_keeps_what_was_reached(cast: Cast) -> None:
    session = make_finished_session(cast.team, brief="People sign in.")
    body = {
        "after_stage": 1,
        "brief": "People sign in with a key.",
        "roles": ["dba", "it_admin"],
        "decisions": [{"decision_text": "Use PostgreSQL", "confidence": "medium"}, {"decision_text": "No SMS"}],
    }

    response = post(cast, f"sessions/{session.pk}/fork", body)

    assert response.status_code == 201, response.content
    told = response.json()
    assert told["id"] != session.pk
    assert (told["status"], told["brief"], told["spent_usd"]) == ("active", "People sign in with a key.", "0.000000")
    assert [[task["agent"] for task in stage["tasks"]] for stage in told["stages"]] == [
        ["architect"], ["dba"], ["it_admin"],
    ]  # fmt: skip
    assert [stage["status"] for stage in told["stages"]] == ["completed", "running", "pending"]
    assert told["totals"]["session_decisions"] == 2
    fork = ExecutionSession.objects.get(pk=told["id"])
    for _ in range(2):
        run_stage(fork)
    assert fork.status == "completed"


BAD_FORKS: dict[str, tuple[Any, str]] = {
    "nothing": (None, "after_stage"),
    "a text as stage": ({"after_stage": "1"}, "after_stage"),
    "true as stage": ({"after_stage": True}, "after_stage"),
    "a stage before the first": ({"after_stage": -1}, "after_stage"),
    "the last stage": ({"after_stage": 4}, "after_stage"),
    "a huge stage": ({"after_stage": 10**40}, "after_stage"),
    "a role that is done": ({"after_stage": 1, "roles": ["architect"]}, "roles"),
    "nobody": ({"after_stage": 1, "roles": []}, "roles"),
    "a text as roles": ({"after_stage": 1, "roles": "dba"}, "roles"),
    "a brief with NUL": ({"after_stage": 1, "brief": "a\0"}, "brief"),
    "a long brief": ({"after_stage": 1, "brief": "x" * (256 * 1024 + 1)}, "brief"),
    "a number as model": ({"after_stage": 1, "model": 5}, "model"),
    "a decision without text": ({"after_stage": 1, "decisions": [{"decision_text": " "}]}, "decisions.0.decision_text"),
    "a decision that is none": ({"after_stage": 1, "decisions": ["x"]}, "decisions.0"),
    "too sure a decision": (
        {"after_stage": 1, "decisions": [{"decision_text": "x", "confidence": "total"}]}, "decisions.0.confidence"),
    "decisions that are no list": ({"after_stage": 1, "decisions": "x"}, "decisions"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_FORKS)
def test_a_fork_that_cannot_be_is_refused_by_name_and_makes_nothing(cast: Cast, what: str) -> None:
    session = make_finished_session(cast.team)
    body, field = BAD_FORKS[what]

    problem = problem_in(post(cast, f"sessions/{session.pk}/fork", body), 400)

    assert list(problem["errors"]) == [field]
    assert ExecutionSession.objects.count() == 1


def test_a_fork_with_an_unknown_model_is_refused(cast: Cast) -> None:
    session = make_finished_session(cast.team)

    problem_in(post(cast, f"sessions/{session.pk}/fork", {"after_stage": 1, "model": "oracle:9"}), 400)

    assert ExecutionSession.objects.count() == 1


# --- forecasts -------------------------------------------------------------------------------------------------------


def test_a_forecast_without_earlier_sessions_rests_on_defaults(cast: Cast, settings: Any) -> None:
    settings.SIMULATOR_LATENCY = 2.0

    told = get(cast, f"sessions/forecast?team={cast.team.pk}", "viewer").json()

    assert (told["team_id"], told["workflow"], told["model"]) == (cast.team.pk, "feature", "simulator")
    assert (told["simulated"], told["based_on"]) == (True, 0)
    assert roles(told["roles"])[:3] == ["architect", "backend_dev", "dba"]
    assert told["roles"][0]["estimate_seconds"] == [1.0, 4.0]
    assert told["likely_seconds"] == 8.0  # four stages, whose tasks run side by side
    low, high = map(float, told["estimate_usd"])
    assert 0 < low < float(told["likely_usd"]) < high


def test_a_forecast_is_a_range_of_the_teams_own_tasks(cast: Cast) -> None:
    for seconds, cost in ((10, "0.1"), (20, "0.2"), (30, "0.6")):
        session = make_session(cast.team)
        [architect] = claim(session)
        make_call(architect, cost_usd=cost)
        hand_in(architect)
        AgentTask.objects.filter(pk=architect.task_id).update(duration_seconds=seconds)
    make_finished_session(make_team())

    architect, backend, *_ = get(cast, f"sessions/forecast?team={cast.team.pk}").json()["roles"]

    assert architect["based_on"] == 3
    assert (architect["estimate_seconds"], architect["likely_seconds"]) == ([12.0, 28.0], 20.0)
    assert (architect["estimate_usd"], architect["likely_usd"]) == (["0.120000", "0.520000"], "0.200000")
    assert backend["based_on"] == 0


def test_a_forecast_follows_the_models_of_the_team_and_says_when_nobody_knows_a_price(cast: Cast) -> None:
    cast.team.defaults = {"model": "ollama:llama3", "role_settings": {"dba": {"model": "openai:nobody-knows"}}}
    cast.team.save(update_fields=["defaults"])

    told = get(cast, f"sessions/forecast?team={cast.team.pk}").json()
    offline = get(cast, f"sessions/forecast?team={cast.team.pk}&model=simulator").json()

    assert (told["model"], told["simulated"], told["estimate_usd"], told["likely_usd"]) == (
        "ollama:llama3",
        False,
        None,
        None,
    )
    by_role = {role["agent"]: role["estimate_usd"] for role in told["roles"]}
    assert (by_role["architect"], by_role["dba"]) == (["0.000000", "0.000000"], None)
    assert told["likely_seconds"] > 0
    assert (offline["model"], offline["simulated"]) == ("simulator", False)  # one role still asks elsewhere


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("", 400, "team"),
        ("team=x", 400, "team"),
        ("team={mine}&workflow=waterfall", 400, ""),
        ("team={mine}&model=oracle:9", 400, ""),
        ("team={mine}&model=a%00", 400, "model"),
        ("team={foreign}", 404, ""),
        ("team=999999999999999999", 404, ""),
    ],
)
def test_a_forecast_that_cannot_be_made_is_refused(cast: Cast, query: str, status: int, field: str) -> None:
    asked = query.format(mine=cast.team.pk, foreign=make_team().pk)

    problem = problem_in(get(cast, f"sessions/forecast?{asked}"), status)

    if field:
        assert list(problem["errors"]) == [field]


# --- what they cost, and whose they are ------------------------------------------------------------------------------

DETAIL = 9  # queries of the session's detail, beside the two that know who asks
READS = {
    "sessions/{session}": DETAIL,
    "sessions/{session}/stages/1": 7,
    "sessions/{session}/plan?action=resume": 4,
    "sessions/{session}/plan?action=fork&after_stage=1": 6,
    "sessions/forecast?team={team}": 2,
}


@pytest.mark.parametrize("route", READS)
def test_reading_costs_the_same_however_much_there_is(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, route: str
) -> None:
    client = browser_of(cast.member)
    few, many = make_session(cast.team, question_seconds=60), make_session(cast.team, question_seconds=60)
    for session, number in ((few, 1), (many, 6)):
        run_stage(session)
        questions = [{**QUESTION, "text": f"Question {each}?"} for each in range(number)]
        for claimed in claim(session):
            hand_in(claimed, make_deliverable(role_of(claimed), questions=questions))
        apply(session.pk, pause_session, by="x")

    for session in (few, many):
        path = route.format(session=session.pk, team=cast.team.pk)
        with django_assert_num_queries(READS[route] + REQUESTS_OWN):
            assert client.get(f"{API}/{path}").status_code == 200


def test_a_gate_or_question_of_a_deleted_session_is_not_found(cast: Cast) -> None:
    at_gate, gate = session_at_gate(cast)
    asking, [question] = asking_session(cast)
    task = at_gate.tasks.first()
    for session in (at_gate, asking):
        apply(session.pk, delete_session, by="x")

    for path, body in (
        (f"gates/{gate.pk}/approve", None),
        (f"gates/{gate.pk}/reject", {"feedback": "x"}),
        (f"questions/{question.pk}/answer", {"answer": "ours"}),
        (f"tasks/{task.pk}/cancel", None),
        (f"tasks/{task.pk}/retry", None),
        (f"sessions/{at_gate.pk}/resume", None),
        (f"sessions/{asking.pk}/stages/1/answers", {"answers": {}}),
    ):
        problem_in(post(cast, path, body), 404, "not_found")


def test_nothing_is_decided_in_a_session_that_has_ended(cast: Cast) -> None:
    at_gate, gate = session_at_gate(cast)
    asking, [question] = asking_session(cast)
    for session in (at_gate, asking):
        apply(session.pk, end_session, by="x")

    problem_in(post(cast, f"gates/{gate.pk}/approve"), 409)
    problem_in(post(cast, f"gates/{gate.pk}/reject", {"feedback": "x"}), 409)
    problem_in(post(cast, f"questions/{question.pk}/answer", {"answer": "ours"}), 409)
    problem_in(post(cast, f"sessions/{asking.pk}", {"budget_usd": "1"}, method="PATCH"), 409)


def test_a_task_that_failed_on_the_way_tells_when_it_is_tried_again(cast: Cast) -> None:
    session = make_session(cast.team)
    [architect] = claim(session)
    fail(architect, passing=True)
    AgentTask.objects.filter(pk=architect.task_id).update(ready_at=timezone.now() + timedelta(seconds=60))

    task = get(cast, f"tasks/{architect.task_id}").json()

    assert (task["status"], task["error_message"]) == ("pending", "The provider answered 529")
    assert task["retry_at"]
    apply(session.pk, pause_session, by="x")
    with pytest.raises(Exception, match="only one that failed"):
        apply(session.pk, retry_session, by="x", task_id=architect.task_id)
