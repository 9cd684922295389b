"""`/ws/sessions/{id}/`: hello, replay, live events, rights, and why a socket is closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.models import Session
from django.db import connection

from accounts.models import User
from accounts.tests.factories import browser_of, make_user
from sagemode.asgi import application
from sessions_app.engine.apply import apply
from sessions_app.live import consumers, feed
from sessions_app.live.feed import close_feed, current_feed
from sessions_app.models import AgentTask, ExecutionSession, SessionEvent
from sessions_app.queries.sessions import visible_pairs
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.sessions import delete_session
from sessions_app.tests.factories import claim, make_finished_session, make_session, run_stage
from teams.models import TeamMembership
from teams.tests.factories import Cast, join, make_cast, make_team

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 5.0  # seconds that a frame may take; the feed's own look is every 5 s and is not waited for


@pytest.fixture
async def cast() -> AsyncIterator[Cast]:
    yield await database_sync_to_async(make_cast)()
    await close_feed()
    connection.close_pool()  # the web process keeps its connections; the next test's database would be in use


def cookie_of(user: User) -> str:
    return browser_of(user).cookies["session_id"].value


@asynccontextmanager
async def socket(
    user: User | None, path: str, *, origin: str | None = "http://testserver", cookie: str = ""
) -> AsyncIterator[WebsocketCommunicator]:
    headers = [(b"host", b"testserver")]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    if user is not None:
        cookie = await database_sync_to_async(cookie_of)(user)
    if cookie:
        headers.append((b"cookie", f"session_id={cookie}".encode()))
    client = WebsocketCommunicator(application, path, headers=headers)
    try:
        accepted, _ = await client.connect(timeout=SOON)
        assert accepted
        yield client
    finally:
        await client.disconnect()


async def frame(client: WebsocketCommunicator) -> dict[str, Any]:
    """The next frame that is no live progress."""
    while True:
        told = json.loads(await client.receive_from(timeout=SOON))
        if told["type"] != "agent_progress":
            return told


async def frames(client: WebsocketCommunicator, count: int) -> list[dict[str, Any]]:
    return [await frame(client) for _ in range(count)]


async def code_of(client: WebsocketCommunicator) -> tuple[int, str]:
    """The closing code, and the code of the error that was told before it."""
    reason = ""
    while True:
        output = await client.receive_output(timeout=SOON)
        if output["type"] == "websocket.close":
            return output["code"], reason
        reason = json.loads(output["text"]).get("data", {}).get("code", "")


async def everybody_live() -> None:
    """Wait until all clients have caught up: before that they are told of no progress."""
    while not all(watcher.is_live for watcher in (await current_feed())._all_watchers()):
        await asyncio.sleep(0.01)


def decide(session: ExecutionSession, text: str = "No SMS") -> None:
    apply(session.pk, record_decision, user_id=session.user_id, by="somebody", text=text)


act = database_sync_to_async(decide)


async def test_a_client_is_greeted_and_gets_what_it_lacks_in_order(cast: Cast) -> None:
    session = await database_sync_to_async(make_finished_session)(cast.team)

    async with socket(cast.viewer, f"/ws/sessions/{session.pk}/?after=3") as client:
        hello = await frame(client)
        told = await frames(client, session.last_seq - 3)

    assert hello == {"type": "hello", "session_id": session.pk, "last_seq": session.last_seq}
    assert [each["seq"] for each in told] == list(range(4, session.last_seq + 1))
    stored = [event async for event in SessionEvent.objects.filter(session=session, seq__gt=3).order_by("seq")]
    assert [(each["type"], each["data"]) for each in told] == [(event.type, event.data) for event in stored]
    assert set(told[0]) == {"seq", "type", "session_id", "at", "source", "data"}
    assert told[-1]["type"] == "session_completed"


async def test_new_events_arrive_without_being_asked_for(cast: Cast) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/sessions/{session.pk}/?after={session.last_seq}") as client:
        await frame(client)
        await act(session, "No SMS")
        told = await frame(client)

    assert (told["seq"], told["type"]) == (session.last_seq + 1, "decision_recorded")
    assert told["data"]["text"] == "No SMS"
    assert told["source"] == "user:somebody"
    assert told["session_id"] == session.pk


@pytest.mark.parametrize("path", ["/ws/{id}", "/ws/{id}/", "/ws/sessions/{id}", "/ws/sessions/{id}/"])
async def test_every_address_of_a_session_leads_to_it(cast: Cast, path: str) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, path.format(id=session.pk)) as client:
        assert (await frame(client))["type"] == "hello"
        assert (await frame(client))["seq"] == 1


async def test_events_written_while_a_client_catches_up_come_once_and_in_order(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(feed, "AT_ONCE", 3)  # many reads, so that much is written between them
    session = await database_sync_to_async(make_finished_session)(cast.team, feature_name="first")
    other = await database_sync_to_async(make_session)(cast.team)
    for number in range(20):
        await act(other, f"before {number}")

    async def write() -> None:
        for number in range(30):
            await act(other, f"during {number}")

    writing = asyncio.create_task(write())
    async with socket(cast.member, f"/ws/{other.pk}") as early, socket(cast.member, f"/ws/{other.pk}?after=7") as late:
        await frame(early), await frame(late)
        total = other.last_seq + 50
        from_start = [each["seq"] for each in await frames(early, total)]
        from_seven = [each["seq"] for each in await frames(late, total - 7)]
        await writing
        assert await early.receive_nothing(timeout=0.2)

    assert from_start == list(range(1, total + 1))
    assert from_seven == list(range(8, total + 1))
    assert session.pk != other.pk


async def test_all_watchers_share_one_read(cast: Cast, monkeypatch: Any) -> None:
    session = await database_sync_to_async(make_session)(cast.team)
    asked = []
    reading = feed.Feed._rows

    async def counted(self: feed.Feed, statement: str, parameters: Any) -> Any:
        asked.append(statement)
        return await reading(self, statement, parameters)

    path = f"/ws/{session.pk}?after={session.last_seq}"
    async with socket(cast.member, path) as one, socket(cast.owner, path) as two, socket(cast.viewer, path) as three:
        clients = [one, two, three]
        for client in clients:
            await frame(client)
        monkeypatch.setattr(feed.Feed, "_rows", counted)

        await act(session)
        told = [await frame(client) for client in clients]

    assert [each["seq"] for each in told] == [session.last_seq + 1] * 3
    assert len([statement for statement in asked if statement == feed.EVENTS_AFTER]) <= 2


async def test_an_event_that_nobody_announced_is_found_by_looking(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(feed, "LOOK_EVERY_SECONDS", 0.3)
    monkeypatch.setattr(feed.Feed, "_noted", lambda *_: None)
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/{session.pk}?after={session.last_seq}") as client:
        await frame(client)
        await act(session)

        assert (await frame(client))["type"] == "decision_recorded"


def end_feed_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND (query LIKE 'LISTEN sage_%%' OR query LIKE '%%CROSS JOIN LATERAL (\n  SELECT session_id, seq%%')"
        )
        return len(cursor.fetchall())


async def test_a_feed_that_lost_its_connections_goes_on(cast: Cast) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/{session.pk}") as client:
        await frames(client, 1 + session.last_seq)
        for number in range(3):
            assert await database_sync_to_async(end_feed_connections)() >= 1
            await act(session, f"After loss {number}")

            told = await asyncio.wait_for(frame(client), 10)

            assert told["seq"] == session.last_seq + 1 + number
            await asyncio.sleep(0.5)


async def test_progress_is_told_and_never_kept(cast: Cast) -> None:
    session = await database_sync_to_async(make_session)(cast.team)
    [held] = await database_sync_to_async(claim)(session)

    def renew() -> None:
        progress = {"step": "writing", "tokens": 41, "words": "the last words"}
        AgentTask.objects.filter(pk=held.task_id).update(progress=progress)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('sage_progress', %s)", [str(session.pk)])

    async with socket(cast.viewer, f"/ws/{session.pk}?after=99") as client:
        await frame(client)
        await everybody_live()
        await database_sync_to_async(renew)()
        told = json.loads(await client.receive_from(timeout=SOON))

    data = told.pop("data")
    assert told == {"type": "agent_progress", "session_id": session.pk}
    assert {name: data[name] for name in ("agent", "task_id", "step", "tokens", "words")} == {
        "agent": "architect", "task_id": held.task_id, "step": "writing", "tokens": 41, "words": "the last words",
    }  # fmt: skip
    assert data["elapsed_seconds"] >= 0
    assert data["eta_seconds"] >= 0


# --- who may watch ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "code", "reason"),
    [("outsider", 4404, "not_found"), ("anonymous", 4401, "not_authenticated")],
)
async def test_who_may_not_watch_is_told_why(cast: Cast, who: str, code: int, reason: str) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.named(who), f"/ws/{session.pk}") as client:
        assert await code_of(client) == (code, reason)


@pytest.mark.parametrize("who", ["owner", "admin", "member", "viewer"])
async def test_everybody_in_the_team_may_watch(cast: Cast, who: str) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.named(who), f"/ws/{session.pk}") as client:
        assert (await frame(client))["type"] == "hello"


@pytest.mark.parametrize("path", ["/ws/999999999", "/ws/sessions/999999999999999999/"])
async def test_a_session_that_does_not_exist_is_not_found(cast: Cast, path: str) -> None:
    async with socket(cast.member, path) as client:
        assert await code_of(client) == (4404, "not_found")


@pytest.mark.parametrize("path", ["/ws/", "/ws/x", "/ws/sessions/", "/elsewhere", "/ws/9999999999999999999999"])
async def test_an_address_that_nobody_answers_is_closed(cast: Cast, path: str) -> None:
    async with socket(cast.member, path) as client:
        assert await code_of(client) == (4404, "")


@pytest.mark.parametrize("cookie", ["x", "a" * 32, "../../etc/passwd", "%00"])
async def test_a_made_up_cookie_signs_nobody_in(cast: Cast, cookie: str) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(None, f"/ws/{session.pk}", cookie=cookie) as client:
        assert await code_of(client) == (4401, "not_authenticated")


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", "10000000000", "1 ", "%00"])
async def test_a_bad_after_is_told(cast: Cast, after: str) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/{session.pk}?after={after}") as client:
        assert await code_of(client) == (4400, "bad_after")


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("http://testserver", True),
        ("https://trusted.example", True),
        ("https://testserver", False),
        ("http://testserver:8001", False),
        ("http://testserver.evil.example", False),
        ("http://evil.example", False),
        ("null", False),
        ("", False),
        (None, False),
    ],
)
async def test_only_a_page_of_our_own_may_use_the_cookie(
    cast: Cast, settings: Any, origin: str | None, let_in: bool
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example"]
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/{session.pk}", origin=origin) as client:
        if let_in:
            assert (await frame(client))["type"] == "hello"
        else:
            assert await code_of(client) == (4403, "foreign_origin")


async def test_behind_a_proxy_that_ends_tls_the_origin_is_https(cast: Cast, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    session = await database_sync_to_async(make_session)(cast.team)
    headers = [(b"host", b"testserver"), (b"origin", b"https://testserver"), (b"x-forwarded-proto", b"https"),
               (b"cookie", f"session_id={await database_sync_to_async(cookie_of)(cast.member)}".encode())]  # fmt: skip
    client = WebsocketCommunicator(application, f"/ws/{session.pk}", headers=headers)

    await client.connect()

    assert (await frame(client))["type"] == "hello"
    await client.disconnect()


def leave_team(cast: Cast, session: ExecutionSession) -> None:
    TeamMembership.objects.filter(user=cast.member).delete()


def unshare(cast: Cast, session: ExecutionSession) -> None:
    type(cast.team).objects.filter(pk=cast.team.pk).update(is_shared=False)


def delete(cast: Cast, session: ExecutionSession) -> None:
    apply(session.pk, delete_session, by="owner")


def sign_out(cast: Cast, session: ExecutionSession) -> None:
    Session.objects.all().delete()


def change_password(cast: Cast, session: ExecutionSession) -> None:
    cast.member.set_password("another good one")
    cast.member.save()


def block(cast: Cast, session: ExecutionSession) -> None:
    User.objects.filter(pk=cast.member.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("what", "code"),
    [(leave_team, 4403), (unshare, 4403), (delete, 4403), (sign_out, 4401), (change_password, 4401), (block, 4401)],
)
async def test_lost_rights_close_an_open_socket(
    cast: Cast, monkeypatch: Any, what: Callable[[Cast, ExecutionSession], None], code: int
) -> None:
    monkeypatch.setattr(feed, "CHECK_RIGHTS_EVERY_SECONDS", 0.2)
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/{session.pk}") as client:
        await frame(client)
        await asyncio.sleep(0.5)
        await database_sync_to_async(what)(cast, session)

        assert (await code_of(client))[0] == code


def test_rights_are_asked_often_enough() -> None:
    assert feed.CHECK_RIGHTS_EVERY_SECONDS <= 30


async def test_a_person_has_twenty_sockets_and_a_process_as_many_as_it_is_told(cast: Cast, settings: Any) -> None:
    session = await database_sync_to_async(make_session)(cast.team)
    cookie = await database_sync_to_async(cookie_of)(cast.member)
    opened = []
    for _ in range(consumers.SOCKETS_PER_PERSON):
        context = socket(None, f"/ws/{session.pk}", cookie=cookie)
        opened.append(context)
        assert (await frame(await context.__aenter__()))["type"] == "hello"

    async with socket(None, f"/ws/{session.pk}", cookie=cookie) as one_too_many:
        assert await code_of(one_too_many) == (4429, "too_many")
    async with socket(cast.owner, f"/ws/{session.pk}") as another_person:
        assert (await frame(another_person))["type"] == "hello"
    settings.WS_MAX_CONNECTIONS = 20
    async with socket(cast.owner, f"/ws/{session.pk}") as over_the_limit:
        assert await code_of(over_the_limit) == (4429, "too_many")
    for context in opened:
        await context.__aexit__(None, None, None)
    async with socket(cast.member, f"/ws/{session.pk}") as after_some_left:
        assert (await frame(after_some_left))["type"] == "hello"
    assert len(await current_feed()) == 0


# --- what clients send, and clients that do not read -----------------------------------------------------------------


async def test_a_json_ping_is_answered_and_a_pong_is_fine(cast: Cast) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/{session.pk}?after=99") as client:
        await frame(client)
        await client.send_to(text_data='{"type":"pong"}')
        await client.send_to(text_data='{"type":"ping"}')

        assert await frame(client) == {"type": "pong"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("not json", "not_understood"),
        ("[]", "not_understood"),
        ('{"type":"session_completed"}', "not_understood"),
        ('{"type":["ping"]}', "not_understood"),
        ("[" * 4000, "not_understood"),
        ('"' + "x" * 5000 + '"', "bad_frame"),
        (b"\x00\x01", "bad_frame"),
    ],
)
async def test_whatever_else_a_client_sends_is_named_as_an_error(cast: Cast, sent: str | bytes, code: str) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/{session.pk}?after=99") as client:
        await frame(client)
        if isinstance(sent, bytes):
            await client.send_to(bytes_data=sent)
        else:
            await client.send_to(text_data=sent)

        told = await frame(client)

    assert told["type"] == "error"
    assert told["data"]["code"] == code
    assert told["data"]["message"]


async def test_a_client_that_sends_too_much_is_not_answered(cast: Cast) -> None:
    session = await database_sync_to_async(make_session)(cast.team)

    async with socket(cast.member, f"/ws/{session.pk}?after=99") as client:
        await frame(client)
        for _ in range(50):
            await client.send_to(text_data='{"type":"ping"}')
        await asyncio.sleep(0.3)
        answered = 0
        while not await client.receive_nothing(timeout=0.05):
            await client.receive_from()
            answered += 1

    assert answered == consumers.FRAMES_PER_SECOND


async def test_a_slow_reader_is_dropped_and_nobody_waits_for_it(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr("sessions_app.live.watcher.MOST_WAITING", 5)
    session = await database_sync_to_async(make_session)(cast.team)
    path = f"/ws/{session.pk}?after={session.last_seq}"

    async with socket(cast.member, path) as slow, socket(cast.owner, path) as quick:
        await frame(slow), await frame(quick)
        [stuck] = [each for each in (await current_feed())._all_watchers() if each.ticket.user_id == cast.member.pk]
        monkeypatch.setattr(stuck, "next_frame", asyncio.Event().wait)  # as if `send` had no room
        await everybody_live()
        for number in range(12):
            await act(session, f"Decision {number}")

        told = await frames(quick, 12)
        code, _ = await code_of(slow)

    assert [each["seq"] for each in told] == list(range(session.last_seq + 1, session.last_seq + 13))
    assert code == 4408


def test_visible_pairs_agree_with_the_scope_of_the_table() -> None:
    shared, personal = make_team(), make_team(is_shared=False)
    left_over, outsider = join(personal), make_user()
    member = join(shared)
    sessions = [make_session(shared), make_session(personal), make_session(shared)]
    apply(sessions[2].pk, delete_session, by="x")
    people = [shared.owner, member, personal.owner, left_over, outsider]
    run_stage(sessions[0])

    asked = {(user.pk, session.pk) for user in people for session in sessions}
    assert visible_pairs(asked) == {
        (user.pk, pk)
        for user in people
        for pk in ExecutionSession.objects.visible_to(user).values_list("pk", flat=True)
    }
