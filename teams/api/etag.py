"""A row's version as an ETag, and what a client read as a version again (RFC 9110, section 13.1.1)."""

from __future__ import annotations

from rest_framework.request import Request

NEVER = 0  # versions start at one, so this one is always stale


def etag_of(version: int) -> str:
    return f'"{version}"'


def version_of(request: Request) -> int | None:
    """The version in `If-Match`; None when the client sets no condition, NEVER for a tag that is not ours."""
    sent = request.headers.get("If-Match", "").strip()
    if sent in ("", "*"):
        return None
    tag = sent.removeprefix("W/").strip('"')
    return int(tag) if tag.isascii() and tag.isdigit() and len(tag) < 10 else NEVER
