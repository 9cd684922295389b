"""One artifact: as it reads, as it is written, and raw."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.queries import signed_in_user
from agents.deliverable import DOMAIN_PATH, parse_domain
from sessions_app import rendering, shapes
from sessions_app.errors import NotReachable
from sessions_app.queries import artifacts as artifact_queries
from sessions_app.queries import pages
from sessions_app.queries.sessions import get_session


@login_required
@require_safe
def artifact_detail(request: HttpRequest, artifact_id: int) -> HttpResponse:
    """One version of a file, as it reads and as it is written, with its checks and the decisions it carries out."""
    user = signed_in_user(request)
    artifact = artifact_queries.get_artifact(user, artifact_id)
    session = get_session(user, artifact.session_id)
    whole = artifact_queries.artifact_detail(artifact)
    shown = _version_of(request, artifact, whole)
    drawn = rendering.domain_figures(shown.content) if rendering.is_domain(shown) else ""
    can_be_read = bool(drawn) or rendering.is_html(shown) or rendering.is_markdown(shown)
    as_source = request.GET.get("view") == "source" or not can_be_read
    context = {
        "session": session,
        "artifact": shown,
        "versions": whole.versions[::-1],
        "checks": pages.checks_of_version(artifact, shown.version),
        "implements": pages.decisions_numbered(session, shown.implements),
        "can_be_read": can_be_read,
        "as_source": as_source,
        "is_html": rendering.is_html(shown),
        "lines": rendering.source_lines(shown.path, shown.content) if as_source else (),
        "drawn": drawn,
        "prose": "" if as_source or not rendering.is_markdown(shown) else _prose(shown),
        "line_count": shown.content.count("\n") + (not shown.content.endswith("\n")),
    }
    return render(request, "sessions/artifact.html", context)


@login_required
@require_safe
def artifact_raw(request: HttpRequest, artifact_id: int) -> HttpResponse:
    """The file itself. Model-made HTML is shown in a sandbox that runs nothing; everything else is plain text."""
    artifact = artifact_queries.get_artifact(signed_in_user(request), artifact_id)
    shown = _version_of(request, artifact, artifact_queries.artifact_detail(artifact))
    as_download = "download" in request.GET
    framed = rendering.is_html(shown) and not as_download
    response = HttpResponse(
        shown.content, content_type="text/html; charset=utf-8" if framed else "text/plain; charset=utf-8"
    )
    response["Content-Security-Policy"] = rendering.FRAMED if framed else rendering.SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    name = shown.path.rpartition("/")[2]
    response["Content-Disposition"] = content_disposition_header(as_download, name) or "inline"
    return response


def _prose(shown: shapes.ArtifactVersion) -> SafeString:
    """The text as it reads; an entity diagram is drawn from the session's domain, if that is what it shows."""
    domain = None
    if "erDiagram" in shown.content:
        domain = parse_domain(artifact_queries.newest_content(shown.session_id, DOMAIN_PATH))
    return rendering.prose(shown.content, domain=domain)


def _version_of(request: HttpRequest, artifact: Any, whole: shapes.ArtifactDetail) -> shapes.ArtifactVersion:
    asked = request.GET.get("v", "")
    if not asked or asked == str(whole.version):
        return whole
    if not asked.isdecimal() or len(asked) > 9:
        raise NotReachable("This artifact has no such version.")
    return artifact_queries.artifact_version(artifact, int(asked))
