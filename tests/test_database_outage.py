"""PostgreSQL stopped, thawed and killed under the whole application: nobody hangs, and all goes on afterwards."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from sagemode.postgres import embedded_url
from tests.services import ROOT, RunningApp, eventually, running_app
from tests.test_kills import START_A_SESSION

LIMIT_SECONDS = 4.0
SOON_SECONDS = 1.75 * LIMIT_SECONDS  # nobody waits for two limits, one after the other
ROUTES = ["/", "/sessions/", "/api/v1/sessions", "/api/v1/teams", "/api/v1/auth/me", "/health", "/health/ready"]


@dataclass
class Answer:
    status: int
    retry_after: str | None
    content_type: str
    body: bytes
    seconds: float


class Browser:
    """A person who is signed in, with a connection for each request."""

    def __init__(self, app: RunningApp) -> None:
        self.app = app
        self.cookie = ""
        body = {"username": "ada", "email": "ada@example.org", "password": "seven quiet leaves"}
        self.ask("/api/v1/auth/signup", body)
        answer = self._send("/api/v1/auth/login", {"username": "ada", "password": "seven quiet leaves"})
        self.cookie = "; ".join(part.partition(";")[0] for part in answer.headers.get_all("Set-Cookie"))

    def ask(self, path: str, body: dict[str, object] | None = None) -> Answer:
        began = time.monotonic()
        answer = self._send(path, body)
        content = answer.read()
        return Answer(
            answer.status,
            answer.getheader("Retry-After"),
            answer.getheader("Content-Type", ""),
            content,
            time.monotonic() - began,
        )

    def _send(self, path: str, body: dict[str, object] | None) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.app.port, timeout=60)
        headers = {"Cookie": self.cookie, "Content-Type": "application/json"}
        if token := re.search(r"csrftoken=(\w+)", self.cookie):
            headers["X-CSRFToken"] = token[1]
        connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
        return connection.getresponse()

    async def socket_code(self, session_id: int) -> int:
        """Open a socket and return the code that it is closed with; 0 when it is still open after a hello."""
        address = f"ws://127.0.0.1:{self.app.port}/ws/sessions/{session_id}/"
        async with connect(address, origin=self.app.url, additional_headers={"Cookie": self.cookie}) as opened:
            try:
                said = json.loads(await asyncio.wait_for(opened.recv(), 30))
                if said["type"] == "hello":
                    return 0
                await asyncio.wait_for(opened.recv(), 30)
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006
        return -1


@pytest.fixture(scope="module")
def app() -> Iterator[RunningApp]:
    with running_app(
        SAGE_DATABASE_SECONDS=str(LIMIT_SECONDS), SIMULATOR_LATENCY="1.5", SAGE_LEASE_SECONDS="20"
    ) as running:
        yield running


@pytest.fixture(scope="module")
def ada(app: RunningApp) -> Browser:
    return Browser(app)


def postgres_processes(app: RunningApp) -> list[int]:
    """The postmaster first, then its children."""
    postmaster = int(next(app.data_dir.rglob("postmaster.pid")).read_text().splitlines()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, children)]


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue


def start_a_session(app: RunningApp) -> int:
    program = [sys.executable, "-c", START_A_SESSION]
    environment = {**app.environment(), "DJANGO_SETTINGS_MODULE": "sagemode.settings"}
    return int(subprocess.run(program, cwd=ROOT, env=environment, check=True, capture_output=True).stdout)


def status_of(app: RunningApp, session_id: int) -> str:
    with psycopg.connect(embedded_url(app.data_dir)) as connection:
        [status] = connection.execute("SELECT status FROM execution_sessions WHERE id = %s", [session_id]).fetchone()
    return status


def ask_all_at_once(ada: Browser) -> dict[str, Answer]:
    paths = ROUTES * 3  # more than one request at a time has to be told
    with ThreadPoolExecutor(len(paths)) as crowd:
        answers = list(crowd.map(ada.ask, paths))
    return {f"{path} {number}": answer for number, (path, answer) in enumerate(zip(paths, answers, strict=True))}


def test_a_stopped_database_is_503_in_time_everywhere_and_all_goes_on_once_it_is_thawed(app, ada):
    session_id = start_a_session(app)
    assert ada.ask("/api/v1/auth/me").status == 200
    with stopped(postgres_processes(app)):
        answers = ask_all_at_once(ada)
        began = time.monotonic()
        live = ada.ask("/health/live")
        code = asyncio.run(ada.socket_code(session_id))
        socket_seconds = time.monotonic() - began
        page = ada.ask("/")
    thawed = ask_all_at_once(ada)

    for path, answer in answers.items():
        print(f"{path:22} {answer.status} Retry-After {answer.retry_after} after {answer.seconds:.2f} s")
    print(f"socket closed with {code} after {socket_seconds:.2f} s")
    print("thawed:", sorted({(path.partition(" ")[0], answer.status) for path, answer in thawed.items()}))
    print(f"slowest answer after the thaw {max(answer.seconds for answer in thawed.values()):.2f} s")
    assert {answer.status for answer in answers.values()} == {503}
    assert all(int(answer.retry_after or 0) > 0 for answer in answers.values())
    assert max(answer.seconds for answer in answers.values()) < SOON_SECONDS
    assert b"database" in page.body
    assert page.content_type.startswith("text/html")
    assert answers["/api/v1/teams 3"].content_type == "application/problem+json"
    assert live.status == 200
    assert (code, socket_seconds < SOON_SECONDS) == (4503, True)
    assert {answer.status for answer in thawed.values()} == {200}
    assert asyncio.run(ada.socket_code(session_id)) in (0, 4404)
    eventually(lambda: status_of(app, session_id) == "completed", seconds=90, what="the session")


@pytest.mark.nightly
def test_a_killed_database_costs_requests_a_moment_and_no_error_afterwards(app, ada):
    ask_all_at_once(ada)  # the pool is full
    session_id = start_a_session(app)
    os.kill(postgres_processes(app)[0], signal.SIGKILL)
    eventually(app.is_ready, seconds=60, what="the application")
    answers = [ada.ask("/api/v1/teams") for _ in range(30)]

    print(
        "after the restart:", {answer.status for answer in answers}, f"{max(a.seconds for a in answers):.2f} s at most"
    )
    assert {answer.status for answer in answers} == {200}
    eventually(lambda: status_of(app, session_id) == "completed", seconds=90, what="the session")
