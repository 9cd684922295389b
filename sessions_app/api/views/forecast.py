"""What a session would cost and take before it is started."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.parameters import required, search_text, whole_number
from sessions_app.queries.forecasts import forecast, team_to_forecast_for

PARAMETERS = [
    OpenApiParameter("team", OpenApiTypes.INT, required=True, description="The team whose earlier sessions count."),
    OpenApiParameter("workflow", OpenApiTypes.STR, description="`feature` when absent."),
    OpenApiParameter("model", OpenApiTypes.STR, description="The team's own, else the server's, when absent."),
]


class ForecastAPI(APIView):
    """What a session of this team would cost and take, per role and in all, with a range from its earlier ones."""

    @extend_schema(operation_id="sessions_forecast", responses={200: shapes.Forecast}, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        team_id = required(whole_number(request, "team"), "team")
        team = team_to_forecast_for(signed_in_user(request), team_id)
        told = forecast(
            team,
            workflow=search_text(request, "workflow") or "feature",
            model=search_text(request, "model") or None,
        )
        return Response(told.as_json())
