"""What the product can refuse, and how a refusal tells itself to page, API, command and socket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar


class Refusal(Exception):
    """Base of every domain error. The message is a sentence for the reader; the class says the rest.

    `errors` holds sentences by field when the input is at fault.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "Refused"

    def __init__(self, detail: str, *, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors: dict[str, list[str]] = {field: list(texts) for field, texts in (errors or {}).items()}


class InvalidInput(Refusal):
    """Something that was sent cannot be taken as it is; nothing was written."""

    status = 400
    code = "invalid"
    title = "Invalid input"

    def __init__(self, errors: Mapping[str, Sequence[str]], detail: str = "") -> None:
        super().__init__(detail or f"Not accepted: {', '.join(errors)}.", errors=errors)


class UserExists(Refusal):
    """Somebody has that username or e-mail address; which of the two is not told."""

    status = 400
    code = "user_exists"
    title = "User already exists"

    def __init__(self) -> None:
        super().__init__("User already exists")


class InvalidCredentials(Refusal):
    """One answer for an unknown name, a wrong password and a blocked account."""

    status = 401
    code = "invalid_credentials"
    title = "Not signed in"

    def __init__(self) -> None:
        super().__init__("Invalid credentials")


class ForeignOrigin(Refusal):
    """A page of another site sent this request through somebody's browser."""

    status = 403
    code = "foreign_origin"
    title = "Foreign origin"

    def __init__(self) -> None:
        super().__init__("This request came from a page of another site.")


class NotReachable(Refusal):
    """It does not exist, or the person who asks may not know that it does."""

    status = 404
    code = "not_found"
    title = "Not found"

    def __init__(self, detail: str = "Not found") -> None:
        super().__init__(detail)


class NotAllowed(Refusal):
    """The person sees it and may not do this to it."""

    status = 403
    code = "not_allowed"
    title = "Not allowed"
