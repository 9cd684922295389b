from decimal import Decimal

from django.db import models
from django.db.models import Q


class TeamMonth(models.Model):
    """What a team has spent and reserved in one calendar month (UTC).

    The engine alone writes it, under its lock order.
    """

    team = models.ForeignKey("teams.Team", models.CASCADE, related_name="months", db_index=False)
    month = models.DateField(help_text="The first day of the month.")
    spent_usd = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0), db_default=Decimal(0))
    reserved_usd = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0), db_default=Decimal(0))

    class Meta:
        db_table = "team_months"
        ordering = ("-month", "team_id")
        constraints = [
            # Its index serves the foreign key as well.
            models.UniqueConstraint(fields=["team", "month"], name="one_row_per_team_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="team_months_first_day"),
            models.CheckConstraint(condition=Q(spent_usd__gte=0), name="team_months_spent_not_negative"),
            models.CheckConstraint(condition=Q(reserved_usd__gte=0), name="team_months_reserved_not_negative"),
        ]
        indexes = [models.Index(fields=["-month", "team"], name="idx_team_months_month")]

    def __str__(self) -> str:
        return f"{self.team} in {self.month:%Y-%m}"
