"""What the pages of sessions ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from agents.endpoints import offered_models
from agents.roles import ROLES
from agents.workflows import WORKFLOWS
from sessions_app.model_form import ModelFields
from sessions_app.models import ExecutionSession, SessionDecision, SessionStatus
from sessions_app.queries.calls import CALL_WORDS, STEP_WORDS
from sessions_app.rules.drafts import LONGEST_NAME
from sessions_app.rules.gate_rules import LONGEST_RULE
from sessions_app.rules.questions import LONGEST_ANSWER
from teams.models import Team

LONGEST_DECISION = 4_000
LONGEST_FEEDBACK = 20_000
WAITS = (
    ("", "As the workflow says"),
    ("0", "Not at all: the default is taken at once"),
    ("900", "15 minutes"),
    ("3600", "An hour"),
    ("86400", "A day"),
    ("604800", "A week"),
)


def money_field(**kwargs: Any) -> forms.DecimalField:
    """An amount in US dollars; what is too much, `rules/drafts.py` says."""
    return forms.DecimalField(
        min_value=0,
        max_digits=14,
        decimal_places=6,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        **kwargs,
    )


class GateFields:
    """Gates as the fields `gates-<key>` (numbers of stages) and `rule-<key>-<stage>` of a form's data.

    Every workflow has fields of its own, so that a page without script can show those of the chosen one.
    """

    def __init__(self, key: str, stages: Sequence[tuple[int, str, bool | str]], data: Any = None) -> None:
        self.key = key
        self.stages = stages
        self.data = data

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What a page shows for each stage: number, title, whether it is ticked, and the rule."""
        return [
            {"number": number, "title": title, "is_on": number in self.value, "rule": self._rule(number, gate)}
            for number, title, gate in self.stages
        ]

    @property
    def value(self) -> dict[int, bool | str]:
        """The gates asked for; of a form that was not sent, the ones that are."""
        if self.data is None:
            return {number: gate for number, _, gate in self.stages if gate}
        ticked = set(self.data.getlist(f"gates-{self.key}"))
        asked = {number: self._rule(number, gate) or str(number) in ticked for number, _, gate in self.stages}
        return {number: gate for number, gate in asked.items() if gate}

    @property
    def has_rules(self) -> bool:
        return any(row["rule"] for row in self.rows)

    def _rule(self, number: int, gate: bool | str) -> str:
        if self.data is None:
            return gate if isinstance(gate, str) else ""
        return str(self.data.get(f"rule-{self.key}-{number}", "")).strip()[: LONGEST_RULE + 1]


class StartSessionForm(ModelFields):
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
    budget_usd = money_field(
        required=False,
        label="Budget cap",
        help_text="US dollars. The session pauses before the call that would pass it. Empty means no cap.",
    )
    question_seconds = forms.TypedChoiceField(
        choices=WAITS,
        coerce=int,
        empty_value=None,
        required=False,
        label="Questions wait",
        help_text="An agent’s question waits so long for a person. Then its default is taken.",
    )
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["team"].widget.choices = [(team.pk, team.label) for team in teams]
        self.fields["once"].initial = uuid4
        self.gates = {
            workflow.key: GateFields(
                workflow.key,
                [(number, stage.title, stage.gate) for number, stage in enumerate(workflow.stages, start=1)],
                data,
            )
            for workflow in WORKFLOWS.values()
        }

    @property
    def asked_gates(self) -> dict[int, bool | str] | None:
        """The gates of the chosen workflow; None, which means its own, when the form did not ask for any."""
        key = self.cleaned_data.get("workflow") or next(iter(WORKFLOWS))
        return self.gates[key].value if "has-gates" in self.data else None


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


class CallFilterForm(forms.Form):
    """The filters of a session's model calls; a GET form, so that a filtered list has an address."""

    agent = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", "Any status"), *CALL_WORDS.items()])
    model = forms.ChoiceField(required=False)
    step = forms.ChoiceField(required=False, choices=[("", "Any step"), *STEP_WORDS.items()])

    def __init__(self, data: Any = None, *, roles: Iterable[str], models: Iterable[str]) -> None:
        super().__init__(data, auto_id="call-%s")
        agents = [(role, ROLES[role].name if role in ROLES else role) for role in roles]
        self.fields["agent"].choices = [("", "Any agent"), *agents]  # type: ignore[attr-defined]
        self.fields["model"].choices = [("", "Any model"), *((name, name) for name in models)]  # type: ignore[attr-defined]


