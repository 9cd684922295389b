"""`/api/v1/teams/{id}/provider-keys` and `/api/v1/teams/{id}/models`: for owner and admins of the team."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import NewestFirst
from accounts.queries import signed_in_user
from agents.api.serializers import (
    ModelsBodySerializer,
    ModelsSerializer,
    NewProviderKeySerializer,
    ProviderKeySerializer,
)
from agents.models import ProviderKey
from agents.queries import get_key, keys_of, models_of
from agents.rules.provider_keys import delete_key, store_key
from agents.rules.team_models import choose_models
from teams.api.etag import etag_of, version_of
from teams.api.views import IF_MATCH
from teams.models import Team
from teams.queries import get_team_to_manage


class ProviderKeysAPI(generics.ListAPIView[ProviderKey]):
    """The team's own keys for model providers; enter one, or replace it (200). It is never told again."""

    serializer_class = ProviderKeySerializer
    pagination_class = NewestFirst
    queryset = ProviderKey.objects.none()  # read by the schema alone

    def get_queryset(self) -> QuerySet[ProviderKey]:
        return keys_of(get_team_to_manage(signed_in_user(self.request), self.kwargs["team_id"]))

    @extend_schema(request=NewProviderKeySerializer, responses={200: ProviderKeySerializer, 201: ProviderKeySerializer})
    def post(self, request: Request, team_id: int) -> Response:
        team = get_team_to_manage(signed_in_user(request), team_id)
        body = NewProviderKeySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        row, is_first = store_key(team, by=signed_in_user(request), **body.validated_data)
        status_code = status.HTTP_201_CREATED if is_first else status.HTTP_200_OK
        return Response(ProviderKeySerializer(row).data, status=status_code)


class ProviderKeyAPI(APIView):
    """Forget a key: from now on the team's calls go where the operator's go."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, team_id: int, key_id: int) -> Response:
        team = get_team_to_manage(signed_in_user(request), team_id)
        delete_key(get_key(team, key_id), by=signed_in_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TeamModelsAPI(APIView):
    """Which models answer the team's sessions, unless a session says otherwise. Sessions that run keep theirs."""

    @extend_schema(responses={200: ModelsSerializer})
    def get(self, request: Request, team_id: int) -> Response:
        return _models(get_team_to_manage(signed_in_user(request), team_id))

    @extend_schema(request=ModelsBodySerializer, responses={200: ModelsSerializer}, parameters=[IF_MATCH])
    def put(self, request: Request, team_id: int) -> Response:
        team = get_team_to_manage(signed_in_user(request), team_id)
        body = ModelsBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        return _models(choose_models(team, given=given, by=signed_in_user(request), version=version_of(request)))


def _models(team: Team) -> Response:
    return Response(ModelsSerializer(models_of(team)).data, headers={"ETag": etag_of(team.version)})
