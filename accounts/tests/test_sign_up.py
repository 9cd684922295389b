"""`POST /api/v1/auth/signup` and its rule."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.errors import InvalidInput, UserExists
from accounts.models import User
from accounts.rules.sign_up import sign_up
from accounts.tests.factories import PASSWORD, browser_of, make_user, send
from accounts.tests.problems import problem_in

SIGNUP = "/api/v1/auth/signup"
NEWCOMER = {"username": "newcomer", "email": "Newcomer@example.org", "password": PASSWORD}

pytestmark = pytest.mark.django_db


def test_a_newcomer_gets_an_account_and_no_session(client: Client) -> None:
    response = send(client, "POST", SIGNUP, NEWCOMER)

    user = User.objects.get()
    assert response.status_code == 201
    assert response.json() == {"id": user.pk, "username": "newcomer", "email": "Newcomer@example.org"}
    assert not response.cookies
    assert user.check_password(PASSWORD)


def test_the_password_is_kept_as_argon2_at_the_floor_of_owasp(client: Client) -> None:
    send(client, "POST", SIGNUP, NEWCOMER)

    with connection.cursor() as cursor:
        cursor.execute("SELECT password_hash FROM users")
        (kept,) = cursor.fetchone()
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_no_csrf_token_is_asked_for() -> None:
    response = send(browser_of(checks_csrf=True), "POST", SIGNUP, NEWCOMER)

    assert response.status_code == 201


@pytest.mark.parametrize(
    "taken",
    [
        {"username": "demo"},
        {"username": "DEMO"},
        {"email": "demo@example.org"},
        {"email": "Demo@EXAMPLE.org"},
    ],
)
def test_a_taken_name_or_address_is_refused_in_any_case_of_letters(client: Client, taken: dict[str, str]) -> None:
    make_user("demo", email="demo@example.org")

    response = send(client, "POST", SIGNUP, NEWCOMER | taken)

    assert problem_in(response, 400, "user_exists")["detail"] == "User already exists"
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "a"),
        ("username", "a" * 65),
        ("username", "two words"),
        ("username", "me@example.org"),
        ("username", "-dash"),
        ("username", "nul\x00nul"),
        ("username", "half\ud800"),
        ("username", 7),
        ("username", None),
        ("username", ["list"]),
        ("email", "no address"),
        ("email", "a@b"),
        ("email", "nul\x00@example.org"),
        ("email", f"{'a' * 250}@example.org"),
        ("email", True),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "1234567890123"),
        ("password", "newcomer"),
        ("password", "nul\x00in the middle"),
        ("password", "half a pair \udfff"),
        ("password", "x" * 1025),
        ("password", {}),
        ("name", "nul\x00"),
        ("name", "x" * 256),
    ],
)
def test_a_faulty_field_is_named_and_nothing_is_written(client: Client, field: str, value: object) -> None:
    response = send(client, "POST", SIGNUP, NEWCOMER | {field: value})

    problem = problem_in(response, 400, "invalid")
    assert list(problem["errors"]) == [field]
    assert all(isinstance(text, str) and text for text in problem["errors"][field])
    assert not User.objects.exists()


def test_all_missing_fields_are_named_at_once(client: Client) -> None:
    problem = problem_in(send(client, "POST", SIGNUP, {}), 400, "invalid")

    assert set(problem["errors"]) == {"username", "email", "password"}


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://testserver:81", "https://testserver"])
def test_a_page_of_another_site_makes_no_account(client: Client, origin: str) -> None:
    problem_in(send(client, "POST", SIGNUP, NEWCOMER, Origin=origin), 403, "foreign_origin")

    assert not User.objects.exists()


def test_our_own_origin_is_welcome(client: Client) -> None:
    assert send(client, "POST", SIGNUP, NEWCOMER, Origin="http://testserver").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_name_at_once_one_gets_it() -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def take(email: str) -> None:
        try:
            barrier.wait(10)
            sign_up(username="Same", email=email, password=PASSWORD)
            outcomes.append("made")
        except UserExists:
            outcomes.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=take, args=(f"{letter}@example.org",)) for letter in "ab"]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(30)

    assert sorted(outcomes) == ["made", "refused"]
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_name_taken_after_we_looked_is_refused_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both threads of the test above may pass one after the other; here the look finds nothing for certain.
    make_user("demo")
    monkeypatch.setattr("accounts.models.user.UserQuerySet.exists", lambda _: False)

    with pytest.raises(UserExists):
        sign_up(username="DEMO", email="other@example.org", password=PASSWORD)


@pytest.mark.parametrize("field", ["username", "email", "name", "password"])
@pytest.mark.parametrize("text", ["nul\x00 in the middle", "half a pair \ud800"])
def test_the_rule_itself_lets_no_text_through_that_no_database_takes(field: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        sign_up(**(NEWCOMER | {field: text}))

    assert list(refused.value.errors) == [field]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "username": st.text(st.characters(), max_size=70) | anything,
        "email": st.emails() | st.text(st.characters(), max_size=40) | anything,
        "password": st.text(st.characters(), max_size=40) | anything,
        "name": st.text(st.characters(), max_size=300) | anything,
    },
)


@pytest.fixture
def cheap_hashes(settings: Iterator[object]) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@given(body=bodies | anything)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_the_answer_is_an_account_or_a_problem(
    client: Client, cheap_hashes: None, body: object
) -> None:
    before = User.objects.count()

    response = send(client, "POST", SIGNUP, body)

    if response.status_code == 201:
        assert User.objects.count() == before + 1
    else:
        problem_in(response, 400)
        assert User.objects.count() == before
