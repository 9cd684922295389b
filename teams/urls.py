"""Pages, mounted at the root."""

from django.urls import path

from teams import views

app_name = "teams"

urlpatterns = [
    path("teams/new/", views.team_create, name="team-create"),
    path("teams/<int:team_id>/", views.team_detail, name="team-detail"),
    path("teams/<int:team_id>/edit/", views.team_update, name="team-update"),
    path("teams/<int:team_id>/invite/", views.team_invite, name="team-invite"),
]
