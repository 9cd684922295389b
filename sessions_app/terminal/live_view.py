"""A session on a terminal: stages, agents, figures and the last events, redrawn in place.

Calm on purpose: nothing spins, colours say status only, and nothing moves but what changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sessions_app import shapes
from sessions_app.models import SessionStatus, TaskStatus
from sessions_app.terminal.figures import clock, count, money, one_line, seconds
from sessions_app.terminal.progress import Agent, SessionProgress, Stage
from sessions_app.terminal.sentences import Sentence, sentence_for

STYLES = {
    "pending": "bright_black",
    "running": "blue",
    "waiting": "yellow",
    "awaiting_approval": "yellow",
    "completed": "green",
    "error": "red",
    "failed": "red",
    "cancelled": "bright_black",
}
MARKS = {"running": "●", "completed": "✓", "error": "✗", "failed": "✗", "waiting": "?", "cancelled": "–"}
PLAIN_MARKS = {"running": "*", "completed": "+", "error": "x", "failed": "x", "waiting": "?", "cancelled": "-"}
WEIGHTS = {"detail": "bright_black", "step": "", "good": "green", "bad": "red"}
LEAST_FEED_LINES = 3
MOST_FEED_LINES = 12
FIGURE_LINES = 5  # heading, bar, figures, and the empty lines between the blocks
NARROW, WIDE = 72, 92  # columns, from which on an agent's last words, and its tokens at the end, are shown


class LiveView:
    """Redraws a session in place, four times a second at most while something runs."""

    refresh_seconds = 0.25

    def __init__(self, console: Console) -> None:
        self.console = console
        self._feed: deque[tuple[datetime, Sentence]] = deque(maxlen=MOST_FEED_LINES)
        self._live = Live(console=console, auto_refresh=False, vertical_overflow="crop", transient=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, progress: SessionProgress, events: Sequence[shapes.Event], now: datetime) -> None:
        self._feed.extend((event.at, sentence_for(event, progress)) for event in events)
        self._live.update(self.picture(progress, now), refresh=True)

    def picture(self, progress: SessionProgress, now: datetime) -> RenderableType:
        """Return the whole view, made to fit the terminal: in a low one ended and coming stages show no agents."""
        rows = len(progress.stages) + len(progress.agents)
        room = self.console.size.height - FIGURE_LINES
        full = rows + LEAST_FEED_LINES + 1 <= room
        lines = room - (rows if full else len(progress.stages) + max(len(progress.running), 2)) - 2
        parts: list[RenderableType] = [
            self._heading(progress),
            Text(),
            self._stages(progress, now, full=full),
            Text(),
            self._figures(progress, now),
        ]
        if lines > 0 and self._feed:
            parts += [Text(), *self._feed_lines(progress, min(lines, MOST_FEED_LINES))]
        return Group(*parts)

    def _heading(self, progress: SessionProgress) -> Table:
        heading = Table.grid(expand=True, padding=(0, 2))
        heading.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        heading.add_column(no_wrap=True, justify="right")
        where = f"session {progress.session_id} · {one_line(progress.team, 30)} · {one_line(progress.model, 30)}"
        heading.add_row(Text(one_line(progress.feature_name), style="bold"), Text(where, style="bright_black"))
        return heading

    def _stages(self, progress: SessionProgress, now: datetime, *, full: bool) -> Table:
        table = Table.grid(expand=True, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, min_width=24)
        table.add_column(no_wrap=True, min_width=9)
        table.add_column(no_wrap=True, min_width=11, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for stage in progress.stages:
            table.add_row(*self._stage_row(stage, now))
            for agent in stage.agents:
                if full or agent.status in (TaskStatus.RUNNING, TaskStatus.ERROR):
                    table.add_row(*self._agent_row(agent, now))
        return table

    def _stage_row(self, stage: Stage, now: datetime) -> list[Text]:
        elapsed = stage.elapsed(now)
        takes = seconds(elapsed) if elapsed is not None else f"about {seconds(stage.estimate_seconds)}"
        name = Text(f"{stage.number}  {stage.title}", style="bold" if stage.started_at else "bright_black")
        return [name, self._status(stage.status), Text(takes, style="bright_black"), Text()]

    def _agent_row(self, agent: Agent, now: datetime) -> list[Text]:
        marks = PLAIN_MARKS if self.console.options.ascii_only else MARKS
        style = STYLES.get(agent.status, "")
        name = Text.assemble("   ", (marks.get(agent.status, " "), style), f" {agent.name}")
        if agent.status == TaskStatus.PENDING:
            name.stylize("bright_black")
        elapsed = agent.elapsed(now)
        takes = Text(seconds(elapsed) if elapsed is not None and agent.status != TaskStatus.PENDING else "")
        return [name, self._status(agent.status), takes, self._saying(agent)]

    def _saying(self, agent: Agent) -> Text:
        """What an agent says now, or what became of its work."""
        if agent.status == TaskStatus.COMPLETED:
            parts = [count(agent.decisions, "decision"), count(agent.artifacts, "artifact")]
            if self.console.size.width >= WIDE:
                parts.append(count(agent.tokens, "token"))
            return Text(", ".join(parts), style="bright_black")
        if agent.status == TaskStatus.RUNNING:
            said = Text(count(agent.streamed_tokens, "token") if agent.streamed_tokens else agent.step)
            if agent.words and self.console.size.width >= NARROW:
                said.append(f"  {one_line(agent.words)}", style="bright_black")
            return said
        return Text(one_line(agent.note), style=STYLES.get(agent.status, ""))

    def _status(self, status: str) -> Text:
        return Text(status.replace("_", " "), style=STYLES.get(status, ""))

    def _figures(self, progress: SessionProgress, now: datetime) -> Table:
        """How far it is as a bar, and in figures under it."""
        failed = progress.has_ended and progress.status != SessionStatus.COMPLETED
        style = "red" if failed else "green"
        total = max(len(progress.agents), 1)
        done = total if progress.status == SessionStatus.COMPLETED else progress.done
        figures = Table.grid(expand=True)
        figures.add_column(no_wrap=True, overflow="ellipsis")
        figures.add_row(ProgressBar(total=total, completed=done, complete_style=style, finished_style=style))
        figures.add_row(Text(" · ".join(self._said_in_figures(progress, now))))
        return figures

    def _said_in_figures(self, progress: SessionProgress, now: datetime) -> list[str]:
        parts = [f"{progress.done} of {len(progress.agents)} agents", f"elapsed {clock(progress.elapsed(now))}"]
        left = progress.eta_seconds(now)
        if left is not None:
            parts.append(f"about {clock(left + 0.5)} left")
        else:
            why = f": {one_line(progress.reason, 60).replace('_', ' ')}" if progress.reason else ""
            parts.append(f"{progress.status.replace('_', ' ')}{why}")
        return [*parts, self._costs(progress), count(progress.tokens, "token")]

    def _costs(self, progress: SessionProgress) -> str:
        if progress.cost.usd or not progress.simulated:
            return progress.cost.words(money, cap_usd=progress.budget_usd)
        marked = money(progress.cost.usd, simulated=True)  # before the first call, too
        return marked if progress.budget_usd is None else f"{marked} of {money(progress.budget_usd)}"

    def _feed_lines(self, progress: SessionProgress, number: int) -> list[Text]:
        lines = []
        for at, sentence in list(self._feed)[-number:]:
            line = Text(no_wrap=True, overflow="ellipsis")
            line.append(f"{clock(progress.running_time(at)):>5}  ", style="bright_black")
            line.append(sentence.text, style=WEIGHTS[sentence.weight])
            lines.append(line)
        return lines
