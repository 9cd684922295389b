"""In whose names a recording is played."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models import User


@dataclass(frozen=True)
class Person:
    user_id: int
    username: str


@dataclass
class People:
    """Whoever replays takes the place of who started the recording.

    Of all others it tells what they did, in their names, where they are known here (`in_their_names`). What comes in a
    file is played in the name of who brings it: a file could say anything of anybody.
    """

    replaying: Person
    starter: str
    in_their_names: bool
    _known: dict[str, Person] = field(default_factory=dict)

    @classmethod
    def led_by(cls, user: User, *, starter: str, in_their_names: bool) -> People:
        """Return the people of a replay that `user` asks for."""
        return cls(Person(user.pk, user.username), starter, in_their_names)

    def called(self, name: Any) -> Person:
        """Return who does here what `name` did in the recording."""
        name = str(name)
        if not self.in_their_names or name == self.starter:
            return self.replaying
        if name not in self._known:
            found = User.objects.filter(username=name).values_list("pk", "username").first()
            self._known[name] = Person(*found) if found else self.replaying
        return self._known[name]
