"""The tables of agents: keys that teams have entered for providers, and how the providers are."""

from agents.models.provider_key import ProviderKey
from agents.models.provider_status import ProviderStatus

__all__ = ["ProviderKey", "ProviderStatus"]
