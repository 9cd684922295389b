"""`/api/v1/auth/...`."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import web_sessions
from accounts.api.permissions import OwnOrigin
from accounts.api.serializers import (
    MessageSerializer,
    OwnAccountSerializer,
    SignInSerializer,
    SignUpSerializer,
    UserSerializer,
)
from accounts.queries import signed_in_user
from accounts.rules.sign_in import check_credentials
from accounts.rules.sign_up import sign_up


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class SignUpAPI(APIView):
    """Make an account. It signs nobody in."""

    authentication_classes = ()
    permission_classes = (OwnOrigin,)

    @extend_schema(request=SignUpSerializer, responses={201: UserSerializer})
    def post(self, request: Request) -> Response:
        body = SignUpSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = sign_up(**body.validated_data)
        return Response(UserSerializer(user).data, status=status.HTTP_201_CREATED)


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class SignInAPI(APIView):
    """Open a web session: sets the cookies `session_id` and `csrftoken`."""

    authentication_classes = ()
    permission_classes = (OwnOrigin,)

    @extend_schema(request=SignInSerializer, responses={200: UserSerializer})
    def post(self, request: Request) -> Response:
        body = SignInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = check_credentials(**body.validated_data)
        web_sessions.sign_in(request._request, user)
        return Response(UserSerializer(user).data)


class SignOutAPI(APIView):
    """Delete the web session on the server; without one it answers all the same."""

    permission_classes = (AllowAny,)

    @extend_schema(request=None, responses={200: MessageSerializer})
    def post(self, request: Request) -> Response:
        web_sessions.sign_out(request._request)
        return Response({"message": "Logged out"})


@method_decorator(never_cache, name="dispatch")
class OwnAccountAPI(APIView):
    """Who is signed in."""

    @extend_schema(responses={200: OwnAccountSerializer})
    def get(self, request: Request) -> Response:
        return Response(OwnAccountSerializer(signed_in_user(request)).data)


class UnknownRouteAPI(APIView):
    """The last route under `/api/`, so that an unknown address is a problem as well, whatever DEBUG says."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request, force=True)
        raise NotFound("No such address in the API.")
