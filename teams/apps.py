from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """Teams, who belongs to them in which role, and what they spend in a month."""

    name = "teams"
    default_auto_field = "django.db.models.BigAutoField"
