"""What clients send. What a value must be is mostly the rules' to say; here only its type and who may send it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import NumberField, TextField, WholeNumberField
from agents.api.serializers import RoleModelSerializer
from sessions_app.api.parameters import MOST_DIGITS
from sessions_app.models import SessionDecision

LARGEST_ID = 2**63 - 1
LONGEST_DECISION = 20_000
LONGEST_FEEDBACK = 20_000
GATES = 'Numbers of stages after which a person decides, as [1, 3], or rules, as {"1": "all checks pass"}.'


class AmountField(serializers.DecimalField):
    """Money as a decimal string or a JSON number, to the millionth of a dollar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=6, min_value=0, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WhoAnswersSerializer(serializers.Serializer[Any]):
    """Which models a session asks; what is left out comes from the team's defaults, the role or the settings."""

    model = TextField(
        required=False, allow_null=True, max_length=200, help_text="`simulator`, or `<provider>:<model>`."
    )
    fallback_models = serializers.ListField(
        child=TextField(max_length=200),
        required=False,
        allow_null=True,
        max_length=100,
        help_text="Asked in this order when `model` gives no answer; [] for none.",
    )
    temperature = NumberField(required=False, allow_null=True, help_text="From 0 to 2.")
    max_tokens = WholeNumberField(required=False, allow_null=True, help_text="Of one answer.")
    role_settings = serializers.DictField(
        child=RoleModelSerializer(),
        required=False,
        allow_null=True,
        help_text="What is different for a role, by its key.",
    )


class NewSessionSerializer(WhoAnswersSerializer):
    """`POST sessions`. `brief` is at most 256 kB; empty means the feature name. Unknown fields are ignored."""

    team_id = WholeNumberField(min_value=1, max_value=LARGEST_ID)
    feature_name = TextField(allow_blank=True)
    brief = TextField(required=False, allow_blank=True, trim_whitespace=False)
    workflow = TextField(required=False, max_length=100)
    budget_usd = AmountField(required=False, allow_null=True)
    gates = serializers.JSONField(required=False, allow_null=True, help_text=GATES)
    question_seconds = WholeNumberField(
        required=False, allow_null=True, help_text="How long agents' questions wait for a person; 0: not at all."
    )


class SessionChangesSerializer(serializers.Serializer[Any]):
    """`PATCH sessions/{id}`: what is left out stays as it is; `budget_usd: null` takes the cap away."""

    feature_name = TextField(required=False, allow_blank=True)
    brief = TextField(required=False, allow_blank=True, trim_whitespace=False)
    budget_usd = AmountField(required=False, allow_null=True)
    gates = serializers.JSONField(required=False, help_text=GATES)


class RetrySerializer(serializers.Serializer[Any]):
    """`POST sessions/{id}/retry`: one task, or without it everything that failed."""

    task_id = WholeNumberField(required=False, allow_null=True, min_value=1, max_value=LARGEST_ID)


class ApprovalSerializer(serializers.Serializer[Any]):
    """`POST gates/{id}/approve`."""

    feedback = TextField(required=False, allow_blank=True, max_length=LONGEST_FEEDBACK, default="")


class RejectionSerializer(serializers.Serializer[Any]):
    """`POST gates/{id}/reject`: `roles` of the stage work again; without it all of them."""

    feedback = TextField(allow_blank=True, max_length=LONGEST_FEEDBACK)
    roles = serializers.ListField(child=TextField(max_length=100), required=False, allow_null=True, max_length=100)


class AnswerSerializer(serializers.Serializer[Any]):
    """`POST questions/{id}/answer`."""

    answer = TextField(allow_blank=True)


class StageAnswersSerializer(serializers.Serializer[Any]):
    """`POST sessions/{id}/stages/{n}/answers`: an answer for the id of each open question."""

    answers = serializers.DictField(child=TextField(allow_blank=True))

    def validate_answers(self, answers: dict[str, str]) -> dict[int, str]:
        foreign = [key for key in answers if not (key.isascii() and key.isdigit() and len(key) <= MOST_DIGITS)]
        if foreign:
            raise serializers.ValidationError({key[:50]: ["This is not the id of a question."] for key in foreign})
        return {int(key): answer for key, answer in answers.items()}


class NewDecisionSerializer(serializers.Serializer[Any]):
    """`POST sessions/{id}/decisions`."""

    decision_text = TextField(max_length=LONGEST_DECISION)
    category = TextField(required=False, allow_blank=True, max_length=100, default="")
    confidence = serializers.ChoiceField(
        choices=SessionDecision.Confidence.choices, default=SessionDecision.Confidence.HIGH.value
    )
    rationale = TextField(required=False, allow_blank=True, max_length=LONGEST_DECISION, default="")


class ForkSerializer(WhoAnswersSerializer):
    """`POST sessions/{id}/fork`: what is left out stays as it is in the session that is forked."""

    after_stage = WholeNumberField(min_value=0, max_value=1_000, help_text="The last stage it keeps; 0: none.")
    brief = TextField(required=False, allow_null=True, allow_blank=True, trim_whitespace=False)
    roles = serializers.ListField(child=TextField(max_length=100), required=False, allow_null=True, max_length=100)
    decisions = serializers.ListField(child=NewDecisionSerializer(), required=False, max_length=100)
