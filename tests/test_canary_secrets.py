"""Canaries: secrets planted in a whole house, whose provider repeats every key it is sent, are seen nowhere.

The house runs as an operator starts it, with secrets in its environment and a team's own key entered. The provider on
the wire puts the header it was sent into bodies and headers of its failures, and its models write the keys into their
deliverables. Afterwards everything is searched: what was sent to the provider, the database, logs, export, pages, API.
"""

from __future__ import annotations

import http.cookiejar
import io
import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest
from psycopg import sql

from sagemode.postgres import embedded_url
from tests.services import RunningApp, eventually, running_app
from tests.wire import UPSTREAM_WORDS, WireServer
from tests.wire.http import Reply, Request
from tests.wire.speaker import Play

OPERATOR_ANTHROPIC = "sk-ant-api03-canary-operator-anthropic-012345"
OPERATOR_OPENAI = "canary-operator-openai-without-a-known-form"
TEAM = "canary-team-openai-key-that-is-its-own"
OTHER_TEAM = "canary-other-team-openai-key"
HIDDEN = {
    "SECRET_KEY": "canary-secret-key-0123456789-0123456789-0123456789",
    "SAGE_FIELD_KEY": "canary-field-key-0123456789,canary-former-field-key-012345",
    "ANTHROPIC_API_KEY": OPERATOR_ANTHROPIC,
    "OPENAI_API_KEY": OPERATOR_OPENAI,
    "ACME_DEPLOY_TOKEN": "canary-environment-of-something-else",
}
MARK = "canary"  # of each of them; nothing else says so
SECONDS = 120


class EchoingWire(WireServer):
    """A provider that puts the key it was sent into what it says when something is wrong."""

    async def _answer(self, request: Request, reply: Reply) -> None:
        sent = request.headers.get("authorization") or request.headers.get("x-api-key", "")
        whole = reply.whole

        async def echoing(status: int, body: bytes, media_type: str, headers: dict[str, str]) -> None:
            body = body.replace(UPSTREAM_WORDS.encode(), sent.encode())
            await whole(status, body, media_type, {**headers, "X-Echo": sent, "WWW-Authenticate": sent})

        reply.whole = echoing  # type: ignore[method-assign]
        await super()._answer(request, reply)


def with_key(text: str, request: Request) -> str:
    """What the model says: a whole deliverable, with the key of the request in all its parts."""
    said, key = json.loads(text), key_in(request.headers)
    said["summary"] = f"Authorization: Bearer {key} and {said['summary']}"
    said["handoff"] = f"{key}\u200b {said.get('handoff', '')}"
    for decision in said["decisions"]:
        decision["rationale"] += f" x-api-key={key[:20]}\u200b{key[20:]}, {key}."
    for artifact in said["artifacts"]:
        if artifact["path"].endswith(".md"):
            artifact["content"] += f"\n\nKey: {key}.\n"
    return json.dumps(said)


def key_in(headers: Mapping[str, str]) -> str:
    return headers.get("authorization", "").removeprefix("Bearer ") or headers.get("x-api-key", "")


