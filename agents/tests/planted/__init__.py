"""Contradictions planted in good bundles: the checker is itself checked."""

from agents.tests.planted import in_database, in_interface, in_operations, in_pages, in_security, in_traces
from agents.tests.planted.plant import Plant

PLANTS: tuple[Plant, ...] = tuple(
    plant
    for module in (in_interface, in_database, in_pages, in_security, in_operations, in_traces)
    for plant in module.PLANTS
)
