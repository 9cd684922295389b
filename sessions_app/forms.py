"""What the pages of sessions ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings

from agents.workflows import WORKFLOWS
from sessions_app.models import SessionDecision, SessionStatus
from sessions_app.rules.drafts import LONGEST_NAME
from teams.models import Team

LONGEST_DECISION = 4_000


class StartSessionForm(forms.Form):
    """A name is enough; `rules/drafts.py` checks what is in the fields, and whether the team may be used."""

    team = forms.IntegerField(widget=forms.Select)
    feature_name = forms.CharField(
        max_length=LONGEST_NAME,
        label="Name",
        widget=forms.TextInput(attrs={"placeholder": "Feature name", "autocomplete": "off"}),
    )
    brief = forms.CharField(
        required=False,
        strip=False,
        help_text="Who needs what, and what is out of scope. Markdown, at most 256 kB.",
        widget=forms.Textarea(attrs={"rows": 11}),
    )
    workflow = forms.ChoiceField(
        choices=[(workflow.key, workflow.name) for workflow in WORKFLOWS.values()],
        initial=next(iter(WORKFLOWS)),
        widget=forms.RadioSelect,
        required=False,
    )
    budget_usd = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=6,
        label="Budget cap",
        help_text="US dollars. The session pauses before the call that would pass it. Empty means no cap.",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, data: Any = None, *, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["team"].widget.choices = [(team.pk, team.label) for team in teams]

    @property
    def model(self) -> str:
        """The model that does the work, for the page to say."""
        return settings.SAGE_MODEL


class DecisionForm(forms.Form):
    """A person's decision, binding for tasks that start later."""

    text = forms.CharField(
        max_length=LONGEST_DECISION,
        label="Decision",
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Auth events never carry an e-mail address"}),
    )
    rationale = forms.CharField(
        required=False, max_length=LONGEST_DECISION, label="Reason", widget=forms.Textarea(attrs={"rows": 2})
    )
    category = forms.CharField(required=False, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    confidence = forms.ChoiceField(choices=SessionDecision.Confidence.choices, initial="high", required=False)

    def clean_confidence(self) -> str:
        return self.cleaned_data["confidence"] or SessionDecision.Confidence.HIGH


class SessionFilterForm(forms.Form):
    """The sessions page's filters; a GET form, so that a filtered list has an address."""

    q = forms.CharField(required=False, max_length=LONGEST_NAME)
    team = forms.IntegerField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", "Any status"), *SessionStatus.choices])
