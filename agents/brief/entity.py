"""An entity as found in a brief."""

from dataclasses import dataclass, field


@dataclass
class EntityFound:
    key: str
    label: str
    label_plural: str
    score: float = 0.0
    mentions: int = 0
    first: int = 10**6
    first_place: int = 0
    sentences: list[int] = field(default_factory=list)
    roles: dict[str, int] = field(default_factory=dict)
    counted: bool = False
    written: str = ""
    declared: str = ""  # the SQL in the brief that declares it

    def add(self, role: str, score: float) -> None:
        self.score += score
        self.roles[role] = self.roles.get(role, 0) + 1
