"""Full names of models: "simulator", or "<provider>:<model>" with the model's name as its provider spells it."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from agents.errors import UnknownModel

LONGEST_NAME = 200
SIMULATOR = "simulator"
OURS = (SIMULATOR, "anthropic", "openai", "openrouter", "ollama")  # providers that we speak to ourselves
ModelClass = Literal["small", "large", "local"]

_TITLES = {
    "simulator": "Simulator",
    "anthropic": "Anthropic",
    "openai": "OpenAI",
    "openrouter": "OpenRouter",
    "ollama": "Ollama",
    "azure": "Azure",
    "cerebras": "Cerebras",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "fireworks": "Fireworks",
    "google": "Google",
    "google-cloud": "Google Cloud",
    "groq": "Groq",
    "mistral": "Mistral",
    "moonshotai": "Moonshot",
    "sambanova": "SambaNova",
    "together": "Together",
}
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]*")
_SMALL = re.compile(r"(?:^|[^a-z])(?:haiku|mini|nano|small|tiny|lite|flash)(?:[^a-z]|$)", re.IGNORECASE)


class ModelName(NamedTuple):
    provider: str
    model: str  # empty for the simulator

    def __str__(self) -> str:
        return f"{self.provider}:{self.model}" if self.model else self.provider


def parse_model(name: str) -> ModelName:
    """Return the two parts of a full name. Raises UnknownModel when it has not the form of one."""
    provider, _, model = name.partition(":")
    if name == SIMULATOR:
        return ModelName(SIMULATOR, "")
    if provider == SIMULATOR or len(name) > LONGEST_NAME or not _MODEL.fullmatch(model):
        raise UnknownModel(f"There is no model “{name[:LONGEST_NAME]}”. Write simulator, or provider:model.")
    return ModelName(provider, model)


def provider_of(name: str) -> str | None:
    """Return the provider of a full name; None when it has not the form of one."""
    try:
        return parse_model(name).provider
    except UnknownModel:
        return None


def class_of(name: str) -> ModelClass:
    """Return how patient one has to be with a model: local ones are slow, small ones quick, unknown ones large."""
    provider, model = parse_model(name)
    if provider == "ollama":
        return "local"
    return "small" if _SMALL.search(model) else "large"


def title_of(provider: str) -> str:
    """Return a provider's name as people write it; the front of a model's name where nobody told us another."""
    return _TITLES.get(provider, provider)
