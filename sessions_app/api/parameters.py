"""Query parameters: a bad value is refused by name, never ignored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.text import is_storable

LONGEST_SEARCH = 255
MOST_DIGITS = 18  # fits a bigint

TEAM = OpenApiParameter("team", OpenApiTypes.INT, description="Only sessions of this team.")
QUERY = OpenApiParameter("q", OpenApiTypes.STR, description="Only sessions with this text in the feature's name.")
TASK = OpenApiParameter("task_id", OpenApiTypes.INT, description="Of a retry: one task instead of all that failed.")
AFTER_STAGE = OpenApiParameter("after_stage", OpenApiTypes.INT, description="Of a fork: the last stage it keeps.")
AFTER = OpenApiParameter("after", OpenApiTypes.INT, description="Only events with a higher `seq`.")


def whole_number(request: Request, name: str) -> int | None:
    """Return the parameter as a number, None when it is absent. Raises ValidationError."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValidationError({name: ["A whole number, 0 or more."]})
    return int(text)


def one_of(request: Request, name: str, values: Sequence[str]) -> str | None:
    """Return the parameter, None when it is absent. Raises ValidationError when it is none of `values`."""
    text = request.query_params.get(name)
    if text is not None and text not in values:
        raise ValidationError({name: [f"One of {', '.join(values)}."]})
    return text


def required(value: int | str | None, name: str) -> Any:
    """Return the value of a parameter that has to be there. Raises ValidationError."""
    if value is None:
        raise ValidationError({name: ["This parameter is required."]})
    return value


def search_text(request: Request, name: str) -> str | None:
    """Return the parameter, None when it is absent. Raises ValidationError for what no text in the database holds."""
    text = request.query_params.get(name)
    if text is not None and (len(text) > LONGEST_SEARCH or not is_storable(text)):
        raise ValidationError({name: [f"A text of at most {LONGEST_SEARCH} characters, without NUL."]})
    return text
