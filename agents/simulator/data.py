"""The DBA's deliverable: the schema for PostgreSQL and the queries it is made for."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.choices import decide
from agents.simulator.data_choices import CHOICES
from agents.simulator.enforcement import enforcements_of
from agents.simulator.material import Material
from agents.simulator.naming import quoted
from agents.simulator.queries import queries
from agents.simulator.supporting import support_of
from agents.simulator.tables import columns, schema
from agents.simulator.text import counted, listing

__all__ = ["columns", "quoted", "schema", "write"]


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="DB", cover=True)
    keys = [decision.key for decision in decisions]
    refusing = [made for made in material.once(enforcements_of) if made.way in ("unique", "exclude", "apart")]
    named = [made.name for made in refusing]
    beside = [support.table for support in material.once(support_of)]
    return Deliverable(
        summary=(
            f"{counted(len(material.entities), 'table')} for {listing([e.label_plural for e in material.entities])}"
            + (f"; {listing(named, most=4)} carry rules of the brief" if named else "")
            + (f"; beside them {listing(beside)}" if beside else "")
            + "."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(path="db/schema.sql", media_type="application/sql", content=schema(material), implements=keys),
            Artifact(
                path="db/queries.md", media_type="text/markdown", content=queries(material, decisions), implements=keys
            ),
        ],
        handoff=(
            "Tables and columns have the names of domain.json."
            + (f" Write {listing(beside)} in the transaction of the act itself." if beside else "")
            + (f" A broken {listing(named, most=6)} is a conflict to be told, not a fault." if named else "")
        ),
    )
