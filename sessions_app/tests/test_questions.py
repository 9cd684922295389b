import pytest

from agents.deliverable import Question
from sessions_app.engine.apply import apply
from sessions_app.engine.context import assignment_of
from sessions_app.errors import IllegalTransition, InvalidInput
from sessions_app.models import ExecutionSession
from sessions_app.rules.control import cancel_task, pause_session, resume_session, retry_session
from sessions_app.rules.questions import answer_question, default_overdue
from sessions_app.rules.sessions import cancel_session
from sessions_app.tests.factories import claim, event_types, hand_in, make_deliverable, make_session

pytestmark = pytest.mark.django_db
ASKED = [
    Question(text="Which database?", options=["PostgreSQL", "MySQL"], default="PostgreSQL"),
    Question(text="How many people?", options=["10", "1000"], default="10"),
]


def asking_session(*, seconds: int = 3600) -> ExecutionSession:
    session = make_session(question_seconds=seconds)
    [taken] = claim(session)
    hand_in(taken, make_deliverable("architect", questions=ASKED))
    session.refresh_from_db()
    return session


def answer(session: ExecutionSession, text: str, answer: str) -> None:
    question = session.questions.get(text=text)
    apply(session.pk, answer_question, question.pk, user_id=session.user_id, by="member", answer=answer)
    session.refresh_from_db()


def test_a_task_that_asks_waits_while_its_session_stays_active_and_nothing_is_handed_in():
    session = asking_session()

    task = session.tasks.get(agent_role="architect")
    assert (session.status, task.status, task.lease_owner) == ("active", "waiting", "")
    assert session.decisions.count() == 0
    assert claim(session) == []


def test_with_the_last_answer_the_task_starts_anew_and_knows_them_all():
    session = asking_session()
    answer(session, "Which database?", "SQLite, of our own")
    assert claim(session) == []

    answer(session, "How many people?", "1000")

    [taken] = claim(session)
    assert taken.call_key == "r1:deliver:2"
    told = {said.question: said.answer for said in assignment_of(taken.task_id).answers}
    assert told == {"Which database?": "SQLite, of our own", "How many people?": "1000"}


def test_who_has_answers_is_not_asked_again():
    session = asking_session()
    answer(session, "Which database?", "MySQL")
    answer(session, "How many people?", "10")
    [taken] = claim(session)

    hand_in(taken, make_deliverable("architect", questions=ASKED))

    session.refresh_from_db()
    assert session.stages.get(number=1).status == "completed"
    assert session.questions.count() == 2


def test_without_an_answer_in_time_the_default_is_taken():
    session = asking_session(seconds=1)
    session.questions.update(deadline="2020-01-01T00:00:00Z")

    apply(session.pk, default_overdue)

    assert [row.answer for row in session.questions.order_by("id")] == ["PostgreSQL", "10"]
    assert event_types(session)[-2:] == ["question_defaulted", "question_defaulted"]
    assert len(claim(session)) == 1


def test_a_paused_sessions_questions_wait_with_it():
    session = asking_session(seconds=1)
    session.questions.update(deadline="2020-01-01T00:00:00Z")
    apply(session.pk, pause_session, by="member")

    apply(session.pk, default_overdue)

    assert session.questions.filter(answer=None).count() == 2
    answer(session, "Which database?", "MySQL")
    answer(session, "How many people?", "10")
    assert claim(session) == []
    apply(session.pk, resume_session, by="member")
    assert len(claim(session)) == 1


def test_the_same_answer_again_changes_nothing_and_another_one_is_refused():
    session = asking_session()
    answer(session, "Which database?", "MySQL")
    seq = session.last_seq

    answer(session, "Which database?", " MySQL ")

    assert session.last_seq == seq
    with pytest.raises(IllegalTransition):
        answer(session, "Which database?", "PostgreSQL")


@pytest.mark.parametrize("text", ["", "  \n", "x" * 20_001])
def test_an_answer_is_a_text_of_bearable_length(text):
    session = asking_session()

    with pytest.raises(InvalidInput):
        answer(session, "Which database?", text)


def test_a_session_that_was_cancelled_takes_no_answers():
    session = asking_session()

    apply(session.pk, cancel_session, by="member")

    assert session.tasks.get(agent_role="architect").status == "cancelled"
    with pytest.raises(IllegalTransition):
        answer(session, "Which database?", "MySQL")


def test_a_task_that_was_cancelled_while_it_waited_waits_for_the_same_answers_when_it_is_retried():
    session = asking_session()
    answer(session, "Which database?", "MySQL")
    task = session.tasks.get(agent_role="architect")
    apply(session.pk, cancel_task, task.pk, by="member")
    session.questions.update(deadline="2020-01-01T00:00:00Z")

    apply(session.pk, retry_session, by="member")

    apply(session.pk, default_overdue)
    task.refresh_from_db()
    assert (task.status, claim(session)) == ("waiting", [])
    assert session.questions.filter(answer=None).count() == 1
    answer(session, "How many people?", "1000")
    [taken] = claim(session)
    assert [said.answer for said in assignment_of(taken.task_id).answers] == ["MySQL", "1000"]


def test_where_nobody_is_waited_for_the_default_is_taken_at_once():
    session = asking_session(seconds=0)

    assert session.stages.get(number=1).status == "completed"
    assert [row.answer for row in session.questions.order_by("id")] == ["PostgreSQL", "10"]
