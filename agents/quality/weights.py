"""How much each part of a score counts. `docs/quality.md` explains each number; a test keeps both equal."""

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "traceability": MappingProxyType({"covered": 60, "decisions": 20, "files": 20}),
        "consistency": MappingProxyType({"checks": 100}),
        "validity": MappingProxyType({"owed": 30, "files": 70}),
        "decisions": MappingProxyType(
            {"reasons": 20, "options": 25, "requirement": 20, "consequences": 20, "evidence": 15}
        ),
        "requirements": MappingProxyType({"clear": 70, "quoted": 30}),
    }
)