class Person:
    """Somebody with a browser's cookies and no browser."""

    def __init__(self, app: RunningApp, name: str) -> None:
        self.app, self.name = app, name
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        account = {"username": name, "email": f"{name}@example.org", "password": "seven quiet leaves"}
        self.api("POST", "auth/signup", account)
        self.api("POST", "auth/login", account)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        headers = {cookie.name: str(cookie.value) for cookie in self._cookies}
        request = urllib.request.Request(
            self.app.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-CSRFToken": headers.get("csrftoken", "")},
            method=method,
        )
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, bytes(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def api(self, method: str, path: str, body: object = None) -> Any:
        status, answer = self.ask(method, f"/api/v1/{path}", body)
        assert status < 300, (method, path, status, answer)
        return json.loads(answer) if answer else None

    def finished(self, session_id: int) -> dict[str, Any]:
        told: dict[str, Any] = {}

        def has_ended() -> bool:
            told.update(self.api("GET", f"sessions/{session_id}"))
            return told["status"] in ("completed", "failed", "paused", "awaiting_approval")

        eventually(has_ended, seconds=SECONDS, what="the end of the session")
        return told


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[EchoingWire]:
    told = Play._text

    async def telling(play: Play, outcome: str, system: str, prompt: str) -> str:
        return with_key(await told(play, outcome, system, prompt), play.request)

    monkeypatch.setattr(Play, "_text", telling)
    with EchoingWire() as server:
        server.manner.latency = 0.3
        server.script.always("wrong_key", protocol="anthropic")
        server.script.then("server_error", "mid_stream_error", protocol="openai")
        yield server


def search(where: str, text: str | bytes) -> list[str]:
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    at = text.find(MARK)
    return [] if at < 0 else [f"{where}: …{text[max(0, at - 80) : at + 60]}…"]


def test_no_secret_of_the_house_is_seen_anywhere(wire: EchoingWire) -> None:
    seen: list[str] = []
    with running_app(
        **HIDDEN,
        ANTHROPIC_BASE_URL=wire.anthropic_url,
        OPENAI_BASE_URL=wire.openai_url,
        SAGE_MODEL="anthropic:large-1",
        SAGE_FALLBACK_MODELS="openai:large-2",
        SAGE_PROVIDER_HOSTS=f"127.0.0.1:{wire.port}",
        LOG_FORMAT="json",
        LOG_LEVEL="DEBUG",
        SAGE_WORKERS="1",
    ) as app:
        ada, bob = Person(app, "ada"), Person(app, "bob")
        teams = {person: person.api("POST", "teams", {"name": person.name})["id"] for person in (ada, bob)}
        for person, key in ((ada, TEAM), (bob, OTHER_TEAM)):
            keys = f"teams/{teams[person]}/provider-keys"
            entered = person.api("POST", keys, {"provider": "openai", "key": key, "base_url": wire.openai_url})
            seen += search("the answer to a key", json.dumps(entered))
            status, refused = person.ask("POST", f"/api/v1/{keys}", {"provider": "anthropic", "key": key + "\n "})
            assert status == 400
            seen += search("the refusal of a key", refused)
        of_operator = Person(app, "eve")
        operators_team = of_operator.api("POST", "teams", {"name": "eve"})["id"]

        wanted = {ada: "openai:of-ada", bob: "openai:of-bob", of_operator: None}
        sessions = {
            person: person.api(
                "POST",
                "sessions",
                {
                    "team_id": teams.get(person, operators_team),
                    "feature_name": f"Loans of {person.name}",
                    "brief": "Members borrow books. A book has a title. A member returns a book.",
                    "gates": [1] if person is bob else [],
                    **({"model": model, "fallback_models": []} if model else {}),
                },
            )["id"]
            for person, model in wanted.items()
        }
        ended = {person: person.finished(session_id) for person, session_id in sessions.items()}
        assert [told["status"] for told in ended.values()] == ["completed", "awaiting_approval", "completed"], ended

        # Each key went where it belongs: a team's own calls carried its key, the others the operator's.
        auth: dict[str, set[str]] = {}
        for call in wire.completions():
            auth.setdefault(call.model, set()).add(key_in(call.headers))
            rest = {name: value for name, value in call.headers.items() if name not in ("authorization", "x-api-key")}
            seen += search("what a provider was sent", json.dumps([call.path, rest, call.body]))
        assert auth == {
            "of-ada": {TEAM},
            "of-bob": {OTHER_TEAM},
            "large-1": {OPERATOR_ANTHROPIC},
            "large-2": {OPERATOR_OPENAI},
        }

        for person, session_id in sessions.items():
            for where in routes_of(person, session_id, teams.get(person, operators_team)):
                status, answer = person.ask("GET", where)
                assert status == 200, (where, status)
                seen += search(where, answer)
            _, bundle = person.ask("GET", f"/api/v1/sessions/{session_id}/export")
            with zipfile.ZipFile(io.BytesIO(bundle)) as files:
                assert len(files.namelist()) > 5
                texts = {name: files.read(name) for name in files.namelist()}
            seen += [found for name, text in texts.items() for found in search(f"export: {name}", text)]
            assert any(b"[redacted]" in text for text in texts.values())

        with psycopg.connect(embedded_url(app.data_dir), autocommit=True) as database:
            tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            assert ("llm_calls",) in tables
            for (table,) in tables:
                rows = database.execute(sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(table)))
                seen += [found for (row,) in rows for found in search(f"table {table}", row)]
            database.execute("ALTER TABLE provider_keys RENAME TO provider_keys_gone")
        for where in (f"/teams/{teams[ada]}/models/", f"/api/v1/teams/{teams[ada]}/provider-keys"):
            status, answer = ada.ask("GET", where)
            assert status == 500
            seen += search(f"{where} failing", answer)

        log = app.output()
        assert "Traceback" in log
        assert "llm_call" in log
        seen += search("the log", log)
        seen += [
            found
            for file in app.data_dir.glob("*")
            if file.is_file() and file.suffix not in (".pid", ".lock")
            for found in search(f"file {file.name}", file.read_bytes())
        ]
    assert not seen, f"{len(seen)} places:\n" + "\n".join(sorted(seen)[:40])


def routes_of(person: Person, session_id: int, team_id: int) -> list[str]:
    """Every address that shows something of a session or of the house, as far as it can be read."""
    session = f"sessions/{session_id}"
    lists = ("decisions", "tasks", "artifacts", "checks", "events", "llm-calls", "snapshots")
    found = [f"/api/v1/{session}", f"/api/v1/{session}/verify"]
    found += [f"/api/v1/{session}/{name}?limit=100" for name in lists]
    for name in ("tasks", "artifacts", "llm-calls"):
        rows = person.api("GET", f"{session}/{name}?limit=100")["results"]
        assert rows
        found += [f"/api/v1/{name}/{row['id']}" for row in rows]
        if name == "artifacts":
            found += [f"/artifacts/{row['id']}/" for row in rows if row["path"].endswith(".md")]
        if name == "llm-calls":
            found += [f"/{session}/calls/{row['id']}/" for row in rows]
    views = ("decisions", "artifacts", "calls", "brief", "feed")
    found += [f"/{session}/", *(f"/{session}/?view={view}" for view in views)]
    found += [
        f"/api/v1/decisions/{session}",
        f"/api/v1/teams/{team_id}/provider-keys",
        f"/api/v1/teams/{team_id}/models",
    ]
    return [
        *found,
        "/",
        "/sessions/",
        "/sessions/new/",
        "/operations/",
        f"/teams/{team_id}/",
        f"/teams/{team_id}/models/",
        "/api/v1/providers",
        "/api/v1/usage",
        "/health",
    ]
