"""What one replay knows while it goes on."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from agents.providers import CompletionResponse
from sessions_app.models import AgentTask, CallStatus
from sessions_app.replay import acts
from sessions_app.replay.desk import Desk
from sessions_app.replay.errors import CannotReplay
from sessions_app.replay.offline import Offline
from sessions_app.replay.people import People
from sessions_app.replay.recording import RecordedCall, RecordedEvent, Recording, request_digest
from sessions_app.replay.script import Script
from sessions_app.rules.claims import Claimed
from sessions_app.rules.ledger import CallPlan, CallResult

NOTHING = Decimal(0)
TOKENS = ("input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens")


class Play:
    """The new session beside its recording: which row is which, and what every agent has before it."""

    def __init__(self, recording: Recording, people: People) -> None:
        self.recording = recording
        self.people = people
        self.script = Script(recording.events)
        self.offline = Offline(self.script)
        self.notes: list[str] = []  # what is different and no failure
        self.desks: dict[int, Desk] = {}  # by recorded task
        self._tasks: dict[int, int] = {}  # recorded id -> new id
        self._calls = {call.id: call for call in recording.calls}
        self._estimated = {
            int(event.data["call_id"])
            for event in recording.events
            if event.type == "llm_call_finished" and event.data.get("estimated")
        }
        self._reserved: dict[int, int] = {}  # recorded call -> new one
        self._answers: dict[int, dict[str, CompletionResponse]] = defaultdict(dict)  # of a recorded task, by call key

    def learn_tasks(self) -> None:
        """Note which task of the recording is which of the new session: by stage and role."""
        rows = AgentTask.objects.filter(session=self.offline.session_id)
        here = {(stage, role): pk for pk, stage, role in rows.values_list("pk", "stage__number", "agent_role")}
        for event in self.recording.events:
            if {"task_id", "stage", "agent"} <= event.data.keys():
                self._tasks[event.data["task_id"]] = here[event.data["stage"], event.data["agent"]]

    def task(self, event: RecordedEvent) -> int:
        """Return the id of the task that an event is about."""
        return self._tasks[self.recorded_task(event)]

    def recorded_task(self, event: RecordedEvent) -> int:
        """Return the id that the task of an event had; decisions and files name only stage and role of their author."""
        if "task_id" in event.data:
            return int(event.data["task_id"])
        author = event.data["stage"], event.data["agent"]
        return next(
            int(other.data["task_id"])
            for other in self.recording.events
            if "task_id" in other.data and (other.data.get("stage"), other.data["agent"]) == author
        )

    def desk(self, event: RecordedEvent) -> Desk:
        """Return what lies before the agent of an event. Raises CannotReplay when nobody has taken the task."""
        desk = self.desks.get(self.recorded_task(event))
        if desk is None:
            raise CannotReplay(f"Event {self.script.number} is of a task that nobody has taken.")
        return desk

    def sit_down(self, event: RecordedEvent, claimed: Claimed) -> None:
        """Lay before an agent what its claim gives it."""
        recorded = self.recorded_task(event)
        self.desks[recorded] = Desk.of(claimed, self._answers[recorded])

    def reserve(self, call: RecordedCall) -> int:
        """Put a recorded call into the ledger, once, as one that is under way; return its id."""
        if call.id not in self._reserved:
            request = self.desks[call.task_id].request_for(call).as_json()
            if call.request_sha256 is not None and request_digest(request) != call.request_sha256:
                self.notes.append(
                    f"The prompt of {call.agent} ({call.call_key}, try {call.attempt}) differs from the recorded one: "
                    "another version of Sage Mode, or other settings?"
                )
            self._reserved[call.id] = self.offline.apply(
                acts.reserve, self._tasks[call.task_id], self._plan(call, request)
            )
        return self._reserved[call.id]

    def settle(self, call: RecordedCall) -> None:
        """Let a call end as it did, at no cost; what nobody knew the cost of stays so."""
        facts = {name: getattr(call, name) for name in (*TOKENS, "simulated", "latency_ms", "first_token_ms", "error")}
        response = call.answer.as_response() if call.answer else None
        result = CallResult(
            CallStatus(call.status),
            cost_usd=None if call.id in self._estimated else NOTHING,
            response=response.as_json() if response else None,
            **facts,
        )
        self.offline.apply(acts.settle, self._tasks[call.task_id], self.reserve(call), result)
        if response is not None:
            self._answers[call.task_id][call.call_key] = response

    def call_of(self, event: RecordedEvent) -> RecordedCall:
        """Return the call whose end an event tells."""
        return self._calls[event.data["call_id"]]

    def plan_of_refused(self, event: RecordedEvent) -> CallPlan:
        """Return the call that a cap refused: its ledger knows none, so only what every call has is told."""
        desk = self.desk(event)
        return CallPlan(desk.claimed.call_key, 1, "", desk.claimed.model, {}, NOTHING)

    def next_call_number(self, event: RecordedEvent) -> int | None:
        """Return the number of the call that a task made next after a failure; None when it made no further one."""
        task_id = event.data["task_id"]
        now = self.desk(event).claimed.call_key.split(":")[0]
        for other in self.recording.events[self.script.at + 1 :]:
            if other.data.get("task_id") != task_id:
                continue
            if other.type in ("agent_task_completed", "agent_task_retried", "question_asked"):
                return None
            if other.type == "llm_call_finished":
                call = self.call_of(other)
                if call.step == "deliver":
                    return call.number if call.call_key.startswith(f"{now}:") else None
        return None

    def unmended(self, event: RecordedEvent) -> str:
        """Return why the faults of a task's answer did not go back to its author, if the recording says so."""
        task_id = self.recorded_task(event)
        round = int(self.desk(event).claimed.call_key.split(":")[0][1:])
        found = (each for each in self.recording.unmended if (each.task_id, each.round) == (task_id, round))
        return next((each.reason for each in found), "")

    def _plan(self, call: RecordedCall, request: dict[str, Any]) -> CallPlan:
        return CallPlan(call.call_key, call.attempt, call.provider, call.model, request, NOTHING)
