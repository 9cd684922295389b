"""What one clause of a person's text asks for, once it is understood."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["choose", "refuse", "keep", "rename", "limit", "right"]


@dataclass(frozen=True)
class Directive:
    """One thing that a person decided. `cite` is H-3, “feedback” or “answer”; `text` is the clause in their words."""

    kind: Kind
    subject: str  # choose, refuse, keep: the canonical name; rename: the former name; limit: the clause it binds
    category: str = ""  # database, cache, key, channel, …; feature for what no table knows
    value: str = ""  # choose: the name with its version; rename: the new name; limit: the number
    unit: str = ""  # of a limit
    mode: str = ""  # right: only, may or never; choose: only; limit: its kind
    about: str = ""  # words that tell what it concerns, such as the question that was answered
    cite: str = ""
    text: str = ""

    @property
    def effect(self) -> str:
        """What follows from it, as the end of a sentence: “the database is MySQL 8”."""
        if self.kind == "choose" and self.category in _SINGLE:
            return f"the {_SINGLE[self.category]} is {self.value}"
        if self.kind == "choose":
            return f"{self.value} is used"
        if self.kind == "refuse":
            return f"“{self.subject}” is left out"
        if self.kind == "keep":
            return f"“{self.subject}” stays"
        if self.kind == "rename":
            return f"“{self.subject}” is called “{self.value}”"
        if self.kind == "limit":
            many = "s" if self.unit in _TIMES and self.value != "1" else ""
            return f"the bound is {self.value} {self.unit}{many}".rstrip()
        deed, who = f"{self.subject} {self.category}", self.value.replace("; ", "” and “")
        return {
            "only": f"“{deed}” is for “{who}” alone",
            "may": f"“{deed}” is also for “{who}”",
            "never": f"“{deed}” is not for “{who}”",
        }[self.mode]


_TIMES = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
_SINGLE = {"database": "database", "key": "type of the keys", "cache": "cache", "queue": "queue", "interface": "API"}


@dataclass(frozen=True)
class Said:
    """A choice with the decision behind it; its text is the name, so that it can stand in a sentence."""

    name: str
    cite: str = ""  # empty: nobody decided, it is the default
    text: str = ""  # the words of the person

    @property
    def is_decided(self) -> bool:
        return bool(self.cite)

    def __str__(self) -> str:
        return self.name
