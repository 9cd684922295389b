"""Sockets over the wire: a real daphne, a real client, and writers that do not wait for either."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket as sockets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from accounts.tests.factories import browser_of, make_user
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession
from sessions_app.rules.decisions import record_decision
from sessions_app.tests.factories import make_session
from teams.models import Team
from teams.tests.factories import make_team
from tests.services import ROOT, app_environment, eventually, free_port

pytestmark = pytest.mark.django_db(transaction=True)


class Web:
    """A daphne of our own on the test database."""

    def __init__(self, folder: Path, *, ping_seconds: int) -> None:
        database = connection.get_connection_params()
        address = f"postgres://{database['user']}@/{database['dbname']}?host={quote(database['host'], safe='')}"
        self.port = free_port()
        self.log = folder / "daphne.log"
        variables = {"DATABASE_URL": address, "SECRET_KEY": settings.SECRET_KEY}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port), "--verbosity", "0",
                 "--ping-interval", str(ping_seconds), "--ping-timeout", str(3 * ping_seconds),
                 "sagemode.asgi:application"],
                cwd=ROOT, env=app_environment(Path(os.environ["SAGE_DATA_DIR"]), self.port, **variables),
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        with suppress(OSError), sockets.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def watch(self, user: User, session: ExecutionSession, *, after: int = 0, **options: Any) -> connect:
        return connect(
            f"ws://127.0.0.1:{self.port}/ws/sessions/{session.pk}/?after={after}",
            origin=f"http://127.0.0.1:{self.port}",
            additional_headers={"Cookie": f"session_id={browser_of(user).cookies['session_id'].value}"},
            compression=None,
            **options,
        )

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.fixture
def web(tmp_path: Path, transactional_db: None, request: pytest.FixtureRequest) -> Iterator[Web]:
    running = Web(tmp_path, ping_seconds=getattr(request, "param", 1))
    try:
        eventually(running.answers, seconds=30, what="daphne")
        yield running
    finally:
        running.process.terminate()
        running.process.wait(10)
        assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.fixture
def team(transactional_db: None) -> Team:
    return make_team(make_user("ada"))


def decide(session: ExecutionSession, text: str) -> None:
    apply(session.pk, record_decision, user_id=session.user_id, by="ada", text=text)


class Writers:
    """Threads that write decisions into a session until they are told to stop."""

    def __init__(self, session: ExecutionSession, *, count: int, pause: float) -> None:
        self.session, self.pause, self.over = session, pause, threading.Event()
        self.threads = [threading.Thread(target=self._write, args=[number]) for number in range(count)]

    def __enter__(self) -> Writers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(30)

    def _write(self, number: int) -> None:
        written = 0
        while not self.over.wait(random.uniform(0, self.pause)):
            decide(self.session, f"Writer {number}, decision {written}")
            written += 1
        connections.close_all()


async def aside(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call what asks the database in a thread, which leaves no connection behind."""

    def call() -> Any:
        try:
            return function(*args, **options)
        finally:
            connections.close_all()

    return await asyncio.to_thread(call)


async def numbered(client: ClientConnection) -> dict[str, Any]:
    while True:
        told: dict[str, Any] = json.loads(await asyncio.wait_for(client.recv(), 10))
        if "seq" in told:
            return told


def test_a_client_that_comes_and_goes_has_every_event_once_and_in_order(web: Web, team: Team) -> None:
    session = make_session(team)
    seen: list[int] = []

    async def come_and_go() -> None:
        until = time.monotonic() + 6
        while time.monotonic() < until:
            opening = await aside(web.watch, team.owner, session, after=seen[-1] if seen else 0)
            async with opening as client:
                assert json.loads(await client.recv())["type"] == "hello"
                for _ in range(random.randint(0, 40)):
                    seen.append((await numbered(client))["seq"])
        writers.stop()
        last = await aside(last_seq)
        async with await aside(web.watch, team.owner, session, after=seen[-1]) as client:
            while seen[-1] < last:
                seen.append((await numbered(client))["seq"])
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(numbered(client), 0.5)

    def last_seq() -> int:
        return ExecutionSession.objects.values_list("last_seq", flat=True).get(pk=session.pk)

    with Writers(session, count=3, pause=0.03) as writers:
        asyncio.run(come_and_go())

    assert seen == list(range(1, last_seq() + 1))
    assert len(seen) > 100


def test_a_client_whose_connection_breaks_goes_on_where_it_was(web: Web, team: Team) -> None:
    session = make_session(team)
    for number in range(30):
        decide(session, f"Decision {number}")

    async def break_off_and_return() -> list[int]:
        opening = await aside(web.watch, team.owner, session)
        client = await opening
        await client.recv()
        first = [(await numbered(client))["seq"] for _ in range(12)]
        client.transport.abort()  # no closing handshake: a lost network
        await aside(decide, session, "Meanwhile")
        async with await aside(web.watch, team.owner, session, after=first[-1]) as again:
            last = json.loads(await again.recv())["last_seq"]
            return first + [(await numbered(again))["seq"] for _ in range(last - first[-1])]

    assert asyncio.run(break_off_and_return()) == list(range(1, session.last_seq + 32))


def test_a_client_that_only_listens_stays_and_one_that_does_not_pong_is_dropped(web: Web, team: Team) -> None:
    session = make_session(team)

    async def listen() -> None:
        async with await aside(web.watch, team.owner, session, after=99, ping_interval=None) as client:
            await client.recv()
            await asyncio.sleep(9)  # several pings and their time-out
            await client.send('{"type":"ping"}')
            assert json.loads(await client.recv()) == {"type": "pong"}

    def fall_silent() -> None:
        """Open a socket by hand and answer nothing."""
        cookie = browser_of(team.owner).cookies["session_id"].value
        with sockets.create_connection(("127.0.0.1", web.port)) as wire:
            wire.sendall(
                f"GET /ws/{session.pk}?after=99 HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\n"
                f"Origin: http://127.0.0.1:{web.port}\r\nCookie: session_id={cookie}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            wire.settimeout(20)
            with suppress(ConnectionResetError):
                while wire.recv(4096):
                    pass

    began = time.monotonic()
    fall_silent()
    assert time.monotonic() - began < 15
    asyncio.run(listen())


@pytest.mark.nightly
@pytest.mark.parametrize("web", [600], indirect=True)  # so that it is not the missing pong that ends it
def test_a_client_that_does_not_read_is_dropped_and_costs_no_memory(web: Web, team: Team) -> None:
    session = make_session(team)
    told: list[int] = []

    def decide_often() -> None:
        for number in range(20):
            decide(session, f"{number} {'x' * 15_000}")

    async def scene() -> tuple[float, int]:
        slow = await (await aside(web.watch, team.owner, session, max_queue=1, ping_interval=None))
        slow.transport.pause_reading()
        async with await aside(web.watch, team.owner, session, max_size=None) as quick:
            await quick.recv()
            await numbered(quick), await numbered(quick)
            before = web.memory_mb()
            for _ in range(60):
                await aside(decide_often)
                told.extend([(await numbered(quick))["seq"] for _ in range(20)])
            grown = web.memory_mb() - before
        slow.transport.resume_reading()
        read = 0
        with suppress(ConnectionClosed):
            while True:
                await asyncio.wait_for(slow.recv(), 10)
                read += 1
        return grown, read

    grown, read = asyncio.run(scene())

    assert grown < 40, f"{grown:.0f} MB"
    assert read < 1_000
    assert told == list(range(3, 1_203))
