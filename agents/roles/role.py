"""The shape of a role: data plus a prompt."""

from dataclasses import dataclass
from enum import StrEnum


class Capability(StrEnum):
    DESIGN = "design"
    IMPLEMENT = "implement"
    TEST = "test"
    REVIEW = "review"
    DOCUMENT = "document"
    OPTIMIZE = "optimize"
    AUDIT = "audit"
    DEPLOY = "deploy"


@dataclass(frozen=True)
class Owed:
    """An artifact that a role must hand in; `path` may hold a glob, of which at least one file must match."""

    path: str
    media_type: str
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Role:
    """Who does a task: what it is good at, what it is told, and what it owes."""

    key: str
    name: str
    description: str
    capabilities: tuple[Capability, ...]
    instructions: str
    owes: tuple[Owed, ...]
    order: int = 100  # place in lists; roles with the same place stand by key
    model: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    timeout_seconds: int | None = None
    retry_attempts: int = 3
    context_sources: tuple[str, ...] = ("brief", "decisions", "artifacts", "knowledge", "memory")
