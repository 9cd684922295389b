"""What the page of a team's models asks. What a value must be is the rules' to say, as for the API."""

from __future__ import annotations

from typing import Any

from django import forms

from agents.addresses import LONGEST_URL
from agents.model_choice import ROLE_FIELDS, ModelChoice, checked
from agents.providers.names import LONGEST_NAME, title_of
from agents.roles import ROLES
from agents.rules.provider_keys import LONGEST_KEY, WITHOUT_KEY, named_providers

LONGEST_LIST = 2_000
NONE = "none"  # of fallbacks; an empty field leaves them to the operator
PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
AS_ABOVE = "as above"
NAME = {**PLAIN, "list": "offered-models"}


class KeyForm(forms.Form):
    """One provider's key. A form that comes back never carries it."""

    use_required_attribute = False  # what is required depends on the provider

    provider = forms.ChoiceField()
    base_url = forms.CharField(
        required=False,
        max_length=LONGEST_URL,
        label="Address",
        help_text="Empty for the provider’s own. The key is sent to this host and nowhere else.",
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "url", "placeholder": "https://models.example.org/v1"}),
    )
    key = forms.CharField(
        max_length=LONGEST_KEY,
        label="Key",
        help_text="Kept encrypted, and never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="id_key_%s", **kwargs)
        # A server of one's own may stand open.
        self.fields["key"].required = self["provider"].value() not in WITHOUT_KEY
        self.fields["provider"].choices = [(name, title_of(name)) for name in named_providers()]  # type: ignore[attr-defined]


class ModelsForm(forms.Form):
    """What a team's sessions start with; what is empty is the operator's to say.

    `version` is the one the reader saw, so that two people at once do not undo each other.
    """

    model = forms.CharField(required=False, max_length=LONGEST_NAME, widget=forms.TextInput(attrs=NAME))
    fallback_models = forms.CharField(
        required=False,
        max_length=LONGEST_LIST,
        label="Fallback models",
        help_text="Tried in this order when the model gives no answer, with commas between them; or none.",
        widget=forms.TextInput(attrs=PLAIN),
    )
    temperature = forms.FloatField(required=False, widget=forms.TextInput(attrs={**PLAIN, "inputmode": "decimal"}))
    max_tokens = forms.IntegerField(
        required=False,
        label="Longest answer",
        help_text="In tokens.",
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "numeric"}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, chosen: ModelChoice, version: int, settings: ModelChoice) -> None:
        initial: dict[str, Any] = {
            "model": chosen.model,
            "fallback_models": NONE if chosen.fallback_models == () else ", ".join(chosen.fallback_models or ()),
            "temperature": chosen.temperature,
            "max_tokens": chosen.max_tokens,
            "version": version,
        }
        for key, own in chosen.role_settings.items():
            initial |= {f"{key}-{name}": getattr(own, name) for name in ROLE_FIELDS}
        super().__init__(data, initial=initial, auto_id="id_models_%s")
        for name in ("model", "temperature", "max_tokens"):
            self.fields[name].widget.attrs["placeholder"] = str(getattr(settings, name))
        self.fields["fallback_models"].widget.attrs["placeholder"] = ", ".join(settings.fallback_models or ()) or NONE
        for key in ROLES:
            for name in ROLE_FIELDS:
                self.fields[f"{key}-{name}"] = _field_of_role(name)

    def clean(self) -> dict[str, Any]:
        """What is said for a role is told beside its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for key in ROLES:
            for name in ROLE_FIELDS:
                faults: dict[str, list[str]] = {}
                checked({name: cleaned.get(f"{key}-{name}")}, faults)
                for text in faults.get(name, ()):
                    self.add_error(f"{key}-{name}", text)
        return cleaned

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each role, in the order of the registry."""
        return [
            {"role": role, "fields": [self[f"{key}-{name}"] for name in ROLE_FIELDS]} for key, role in ROLES.items()
        ]

    @property
    def has_own_of_roles(self) -> bool:
        """Whether anything is said for a role, or at fault there."""
        return any(field.errors or field.value() not in (None, "") for row in self.rows for field in row["fields"])

    @property
    def given(self) -> dict[str, Any]:
        """What the person says, as `model_choice.checked` reads it."""
        said = self.cleaned_data
        fallbacks = [] if said["fallback_models"].lower() == NONE else said["fallback_models"]
        whole = {name: said[name] for name in ROLE_FIELDS}
        of_roles = {key: {name: said[f"{key}-{name}"] for name in ROLE_FIELDS} for key in ROLES}
        return {**whole, "fallback_models": fallbacks, "role_settings": of_roles}


def _field_of_role(name: str) -> forms.Field:
    if name == "model":
        names = forms.TextInput(attrs={**NAME, "placeholder": AS_ABOVE})
        return forms.CharField(required=False, max_length=LONGEST_NAME, label="Model", widget=names)
    numbers = forms.TextInput(attrs={**PLAIN, "inputmode": "decimal", "placeholder": AS_ABOVE})
    if name == "temperature":
        return forms.FloatField(required=False, label="Temperature", widget=numbers)
    return forms.IntegerField(required=False, label="Longest answer", widget=numbers)
