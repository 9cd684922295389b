"""`manage.py init_db`: a database that is ready for use."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from sagemode.postgres import database


class Command(BaseCommand):
    """Makes the embedded database where there is none, and brings the tables up to date; again, it changes nothing."""

    help = "Create the embedded PostgreSQL database unless DATABASE_URL is set, and apply all migrations. Idempotent."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with database(settings.DATA_DIR, settings.DATABASE_URL, say=self.stdout.write):
            call_command("migrate", interactive=False, verbosity=options["verbosity"], stdout=self.stdout)
        self.stdout.write(self.style.SUCCESS("The database is ready."))
