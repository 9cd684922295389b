"""What a person can do about a session that waits or has failed, as commands to type."""

from __future__ import annotations

from sessions_app.models import SessionStatus
from sessions_app.terminal.figures import one_line
from sessions_app.terminal.progress import OpenQuestion, SessionProgress

BUDGET = "budget_exhausted"


def next_steps(progress: SessionProgress) -> list[str]:
    """Return a line for each thing that waits for a person; none for a session that needs nobody."""
    number = progress.session_id
    if progress.status == SessionStatus.FAILED:
        return [f"Next:  `manage.py retry_session {number}` has what failed done once more"]
    if not progress.waits_for_a_person:
        return []
    steps = [_answer(question, progress) for question in progress.questions.values()]
    if progress.gate is not None:
        gate = progress.gate.gate_id
        steps.append(
            f"Next:  `manage.py approve_gate {gate}` lets it go on after stage {progress.gate.stage}, "
            f"`manage.py reject_gate {gate} --feedback TEXT` sends the stage back"
        )
    if progress.status == SessionStatus.PAUSED and progress.reason == BUDGET:
        steps.append(f"Next:  `manage.py resume_session {number} --budget USD` raises its cap and goes on")
    elif progress.status == SessionStatus.PAUSED:
        steps.append(f"Next:  `manage.py resume_session {number}` goes on")
    return steps


def _answer(question: OpenQuestion, progress: SessionProgress) -> str:
    who = progress.name_of({"task_id": question.task_id})
    choices = ", ".join([*question.options, f"by default: {question.default}"])
    asks = f"{who} asks: {question.text} ({choices})"
    return f"Next:  `manage.py answer_question {question.question_id} ANSWER`; {one_line(asks)}"
