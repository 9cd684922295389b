"""The IT administrator's deliverable: what runs, how it is checked, and the book to run it by."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.choices import decide
from agents.simulator.compose import compose
from agents.simulator.jobs import jobs
from agents.simulator.material import Material
from agents.simulator.monitoring import watches
from agents.simulator.notation import compact_yaml
from agents.simulator.operations_choices import CHOICES
from agents.simulator.parts import parts
from agents.simulator.pipeline import workflow
from agents.simulator.runbook import runbook
from agents.simulator.text import counted


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="OPS", cover=True)
    keys = [decision.key for decision in decisions]
    running = parts(material)
    return Deliverable(
        summary=(
            f"{counted(len(running), 'component')} as services, {counted(len(jobs(material)), 'job')}, "
            f"{counted(len(watches(material)), 'figure')} to watch, a runbook and a CI workflow."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="ops/compose.yaml",
                media_type="application/yaml",
                content=compact_yaml(compose(material, running)),
                implements=keys,
            ),
            Artifact(
                path="ops/runbook.md",
                media_type="text/markdown",
                content=runbook(material, running, decisions),
                implements=keys,
            ),
            Artifact(
                path="ops/ci.yml",
                media_type="application/yaml",
                content=compact_yaml(workflow(material)),
                implements=keys[:1],
            ),
        ],
        handoff="Thresholds come from the brief's numbers; a change there is a change here.",
    )
