"""The shape of a workflow: stages one after the other, tasks of a stage side by side."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from agents.roles.role import Owed, Role


@dataclass(frozen=True)
class TaskSpec:
    """What a role does in a stage. A role that works in several stages owes in each what the task says."""

    role: str
    description: str  # may name {feature}
    owes: tuple[Owed, ...] | None = None  # None: what the role owes wherever it works
    instructions: str = ""  # what the role is told beside its own instructions

    def describe(self, feature_name: str) -> str:
        """Return the task's title for one feature."""
        return self.description.replace("{feature}", feature_name)

    def frozen(self) -> dict[str, Any]:
        """Return plain JSON; what the task leaves to its role is left out."""
        told: dict[str, Any] = {"role": self.role, "description": self.description}
        if self.owes is not None:
            told["owes"] = [{**asdict(owed), "checks": list(owed.checks)} for owed in self.owes]
        if self.instructions:
            told["instructions"] = self.instructions
        return told


@dataclass(frozen=True)
class StageSpec:
    name: str
    title: str
    tasks: tuple[TaskSpec, ...]
    gate: bool | str = False  # True: a person decides after this stage; a text: the rule that decides


@dataclass(frozen=True)
class Workflow:
    key: str
    name: str
    description: str
    stages: tuple[StageSpec, ...]
    question_seconds: int = 0  # how long a question waits for a person; 0 takes its default at once
    order: int = 100

    def frozen(self) -> dict[str, Any]:
        """Return plain JSON that a session keeps, so that a later change of the workflow does not touch it."""
        return {
            "key": self.key,
            "name": self.name,
            "question_seconds": self.question_seconds,
            "stages": [
                {
                    "number": number,
                    "name": stage.name,
                    "title": stage.title,
                    "gate": stage.gate,
                    "tasks": [task.frozen() for task in stage.tasks],
                }
                for number, stage in enumerate(self.stages, start=1)
            ],
        }


def role_in(role: Role, frozen_task: Mapping[str, Any]) -> Role:
    """Return `role` as a task of a frozen workflow wants it: with what it owes there, and what else it is told.

    A task that says neither, such as one frozen before tasks could, gives the role as it is.
    """
    if "owes" in frozen_task:
        owes = [Owed(each["path"], each["media_type"], tuple(each["checks"])) for each in frozen_task["owes"]]
        role = replace(role, owes=tuple(owes))
    if frozen_task.get("instructions"):
        role = replace(role, instructions=f"{role.instructions.strip()}\n\n{frozen_task['instructions'].strip()}")
    return role
