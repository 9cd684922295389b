"""What the database itself refuses, whoever writes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import ProtectedError

from accounts.tests.factories import make_user
from teams.models import Role, Team, TeamMembership, TeamMonth
from teams.tests.factories import Cast, make_team


def test_a_person_belongs_to_a_team_once(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="one_membership_per_person"):
        TeamMembership.objects.create(team=cast.team, user=cast.member, role=Role.VIEWER)


def test_a_team_has_one_owner(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="one_owner_per_team"):
        TeamMembership.objects.create(team=cast.team, user=cast.outsider, role=Role.OWNER)


def test_a_role_is_one_of_four(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="team_memberships_known_role"):
        TeamMembership.objects.create(team=cast.team, user=cast.outsider, role="king")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"name": " \t "}, "teams_name_not_blank"),
        ({"monthly_budget_usd": -1}, "teams_budget_not_negative"),
        ({"version": 0}, "teams_version_from_one"),
    ],
)
def test_a_team_keeps_its_ranges(cast: Cast, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make_team(cast.owner, **fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"month": date(2026, 11, 2)}, "team_months_first_day"),
        ({"spent_usd": Decimal("-0.000001")}, "team_months_spent_not_negative"),
        ({"reserved_usd": Decimal("-0.000001")}, "team_months_reserved_not_negative"),
    ],
)
def test_a_month_starts_on_the_first_and_owes_nothing(cast: Cast, fields: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        TeamMonth.objects.create(**{"team": cast.team, "month": date(2026, 11, 1), **fields})


def test_a_month_is_one_row(cast: Cast) -> None:
    TeamMonth.objects.create(team=cast.team, month=date(2026, 11, 1))

    with pytest.raises(IntegrityError, match="one_row_per_team_and_month"):
        TeamMonth.objects.create(team=cast.team, month=date(2026, 11, 1))


def test_statements_of_the_engine_need_to_name_team_and_month_only(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO team_months (team_id, month) VALUES (%s, '2026-11-01')", [cast.team.pk])

    month = TeamMonth.objects.get()
    assert (month.spent_usd, month.reserved_usd) == (0, 0)


def test_who_owns_a_team_cannot_be_deleted(cast: Cast) -> None:
    with pytest.raises(ProtectedError):
        cast.owner.delete()


def test_who_is_deleted_leaves_their_teams(cast: Cast) -> None:
    cast.member.delete()

    assert not cast.team.memberships.filter(role=Role.MEMBER).exists()


def test_the_database_writes_the_times(db: None) -> None:
    team = make_team(make_user())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE teams SET created_at = created_at - interval '1 day', updated_at = updated_at - interval '1 day'"
        )
    before = Team.objects.get()

    before.description = "changed"
    before.save()

    after = Team.objects.get()
    assert after.created_at == before.created_at < team.created_at
    assert after.updated_at > team.updated_at


@pytest.mark.parametrize(
    ("table", "index"),
    [
        ("teams", "idx_teams_owner"),
        ("teams", "idx_teams_is_shared"),
        ("team_memberships", "idx_memberships_user"),
        ("team_memberships", "idx_memberships_team"),
    ],
)
def test_indexes_have_the_names_they_were_specified_with(db: None, table: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = %s AND indexname = %s", [table, index])
        assert cursor.fetchone() == (1,)
