"""Mounted at `/api/v1/`."""

from django.urls import path

from teams.api import views

app_name = "teams-api"

urlpatterns = [
    path("teams", views.TeamsAPI.as_view(), name="teams"),
    path("teams/<int:team_id>", views.TeamAPI.as_view(), name="team"),
    path("teams/<int:team_id>/invite", views.TeamInviteAPI.as_view(), name="invite"),
    path("teams/<int:team_id>/members/<int:user_id>", views.TeamMemberAPI.as_view(), name="member"),
]
