"""A brief that a command is given as a file."""

from __future__ import annotations

import sys

from django.core.management.base import CommandError

from sessions_app.rules.drafts import LONGEST_BRIEF_BYTES
from sessions_app.terminal.exit_codes import BAD_INPUT


def read_brief(name: str | None) -> str:
    """Return the text of the brief. Raises CommandError when there is none to be had."""
    if name is None:
        return ""
    try:
        if name == "-":
            if sys.stdin.isatty():
                sys.stderr.write("Type the brief; Ctrl-D ends it.\n")
            content = sys.stdin.buffer.read(LONGEST_BRIEF_BYTES + 1)
        else:
            with open(name, "rb") as file:
                content = file.read(LONGEST_BRIEF_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(f"The brief {name} cannot be read: {reason}.", returncode=BAD_INPUT) from error
    if len(content) > LONGEST_BRIEF_BYTES:
        limit = f"{LONGEST_BRIEF_BYTES // 1024} kB"
        raise CommandError(f"The brief {name} is longer than {limit}, which is the limit.", returncode=BAD_INPUT)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(
            f"The brief {name} is no UTF-8 text (byte {error.start + 1}).", returncode=BAD_INPUT
        ) from error
