"""`POST /api/v1/auth/login`, `logout`, `GET me`, and how long a web session lives."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import web_sessions
from accounts.errors import InvalidCredentials
from accounts.hashers import Argon2
from accounts.models import User
from accounts.rules.sign_in import check_credentials
from accounts.tests.factories import PASSWORD, browser_of, make_user, send
from accounts.tests.problems import problem_in

LOGIN, LOGOUT, ME = "/api/v1/auth/login", "/api/v1/auth/logout", "/api/v1/auth/me"

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> User:
    return make_user("demo", password=PASSWORD, name="Demo Person")


def sign_in(client: Client, login: str = "demo", password: str = PASSWORD, **headers: str):
    return send(client, "POST", LOGIN, {"username": login, "password": password}, **headers)


def move_sign_in_back(client: Client, **age: float) -> None:
    """Let the session look as if it had begun, and been renewed last, that long ago."""
    session = client.session
    past = time.time() - timedelta(**age).total_seconds()
    session[web_sessions.SIGNED_IN_AT] = session[web_sessions.RENEWED_AT] = past
    session.save()


@pytest.mark.parametrize("login", ["demo", "DEMO", " demo ", "demo@example.org", "Demo@Example.ORG"])
def test_name_or_address_signs_in(client: Client, demo: User, login: str) -> None:
    response = sign_in(client, login)

    assert response.status_code == 200
    assert response.json() == {"id": demo.pk, "username": "demo", "email": "demo@example.org"}
    me = client.get(ME)
    assert me.json() == {"id": demo.pk, "username": "demo", "email": "demo@example.org", "name": "Demo Person"}


def test_the_session_cookie_is_out_of_reach_of_scripts_and_lives_24_hours(client: Client, demo: User) -> None:
    response = sign_in(client)

    cookie = response.cookies["session_id"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 24 * 60 * 60
    assert response.cookies["csrftoken"].value
    assert cookie.value not in response.content.decode()


@pytest.mark.parametrize(
    ("login", "password"),
    [("demo", "wrong"), ("nobody", PASSWORD), ("nobody@example.org", PASSWORD), ("nobody", "x" * 1000)],
)
def test_wrong_credentials_say_nothing_but_that(client: Client, demo: User, login: str, password: str) -> None:
    response = sign_in(client, login, password)

    assert problem_in(response, 401, "invalid_credentials")["detail"] == "Invalid credentials"
    assert "session_id" not in response.cookies
    problem_in(client.get(ME), 401)


@pytest.mark.parametrize(("login", "password"), [("nul\x00", PASSWORD), ("demo", "half\ud800"), ("demo", "x" * 1025)])
def test_the_rule_itself_takes_what_no_database_keeps_for_wrong(demo: User, login: str, password: str) -> None:
    with pytest.raises(InvalidCredentials):
        check_credentials(login=login, password=password)


def test_a_blocked_account_looks_like_a_wrong_password(client: Client) -> None:
    make_user("demo", password=PASSWORD, is_active=False)

    problem_in(sign_in(client), 401, "invalid_credentials")


def test_an_unknown_name_costs_one_hash_like_a_known_one(
    client: Client, demo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode, verify = Argon2.encode, Argon2.verify

    def counted_encode(*given: Any) -> str:
        hashed.append("encode")
        return encode(*given)

    def counted_verify(*given: Any) -> bool:
        hashed.append("verify")
        return verify(*given)

    monkeypatch.setattr(Argon2, "encode", counted_encode)
    monkeypatch.setattr(Argon2, "verify", counted_verify)

    sign_in(client, "nobody")
    assert hashed == ["encode"]
    sign_in(client, "demo", "wrong")
    assert hashed == ["encode", "verify"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        None,
        {"username": "demo"},
        {"username": 1, "password": 2},
        {"username": "nul\x00", "password": "x"},
        {"username": "demo", "password": "half\ud800"},
        {"username": ["demo"], "password": {}},
        {"password": PASSWORD},
    ],
)
def test_a_body_that_is_no_sign_in_is_400(client: Client, demo: User, body: object) -> None:
    problem_in(send(client, "POST", LOGIN, body), 400, "invalid")


def test_the_address_may_come_as_email(client: Client, demo: User) -> None:
    assert send(client, "POST", LOGIN, {"email": "demo@example.org", "password": PASSWORD}).status_code == 200


def test_a_page_of_another_site_signs_nobody_in(client: Client, demo: User) -> None:
    problem_in(sign_in(client, Origin="https://elsewhere.example"), 403, "foreign_origin")

    assert not Session.objects.exists()


def test_a_trusted_origin_may(client: Client, demo: User, settings: object) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example"]  # type: ignore[attr-defined]

    assert sign_in(client, Origin="https://app.example").status_code == 200


def test_each_sign_in_has_a_new_key_and_ends_the_browsers_former_session(client: Client, demo: User) -> None:
    sign_in(client)
    first = client.cookies["session_id"].value

    sign_in(client)

    assert client.cookies["session_id"].value != first
    assert list(Session.objects.values_list("pk", flat=True)) == [client.cookies["session_id"].value]


def test_a_key_that_an_attacker_planted_is_not_taken_over(client: Client, demo: User) -> None:
    planted = "a" * 32
    client.cookies["session_id"] = planted

    assert sign_in(client).status_code == 200

    assert client.cookies["session_id"].value != planted


def test_sign_out_deletes_the_session_on_the_server(client: Client, demo: User) -> None:
    sign_in(client)
    key = client.cookies["session_id"].value

    response = client.post(LOGOUT)

    assert (response.status_code, response.json()) == (200, {"message": "Logged out"})
    assert not Session.objects.exists()
    client.cookies["session_id"] = key  # a thief who kept it
    assert problem_in(client.get(ME), 401, "session_invalid")["detail"] == "Session invalid"


@pytest.mark.parametrize("cookie", [None, "no-such-session"])
def test_sign_out_without_a_session_answers_all_the_same(client: Client, cookie: str | None) -> None:
    if cookie:
        client.cookies["session_id"] = cookie

    response = client.post(LOGOUT)

    assert (response.status_code, response.json()) == (200, {"message": "Logged out"})


def test_nobody_is_told_so_with_a_challenge(client: Client) -> None:
    response = client.get(ME)

    assert problem_in(response, 401, "not_authenticated")["detail"] == "Not authenticated"
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "key", ["no-such-session", "a" * 32, "", '"nul\\000' + "a" * 28 + '"', "caf\xe9-caf\xe9", "x" * 5000]
)
def test_a_cookie_that_names_no_session_is_told_apart(client: Client, key: str) -> None:
    response = client.get(ME, headers={"Cookie": f"session_id={key}"})

    assert problem_in(response, 401, "session_invalid")["detail"] == "Session invalid"


def test_a_new_password_elsewhere_ends_the_session(client: Client, demo: User) -> None:
    sign_in(client)
    demo.set_password("another one entirely")
    demo.save()

    problem_in(client.get(ME), 401, "session_invalid")


def test_blocking_somebody_ends_the_session(client: Client, demo: User) -> None:
    sign_in(client)
    User.objects.update(is_active=False)

    problem_in(client.get(ME), 401, "session_invalid")


def test_unsafe_calls_by_cookie_repeat_the_csrf_token(demo: User) -> None:
    client = browser_of(checks_csrf=True)
    sign_in(client)

    problem_in(client.post(LOGOUT), 403, "csrf_failed")
    problem_in(client.post(LOGOUT, headers={"X-CSRFToken": "wrong"}), 403, "csrf_failed")
    assert client.get(ME).status_code == 200

    token = client.cookies["csrftoken"].value
    assert client.post(LOGOUT, headers={"X-CSRFToken": token}).status_code == 200


def test_a_session_in_use_slides(client: Client, demo: User) -> None:
    sign_in(client)
    move_sign_in_back(client, hours=20)

    response = client.get(ME)

    assert response.cookies["session_id"]["max-age"] == settings.SESSION_COOKIE_AGE
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


def test_a_session_just_renewed_is_not_written_again(client: Client, demo: User) -> None:
    sign_in(client)

    assert "session_id" not in client.get(ME).cookies


def test_no_session_outlives_its_fourteenth_day(client: Client, demo: User) -> None:
    sign_in(client)
    move_sign_in_back(client, days=13, hours=22)

    response = client.get(ME)

    assert 0 < response.cookies["session_id"]["max-age"] <= 2 * 60 * 60


def test_a_session_that_ran_out_signs_nobody_in(client: Client, demo: User) -> None:
    sign_in(client)
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")

    problem_in(client.get(ME), 401, "session_invalid")


def test_signing_in_and_asking_who_one_is_take_a_fixed_number_of_queries(
    client: Client, demo: User, django_assert_num_queries
) -> None:
    with django_assert_num_queries(9):  # one reads the person, the rest keep the session (two savepoints among them)
        sign_in(client)
    with django_assert_num_queries(2):  # the session and its user
        client.get(ME)
