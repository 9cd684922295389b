"""Model providers behind one interface. The name before the colon of a full model name chooses the provider."""

from agents.errors import UnknownModel
from agents.providers.anthropic import AnthropicProvider
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
from agents.providers.names import LONGEST_NAME, parse_model
from agents.providers.openai_chat import FLAVOURS
from agents.providers.pydantic_ai import PREFIXES, PydanticAIProvider
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
    "parse_model",
    "provider_names",
]

_PROVIDERS: dict[str, Provider] = {
    provider.name: provider for provider in (SimulatorProvider(), AnthropicProvider(), *FLAVOURS)
}
_OTHERS = PydanticAIProvider()


def provider_names() -> tuple[str, ...]:
    """Return what may stand before the colon of a full model name; the simulator stands alone."""
    return tuple(_PROVIDERS)


def get_provider(model: str) -> Provider:
    """Return the provider that answers for a full model name. Raises UnknownModel, which says what can be asked."""
    name = parse_model(model).provider
    provider = _PROVIDERS.get(name) or (_OTHERS if name in PREFIXES else None)
    if provider is None:
        fronts = ", ".join(f"{known}:…" for known in provider_names() if known != "simulator")
        raise UnknownModel(f"There is no model “{model[:LONGEST_NAME]}”. Write simulator, or one of {fronts}.")
    return provider
