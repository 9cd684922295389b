"""The pages `/signup/`, `/login/` and `/logout/`."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from accounts.tests.factories import PASSWORD, browser_of, make_user

NEWCOMER = {"username": "newcomer", "email": "newcomer@example.org", "password": PASSWORD}

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> User:
    return make_user("demo", password=PASSWORD)


@pytest.mark.parametrize("path", ["/signup/", "/login/"])
def test_the_forms_are_shown_to_anybody_and_kept_by_no_cache(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert b"csrfmiddlewaretoken" in response.content


def test_who_signs_up_is_signed_in_and_sees_the_dashboard(client: Client) -> None:
    response = client.post("/signup/", NEWCOMER)

    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_faults_stand_beside_their_fields_and_the_rest_is_kept(client: Client) -> None:
    response = client.post("/signup/", NEWCOMER | {"password": "short"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["password"]
    assert b"newcomer@example.org" in response.content
    assert not User.objects.exists()


def test_a_taken_name_is_told_above_the_form(client: Client) -> None:
    make_user("newcomer")

    response = client.post("/signup/", NEWCOMER)

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == ["User already exists"]


def test_an_empty_form_names_every_field(client: Client) -> None:
    assert set(client.post("/signup/", {}).context["form"].errors) == {"username", "email", "password"}


@pytest.mark.parametrize("login", ["demo", "Demo@example.org"])
def test_name_or_address_signs_in(client: Client, demo: User, login: str) -> None:
    response = client.post("/login/", {"login": login, "password": PASSWORD})

    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(demo.pk)


@pytest.mark.parametrize("login", ["demo", "nobody"])
def test_unknown_name_and_wrong_password_read_the_same(client: Client, demo: User, login: str) -> None:
    response = client.post("/login/", {"login": login, "password": "wrong"})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == ["Name and password do not match."]
    assert b"wrong" not in response.content
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("target", "lands_on"),
    [
        ("/teams/7/?tab=members", "/teams/7/?tab=members"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_sign_in_leads_back_to_our_own_pages_only(client: Client, demo: User, target: str, lands_on: str) -> None:
    shown = client.get("/login/", {"next": target})
    response = client.post("/login/", {"login": "demo", "password": PASSWORD, "next": target})

    assert shown.context["next"] == ("" if lands_on == "/" else lands_on)
    assert response.headers["Location"] == lands_on


@pytest.mark.parametrize("path", ["/signup/", "/login/"])
def test_who_is_signed_in_is_sent_on(demo: User, path: str) -> None:
    assert browser_of(demo).get(path).headers["Location"] == "/"


def test_signing_out_is_a_post_that_ends_the_session(demo: User) -> None:
    browser = browser_of(demo)
    assert browser.get("/logout/").status_code == 405
    assert Session.objects.exists()

    response = browser.post("/logout/")

    assert response.headers["Location"] == "/login/"
    assert not Session.objects.exists()


def test_a_form_from_elsewhere_is_refused(demo: User) -> None:
    browser = browser_of(checks_csrf=True)

    assert browser.post("/login/", {"login": "demo", "password": PASSWORD}).status_code == 403


def test_bytes_that_no_database_takes_are_refused_with_words(client: Client, demo: User) -> None:
    signup = client.post("/signup/", NEWCOMER | {"username": "nul\x00"})
    login = client.post("/login/", {"login": "nul\x00", "password": "nul\x00"})

    assert (signup.status_code, login.status_code) == (422, 422)
