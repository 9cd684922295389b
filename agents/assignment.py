"""What a role is given for one task: plain values, frozen, so that prompt, ledger and simulator see the same facts."""

from dataclasses import dataclass

from agents.roles.role import Role


@dataclass(frozen=True)
class KnownRequirement:
    key: str
    text: str
    source: str


@dataclass(frozen=True)
class PriorDecision:
    number: int
    role: str
    text: str
    rationale: str
    category: str
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True)
class HumanDecision:
    """A decision of a person; it binds every task that starts after it."""

    number: int
    text: str
    category: str = ""
    confidence: str = "high"


@dataclass(frozen=True)
class PriorArtifact:
    path: str
    media_type: str
    content: str
    role: str


@dataclass(frozen=True)
class Answer:
    """What was answered to a question, by a person or, when nobody did in time, by its default."""

    question: str
    answer: str
    by_person: bool = True


@dataclass(frozen=True)
class Assignment:
    role: Role
    feature_name: str
    brief: str
    workflow: str
    stage: int
    round: int
    description: str
    requirements: tuple[KnownRequirement, ...] = ()
    decisions: tuple[PriorDecision, ...] = ()
    human_decisions: tuple[HumanDecision, ...] = ()
    artifacts: tuple[PriorArtifact, ...] = ()
    feedback: str = ""  # of the person who sent the work of the round before back
    former_decisions: tuple[PriorDecision, ...] = ()  # of that round, by this very role
    former_artifacts: tuple[PriorArtifact, ...] = ()
    answers: tuple[Answer, ...] = ()
    earlier_answers: tuple[Answer, ...] = ()  # to questions of earlier stages
    seed: int = 0

    def artifact(self, path: str) -> PriorArtifact | None:
        """Return what an earlier role handed in under `path`, if anything."""
        return next((artifact for artifact in self.artifacts if artifact.path == path), None)
