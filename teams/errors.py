"""What the rules of teams can refuse, beside NotReachable and NotAllowed of accounts."""

from __future__ import annotations

from accounts.errors import NotReachable, Refusal


class StaleVersion(Refusal):
    """Somebody changed the row after the reader loaded it."""

    status = 412
    code = "stale_version"
    title = "Changed meanwhile"

    def __init__(self, *, current: int) -> None:
        super().__init__(f"This was changed meanwhile; it is at version {current} now. Load it again, then repeat.")
        self.current = current


class TeamIsPersonal(Refusal):
    status = 409
    code = "team_is_personal"
    title = "The team is personal"

    def __init__(self) -> None:
        super().__init__("A personal team has one member. Share the team first (is_shared: true), then invite.")


class CannotInviteYourself(Refusal):
    status = 409
    code = "cannot_invite_yourself"
    title = "You are a member"

    def __init__(self) -> None:
        super().__init__("You are a member of this team already.")


class OwnerStays(Refusal):
    """A team always has its owner, in the role of owner."""

    status = 409
    code = "owner_stays"
    title = "The owner stays"

    def __init__(self) -> None:
        super().__init__("The owner of a team keeps role and membership.")


class TeamHasSessions(Refusal):
    status = 409
    code = "team_has_sessions"
    title = "The team has sessions"

    def __init__(self) -> None:
        super().__init__("This team has sessions, and their journal stays. A team without sessions can be deleted.")


class UnknownUser(NotReachable):
    code = "unknown_user"
    title = "Unknown user"

    def __init__(self, username: str) -> None:
        super().__init__(f"Nobody here is called {username}.")
