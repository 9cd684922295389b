"""A plan as a few lines: what is kept, what will run, what may be paid again, and what it may cost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sessions_app import shapes
from sessions_app.terminal.figures import joined, money, one_line, seconds


def plan_lines(plan: shapes.Plan, *, simulated: bool) -> list[str]:
    """Return the plan for people to read."""
    lines = [
        f"Keeps: {_by_stage(plan.keeps) or 'nothing'}",
        f"Runs: {_by_stage(plan.runs) or 'nothing'}",
    ]
    if plan.may_repeat:
        calls = [f"{call.agent_name} ({call.status}, {money(call.cost_usd)})" for call in plan.may_repeat]
        lines.append(f"May be made and paid again: the calls of {joined(calls)}")
    lines.append(_outlook(plan, simulated=simulated))
    return [one_line(line) for line in lines]


def _outlook(plan: shapes.Plan, *, simulated: bool) -> str:
    shortest, longest = map(seconds, plan.estimate_seconds)
    if plan.estimate_usd is None:
        return f"What it costs is unknown; it may take {shortest} to {longest}"
    low, high = map(money, plan.estimate_usd)
    return f"May cost {low} to {high}{' simulated' if simulated else ''} and take {shortest} to {longest}"


def _by_stage(tasks: Sequence[shapes.PlannedTask]) -> str:
    stages = groupby(tasks, key=lambda task: task.stage)
    return "; ".join(f"{number}. {joined([task.agent_name for task in each])}" for number, each in stages)
