"""The shapes of `auth/...`. What a name or a password must be is asked of the rules, not here."""

from __future__ import annotations

from rest_framework import serializers

from accounts.api.fields import TextField
from accounts.models import User


class SignUpSerializer(serializers.Serializer[User]):
    username = TextField(max_length=150)
    email = TextField(max_length=254)
    password = TextField(max_length=1024, trim_whitespace=False, write_only=True)
    name = TextField(max_length=255, required=False, allow_blank=True, default="")


class SignInSerializer(serializers.Serializer[User]):
    """`username` may hold an e-mail address; `email` is taken as well."""

    username = TextField(max_length=254, required=False)
    email = TextField(max_length=254, required=False)
    password = TextField(max_length=1024, trim_whitespace=False, write_only=True)

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        login = attrs.get("username") or attrs.get("email")
        if not login:
            raise serializers.ValidationError({"username": ["Send a username or an e-mail address."]}, code="required")
        return {"login": login, "password": attrs["password"]}


class UserSerializer(serializers.ModelSerializer[User]):
    """A person to themselves: nobody else is shown the address."""

    class Meta:
        model = User
        fields = ("id", "username", "email")
        read_only_fields = fields


class OwnAccountSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "username", "email", "name")
        read_only_fields = fields


class MessageSerializer(serializers.Serializer[dict[str, str]]):
    message = serializers.CharField(read_only=True)
