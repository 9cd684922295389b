"""What a session came to, in a few lines."""

from __future__ import annotations

from sessions_app.models import SessionStatus
from sessions_app.terminal.figures import count, joined, money, one_line, seconds
from sessions_app.terminal.next_steps import next_steps
from sessions_app.terminal.progress import SessionProgress


def summary_lines(progress: SessionProgress) -> list[str]:
    """Return how the session ended, what it made, what it cost, and what to do when it waits for a person."""
    took = seconds(progress.elapsed(progress.ended_at)) if progress.ended_at else ""
    checks = progress.check_counts
    made = [count(progress.decisions, "decision"), count(len(progress.paths), "artifact")]
    made.append(f"{count(checks.passed, 'check')} passed")
    if checks.warnings:
        made.append(f"{checks.warnings} with a warning")
    made.append(f"{checks.failed} failed" if checks.failed else "none failed")
    tokens = f"{progress.input_tokens:,} tokens in, {progress.output_tokens:,} out"
    return [
        _ending(progress, took),
        f"Made:  {', '.join(made)}",
        *_scores(progress),
        f"Cost:  {_cost(progress)}, {tokens}",
        *next_steps(progress),
    ]


def _scores(progress: SessionProgress) -> list[str]:
    scores = progress.review.scores if progress.review else {}
    return [f"Score: {', '.join(f'{name} {value}' for name, value in scores.items())}"] if scores else []


def _cost(progress: SessionProgress) -> str:
    if progress.cost.is_simulated:
        return f"{money(progress.cost.usd)} (simulated: nothing was charged)"
    return progress.cost.words(money)


def _ending(progress: SessionProgress, took: str) -> str:
    name = one_line(progress.feature_name, 80)
    why = one_line(progress.reason).replace("budget_exhausted", "its budget is used up") or _waits_for(progress)
    match progress.status:
        case SessionStatus.COMPLETED:
            return f"Session {progress.session_id} is complete after {took}: {name}"
        case SessionStatus.FAILED:
            return f"Session {progress.session_id} has failed after {took}: {why}"
        case SessionStatus.CANCELLED:
            return f"Session {progress.session_id} was cancelled after {took}{f': {why}' if why else ''}"
        case SessionStatus.PAUSED | SessionStatus.AWAITING_APPROVAL:
            return f"Session {progress.session_id} waits for a person{f': {why}' if why else ''}"
        case _ if progress.waits_for_a_person:
            return f"Session {progress.session_id} waits for a person: {why}"
    at = joined([agent.name for agent in progress.running])
    return f"Session {progress.session_id} is running{f': {at}' if at else ''}"


def _waits_for(progress: SessionProgress) -> str:
    if progress.gate is not None:
        return f"gate {progress.gate.gate_id} after stage {progress.gate.stage} is open"
    return f"{count(len(progress.questions), 'question')} to answer" if progress.questions else ""
