"""Rules of teams as a command or the engine calls them, without a form in front."""

import pytest

from accounts.errors import InvalidInput
from accounts.tests.factories import make_user
from teams.models import Team
from teams.rules.teams import create_team, update_team
from teams.tests.factories import Cast


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "nul\x00", "half\ud800"])
def test_a_name_that_cannot_be_is_refused_before_the_database_sees_it(db: None, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_team(owner=make_user(), name=name)

    assert list(refused.value.errors) == ["name"]
    assert not Team.objects.exists()


def test_a_refused_change_leaves_the_team_as_it_was(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        update_team(cast.team, by=cast.owner, description="kept?", name=" ")

    team = Team.objects.get()
    assert (team.description, team.version) == ("", 1)
