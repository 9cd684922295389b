"""`/api/v1/teams...`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import NewestFirst
from accounts.api.serializers import MessageSerializer
from accounts.queries import signed_in_user
from teams.api.etag import etag_of, version_of
from teams.api.serializers import (
    InviteSerializer,
    MemberSerializer,
    RoleSerializer,
    TeamBodySerializer,
    TeamSerializer,
)
from teams.models import Role, Team, TeamQuerySet
from teams.queries import get_member, get_team, get_team_to_manage, teams_of
from teams.rules.members import change_role, invite_user, remove_member
from teams.rules.teams import create_team, delete_team, update_team

IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag that was read; stale is 412."
)


class TeamsAPI(generics.ListAPIView[Team]):
    """The teams that you can see; make another."""

    serializer_class = TeamSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> TeamQuerySet:
        return teams_of(signed_in_user(self.request))

    @extend_schema(request=TeamBodySerializer, responses={201: TeamSerializer})
    def post(self, request: Request) -> Response:
        body = TeamBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        team = create_team(owner=signed_in_user(request), **body.validated_data)
        return _team(request, team.pk, status.HTTP_201_CREATED)


class TeamAPI(APIView):
    """One team; owner and admins change it, its owner deletes it."""

    @extend_schema(responses={200: TeamSerializer})
    def get(self, request: Request, team_id: int) -> Response:
        return _team(request, team_id)

    @extend_schema(request=TeamBodySerializer(partial=True), responses={200: TeamSerializer}, parameters=[IF_MATCH])
    def patch(self, request: Request, team_id: int) -> Response:
        team = get_team_to_manage(signed_in_user(request), team_id)
        body = TeamBodySerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        update_team(team, by=signed_in_user(request), version=version_of(request), **body.validated_data)
        return _team(request, team_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, team_id: int) -> Response:
        delete_team(get_team(signed_in_user(request), team_id), by=signed_in_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TeamInviteAPI(APIView):
    """Let somebody join by username: 201 when they are new, 200 when they were a member already."""

    @extend_schema(request=InviteSerializer, responses={200: MessageSerializer, 201: MessageSerializer})
    def post(self, request: Request, team_id: int) -> Response:
        team = get_team_to_manage(signed_in_user(request), team_id)
        body = InviteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        joined = invite_user(team, by=signed_in_user(request), **body.validated_data)
        return Response({"message": "User invited"}, status=status.HTTP_201_CREATED if joined else status.HTTP_200_OK)


class TeamMemberAPI(APIView):
    """One member; owner and admins change the role, everybody but the owner may leave."""

    @extend_schema(responses={200: MemberSerializer})
    def get(self, request: Request, team_id: int, user_id: int) -> Response:
        return Response(MemberSerializer(get_member(get_team(signed_in_user(request), team_id), user_id)).data)

    @extend_schema(request=RoleSerializer, responses={200: MemberSerializer})
    def patch(self, request: Request, team_id: int, user_id: int) -> Response:
        membership = get_member(get_team_to_manage(signed_in_user(request), team_id), user_id)
        body = RoleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(MemberSerializer(change_role(membership, role=Role(body.validated_data["role"]))).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, team_id: int, user_id: int) -> Response:
        remove_member(get_member(get_team(signed_in_user(request), team_id), user_id), by=signed_in_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _team(request: Request, team_id: int, status_code: int = status.HTTP_200_OK) -> Response:
    team = get_team(signed_in_user(request), team_id)
    data: dict[str, Any] = TeamSerializer(team).data
    return Response(data, status=status_code, headers={"ETag": etag_of(team.version)})
