"""The demo team."""

from accounts.tests.factories import make_user
from teams.models import Role, Team
from teams.rules.demo import seed_demo_team


def test_seeding_twice_makes_one_shared_team_with_its_owner(db: None) -> None:
    demo = make_user("demo")

    first = seed_demo_team(owner=demo)
    again = seed_demo_team(owner=demo)

    assert first == again == Team.objects.get()
    assert (first.name, first.is_shared) == ("Demo team", True)
    assert [(row.user, row.role) for row in first.memberships.all()] == [(demo, Role.OWNER)]
