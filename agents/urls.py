"""Pages, mounted at the root."""

from django.urls import path

from agents import views

app_name = "agents"

urlpatterns = [
    path("teams/<int:team_id>/models/", views.team_models, name="team-models"),
    path("teams/<int:team_id>/models/edit/", views.team_models_update, name="team-models-update"),
    path("teams/<int:team_id>/models/keys/", views.provider_key_store, name="provider-key-store"),
    path("teams/<int:team_id>/models/keys/<int:key_id>/delete/", views.provider_key_delete, name="provider-key-delete"),
]
