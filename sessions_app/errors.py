"""What a rule can refuse. Each refusal has a code, a sentence for the reader and an HTTP status."""

from __future__ import annotations

from accounts.errors import InvalidInput, NotAllowed, NotReachable, Refusal

__all__ = [
    "Busy",
    "IllegalTransition",
    "InDoubt",
    "InvalidInput",
    "LeaseLost",
    "NoCharter",
    "NotAllowed",
    "NotReachable",
    "Refusal",
    "ReviewNeeded",
    "UnknownStage",
]


class IllegalTransition(Refusal):
    """The state does not allow what was asked for."""

    status = 409
    code = "illegal_transition"
    title = "Not possible in this state"


class UnknownStage(NotReachable):
    """The session has no stage of that number."""

    code = "invalid_stage"
    title = "No such stage"


class NoCharter(NotReachable):
    """The session has no charter: not yet, or its workflow writes none."""

    code = "no_charter"
    title = "No charter"


class LeaseLost(IllegalTransition):
    """Somebody else holds the task by now, or it has ended: write nothing and stop."""

    code = "lease_lost"
    title = "The task is held by another worker"


class ReviewNeeded(IllegalTransition):
    """The stage cannot end on a review of what is not there any more, or on none."""

    code = "review_needed"
    title = "The work has to be reviewed first"


class Busy(Refusal):
    """Another transition held the session for too long; asking again is safe."""

    status = 503
    code = "busy"
    title = "The session is busy"


class InDoubt(Refusal):
    """The database went away at the commit itself, and did not come back in time to say what became of it."""

    status = 503
    code = "in_doubt"
    title = "It may have happened"

    def __init__(self) -> None:
        super().__init__("The database went away at the very moment of writing: look before you repeat it.")
