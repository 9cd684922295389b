"""Rules of membership that no single request shows."""

import threading

import pytest
from django.db import connection

from accounts.errors import InvalidInput, NotReachable
from accounts.tests.factories import make_user
from teams.errors import UnknownUser
from teams.models import Role, Team, TeamMembership
from teams.rules.members import change_role, invite_user
from teams.rules.teams import update_team
from teams.tests.factories import Cast, make_team


@pytest.mark.django_db(transaction=True)
def test_two_invitations_at_once_make_one_member() -> None:
    team = make_team()
    newcomer = make_user("newcomer")
    joined: list[bool] = []
    barrier = threading.Barrier(2)

    def invite() -> None:
        barrier.wait(10)
        joined.append(invite_user(team, username="newcomer", by=team.owner))
        connection.close()

    both = [threading.Thread(target=invite) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(30)

    assert sorted(joined) == [False, True]
    assert team.memberships.filter(user=newcomer).count() == 1


def test_a_role_cannot_be_given_to_who_left_meanwhile(cast: Cast) -> None:
    membership = cast.team.memberships.get(user=cast.member)
    TeamMembership.objects.filter(pk=membership.pk).delete()

    with pytest.raises(NotReachable):
        change_role(membership, role=Role.VIEWER)


def test_a_team_deleted_meanwhile_is_not_reachable(cast: Cast) -> None:
    Team.objects.filter(pk=cast.team.pk).delete()

    with pytest.raises(NotReachable):
        update_team(cast.team, by=cast.owner, name="Too late")


def test_no_rule_makes_a_second_owner(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        invite_user(cast.team, username=cast.outsider.username, by=cast.owner, role=Role.OWNER)


def test_a_name_that_no_database_takes_is_nobodys(cast: Cast) -> None:
    with pytest.raises(UnknownUser):
        invite_user(cast.team, username="nul\x00", by=cast.owner)
