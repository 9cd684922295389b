"""What clients send. What a value must be is mostly the rules' to say; here only its type and who may send it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import TextField
from sessions_app.models import SessionDecision

LARGEST_ID = 2**63 - 1
LONGEST_DECISION = 20_000


class WholeNumberField(serializers.IntegerField):
    """A JSON integer: no text that looks like one, no fraction, and true is not 1."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class AmountField(serializers.DecimalField):
    """Money as a decimal string or a JSON number, to the millionth of a dollar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=6, min_value=0, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            self.fail("invalid")
        return super().to_internal_value(data)


class NewSessionSerializer(serializers.Serializer[Any]):
    """`POST sessions`. `brief` is at most 256 kB; empty means the feature name. Unknown fields are ignored."""

    team_id = WholeNumberField(min_value=1, max_value=LARGEST_ID)
    feature_name = TextField(allow_blank=True)
    brief = TextField(required=False, allow_blank=True, trim_whitespace=False)
    workflow = TextField(required=False, max_length=100)
    model = TextField(required=False, allow_null=True, max_length=200)
    budget_usd = AmountField(required=False, allow_null=True)
    gates = serializers.JSONField(required=False, help_text="Stages after which a person decides; only [] for now.")

    def validate_gates(self, gates: Any) -> None:
        if gates not in ([], {}, None):
            raise serializers.ValidationError("Gates are not available yet; leave them out.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs.pop("gates", None)
        return attrs


class NewDecisionSerializer(serializers.Serializer[Any]):
    """`POST sessions/{id}/decisions`."""

    decision_text = TextField(max_length=LONGEST_DECISION)
    category = TextField(required=False, allow_blank=True, max_length=100, default="")
    confidence = serializers.ChoiceField(
        choices=SessionDecision.Confidence.choices, default=SessionDecision.Confidence.HIGH.value
    )
    rationale = TextField(required=False, allow_blank=True, max_length=LONGEST_DECISION, default="")
