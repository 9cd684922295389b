"""People in the admin."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import PASSWORD, browser_of, make_user

QUERIES_OF_LIST = 7  # session, user, count twice, the first and last date, the rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    return browser_of(make_user("operator", is_staff=True, is_superuser=True))


@pytest.mark.parametrize(
    "path",
    [
        "/admin/accounts/user/",
        "/admin/accounts/user/?q=demo",
        "/admin/accounts/user/add/",
        "/admin/accounts/user/{}/change/",
    ],
)
def test_every_page_opens(staff: Client, path: str) -> None:
    assert staff.get(path.format(make_user("demo").pk)).status_code == 200


def test_the_list_costs_the_same_for_one_and_for_twenty(staff: Client, django_assert_num_queries) -> None:
    path = "/admin/accounts/user/"
    with django_assert_num_queries(QUERIES_OF_LIST):
        staff.get(path)
    for _ in range(20):
        make_user()

    with django_assert_num_queries(QUERIES_OF_LIST):
        staff.get(path)


def test_staff_add_a_person_who_can_sign_in(staff: Client) -> None:
    form = {
        "username": "newcomer",
        "email": "newcomer@example.org",
        "name": "",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    response = staff.post("/admin/accounts/user/add/", form)

    assert response.status_code == 302
    assert User.objects.get(username="newcomer").check_password(PASSWORD)


def test_a_name_that_differs_in_case_only_is_refused_with_words(staff: Client) -> None:
    make_user("demo")
    form = {"username": "DEMO", "email": "other@example.org", "usable_password": "false"}

    response = staff.post("/admin/accounts/user/add/", form)

    assert response.status_code == 200
    assert b"User already exists" in response.content


def test_people_who_are_no_staff_stay_out() -> None:
    assert browser_of(make_user()).get("/admin/accounts/user/").status_code == 302


def test_staff_sign_in_by_e_mail_as_everybody_does(client: Client) -> None:
    make_user("operator", password=PASSWORD, is_staff=True, is_superuser=True)

    response = client.post("/admin/login/?next=/admin/", {"username": "operator@example.org", "password": PASSWORD})

    assert response.headers["Location"] == "/admin/"
