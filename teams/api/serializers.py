"""The shapes of `teams/...`. Trimming and what a name must be is the rules' to say."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import FlagField, TextField
from teams.models import Role, Team, TeamMembership
from teams.models.team import LONGEST_DESCRIPTION, LONGEST_NAME

GRANTABLE = [(role.value, role.label) for role in Role.grantable()]


class TeamSerializer(serializers.ModelSerializer[Team]):
    """A team as one person sees it: `role` is that person's."""

    owner_id = serializers.IntegerField(read_only=True)
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)

    class Meta:
        model = Team
        fields = (
            "id",
            "name",
            "description",
            "is_shared",
            "owner_id",
            "role",
            "version",
            "monthly_budget_usd",
            "created_at",
        )
        read_only_fields = fields


class TeamBodySerializer(serializers.Serializer[Team]):
    """What POST and PATCH take."""

    name = TextField(max_length=LONGEST_NAME)
    description = TextField(max_length=LONGEST_DESCRIPTION, required=False, allow_blank=True)
    is_shared = FlagField(required=False)
    monthly_budget_usd = serializers.DecimalField(
        max_digits=14, decimal_places=6, min_value=0, required=False, allow_null=True
    )


class InviteSerializer(serializers.Serializer[TeamMembership]):
    """`username`, or `invited_username` as an older name of it."""

    username = TextField(max_length=254, required=False)
    invited_username = TextField(max_length=254, required=False)
    email = serializers.CharField(required=False, write_only=True)
    role = serializers.ChoiceField(choices=GRANTABLE, default=Role.MEMBER)

    def validate_email(self, email: str) -> str:
        raise serializers.ValidationError("Invitations by e-mail are not available; invite by username.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        username = attrs.get("username") or attrs.get("invited_username")
        if not username:
            raise serializers.ValidationError({"username": ["This field is required."]}, code="required")
        return {"username": username, "role": Role(attrs["role"])}


class RoleSerializer(serializers.Serializer[TeamMembership]):
    role = serializers.ChoiceField(choices=GRANTABLE)


class MemberSerializer(serializers.ModelSerializer[TeamMembership]):
    """A member as other members see them: no e-mail address."""

    user_id = serializers.IntegerField(read_only=True)
    username = serializers.CharField(source="user.username", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        model = TeamMembership
        fields = ("user_id", "username", "name", "role", "joined_at")
        read_only_fields = fields
