"""Sessions in the admin: seen in full, changed only through the rules."""

from sessions_app.admin import artifacts, journal, sessions, workers

__all__ = ["artifacts", "journal", "sessions", "workers"]
