"""`/sessions/{id}/fork/`: what a fork keeps and runs, what is different, and the way between parent and fork."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.tests.factories import browser_of
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import make_finished_session, make_session, run_stage
from teams.tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def parent(cast: Cast) -> ExecutionSession:
    session = make_session(cast.team, feature_name="Loans", brief="A book is lent once.")
    run_stage(session)
    run_stage(session)
    return session


def form_of(parent: ExecutionSession, **changes: Any) -> dict[str, Any]:
    left = ["frontend_dev", "ui_ux_designer", "security_specialist", "it_admin"]
    return {"after_stage": 2, "brief": parent.brief, "model": "simulator", "roles": left, "decision": ""} | changes


def fork(parent: ExecutionSession, by: Any, **changes: Any) -> Any:
    return browser_of(by).post(f"/sessions/{parent.pk}/fork/", form_of(parent, **changes))


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 302), ("member", 302), ("viewer", 403), ("outsider", 404), ("anonymous", 302)]
)
def test_the_cast_forks(cast: Cast, parent: ExecutionSession, who: str, status: int) -> None:
    response = fork(parent, cast.named(who))

    assert response.status_code == status
    assert parent.forks.exists() == (status == 302 and who != "anonymous")


def test_the_page_says_what_is_kept_what_runs_and_what_is_paid_anew(cast: Cast, parent: ExecutionSession) -> None:
    page = browser_of(cast.member).get(f"/sessions/{parent.pk}/fork/", {"after_stage": 1}).content.decode()

    assert "<dt>Kept</dt><dd>Architect</dd>" in page
    assert "<dt>Runs</dt><dd>Backend Dev, DBA, Frontend Dev" in page
    assert "<dt>Done anew</dt><dd>Backend Dev’s call ($0.01), DBA’s call ($0.01)</dd>" in page
    assert "A book is lent once." in page


def test_brief_decision_and_roles_differ_and_both_sessions_lead_to_each_other(
    cast: Cast, parent: ExecutionSession
) -> None:
    response = fork(parent, cast.member, brief="Twice.", decision="No e-mail", roles=["frontend_dev", "it_admin"])

    made = parent.forks.get()
    assert response.headers["Location"] == f"/sessions/{made.pk}/"
    assert (made.brief, made.parent_stage, made.user) == ("Twice.", 2, cast.member)
    assert [row.decision_text for row in made.session_decisions.all()] == ["No e-mail"]
    assert set(made.tasks.filter(stage__number__gt=2).values_list("agent_role", flat=True)) == {
        "frontend_dev",
        "it_admin",
    }
    at_fork = browser_of(cast.viewer).get(f"/sessions/{made.pk}/").content.decode()
    at_parent = browser_of(cast.viewer).get(f"/sessions/{parent.pk}/").content.decode()
    assert f'Fork of <a class="link" href="/sessions/{parent.pk}/">#{parent.pk}</a> after stage 2' in at_fork
    assert f'Forked as <a class="link" href="/sessions/{made.pk}/">#{made.pk}</a> after stage 2' in at_parent


def test_a_fork_may_be_put_on_any_model_that_the_team_can_use(
    cast: Cast, parent: ExecutionSession, settings: Any
) -> None:
    settings.OPENAI_BASE_URL, settings.FALLBACK_MODELS = "http://models.example.org/v1", ["openai:ours"]

    response = fork(parent, cast.member, model="openai:ours")

    assert response.status_code == 302
    assert parent.forks.get().model == "openai:ours"


def test_what_is_left_as_it_was_counts_as_no_change(cast: Cast, parent: ExecutionSession) -> None:
    fork(parent, cast.member)

    told = parent.forks.get().events.get(type="session_forked").data
    assert "brief_changed" not in told
    assert "roles" not in told


def test_a_double_click_makes_one_fork(cast: Cast, parent: ExecutionSession) -> None:
    once = str(uuid4())

    first, second = (fork(parent, cast.member, once=once) for _ in range(2))

    assert parent.forks.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"roles": []}, "Name at least one role"),
        ({"roles": ["poet"]}, "Select a valid choice"),
        ({"model": "oracle:9"}, "Select a valid choice"),
        ({"brief": "x" * (256 * 1024 + 1)}, "A brief has at most"),
        ({"decision": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_a_fork_that_cannot_be_keeps_the_input(
    cast: Cast, parent: ExecutionSession, changes: dict[str, Any], said: str
) -> None:
    response = fork(parent, cast.member, **({"decision": "Kept decision"} | changes))

    assert response.status_code == 422
    assert said in response.content.decode()
    assert ("Kept decision" in response.content.decode()) == ("decision" not in changes)
    assert not parent.forks.exists()


@pytest.mark.parametrize("after", ["3", "9", "-1", "x"])
def test_only_stages_that_are_done_can_be_forked_after(cast: Cast, parent: ExecutionSession, after: str) -> None:
    response = browser_of(cast.member).get(f"/sessions/{parent.pk}/fork/", {"after_stage": after})

    assert response.status_code == 404


def test_a_finished_session_is_forked_before_its_last_stage_at_the_latest(cast: Cast) -> None:
    session = make_finished_session(cast.team)

    page = browser_of(cast.member).get(f"/sessions/{session.pk}/fork/").content.decode()

    assert 'name="after_stage" value="3"' in page
    assert "?after_stage=4" not in page
