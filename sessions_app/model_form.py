"""The part of a form that asks who answers a session's calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from agents.model_choice import HOTTEST, MOST_TOKENS, checked
from agents.providers.names import LONGEST_NAME
from agents.roles import ROLES
from sessions_app.queries.offered import OfferedModel

OTHER = "other"  # the choice of a model that is written instead
LONGEST_LIST = 6 * LONGEST_NAME


def _name_field(label: str, *, help_text: str = "") -> forms.CharField:
    attrs = {"autocomplete": "off", "spellcheck": "false", "list": "offered-models", "placeholder": "provider:model"}
    return forms.CharField(
        required=False,
        max_length=LONGEST_NAME,
        label=label,
        help_text=help_text,
        widget=forms.TextInput(attrs=attrs),
    )


class ModelFields(forms.Form):
    """Everything may be left out: then the team's defaults hold, and where it has none, the operator's settings."""

    model = forms.CharField(required=False, max_length=LONGEST_NAME)
    other_model = _name_field("Its name", help_text="As in anthropic:claude-sonnet-4-5, openai:gpt-5, ollama:llama3.3.")
    fallback_models = forms.CharField(
        required=False,
        max_length=LONGEST_LIST,
        label="Fallback models",
        help_text="Tried in this order when the model gives no answer, with commas between them.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    temperature = forms.FloatField(
        required=False,
        min_value=0,
        max_value=HOTTEST,
        label="Temperature",
        help_text=f"From 0 to {HOTTEST:g}; low is steady.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    max_tokens = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_TOKENS,
        label="Longest answer",
        help_text="In tokens; a longer one is cut.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    start_anyway = forms.BooleanField(required=False, label="Start anyway")

    def __init__(self, *args: Any, offered: Sequence[OfferedModel] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.warnings: list[str] = []
        for role in ROLES.values():
            self.fields[f"model_{role.key}"] = _name_field(role.name)

    @property
    def default_model(self) -> str:
        """The model that works when nothing is chosen."""
        return self.offered[0].name if self.offered else ""

    @property
    def other(self) -> str:
        return OTHER

    @property
    def shown_model(self) -> str:
        """The choice that is marked: an offered model, another one, or the default's name."""
        asked = str(self["model"].value() or "") or self.default_model
        return asked if asked == OTHER or asked in (each.name for each in self.offered) else self.default_model

    @property
    def role_fields(self) -> list[Any]:
        return [self[f"model_{key}"] for key in ROLES]

    @property
    def asks_for_details(self) -> bool:
        """Whether something stands in the fields that are folded away."""
        names = ("fallback_models", "temperature", "max_tokens", *(f"model_{key}" for key in ROLES))
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("model") == OTHER and not cleaned.get("other_model") and "other_model" not in self.errors:
            self.add_error("other_model", "Write the model’s full name, or choose one above.")
        chosen = "other_model" if cleaned.get("model") == OTHER else "model"
        for name in (chosen, *(f"model_{key}" for key in ROLES)):
            found: dict[str, list[str]] = {}
            checked({"model": cleaned.get(name)}, found)
            for text in found.get("model", ()):
                self.add_error(name, text)
        return cleaned

    @property
    def asked_models(self) -> dict[str, Any]:
        """What was said of models, under the names that `draft_session` has for it."""
        asked = self.cleaned_data
        model = asked["other_model"] if asked["model"] == OTHER else asked["model"]
        of_roles = {key: asked[f"model_{key}"] for key in ROLES if asked[f"model_{key}"]}
        said = {
            "model": None if model == self.default_model else model,
            "fallback_models": asked["fallback_models"],
            "temperature": asked["temperature"],
            "max_tokens": asked["max_tokens"],
            "role_settings": {key: {"model": name} for key, name in of_roles.items()},
        }
        return {name: value for name, value in said.items() if value not in (None, "", [], {})}
