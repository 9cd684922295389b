"""What model calls came to."""

from __future__ import annotations

from datetime import UTC

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.parameters import one_of, whole_number
from sessions_app.queries.usage import GROUPS, MOST_DAYS, Period, teams_to_ask, usage

PARAMETERS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day (UTC); of the month when absent."),
    OpenApiParameter(
        "to", OpenApiTypes.DATE, description=f"The last day; today when absent. At most {MOST_DAYS} days."
    ),
    OpenApiParameter("group_by", OpenApiTypes.STR, enum=list(GROUPS), description="`model` when absent."),
    OpenApiParameter("team", OpenApiTypes.INT, description="Only calls of this team."),
]


class UsageAPI(APIView):
    """Calls, tokens and costs of the teams you can see, added up over whole days.

    At most 1,000 rows, the dearest first, or days in their order; `total` adds up all there are.
    """

    @extend_schema(operation_id="usage", responses={200: shapes.Usage}, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        asked = request.query_params
        period = Period.between(asked.get("from"), asked.get("to"), today=timezone.now().astimezone(UTC).date())
        group_by = one_of(request, "group_by", list(GROUPS)) or "model"
        teams = teams_to_ask(signed_in_user(request), whole_number(request, "team"))
        return Response(usage(teams, period=period, group_by=group_by).as_json())
