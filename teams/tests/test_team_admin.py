"""Teams, memberships and months in the admin."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.tests.factories import browser_of, make_user
from teams.models import Role, Team, TeamMonth
from teams.tests.factories import Cast, make_team

LISTS = ["/admin/teams/team/", "/admin/teams/teammembership/", "/admin/teams/teammonth/"]


@pytest.fixture
def staff(db: None) -> Client:
    return browser_of(make_user("operator", is_staff=True, is_superuser=True))


@pytest.mark.parametrize("path", LISTS)
def test_lists_cost_the_same_for_one_row_and_for_twenty(
    staff: Client, cast: Cast, path: str, django_assert_max_num_queries: Any
) -> None:
    TeamMonth.objects.create(team=cast.team, month=date(2026, 11, 1))
    assert staff.get(path, {"q": cast.team.name}).status_code == 200
    with django_assert_max_num_queries(10) as one:
        staff.get(path)
    for _ in range(20):
        TeamMonth.objects.create(team=make_team(), month=date(2026, 11, 1))

    with django_assert_max_num_queries(len(one)):
        staff.get(path)


def test_members_are_counted(staff: Client, cast: Cast) -> None:
    assert '<td class="field-members">4</td>' in staff.get(LISTS[0]).content.decode()


def formset_of(cast: Cast, **owner_row: object) -> dict[str, object]:
    """The change form of the cast's team as the admin sends it, the owner's row bent."""
    rows = list(cast.team.memberships.order_by("joined_at", "id"))
    form: dict[str, object] = {
        "name": "Changed",
        "owner": cast.owner.pk,
        "is_shared": "on",
        "defaults": "{}",
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate(rows):
        fields = {"id": row.pk, "team": cast.team.pk, "user": row.user_id, "role": row.role}
        bent = owner_row if row.user_id == cast.owner.pk else {}
        form |= {f"memberships-{number}-{name}": value for name, value in (fields | bent).items()}
    return form


@pytest.mark.parametrize("bent", [{}, {"role": "viewer"}, {"DELETE": "on"}])
def test_a_team_keeps_its_owner_whatever_the_form_said(staff: Client, cast: Cast, bent: dict[str, object]) -> None:
    response = staff.post(f"/admin/teams/team/{cast.team.pk}/change/", formset_of(cast, **bent))

    assert response.status_code == 302
    team = Team.objects.get()
    assert (team.name, team.version) == ("Changed", 2)
    assert team.memberships.get(role=Role.OWNER).user == cast.owner


def test_a_team_changes_hands(staff: Client, cast: Cast) -> None:
    form = formset_of(cast) | {"owner": cast.member.pk}

    assert staff.post(f"/admin/teams/team/{cast.team.pk}/change/", form).status_code == 302

    assert cast.team.memberships.get(role=Role.OWNER).user == cast.member
    assert cast.team.memberships.get(user=cast.owner).role == Role.ADMIN


def test_staff_make_a_team_for_somebody(staff: Client, cast: Cast) -> None:
    form = {
        "name": "Made",
        "owner": cast.outsider.pk,
        "defaults": "{}",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }

    assert staff.post("/admin/teams/team/add/", form).status_code == 302

    assert Team.objects.get(name="Made").memberships.get().user == cast.outsider


def test_a_team_goes_with_its_members(staff: Client, cast: Cast) -> None:
    response = staff.post(f"/admin/teams/team/{cast.team.pk}/delete/", {"post": "yes"})

    assert response.status_code == 302
    assert not Team.objects.exists()


def test_memberships_are_changed_in_their_team_only(staff: Client, cast: Cast) -> None:
    row = cast.team.memberships.get(user=cast.owner)

    assert staff.get("/admin/teams/teammembership/add/").status_code == 403
    assert staff.get(f"/admin/teams/teammembership/{row.pk}/change/").status_code == 200
    assert staff.post(f"/admin/teams/teammembership/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_months_are_read_only(staff: Client, cast: Cast) -> None:
    month = TeamMonth.objects.create(team=cast.team, month=date(2026, 11, 1))

    assert staff.get("/admin/teams/teammonth/add/").status_code == 403
    assert staff.post(f"/admin/teams/teammonth/{month.pk}/change/", {"spent_usd": 0}).status_code == 403
    assert staff.post(f"/admin/teams/teammonth/{month.pk}/delete/", {"post": "yes"}).status_code == 403
