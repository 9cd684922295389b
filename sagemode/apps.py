"""The project as an app: its commands and system checks."""

from django.apps import AppConfig


class SagemodeConfig(AppConfig):
    name = "sagemode"
    verbose_name = "Sage Mode"

    def ready(self) -> None:
        from sagemode import call_checks, price_checks, provider_checks, system_checks  # noqa: F401  (registers them)
