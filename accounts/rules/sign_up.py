"""Making an account."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.errors import InvalidInput, UserExists
from accounts.models import User
from accounts.text import validate_storable

LONGEST_PASSWORD = 1024  # a bound for the hasher's work, far above what anybody types


def sign_up(*, username: str, email: str, password: str, name: str = "") -> User:
    """The new user; nobody is signed in by it.

    Raises InvalidInput with sentences by field, UserExists when name or address is taken in any case of letters.
    """
    user = User(username=username.strip(), email=email.strip(), name=name.strip())
    errors = _faults_of_fields(user) | _faults_of_password(password, user)
    if errors:
        raise InvalidInput(errors)
    if User.objects.named(user.username).exists() or User.objects.with_email(user.email).exists():
        raise UserExists
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as clash:  # somebody else took it since we looked
        raise UserExists from clash
    return user


def _faults_of_fields(user: User) -> dict[str, list[str]]:
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as fault:
        return fault.message_dict
    return {}


def _faults_of_password(password: str, user: User) -> dict[str, list[str]]:
    if len(password) > LONGEST_PASSWORD:
        return {"password": [f"A password has at most {LONGEST_PASSWORD} characters."]}
    try:
        validate_storable(password)
        validate_password(password, user)
    except ValidationError as fault:
        return {"password": fault.messages}
    return {}
