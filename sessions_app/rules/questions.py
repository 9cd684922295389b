"""Questions of agents: asked, answered by a person, or answered by their default when the time is up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from agents.cleaning import clean_text
from agents.deliverable import Question
from sessions_app.errors import IllegalTransition, InvalidInput
from sessions_app.models import SessionStatus, TaskStatus
from sessions_app.rules.state import QuestionRow, SessionState, TaskRow
from sessions_app.rules.writes import NOT_HELD, Writes

LONGEST_ANSWER = 20_000
ALL_AT_ONCE = "Give an answer: a stage's questions are answered all at once."


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


def waits_again(writes: Writes, task: TaskRow) -> bool:
    """Whether a task that is done again has questions that nobody answered; then they get their full time once more."""
    unanswered = [row for row in writes.state.questions_of(task) if row.answer is None]
    for row in unanswered:
        writes.change(row, deadline=writes.state.now + timedelta(seconds=writes.state.session.question_seconds))
    return bool(unanswered)


def answer_question(state: SessionState, question_id: int, *, user_id: int, by: str, answer: str) -> Writes:
    """Write a person's answer; the last one lets the task go on. The same answer again changes nothing.

    Raises InvalidInput for an empty or overlong answer, IllegalTransition when another answer holds already.
    """
    writes = Writes(state)
    text = _clean(answer)
    if fault := _fault_of(text):
        raise InvalidInput({"answer": [fault]})
    _answer(writes, state.question(question_id), text, user_id=user_id, by=by)
    return writes


def answer_stage(state: SessionState, number: int, *, user_id: int, by: str, answers: Mapping[int, str]) -> Writes:
    """Write the answers to everything that a stage asks, all at once; the same answers again change nothing.

    Raises InvalidInput by question for an answer that is missing, empty, overlong or to a question that the stage does
    not have, IllegalTransition when the stage asks nothing or other answers hold already.
    """
    writes = Writes(state)
    texts = {question_id: _clean(answer) for question_id, answer in answers.items()}
    asked = {row.id: row for task in state.tasks_of(state.stage(number)) for row in state.questions_of(task)}
    still_open = [row.id for row in asked.values() if row.answer is None]
    if not still_open and not (texts and all(row in asked and asked[row].answer == texts[row] for row in texts)):
        raise IllegalTransition(f"Stage {number} asks nothing now.")
    faults = {question_id: _fault_of(text) for question_id, text in texts.items()}
    faults |= {question_id: "The stage has no such question." for question_id in texts if question_id not in asked}
    faults |= {question_id: ALL_AT_ONCE for question_id in still_open if question_id not in texts}
    if errors := {f"answers.{question_id}": [fault] for question_id, fault in faults.items() if fault}:
        raise InvalidInput(errors)
    for question_id, text in texts.items():
        _answer(writes, asked[question_id], text, user_id=user_id, by=by)
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


def _clean(answer: str) -> str:
    return clean_text(answer).strip()


def _fault_of(answer: str) -> str:
    if not answer:
        return "Give an answer, or leave the question: its default is taken in time."
    if len(answer) > LONGEST_ANSWER:
        return f"An answer has at most {LONGEST_ANSWER} characters."
    return ""


def _answer(writes: Writes, row: QuestionRow, text: str, *, user_id: int, by: str) -> None:
    state = writes.state
    if row.answer == text:
        return
    if row.answer is not None:
        raise IllegalTransition("The question is answered already.")
    state.require_open()
    task = state.task(row.agent_task_id)
    if task.status != TaskStatus.WAITING:
        raise IllegalTransition(f"Nobody waits for this answer: the task is {task.status}.")
    writes.change(row, answer=text, answered_by_id=user_id, answered_at=state.now)
    writes.event("question_answered", **_facts(task, row), answer=text, by=by)
    _go_on_when_answered(writes, task)


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
