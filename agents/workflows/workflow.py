"""The shape of a workflow: stages one after the other, tasks of a stage side by side."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TaskSpec:
    role: str
    description: str  # may name {feature}

    def describe(self, feature_name: str) -> str:
        """Return the task's title for one feature."""
        return self.description.replace("{feature}", feature_name)


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
                    "tasks": [{"role": task.role, "description": task.description} for task in stage.tasks],
                }
                for number, stage in enumerate(self.stages, start=1)
            ],
        }
