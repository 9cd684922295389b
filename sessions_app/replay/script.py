"""The recorded events as the script of a replay: each transition has to tell what stands there next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sessions_app.replay.errors import CannotReplay, TookAnotherWay
from sessions_app.replay.recording import RecordedEvent
from sessions_app.rules.writes import Event, Writes

WARNING = "budget_warned"


class Script:
    """How far a recording has been played, and what its ids became."""

    def __init__(self, events: Sequence[RecordedEvent]) -> None:
        self.events = events
        self.at = 0  # the next event to play
        self.played: list[Event] = []  # what was told instead of `events[:at]`
        self._ids: dict[tuple[str, Any], Any] = {}

    @property
    def number(self) -> int:
        """The number of the next event, as the journal counts."""
        return self.at + 1

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.events)

    @property
    def next(self) -> RecordedEvent:
        return self.events[self.at]

    def new_id(self, name: str, recorded: Any) -> Any:
        """Return what a recorded id became; `name` is the field that tells it. Raises CannotReplay."""
        try:
            return self._ids[name, recorded]
        except (KeyError, TypeError):
            said = name.removesuffix("_id").replace("_", " ")
            raise CannotReplay(f"Event {self.number} names a {said} that no event before it has told of.") from None

    def follow(self, writes: Writes) -> None:
        """Hold the events of a transition against the next recorded ones, and go on behind them.

        A warning that a cap was nearly reached comes from money, and a replay spends none: it is told as it was.
        Raises TookAnotherWay.
        """
        told: list[Event] = []
        for event in writes.events:
            self._warn_as_recorded(told)
            self._pair(event)
            told.append(event)
        if told and told[-1].type == "llm_call_finished":
            self._warn_as_recorded(told)
        added = len(told) - len(writes.events)
        for values in writes.changed.get("stages", {}).values():
            if values.get("checkpoint_seq") is not None:  # counts the events before it
                values["checkpoint_seq"] += added
        writes.events[:] = told

    def following(self, wanted: Callable[[RecordedEvent], bool], *, before: Sequence[str]) -> RecordedEvent | None:
        """Return the first wanted event from here on; None when one of the types `before` comes first, or none does."""
        for event in self.events[self.at :]:
            if wanted(event):
                return event
            if event.type not in before:
                return None
        return None

    def _warn_as_recorded(self, told: list[Event]) -> None:
        while (
            not self.is_over and self.next.type == WARNING and told and told[-1].type in ("llm_call_finished", WARNING)
        ):
            told.append(Event(WARNING, dict(self.next.data)))
            self.played.append(told[-1])
            self.at += 1

    def _pair(self, event: Event) -> None:
        if self.is_over:
            raise TookAnotherWay(f"The recording ends after event {self.at}, and now {event.type} follows.")
        if self.next.type != event.type:
            raise TookAnotherWay(
                f"Event {self.number} of the recording is {self.next.type}, and now it is {event.type}."
            )
        for name, value in self.next.data.items():
            if name.endswith("_id") and isinstance(value, int | str):
                self._ids[name, value] = event.data.get(name)
        self.played.append(event)
        self.at += 1
