"""Timestamps that the database's clock writes, so that rows of several processes compare."""

from typing import Any

from django.db import models
from django.db.models.functions import Now


class CreatedAtField(models.DateTimeField):
    """When the row was inserted, by the database's clock; never edited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_default", Now())
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


class UpdatedAtField(CreatedAtField):
    """When the row was last saved, by the database's clock.

    Like `auto_now` it follows `save()`, with `update_fields` only when it is named there. The instance in memory keeps
    its former value until it is read anew.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return super().pre_save(model_instance, add) if add else Now()
