"""What an agent of a replay has before it: its assignment, the answers that were recorded for it, and what they are
worth now. Answers go through the same parsing, checks and choice of repair as when they were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agents.errors import MalformedDeliverable
from agents.providers import CompletionRequest, CompletionResponse
from sessions_app.engine.context import assignment_of, may_ask, request_of
from sessions_app.engine.examination import Answer, Examined, examine, handed_over, kept_of
from sessions_app.engine.review import material_for, review_with
from sessions_app.replay.errors import CannotReplay
from sessions_app.replay.recording import RecordedCall
from sessions_app.rules.agent_tasks import Handover
from sessions_app.rules.claims import Claimed

NOT_TOLD = "the recording does not say why"


@dataclass
class Desk:
    """One claimed task. `answers` holds what its calls have answered so far, by key, also under former claims."""

    claimed: Claimed
    request: CompletionRequest  # that would be made now
    answers: Mapping[str, CompletionResponse]
    _examined: dict[str, Examined] = field(default_factory=dict)

    @classmethod
    def of(cls, claimed: Claimed, answers: Mapping[str, CompletionResponse]) -> Desk:
        """Read what the task is given, as its worker would right after the claim."""
        return cls(claimed, request_of(claimed, assignment_of(claimed.task_id)), answers)

    def request_for(self, call: RecordedCall) -> CompletionRequest:
        """Return what we would ask now where the recording made this call. Raises CannotReplay."""
        request = replace(self.request, model=call.model)
        if call.step == "deliver":
            return request
        return self._first().repair_of(request)

    def handover(self, *, unmended: str) -> Handover:
        """Return what is handed in of the recorded answers; `unmended` is why there was no repair, if so.

        Raises CannotReplay when nothing can be handed in.
        """
        first = self._first()
        if first.faults and not (first.has_questions and may_ask(self.claimed.task_id)):
            second = self._examine(self.claimed.repair_key) if self.claimed.repair_key in self.answers else None
            try:
                kept, told = kept_of(first, second, skipped=unmended or NOT_TOLD)
            except MalformedDeliverable as error:
                raise CannotReplay(f"An answer that was taken then is refused now: {error.reason}") from error
            handover = handed_over(self.request, kept, told)
        else:
            handover = handed_over(self.request, first)
        material = material_for(self.claimed.task_id)
        return replace(handover, review=review_with(material, handover) if material else None)

    def _first(self) -> Examined:
        if self.claimed.call_key not in self.answers:
            raise CannotReplay(f"The recording holds no answer to {self.claimed.call_key} of {self._role}.")
        return self._examine(self.claimed.call_key)

    def _examine(self, call_key: str) -> Examined:
        if call_key not in self._examined:
            answer = Answer(self.answers[call_key], replayed=True)
            self._examined[call_key] = examine(self.request.assignment, answer)
        return self._examined[call_key]

    @property
    def _role(self) -> str:
        return self.request.assignment.role.key
