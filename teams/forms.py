"""What the team pages ask."""

from __future__ import annotations

from django import forms

from accounts.forms import show_refusal
from teams.errors import StaleVersion
from teams.models import Role
from teams.models.team import LONGEST_DESCRIPTION, LONGEST_NAME


class TeamForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autofocus": True}))
    description = forms.CharField(
        required=False, max_length=LONGEST_DESCRIPTION, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_shared = forms.BooleanField(
        required=False, label="Shared", help_text="A shared team has members; a personal one is yours alone."
    )


class TeamSettingsForm(TeamForm):
    """`version` is the one the reader saw, so that two people at once do not undo each other."""

    name = forms.CharField(max_length=LONGEST_NAME)  # on a page that is more than this form, it takes no focus

    monthly_budget_usd = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=6,
        label="Monthly budget (USD)",
        help_text="Empty means no cap.",
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def show_stale(form: forms.Form, stale: StaleVersion) -> None:
    """Say that somebody else was quicker; what was entered stays, and sending it again puts it in place of theirs."""
    form.data = {**form.data, "version": str(stale.current)}
    show_refusal(form, "Somebody changed this meanwhile. Saving again puts your values in place of theirs.", {})


class InviteForm(forms.Form):
    username = forms.CharField(
        max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"})
    )
    role = forms.TypedChoiceField(
        choices=[(role.value, role.label) for role in Role.grantable()], coerce=Role, initial=Role.MEMBER
    )
