"""Find the calls of a period without reading all of them."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0007_providers")]

    operations = [
        migrations.AddIndex(
            model_name="llmcall",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["created_at"], name="idx_calls_created", autosummarize=True, pages_per_range=32
            ),
        ),
    ]
