"""What a rule can refuse. Each refusal has a code, a sentence for the reader and an HTTP status."""

from __future__ import annotations

from accounts.errors import Refusal


class IllegalTransition(Refusal):
    """The state does not allow what was asked for."""

    status = 409
    code = "illegal_transition"
    title = "Not possible in this state"


class LeaseLost(IllegalTransition):
    """Somebody else holds the task by now, or it has ended: write nothing and stop."""

    code = "lease_lost"
    title = "The task is held by another worker"


class NotReachable(Refusal):
    """There is no such thing, or it belongs to somebody else; the answer does not say which."""

    status = 404
    code = "not_found"
    title = "Not found"


class NotAllowed(Refusal):
    """The person may see this, but not do it."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class InvalidInput(Refusal):
    """What was sent breaks a rule that needs no database to be known."""

    status = 400
    code = "invalid"
    title = "Invalid input"


class Busy(Refusal):
    """Another transition held the session for too long; asking again is safe."""

    status = 503
    code = "busy"
    title = "The session is busy"
