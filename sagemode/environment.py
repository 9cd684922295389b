"""The environment, read so that a value which cannot be read is told by its name."""

import math
from typing import Any

import environ

UNREADABLE = (ValueError, environ.ImproperlyConfigured)  # what reading the settings may raise


class Environment(environ.Env):
    """django-environ's reader. Numbers that are none raise ImproperlyConfigured with the variable's name.

    A comma list may have spaces behind its commas; empty entries do not count.
    """

    def get_value(self, var: str, cast: Any = None, **options: Any) -> Any:
        try:
            if cast is float:
                # Its own reading takes "2m" for 2 and "1e3" for 13: what is no digit is dropped.
                return _finite(super().get_value(var, cast=str, **options))
            value = super().get_value(var, cast=cast, **options)
        except ValueError as error:
            said = self.ENVIRON.get(var)
            raise environ.ImproperlyConfigured(f"{var}={said} is not {_meant(cast)}") from error
        return [entry.strip() for entry in value if entry.strip()] if cast is list else value

    def address(self, var: str, *, less: str = "") -> str:
        """Return a base address without the slash at its end, and without the path that its client adds anyway."""
        said: str = self.str(var, default="")
        return said.rstrip("/").removesuffix(less)


def unreadable(error: Exception) -> str:
    """Return the sentence for a person whose settings cannot be read."""
    return f"A setting cannot be read: {str(error).rstrip('.')}. `.env.example` lists them all."


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("it is not finite")
    return number


def _meant(cast: Any) -> str:
    return {int: "a whole number", float: "a number"}.get(cast, "readable")
