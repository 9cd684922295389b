"""Who sees, works in and manages which team."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.errors import NotAllowed, NotReachable
from accounts.tests.factories import make_user
from teams.models import Role, Team
from teams.queries import get_team, get_team_for_edit, get_team_to_manage
from teams.tests.factories import Cast, join, make_team


@pytest.mark.parametrize(
    ("who", "sees", "edits", "manages"),
    [
        ("owner", True, True, True),
        ("admin", True, True, True),
        ("member", True, True, False),
        ("viewer", True, False, False),
        ("outsider", False, False, False),
    ],
)
def test_a_shared_team_by_role(cast: Cast, who: str, sees: bool, edits: bool, manages: bool) -> None:
    user = getattr(cast, who)

    assert Team.objects.visible_to(user).filter(pk=cast.team.pk).exists() == sees
    assert Team.objects.editable_by(user).filter(pk=cast.team.pk).exists() == edits
    assert Team.objects.managed_by(user).filter(pk=cast.team.pk).exists() == manages
    for read, allowed in ((get_team, sees), (get_team_for_edit, edits), (get_team_to_manage, manages)):
        if allowed:
            assert read(user, cast.team.pk) == cast.team
        else:
            with pytest.raises(NotAllowed if sees else NotReachable):
                read(user, cast.team.pk)


def test_nobody_signed_in_sees_nothing(cast: Cast) -> None:
    assert not Team.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER, Role.VIEWER])
def test_a_personal_team_is_its_owners_alone_whoever_else_has_a_membership(cast: Cast, role: Role) -> None:
    personal = make_team(cast.owner, is_shared=False)
    other = join(personal, role=role)

    assert personal in Team.objects.visible_to(cast.owner)
    assert personal in Team.objects.managed_by(cast.owner)
    for scope in (Team.objects.visible_to, Team.objects.editable_by, Team.objects.managed_by):
        assert personal not in scope(other)


def test_role_and_person_are_asked_of_the_same_membership(cast: Cast) -> None:
    # The team has an owner, and the viewer is in it; neither makes the viewer an owner.
    assert cast.team not in Team.objects.managed_by(cast.viewer)


def test_each_team_is_listed_once_however_many_belong_to_it(cast: Cast) -> None:
    assert list(Team.objects.visible_to(cast.owner)) == [cast.team]


def test_a_label_says_what_kind_of_team_it_is(db: None) -> None:
    owner = make_user()

    assert make_team(owner, name="Orchard").label == "Orchard (shared)"
    assert make_team(owner, name="Orchard", is_shared=False).label == "Orchard (personal)"
