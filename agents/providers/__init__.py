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
from agents.providers.extra import PREFIXES
from agents.providers.names import LONGEST_NAME, OURS, SIMULATOR, parse_model

__all__ = [
    "CompletionRequest",
    "CompletionResponse",
    "Endpoint",
    "Progress",
    "Provider",
    "ProviderError",
    "ProviderHealth",
    "Usage",
    "check_model",
    "get_provider",
    "parse_model",
]

_PROVIDERS: dict[str, Provider] = {}  # those that somebody has asked for


def check_model(model: str) -> str:
    """Return the name of the provider that answers for a full model name, without loading it.

    Raises UnknownModel, which says what can be asked.
    """
    name = parse_model(model).provider
    if name not in {*OURS, *PREFIXES, *_PROVIDERS}:
        fronts = ", ".join(f"{known}:…" for known in OURS if known != SIMULATOR)
        raise UnknownModel(f"There is no model “{model[:LONGEST_NAME]}”. Write simulator, or one of {fronts}.")
    return name


def get_provider(model: str) -> Provider:
    """Return the provider that answers for a full model name, the same for all who ask. Raises UnknownModel."""
    name = check_model(model)
    return _PROVIDERS.get(name) or _PROVIDERS.setdefault(name, _loaded(name))


def _loaded(name: str) -> Provider:
    """Load a provider with all that it is made of: HTTP client or simulator, which most processes never need."""
    if name == SIMULATOR:
        from agents.providers.simulator import SimulatorProvider

        return SimulatorProvider()
    if name == "anthropic":
        from agents.providers.anthropic import AnthropicProvider

        return AnthropicProvider()
    if name in PREFIXES:
        from agents.providers.pydantic_ai import PydanticAIProvider

        return PydanticAIProvider()
    from agents.providers.openai_chat import OpenAIChatProvider

    return OpenAIChatProvider(name, path="/v1" if name == "ollama" else "")
