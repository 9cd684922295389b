"""What a username may look like."""

import re

from django.core.exceptions import ValidationError

SHORTEST_USERNAME = 2
LONGEST_USERNAME = 64

# ASCII, so that two names that look alike are alike; no @, so that a name is never taken for an e-mail address.
PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


def validate_username(username: str) -> None:
    """Raises ValidationError with a sentence for the reader."""
    if not SHORTEST_USERNAME <= len(username) <= LONGEST_USERNAME:
        raise ValidationError(
            f"A username has {SHORTEST_USERNAME} to {LONGEST_USERNAME} characters.", code="username_length"
        )
    if not PATTERN.fullmatch(username):
        raise ValidationError(
            "A username starts with a letter or a digit and holds letters, digits, dots, hyphens and underscores.",
            code="username_characters",
        )