class GateForm(forms.Form):
    """What a person says at a gate; a rejection needs it, and names who works again (`rules/gates.py`)."""

    feedback = forms.CharField(
        required=False,
        max_length=LONGEST_FEEDBACK,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "What should the next stage, or the next round, take into account?"}
        ),
    )
    roles = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, roles: Iterable[str], gate_id: int) -> None:
        super().__init__(data, auto_id=f"id_gate_{gate_id}_%s")
        names = list(roles)
        self.fields["roles"].choices = [(role, ROLES[role].name if role in ROLES else role) for role in names]  # type: ignore[attr-defined]
        self.fields["roles"].initial = names


class AnswerForm(forms.Form):
    """One of a question's options, or an answer of one's own."""

    choice = forms.CharField(required=False, strip=False, max_length=LONGEST_ANSWER)
    own = forms.CharField(
        required=False,
        max_length=LONGEST_ANSWER,
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, question_id: int, options: Sequence[str], default: str) -> None:
        super().__init__(data, auto_id=f"id_question_{question_id}_%s", initial={"choice": default})
        self.options = list(dict.fromkeys([*options, default])) if default else list(options)
        self.default = default

    @property
    def answer(self) -> str:
        """What the person says; empty when they chose to write and wrote nothing."""
        choice: str = self.cleaned_data["choice"]
        return choice if choice in self.options else self.cleaned_data["own"]

    @property
    def is_own(self) -> bool:
        """Whether the field for an answer of one's own is chosen."""
        return not self.options or (self.is_bound and self["choice"].value() not in self.options)


class ResumeForm(forms.Form):
    """The cap with which a session goes on; left alone, it stays as it is."""

    budget_usd = money_field(required=False, label="New cap", help_text="US dollars. Empty means no cap.")

    def __init__(self, data: Any = None, *, session: ExecutionSession) -> None:
        super().__init__(data, auto_id="id_resume_%s", initial={"budget_usd": _plain(session.budget_usd)})
        self.session = session

    def clean_budget_usd(self) -> Decimal | None:
        asked: Decimal | None = self.cleaned_data["budget_usd"]
        if "budget_usd" in self.data and asked is not None and asked <= self.session.spent_usd:
            raise forms.ValidationError(f"${self.session.spent_usd:,.2f} is spent already; give more than that.")
        return asked

    @property
    def has_cap(self) -> bool:
        """Whether the form asked for a cap at all."""
        return "budget_usd" in self.data


class ChangeForm(forms.Form):
    """What may change while a session goes on: its name, its cap, the gates ahead of it."""

    feature_name = forms.CharField(
        max_length=LONGEST_NAME, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    budget_usd = money_field(required=False, label="Budget cap", help_text="US dollars. Empty means no cap.")

    def __init__(
        self, data: Any = None, *, session: ExecutionSession, stages: Sequence[tuple[int, str, bool | str]]
    ) -> None:
        initial = {"feature_name": session.feature_name, "budget_usd": _plain(session.budget_usd)}
        super().__init__(data, initial=initial)
        self.gates = GateFields("session", stages, data)


class ForkForm(forms.Form):
    """What a fork does differently; what is left as it is stays."""

    brief = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 8}))
    decision = forms.CharField(
        required=False,
        max_length=LONGEST_DECISION,
        label="Decision",
        help_text="Binds every task of the fork.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    model = forms.ChoiceField(required=False)
    roles = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="Who works on")
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, session: ExecutionSession, roles: Mapping[str, str]) -> None:
        initial = {"brief": session.brief, "model": session.model, "roles": list(roles), "once": uuid4}
        super().__init__(data, initial=initial)
        models = dict.fromkeys([session.model, *offered_models(session.team_id)])
        self.fields["model"].choices = [(model, model) for model in models]  # type: ignore[attr-defined]
        self.fields["roles"].choices = list(roles.items())  # type: ignore[attr-defined]


def _plain(amount: Decimal | None) -> str:
    """An amount as a person types it."""
    if amount is None:
        return ""
    return f"{amount:.2f}" if amount == round(amount, 2) else f"{amount:f}".rstrip("0")
