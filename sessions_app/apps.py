"""What a run is: sessions, stages, agent tasks, the journal and the engine that moves them."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "Sessions"
