from teams.models.membership import TeamMembership
from teams.models.month import TeamMonth
from teams.models.team import Team, TeamQuerySet
from teams.roles import Role

__all__ = ["Role", "Team", "TeamMembership", "TeamMonth", "TeamQuerySet"]
