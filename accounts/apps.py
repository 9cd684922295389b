from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: who they are, how they sign in, and how the API knows them."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import web_sessions  # noqa: F401  (connects its signal)
