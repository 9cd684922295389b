"""The root of the API: what it is called and where its parts are."""

from django.conf import settings
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView


class Root(APIView):
    """Name, version and links of the API; open to everybody."""

    permission_classes = (AllowAny,)
    schema = None

    def get(self, request: Request) -> Response:
        parts = {"schema": "api:schema", "docs": "api:docs"}
        return Response(
            {
                "name": "Sage Mode API",
                "version": settings.VERSION,
                "status": "running",
                "links": {name: reverse(view, request=request) for name, view in parts.items()},
            }
        )
