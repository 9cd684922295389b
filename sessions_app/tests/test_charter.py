"""A scoping session through the API: what its stages ask, what answers change, and the charter at its end."""

from typing import Any

import pytest

from accounts.tests.factories import browser_of, send
from agents.roles import get_role
from agents.simulator import write_deliverable
from sessions_app.engine.context import assignment_of
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import claim, hand_in, make_session
from teams.tests.factories import Cast, make_cast

BRIEF = """\
Members borrow copies of books for 21 days. A member may hold at most five copies. Librarians accept returns and
send reminders. Two members must never borrow the same copy at the same time."""


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def scoping(cast: Cast) -> ExecutionSession:
    """A scoping session whose first stage waits for answers."""
    session = make_session(cast.team, workflow="scoping", brief=BRIEF, feature_name="Library loans")
    work(session)
    return session


def work(session: ExecutionSession) -> None:
    """Let every task that is ready be done by the simulator, as it knows the session now."""
    for claimed in claim(session):
        hand_in(claimed, write_deliverable(assignment_of(claimed.task_id)), checks=[])
    session.refresh_from_db()


def get(cast: Cast, path: str, who: str = "member") -> Any:
    return browser_of(cast.named(who)).get(f"/api/v1/{path}")


def post(cast: Cast, path: str, body: object) -> Any:
    return send(browser_of(cast.member), "POST", f"/api/v1/{path}", body)


def answer_with_defaults(cast: Cast, session: ExecutionSession, number: int, **own: str) -> Any:
    """Answer all that a stage asks: by its default, or where `own` has a word of the question by that."""
    asked = get(cast, f"sessions/{session.pk}/stages/{number}").json()["questions"]
    answers = {
        str(each["id"]): next((said for word, said in own.items() if word in each["text"]), each["default"])
        for each in asked
    }
    return post(cast, f"sessions/{session.pk}/stages/{number}/answers", {"answers": answers})


def to_the_end(cast: Cast, session: ExecutionSession, **own: str) -> None:
    for number in range(1, 6):
        work(session)
        assert answer_with_defaults(cast, session, number, **own).status_code == 200
        work(session)


def test_a_scoping_session_waits_a_day_for_answers_to_real_questions(cast: Cast, scoping: ExecutionSession) -> None:
    told = get(cast, f"sessions/{scoping.pk}/stages/1", "viewer").json()

    assert [task["status"] for task in told["tasks"]] == ["waiting"]
    assert len(told["questions"]) >= 2
    for question in told["questions"]:
        assert question["type"] == "choice"
        assert question["default"] in question["options"]
        assert question["validation"] == {"required": True, "max_length": 20_000, "options": question["options"]}
    assert scoping.workflow["question_seconds"] == 86_400


def test_the_answers_of_a_stage_are_taken_all_at_once_and_only_when_it_is_its_turn(
    cast: Cast, scoping: ExecutionSession
) -> None:
    first, *_ = get(cast, f"sessions/{scoping.pk}/stages/1").json()["questions"]
    path = f"sessions/{scoping.pk}/stages"

    one = post(cast, f"{path}/1/answers", {"answers": {str(first["id"]): "A number"}})
    early = post(cast, f"{path}/2/answers", {"answers": {str(first["id"]): "A number"}})
    nowhere = post(cast, f"{path}/6/answers", {"answers": {}})

    assert (one.status_code, early.status_code, nowhere.status_code) == (400, 409, 404)
    assert all(field.startswith("answers.") for field in one.json()["errors"])
    assert nowhere.json()["code"] == "invalid_stage"
    assert answer_with_defaults(cast, scoping, 1).status_code == 200
    assert get(cast, f"sessions/{scoping.pk}/stages/1").json()["tasks"][0]["status"] == "pending"


def test_a_role_owes_in_each_stage_what_its_task_says(cast: Cast, scoping: ExecutionSession) -> None:
    to_the_end(cast, scoping)

    owed = {
        (task.stage.name, task.agent_role): [each.path for each in assignment_of(task.pk).role.owes]
        for task in scoping.tasks.select_related("stage")
    }
    assert owed["scope", "product_manager"] == ["docs/scope.md"]
    assert owed["charter", "product_manager"] == ["docs/charter.md"]
    assert owed["users", "ui_ux_designer"] == ["docs/users.md"]


