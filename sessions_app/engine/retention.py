"""What was said to models and by them is kept for SAGE_RETENTION_DAYS after a session's end; what it cost stays."""

from __future__ import annotations

from django.conf import settings

from sessions_app.engine import work
from sessions_app.engine.connections import rows

AT_ONCE = 200  # calls, each with perhaps a megabyte
LOOK_SECONDS = 3600.0


def erase_old_texts() -> bool:
    """Erase requests and answers of sessions that ended long ago, some at once; say whether there may be more."""
    if not settings.RETENTION_DAYS:
        return False
    return len(rows(work.ERASE_OLD_TEXTS, [settings.RETENTION_DAYS, AT_ONCE])) == AT_ONCE
