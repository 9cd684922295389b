"""What the sign-up and sign-in pages ask."""

from __future__ import annotations

from django import forms

from accounts.rules.sign_up import LONGEST_PASSWORD
from accounts.usernames import LONGEST_USERNAME


class SignUpForm(forms.Form):
    username = forms.CharField(
        max_length=LONGEST_USERNAME,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
        help_text="Shown on decisions and gates.",
    )
    email = forms.EmailField(label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SignInForm(forms.Form):
    login = forms.CharField(
        label="Username or e-mail",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def show_refusal(form: forms.BaseForm, detail: str, errors: dict[str, list[str]]) -> None:
    """Put what a rule refused beside the fields it concerns, or above the form."""
    for field, texts in errors.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)
    if not errors:
        form.add_error(None, detail)
