"""Which providers an optional package speaks to, and whether it is here; nothing of it is imported."""

from __future__ import annotations

import importlib.util
from typing import Final

# Fronts of full model names, as pydantic-ai spells them. Only providers whose SDK's retries can be switched off by
# request are here: a retry that the ledger does not know of is paid for and never counted.
PREFIXES: Final = frozenset(
    "azure cerebras cohere deepseek fireworks google google-cloud groq mistral moonshotai sambanova together".split()
)
_MODULE: Final = "pydantic_ai"


def is_available() -> bool:
    """Say whether the optional package is installed."""
    return importlib.util.find_spec(_MODULE) is not None
