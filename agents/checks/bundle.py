"""All that a session's roles have handed in so far, as plain frozen values: what the checks across artifacts read.

Who wrote it (the simulator, a model, a person) makes no difference here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from agents.assignment import HumanDecision
from agents.deliverable import DOMAIN_PATH, Alternative, Decision, Deliverable, Domain, Requirement, parse_domain


@dataclass(frozen=True)
class BundleDecision:
    """A decision that is valid now; `number` is how the session counts it."""

    number: int
    role: str
    key: str
    text: str
    rationale: str = ""
    category: str = "general"
    confidence: int = 50
    alternatives: tuple[Alternative, ...] = ()
    consequences: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()

    @classmethod
    def of(cls, decision: Decision, *, number: int, role: str) -> Self:
        """Return a decision as its role has just handed it in."""
        return cls(
            number=number,
            role=role,
            key=decision.key,
            text=decision.text,
            rationale=decision.rationale,
            category=decision.category,
            confidence=decision.confidence,
            alternatives=tuple(decision.alternatives),
            consequences=tuple(decision.consequences),
            requirements=tuple(decision.satisfies),
        )


@dataclass(frozen=True)
class BundleArtifact:
    """The newest version of one file, and the numbers of the decisions it carries out."""

    path: str
    media_type: str
    content: str
    role: str
    implements: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bundle:
    """What has been handed in; a role that is not in `roles` owes nothing yet."""

    feature_name: str
    brief: str
    workflow: str
    requirements: tuple[Requirement, ...]
    domain: Domain | None
    decisions: tuple[BundleDecision, ...]
    human_decisions: tuple[HumanDecision, ...]
    artifacts: tuple[BundleArtifact, ...]
    roles: frozenset[str]
    said: tuple[str, ...] = ()  # what people said on the way, at gates and to questions: it may be quoted

    def artifact(self, path: str) -> BundleArtifact | None:
        """Return the artifact at `path`, if it has been handed in."""
        return next((artifact for artifact in self.artifacts if artifact.path == path), None)


def domain_of(artifacts: Iterable[BundleArtifact]) -> Domain | None:
    """Return the domain that `domain.json` among `artifacts` states; None when there is none, or it is broken."""
    text = next((artifact.content for artifact in artifacts if artifact.path == DOMAIN_PATH), None)
    return None if text is None else parse_domain(text)


def bundle_of(
    deliverables: Mapping[str, Deliverable],
    *,
    feature_name: str,
    brief: str,
    workflow: str = "feature",
    human_decisions: Iterable[HumanDecision] = (),
) -> Bundle:
    """Return the bundle of what each role handed in, in that order; for tests and scripts, which know no session.

    Decisions are numbered as they come. Where two roles wrote one path, the later one stands.
    """
    decisions: list[BundleDecision] = []
    artifacts: dict[str, BundleArtifact] = {}
    requirements: tuple[Requirement, ...] = ()
    domain: Domain | None = None
    for role, deliverable in deliverables.items():
        numbers: dict[str, int] = {}
        for decision in deliverable.decisions:
            numbers[decision.key] = len(decisions) + 1
            decisions.append(BundleDecision.of(decision, number=numbers[decision.key], role=role))
        for artifact in deliverable.artifacts:
            implements = tuple(numbers[key] for key in artifact.implements if key in numbers)
            artifacts[artifact.path] = BundleArtifact(
                artifact.path, artifact.media_type, artifact.content, role, implements
            )
        requirements = tuple(deliverable.requirements) or requirements
        domain = deliverable.domain or domain
    return Bundle(
        feature_name=feature_name,
        brief=brief,
        workflow=workflow,
        requirements=requirements,
        domain=domain_of(artifacts.values()) if DOMAIN_PATH in artifacts else domain,
        decisions=tuple(decisions),
        human_decisions=tuple(human_decisions),
        artifacts=tuple(artifacts.values()),
        roles=frozenset(deliverables),
    )
