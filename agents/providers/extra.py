"""Which providers an optional package speaks to, whether it is here, and whether one of them is set up."""

from __future__ import annotations

import importlib.util
from typing import Final

from agents.providers.contract import ProviderError

# Fronts of full model names, as pydantic-ai spells them. Only providers whose SDK's retries can be switched off by
# request are here: a retry that the ledger does not know of is paid for and never counted.
PREFIXES: Final = frozenset(
    "azure cerebras cohere deepseek fireworks google google-cloud groq mistral moonshotai sambanova together".split()
)
_MODULE: Final = "pydantic_ai"


def why_not_set_up(provider: str) -> str:
    """Return why one of PREFIXES cannot be asked, without asking it; empty when it can. Loads the package."""
    from agents.providers.pydantic_ai import new_client

    try:
        new_client(provider)
    except ProviderError as error:
        return str(error)
    return ""


def is_available() -> bool:
    """Say whether the optional package is installed."""
    return importlib.util.find_spec(_MODULE) is not None
