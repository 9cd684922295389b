"""A session as a bundle of files: everything agents handed in, a record of each decision, and the journal.

The same layout as a folder and as a zip, without an enclosing folder:

    README.md             what was asked for, what answers it, what is inside
    journal.json          session, requirements, decisions, artifacts, and the events with their chain
    quality.json          the five scores with their reasons, and what all checks say; once a stage has ended
    docs/adr/NNNN-*.md    one record per decision
    docs/diagrams/*.svg   the domain, drawn: what belongs to what, and the life of each thing
    ...                   the artifacts at their own paths, each in its newest version
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from agents.deliverable import DOMAIN_PATH
from sessions_app.errors import InvalidInput, NotReachable
from sessions_app.journal.adr import records_of, slug_of
from sessions_app.journal.layout import JOURNAL, QUALITY, README, place_of
from sessions_app.journal.moment import one_moment
from sessions_app.journal.pictures import pictures_of
from sessions_app.journal.readme import Contents, readme_of
from sessions_app.models import ExecutionSession, SessionEvent
from sessions_app.queries.artifacts import artifact_shapes, artifacts_of, newest_versions
from sessions_app.queries.checks import check_shape, checks_of, newest_review, score_shapes
from sessions_app.queries.decisions import agent_decisions, people_decisions, requirements_of
from sessions_app.queries.events import event_shape, events_after
from sessions_app.queries.sessions import full_rows
from sessions_app.queries.tasks import cost_of

FORMAT = 1
Bundle = Mapping[str, bytes]
"""The content of each file by its path, in the order of a zip."""


def bundle_of(session_id: int) -> Bundle:
    """Return the bundle of a session as it is at one moment. Raises NotReachable."""
    with one_moment():
        session = ExecutionSession.objects.select_related("team", "user").filter(pk=session_id, deleted_at=None).first()
        if session is None:
            raise NotReachable(f"There is no session {session_id}.")
        return _files_of(session)


def bundle_name(session: ExecutionSession) -> str:
    """Return the bundle's name as a folder or a file without suffix: the slug of the feature name."""
    return slug_of(session.feature_name, otherwise=f"session-{session.pk}")


def zipped(bundle: Bundle) -> bytes:
    """Return the bundle as a zip; the same bundle gives the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in bundle.items():
            entry = zipfile.ZipInfo(path)  # dated 1980: when it was packed says nothing about the session
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def write_folder(bundle: Bundle, folder: Path) -> None:
    """Write the bundle into a folder; a file that is there is replaced whole, others stay.

    Raises InvalidInput when something in the folder is in the way, such as a link that leads out of it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        root = folder.resolve()
        for path, content in bundle.items():
            target = root / path
            if not target.parent.resolve().is_relative_to(root):
                raise InvalidInput({"out": [f"{target.parent} leads out of {folder}."]})
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, content)
    except OSError as error:
        raise InvalidInput({"out": [f"{folder} cannot be written: {error.strerror or error}."]}) from error


def journal_of(contents: Contents, events: Iterable[SessionEvent]) -> dict[str, Any]:
    """Return the journal as JSON values; with it alone an outsider can recompute the chain."""
    return {
        "format": FORMAT,
        "session": contents.session.as_json(),
        "requirements": [requirement.as_json() for requirement in contents.requirements],
        "decisions": [decision.as_json() for decision in contents.decisions],
        "session_decisions": [decision.as_json() for decision in contents.people_decisions],
        "artifacts": [artifact.as_json() for artifact in contents.artifacts],
        "events": [
            {**event_shape(row).as_json(), "data_salt": row.data_salt, "data_sha256": row.data_sha256} for row in events
        ],
        "chain_head": contents.chain_head,
    }


def exported_journal(session: ExecutionSession) -> dict[str, Any]:
    """Return what stands in the `journal.json` of a session's bundle, as JSON values."""
    written = orjson.dumps(journal_of(_contents_of(session), events_after(session).iterator()))
    read: dict[str, Any] = orjson.loads(written)
    return read


def quality_of(contents: Contents) -> dict[str, Any]:
    """Return as JSON values how good the work is: scores with their reasons, and every check of what stands now."""
    return {
        "stage": contents.reviewed_stage,
        "scores": {score.name: score.value for score in contents.quality if score.value is not None},
        "quality": [score.as_json() for score in contents.quality],
        "checks": [check.as_json() for check in contents.checks],
    }


def _files_of(session: ExecutionSession) -> Bundle:
    contents = _contents_of(session)
    files = {path: text.encode() for path, text in contents.records.written.items()}
    for version in newest_versions(session).iterator():
        files[place_of(version.artifact.path)] = version.content.encode()
    if DOMAIN_PATH in files:
        files |= pictures_of(files[DOMAIN_PATH].decode(), files)
    journal = journal_of(contents, events_after(session).iterator())
    return {
        README: readme_of(contents).encode(),
        JOURNAL: orjson.dumps(journal, option=orjson.OPT_INDENT_2),
        **({QUALITY: orjson.dumps(quality_of(contents), option=orjson.OPT_INDENT_2)} if contents.quality else {}),
        **dict(sorted(files.items())),
    }


def _contents_of(session: ExecutionSession) -> Contents:
    [told] = full_rows([session])
    people = people_decisions(session)
    decisions = [decision for _, decision in agent_decisions(session)]
    artifacts = artifact_shapes(list(artifacts_of(session)))
    reviewed = newest_review(session.stages.all())
    return Contents(
        session=told,
        cost=cost_of(session.pk),
        requirements=requirements_of(session),
        decisions=decisions,
        people_decisions=people,
        artifacts=artifacts,
        records=records_of([*decisions, *people], [artifact.path for artifact in artifacts]),
        chain_head=session.chain_head,
        last_seq=session.last_seq,
        reviewed_stage=reviewed.number if reviewed else None,
        quality=score_shapes(reviewed.quality if reviewed else None),
        checks=list(map(check_shape, checks_of(session))),
    )


def _replace(target: Path, content: bytes) -> None:
    """Write a file next to its place and move it there, so that nobody reads half of it."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
