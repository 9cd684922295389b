"""Who somebody is, by name or e-mail address and password."""

from __future__ import annotations

from django.contrib.auth import authenticate

from accounts.errors import InvalidCredentials
from accounts.models import User
from accounts.rules.sign_up import LONGEST_PASSWORD
from accounts.text import is_storable


def check_credentials(*, login: str, password: str) -> User:
    """The user with this username or e-mail address and this password; raises InvalidCredentials.

    An unknown name costs the same hashing as a known one, so the time of the answer tells nothing.
    """
    login = login.strip()
    if not is_storable(login) or not is_storable(password) or len(password) > LONGEST_PASSWORD:
        raise InvalidCredentials
    user = authenticate(username=login, password=password)
    if not isinstance(user, User):
        raise InvalidCredentials
    return user
