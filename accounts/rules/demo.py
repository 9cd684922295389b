"""The account that a first start and the demo sign in with."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User

DEMO_USERNAME = "demo"
DEMO_EMAIL = "demo@example.org"


def seed_demo_user(*, password: str) -> User:
    """The demo user with this password; running it again changes nothing but a password that differs.

    Whoever calls it keeps it out of production.
    """
    with transaction.atomic():
        user, _ = User.objects.get_or_create(
            username=DEMO_USERNAME, defaults={"email": DEMO_EMAIL, "name": "Demo", "password": "!"}
        )
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password", "updated_at"])
    return user
