"""Questions of agents: asked, answered by a person, or answered by their default when the time is up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from agents.deliverable import Question
from sessions_app.errors import IllegalTransition, InvalidInput
from sessions_app.models import SessionStatus, TaskStatus
from sessions_app.rules.state import QuestionRow, SessionState, TaskRow
from sessions_app.rules.writes import NOT_HELD, Writes

LONGEST_ANSWER = 20_000


def waits_for_answers(state: SessionState, task: TaskRow, questions: Sequence[Question]) -> bool:
    """Whether the task's questions go to a person: once in a round, where the workflow gives time for it."""
    return bool(questions) and state.session.question_seconds > 0 and not state.questions_of(task)


def ask_and_wait(writes: Writes, task: TaskRow, questions: Sequence[Question]) -> None:
    """Ask, and let the task wait; its worker is free for others. With the answers it starts anew."""
    for question in questions:
        row = _ask(writes, task, question, seconds=writes.state.session.question_seconds)
        writes.state.questions.append(row)
    writes.change(task, status=TaskStatus.WAITING, ready_at=None, **NOT_HELD)


def ask_and_go_on(writes: Writes, task: TaskRow, questions: Sequence[Question]) -> None:
    """Note the questions, and take their defaults at once."""
    for question in questions:
        row = _ask(writes, task, question, seconds=0)
        _take_default(writes, task, row)


def answer_question(state: SessionState, question_id: int, *, user_id: int, by: str, answer: str) -> Writes:
    """Write a person's answer; the last one lets the task go on. The same answer again changes nothing.

    Raises InvalidInput for an empty or overlong answer, IllegalTransition when another answer holds already.
    """
    writes = Writes(state)
    text = answer.strip()
    if not text:
        raise InvalidInput({"answer": ["Give an answer, or leave the question: its default is taken in time."]})
    if len(text) > LONGEST_ANSWER:
        raise InvalidInput({"answer": [f"An answer has at most {LONGEST_ANSWER} characters."]})
    row = state.question(question_id)
    if row.answer == text:
        return writes
    if row.answer is not None:
        raise IllegalTransition("The question is answered already.")
    state.require_open()
    task = state.task(row.agent_task_id)
    if task.status != TaskStatus.WAITING:
        raise IllegalTransition(f"Nobody waits for this answer: the task is {task.status}.")
    writes.change(row, answer=text, answered_by_id=user_id, answered_at=state.now)
    writes.event("question_answered", **_facts(task, row), answer=text, by=by)
    _go_on_when_answered(writes, task)
    return writes


def default_overdue(state: SessionState) -> Writes:
    """Take the default of every question whose deadline has passed; a paused session's questions wait with it."""
    writes = Writes(state)
    if state.session.status != SessionStatus.ACTIVE:
        return writes
    for row in state.questions:
        task = state.task(row.agent_task_id)
        if row.answer is None and row.deadline <= state.now and task.status == TaskStatus.WAITING:
            _take_default(writes, task, row)
            _go_on_when_answered(writes, task)
    return writes


def _ask(writes: Writes, task: TaskRow, question: Question, *, seconds: int) -> QuestionRow:
    deadline = writes.state.now + timedelta(seconds=seconds)
    row_id = writes.add(
        "questions",
        session_id=writes.state.session.id,
        agent_task_id=task.id,
        round=task.round,
        text=question.text,
        options=question.options,
        default=question.default,
        deadline=deadline,
    )
    row = QuestionRow(row_id, task.id, task.round, question.text, question.default, deadline, answer=None)
    writes.event("question_asked", **_facts(task, row), options=question.options, default=question.default)
    return row


def _take_default(writes: Writes, task: TaskRow, row: QuestionRow) -> None:
    writes.change(row, answer=row.default, answered_at=writes.state.now)
    writes.event("question_defaulted", **_facts(task, row), answer=row.default)


def _go_on_when_answered(writes: Writes, task: TaskRow) -> None:
    if any(row.answer is None for row in writes.state.questions_of(task)):
        return
    # With answers the model is asked something else: another call, not a replay of the one that asked.
    writes.change(task, status=TaskStatus.PENDING, call_number=task.call_number + 1)
    writes.wake(task)


def _facts(task: TaskRow, row: QuestionRow) -> dict[str, object]:
    return {"question_id": row.id, "task_id": task.id, "agent": task.agent_role, "text": row.text}
