"""The backend developer's deliverable: the interface in OpenAPI 3.1, and how to use it."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.api_readme import readme
from agents.simulator.backend_choices import CHOICES
from agents.simulator.choices import decide
from agents.simulator.enforcement import needs_key
from agents.simulator.material import Material
from agents.simulator.notation import compact_yaml
from agents.simulator.openapi import describe
from agents.simulator.problems import all_problems
from agents.simulator.routes import address
from agents.simulator.schemas import schema_name
from agents.simulator.text import counted, listing

__all__ = ["address", "describe", "schema_name", "write"]


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="API", cover=True)
    keys = [decision.key for decision in decisions]
    refusals = [problem.code for problem in all_problems(material) if problem.source]
    keyed = [operation.key for operation in material.operations if needs_key(material, operation)]
    return Deliverable(
        summary=(
            f"{counted(len(material.operations), 'operation')} on "
            f"{listing([entity.label_plural for entity in material.entities])}, described in OpenAPI 3.1"
            + (f"; refusals of its own: {listing(refusals, most=5)}" if refusals else "")
            + "."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="api/openapi.yaml",
                media_type="application/yaml",
                content=compact_yaml(describe(material)),
                implements=keys,
            ),
            Artifact(
                path="api/README.md", media_type="text/markdown", content=readme(material, decisions), implements=keys
            ),
        ],
        handoff=(
            "Call operations by their operationId; addresses may change, these names do not."
            + (f" Send an Idempotency-Key with {listing(keyed, most=5)}." if keyed else "")
            + (f" Pages must tell people what {listing(refusals, most=6)} mean." if refusals else "")
        ),
    )
