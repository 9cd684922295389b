"""The shapes of a team's provider keys and models. What a value must be is mostly the rules' to say."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import NumberField, TextField, WholeNumberField
from agents.addresses import LONGEST_URL
from agents.models import ProviderKey
from agents.providers.names import LONGEST_NAME
from agents.rules.provider_keys import LONGEST_KEY


class ProviderKeySerializer(serializers.ModelSerializer[ProviderKey]):
    """Which key there is. The key itself is never told again, not even in part."""

    created_by = serializers.CharField(source="created_by.username", default=None, read_only=True, allow_null=True)

    class Meta:
        model = ProviderKey
        fields = ("id", "provider", "base_url", "origin", "created_by", "created_at", "last_used_at")
        read_only_fields = fields


class NewProviderKeySerializer(serializers.Serializer[Any]):
    """`POST teams/{id}/provider-keys`. Without `base_url` the key goes to the provider's public address."""

    provider = TextField(max_length=50, help_text="anthropic, openai, openrouter or ollama.")
    base_url = TextField(required=False, allow_blank=True, max_length=LONGEST_URL, default="")
    key = TextField(
        write_only=True, allow_blank=True, max_length=LONGEST_KEY, help_text="Empty only for a server without keys."
    )


class RoleModelSerializer(serializers.Serializer[Any]):
    """What is said for one role; what is left out is as for all."""

    model = TextField(required=False, allow_null=True, max_length=LONGEST_NAME)
    temperature = NumberField(required=False, allow_null=True)
    max_tokens = WholeNumberField(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Keep what nobody knows as well, for the rule to refuse: a word spelt wrong would change nothing."""
        unknown = {name: data[name] for name in data if name not in self.fields} if isinstance(data, dict) else {}
        return {**super().to_internal_value(data), **unknown}


class ModelsBodySerializer(serializers.Serializer[Any]):
    """`PUT teams/{id}/models`. What is left out or null is the operator's to say."""

    model = TextField(required=False, allow_null=True, allow_blank=True, max_length=LONGEST_NAME)
    fallback_models = serializers.ListField(
        child=TextField(max_length=LONGEST_NAME), required=False, allow_null=True, max_length=20
    )
    temperature = NumberField(required=False, allow_null=True)
    max_tokens = WholeNumberField(required=False, allow_null=True)
    role_settings = serializers.DictField(child=RoleModelSerializer(), required=False, allow_null=True)


class OperatorModelsSerializer(serializers.Serializer[Any]):
    """What the operator's settings say."""

    model = serializers.CharField()
    fallback_models = serializers.ListField(child=serializers.CharField())
    temperature = serializers.FloatField()
    max_tokens = serializers.IntegerField()


class ModelsSerializer(serializers.Serializer[Any]):
    """What a team's sessions start with; null is the operator's to say, as `settings` tells."""

    model = serializers.CharField(allow_null=True)
    fallback_models = serializers.ListField(child=serializers.CharField(), allow_null=True)
    temperature = serializers.FloatField(allow_null=True)
    max_tokens = serializers.IntegerField(allow_null=True)
    role_settings = serializers.DictField(child=RoleModelSerializer())
    settings = OperatorModelsSerializer()
    offered = serializers.ListField(child=serializers.CharField(), help_text="Models whose provider is set up.")
