"""Cursor pages, as every list of the API gives them."""

from typing import Any

import pytest
from django.db.models.functions import Now
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.api.pagination import Cursor, CursorPages, NewestFirst
from accounts.models import User
from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


class ByName(CursorPages):
    ordering = ("username", "id")


def read(url: str = "/api/v1/people", pages: type[CursorPages] = NewestFirst) -> dict[str, Any]:
    """One page of all users, as the API would answer."""
    request = Request(APIRequestFactory().get(url))
    paginator = pages()
    rows = paginator.paginate_queryset(User.objects.all(), request)
    return paginator.get_paginated_response([user.username for user in rows]).data


def make_people(*names: str) -> None:
    for name in names:
        make_user(name)


def test_a_short_list_is_one_page() -> None:
    make_people("ann", "ben")

    assert read() == {"next": None, "previous": None, "results": ["ben", "ann"]}


def test_an_empty_list_is_one_page() -> None:
    assert read() == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize(("pages", "names"), [(NewestFirst, "edcba"), (ByName, "abcde")])
def test_next_and_previous_walk_the_whole_list_both_ways(pages: type[CursorPages], names: str) -> None:
    make_people(*(letter * 2 for letter in "abcde"))
    doubled = [letter * 2 for letter in names]

    first = read("/api/v1/people?limit=2&q=x", pages)
    second = read(first["next"], pages)
    third = read(second["next"], pages)

    assert [first["results"], second["results"], third["results"]] == [doubled[:2], doubled[2:4], doubled[4:]]
    assert (first["previous"], third["next"]) == (None, None)
    assert "q=x" in first["next"]
    assert "limit=2" in first["next"]
    assert read(third["previous"], pages)["results"] == doubled[2:4]
    back = read(read(third["previous"], pages)["previous"], pages)
    assert back["results"] == doubled[:2]
    assert back["previous"] is None
    assert read(back["next"], pages)["results"] == doubled[2:4]


def test_the_id_breaks_ties() -> None:
    make_people("aa", "bb", "cc", "dd")
    User.objects.update(created_at=Now())

    first = read("/api/v1/people?limit=3")

    assert first["results"] + read(first["next"])["results"] == ["dd", "cc", "bb", "aa"]


def test_a_row_that_comes_meanwhile_moves_no_other() -> None:
    make_people("aa", "bb", "cc")
    first = read("/api/v1/people?limit=2")

    make_people("dd")

    assert read(first["next"])["results"] == ["aa"]


def test_the_edge_may_be_deleted() -> None:
    make_people("aa", "bb", "cc")
    first = read("/api/v1/people?limit=2")

    User.objects.filter(username="bb").delete()

    assert read(first["next"])["results"] == ["aa"]


def test_25_rows_are_a_page_and_100_the_most() -> None:
    User.objects.bulk_create(User(username=f"u{n}", email=f"u{n}@example.org") for n in range(101))

    assert len(read()["results"]) == 25
    assert len(read("/api/v1/people?limit=100")["results"]) == 100


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1000000", "ten", "", "1.5", "²", "9" * 5000])
def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(f"/api/v1/people?limit={limit}")

    assert list(refused.value.detail) == ["limit"]


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "%00",
        "===",
        "a" * 5000,
        Cursor(()).encoded(),
        Cursor(("one",)).encoded(),
        Cursor(("not a time", "1")).encoded(),
        Cursor(("2026-11-21T07:44:05", "1")).encoded(),
        Cursor(("2026-11-21T07:44:05+00:00", "one")).encoded(),
        Cursor(("2026-11-21T07:44:05+00:00", "1\x00")).encoded(),
        Cursor(("", "")).encoded(),
        "WzAsMV0",  # [0,1]
        "e30",  # {}
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused(cursor: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(f"/api/v1/people?cursor={cursor}")

    assert list(refused.value.detail) == ["cursor"]


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30])
def test_a_number_beyond_the_database_finds_nothing_and_fails_nothing(number: str) -> None:
    make_people("aa")

    read(f"/api/v1/people?cursor={Cursor(('2000-01-01T00:00:00+00:00', number)).encoded()}")


def test_a_page_is_one_query(django_assert_num_queries) -> None:
    make_people("aa", "bb", "cc")
    url = read("/api/v1/people?limit=1")["next"]

    with django_assert_num_queries(1):
        read(url)
