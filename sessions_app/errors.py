"""What a rule can refuse. Each refusal has a code, a sentence for the reader and an HTTP status."""

from __future__ import annotations

from accounts.errors import InvalidInput, NotAllowed, NotReachable, Refusal

__all__ = ["Busy", "IllegalTransition", "InvalidInput", "LeaseLost", "NotAllowed", "NotReachable", "Refusal"]


class IllegalTransition(Refusal):
    """The state does not allow what was asked for."""

    status = 409
    code = "illegal_transition"
    title = "Not possible in this state"


class LeaseLost(IllegalTransition):
    """Somebody else holds the task by now, or it has ended: write nothing and stop."""

    code = "lease_lost"
    title = "The task is held by another worker"


class Busy(Refusal):
    """Another transition held the session for too long; asking again is safe."""

    status = 503
    code = "busy"
    title = "The session is busy"