def test_a_session_frozen_before_tasks_could_owe_anything_keeps_what_its_roles_owe(cast: Cast) -> None:
    session = make_session(cast.team, workflow="scoping")
    for stage in session.workflow["stages"]:
        for task in stage["tasks"]:
            task.pop("owes", None)
            task.pop("instructions", None)
    session.save(update_fields=["workflow"])
    [claimed] = claim(session)

    assert assignment_of(claimed.task_id).role == get_role("analyst")


def test_later_stages_know_what_was_answered_before_and_by_whom(cast: Cast, scoping: ExecutionSession) -> None:
    answer_with_defaults(cast, scoping, 1, works="Nobody asks for paper any more")
    work(scoping)
    [claimed] = claim(scoping)

    told = assignment_of(claimed.task_id).earlier_answers

    assert "Nobody asks for paper any more" in [each.answer for each in told]
    assert all(each.by_person for each in told)


def test_the_charter_is_told_whole_and_in_parts(cast: Cast, scoping: ExecutionSession) -> None:
    to_the_end(cast, scoping, signs="Mrs Weber", works="Nobody asks for paper any more")

    scoping.refresh_from_db()
    told = get(cast, f"sessions/{scoping.pk}/charter", "viewer").json()

    assert scoping.status == "completed"
    assert told["content"].startswith("# Library loans: project charter")
    assert (told["session_id"], told["path"], told["version"]) == (scoping.pk, "docs/charter.md", 1)
    assert told["agent"] == "product_manager"
    parts = {part["key"]: part for part in told["parts"]}
    assert {"purpose", "success", "people", "scope", "milestones", "risks", "answers"} <= set(parts)
    assert "Nobody asks for paper any more" in parts["success"]["text"]
    assert [row["key"] for row in parts["milestones"]["rows"]][:2] == ["M-1", "M-2"]
    assert any("Mrs Weber" in item for item in parts["answers"]["items"])
    [artifact] = [
        a for a in get(cast, f"sessions/{scoping.pk}/artifacts").json()["results"] if a["path"] == told["path"]
    ]
    assert (artifact["id"], artifact["sha256"]) == (told["artifact_id"], told["sha256"])


def test_before_it_is_written_the_charter_is_not_found_and_the_answer_says_when_it_comes(
    cast: Cast, scoping: ExecutionSession
) -> None:
    answer = get(cast, f"sessions/{scoping.pk}/charter")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "no_charter"
    assert answer.json()["detail"] == "The charter is not written yet: stage 5, Charter, writes it."


def test_a_workflow_without_a_charter_says_which_one_has(cast: Cast) -> None:
    session = make_session(cast.team)

    answer = get(cast, f"sessions/{session.pk}/charter")

    assert (answer.status_code, answer.json()["code"]) == (404, "no_charter")
    assert answer.json()["detail"] == "The workflow Feature writes no charter; Scoping does."


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("anonymous", 401)])
def test_who_may_not_see_the_session_learns_nothing_of_its_charter(cast: Cast, who: str, status: int) -> None:
    session = make_session(cast.team, workflow="scoping")

    answer = get(cast, f"sessions/{session.pk}/charter", who)

    assert answer.status_code == status
    assert answer.json()["code"] != "no_charter"


def test_a_fork_with_fewer_roles_keeps_what_each_task_owes(cast: Cast, scoping: ExecutionSession) -> None:
    for number in (1, 2):
        work(scoping)
        answer_with_defaults(cast, scoping, number)
        work(scoping)

    body = {"after_stage": 2, "roles": ["product_manager"]}
    forked = ExecutionSession.objects.get(pk=post(cast, f"sessions/{scoping.pk}/fork", body).json()["id"])
    [there], [here] = claim(forked), claim(scoping)

    assert [stage["name"] for stage in forked.workflow["stages"]] == ["problem", "users", "scope", "charter"]
    assert [each.path for each in assignment_of(there.task_id).role.owes] == ["docs/scope.md"]
    assert assignment_of(there.task_id).earlier_answers == assignment_of(here.task_id).earlier_answers


def test_the_page_lists_files_in_the_order_of_the_stages_also_when_a_role_works_twice(
    cast: Cast, scoping: ExecutionSession
) -> None:
    to_the_end(cast, scoping)

    page = browser_of(cast.member).get(f"/sessions/{scoping.pk}/artifacts/").content.decode()

    found = [page.index(name) for name in ("problem.md", "users.md", "scope.md", "risks.md", "charter.md")]
    assert found == sorted(found)
