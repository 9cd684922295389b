"""Questions on the session page: options, an answer of one's own, the deadline, and who answered."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.tests.factories import browser_of
from agents.deliverable import Question
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession
from sessions_app.rules.control import pause_session
from sessions_app.rules.questions import default_overdue
from sessions_app.tests.factories import claim, hand_in, make_deliverable, make_session
from teams.tests.factories import Cast, make_cast

HTMX = {"HX-Request": "true"}
ASKED = [
    Question(text="Which <database>?", options=["PostgreSQL", "MySQL"], default="PostgreSQL"),
    Question(text="How many people?", options=[], default="10"),
]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def asking(cast: Cast, *, seconds: int = 3600) -> ExecutionSession:
    session = make_session(cast.team, question_seconds=seconds)
    [architect] = claim(session)
    hand_in(architect, make_deliverable("architect", questions=ASKED))
    session.refresh_from_db()
    return session


def answer(session: ExecutionSession, *, by: Any, htmx: bool = False, **fields: str) -> Any:
    question = session.questions.order_by("id")[0]
    return browser_of(by).post(f"/questions/{question.pk}/answer/", fields, headers=HTMX if htmx else {})


def page_of(session: ExecutionSession, user: Any, view: str = "decisions") -> str:
    return browser_of(user).get(f"/sessions/{session.pk}/", {"view": view}).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 302), ("admin", 302), ("member", 302), ("viewer", 403), ("outsider", 404), ("anonymous", 302)],
)
def test_the_cast_answers(cast: Cast, who: str, status: int) -> None:
    session = asking(cast)

    response = answer(session, by=cast.named(who), choice="MySQL")

    assert response.status_code == status
    is_answered = session.questions.order_by("id")[0].answer == "MySQL"
    assert is_answered == (status == 302 and who != "anonymous")


def test_a_question_shows_its_options_its_default_and_how_long_it_waits(cast: Cast) -> None:
    page = page_of(asking(cast), cast.member)

    assert "Architect asks" in page
    assert "Which &lt;database&gt;?" in page
    assert page.count("Default, taken if nobody answers") == 2
    assert 'value="PostgreSQL" checked' in page
    assert "in 1 h" in page or "in 60 min" in page
    assert "Asks, and waits for" in page


def test_a_viewer_reads_the_question_and_cannot_answer(cast: Cast) -> None:
    page = page_of(asking(cast), cast.viewer)

    assert "PostgreSQL (default)" in page
    assert "Owner, admins and members answer." in page
    assert "Send answer" not in page


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({"choice": "MySQL", "own": ""}, "MySQL"),
        ({"choice": "", "own": " SQLite "}, "SQLite"),
        ({"choice": "something forged", "own": "SQLite"}, "SQLite"),
    ],
)
def test_an_option_or_an_answer_of_ones_own_is_taken(cast: Cast, fields: dict[str, str], taken: str) -> None:
    session = asking(cast)

    answer(session, by=cast.member, **fields)

    question = session.questions.order_by("id")[0]
    assert (question.answer, question.answered_by) == (taken, cast.member)


@pytest.mark.parametrize("htmx", [True, False])
def test_an_empty_answer_of_ones_own_is_refused_beside_its_field(cast: Cast, htmx: bool) -> None:
    response = answer(asking(cast), by=cast.member, htmx=htmx, choice="", own="  ")

    assert response.status_code == 422
    assert "Give an answer, or leave the question" in response.content.decode()


def test_answered_questions_stand_with_who_and_when(cast: Cast) -> None:
    session = asking(cast, seconds=1)
    answer(session, by=cast.member, choice="MySQL")
    session.questions.update(deadline=timezone.now() - timedelta(minutes=1))
    apply(session.pk, default_overdue)

    page = page_of(session, cast.viewer, "questions")

    assert f'<span class="strong">{cast.member.username}</span> answered' in page
    assert "MySQL" in page
    assert "default taken" in page


@pytest.mark.parametrize("htmx", [True, False])
def test_who_comes_second_sees_what_the_first_said(cast: Cast, htmx: bool) -> None:
    session = asking(cast)
    answer(session, by=cast.admin, choice="MySQL")

    response = answer(session, by=cast.member, htmx=htmx, choice="", own="My own words")

    page = response.content.decode()
    assert response.status_code == 409
    assert f"{cast.admin.username} answered before you: “MySQL”." in page
    assert "“My own words”" in page


def test_one_answer_takes_only_its_own_card_along(cast: Cast) -> None:
    card = answer(asking(cast), by=cast.member, htmx=True, choice="MySQL").content.decode()

    assert "How many people?" not in card
    assert "Architect asked" in card
    assert "Your answer is on its way" in card


def test_questions_of_a_paused_session_wait_with_it(cast: Cast) -> None:
    session = asking(cast)
    apply(session.pk, pause_session, by="ada")

    page = page_of(session, cast.member)

    assert "waits while the session is paused" in page
    assert "Send answer" in page
