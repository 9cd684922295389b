"""Mounted at `/api/v1/`."""

from django.urls import path

from agents.api import views

app_name = "agents-api"

urlpatterns = [
    path("teams/<int:team_id>/provider-keys", views.ProviderKeysAPI.as_view(), name="provider-keys"),
    path("teams/<int:team_id>/provider-keys/<int:key_id>", views.ProviderKeyAPI.as_view(), name="provider-key"),
    path("teams/<int:team_id>/models", views.TeamModelsAPI.as_view(), name="models"),
]
