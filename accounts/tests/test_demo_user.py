"""The demo account."""

import pytest

from accounts.models import User
from accounts.rules.demo import seed_demo_user
from accounts.rules.sign_in import check_credentials
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_demo_user_can_sign_in() -> None:
    demo = seed_demo_user(password=PASSWORD)

    assert check_credentials(login="demo", password=PASSWORD) == demo
    assert demo.email == "demo@example.org"
    assert not demo.is_staff


def test_seeding_again_changes_nothing() -> None:
    first = seed_demo_user(password=PASSWORD)
    kept = User.objects.get().password

    again = seed_demo_user(password=PASSWORD)

    assert again == first
    assert User.objects.get().password == kept


def test_the_password_printed_last_is_the_one_that_fits() -> None:
    seed_demo_user(password=PASSWORD)

    seed_demo_user(password="another quiet leaf")

    assert check_credentials(login="demo", password="another quiet leaf")
