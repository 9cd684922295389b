"""Artifacts, their versions, and what the checks said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.pages import PAGING, ByPath, SessionList
from sessions_app.models import ExecutionSession
from sessions_app.queries.artifacts import (
    artifact_detail,
    artifact_shapes,
    artifact_version,
    artifacts_of,
    get_artifact,
)
from sessions_app.queries.checks import check_shape, checks_of


class SessionArtifactsAPI(SessionList):
    """The files of a session by path, each in its newest version, without content."""

    pages = ByPath

    @extend_schema(
        operation_id="sessions_artifacts_list", responses={200: shapes.Page[shapes.Artifact]}, parameters=PAGING
    )
    def get(self, request: Request, session_id: int) -> Response:
        return self.answer(request, session_id)

    def rows(self, session: ExecutionSession) -> QuerySet[Any]:
        return artifacts_of(session)

    def told(self, session: ExecutionSession, rows: Sequence[Any]) -> list[shapes.Artifact]:
        return artifact_shapes(rows)


class ArtifactAPI(APIView):
    """One file: its newest version with content, and the list of all versions."""

    @extend_schema(responses={200: shapes.ArtifactDetail})
    def get(self, request: Request, artifact_id: int) -> Response:
        return Response(artifact_detail(get_artifact(signed_in_user(request), artifact_id)).as_json())


class ArtifactVersionAPI(APIView):
    """One version of a file, with content."""

    @extend_schema(responses={200: shapes.ArtifactVersion})
    def get(self, request: Request, artifact_id: int, number: int) -> Response:
        artifact = get_artifact(signed_in_user(request), artifact_id)
        return Response(artifact_version(artifact, number).as_json())


class SessionChecksAPI(SessionList):
    """What the checks said of the files as they stand now, newest first."""

    @extend_schema(operation_id="sessions_checks_list", responses={200: shapes.Page[shapes.Check]}, parameters=PAGING)
    def get(self, request: Request, session_id: int) -> Response:
        return self.answer(request, session_id)

    def rows(self, session: ExecutionSession) -> QuerySet[Any]:
        return checks_of(session)

    def told(self, session: ExecutionSession, rows: Sequence[Any]) -> list[shapes.Check]:
        return [check_shape(row) for row in rows]
