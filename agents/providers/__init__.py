"""Model providers behind one interface. The name before the colon of a full model name chooses the provider."""

from agents.errors import UnknownModel
from agents.providers.contract import (
    CompletionRequest,
    CompletionResponse,
    Progress,
    Provider,
    ProviderError,
    ProviderHealth,
    Usage,
)
from agents.providers.endpoint import Endpoint
from agents.providers.names import parse_model
from agents.providers.simulator import SimulatorProvider

__all__ = [
    "CompletionRequest",
    "CompletionResponse",
    "Endpoint",
    "Progress",
    "Provider",
    "ProviderError",
    "ProviderHealth",
    "Usage",
    "get_provider",
    "known_models",
]

_PROVIDERS: dict[str, Provider] = {"simulator": SimulatorProvider()}


def known_models() -> list[str]:
    """Return the full names of the models that can be asked for."""
    return list(_PROVIDERS)


def get_provider(model: str) -> Provider:
    """Return the provider that answers for `model`; raises UnknownModel."""
    provider = _PROVIDERS.get(parse_model(model).provider)
    if provider is None:
        raise UnknownModel(f"There is no model “{model}”; known are {', '.join(known_models())}.")
    return provider
