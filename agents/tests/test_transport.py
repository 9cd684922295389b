"""HTTP with a provider, against servers that misbehave on real sockets."""

import asyncio
import multiprocessing
import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiohttp import connector
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agents.providers import Endpoint, ProviderError, transport
from agents.providers.deadline import Limits
from agents.providers.transport import send
from agents.tests.raw_server import LAST, RawServer, answering, chunk, event, head, whole

PATIENT = Limits(connect=5, idle=5, total=20)
LARGE = b"x" * 32 * 1024 * 1024  # more than the buffers of two systems hold
BODY = b'{"prompt": "hello"}'


async def ask(endpoint, *, limits=PATIENT, body=BODY, method="POST"):
    """Send a request and return its status and events."""
    headers = {"Authorization": f"Bearer {endpoint.api_key}"}
    async with send(endpoint, method, "/ask", headers=headers, body=lambda: body, limits=limits) as answer:
        return answer.status, [said.data async for said in answer.events()]


def refusal_of(endpoint, **options) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        asyncio.run(ask(endpoint, **options))
    error: BaseException | None = caught.value
    while error is not None:  # whoever logs an error with all that hangs on it must not log the key
        assert "sk-canary" not in f"{error!r} {vars(error)}"
        error = error.__context__
    return caught.value


def told(error: ProviderError) -> tuple[str, bool, bool]:
    return error.code, error.passing, error.billed


def test_events_arrive_while_the_server_still_writes():
    async def handler(connection):
        await connection.receive()
        await connection.send(head() + event({"n": 1}))
        await connection.reader.readexactly(1)  # never comes: the second event waits for the end of the client
        await connection.send(event({"n": 2}) + LAST)

    async def first(endpoint):
        async with send(endpoint, "POST", "/ask", headers={}, body=lambda: BODY, limits=PATIENT) as answer:
            async for said in answer.events():
                return said.data

    with RawServer(handler) as server:
        assert asyncio.run(first(server.endpoint)) == b'{"n": 1}'
        server.wait_until_closed()


def test_a_connection_that_was_read_to_its_end_serves_again():
    async def twice(endpoint):
        return [await ask(endpoint), await ask(endpoint)]

    with RawServer(answering(head() + event({"n": 1}) + LAST)) as server:
        answers = asyncio.run(twice(server.endpoint))

        assert answers == [(200, [b'{"n": 1}'])] * 2
        assert server.connections == 1
        assert [request.line for request in server.requests] == ["POST /v1/ask HTTP/1.1"] * 2
        assert server.requests[0].body == BODY
        assert server.requests[0].headers["accept-encoding"] == "identity"
        server.wait_until_closed()


# --- every wait has an end -------------------------------------------------------------------------------------------


async def no_headers(connection):
    await connection.receive()
    await connection.wait_for_end()


async def dripping_headers(connection):
    await connection.receive()
    for byte in head() * 1000:
        await connection.send(bytes([byte]))
        await asyncio.sleep(0.02)


async def endless_interim_answers(connection):
    await connection.receive()
    while True:
        await connection.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        await asyncio.sleep(0.02)


async def silence_after_an_event(connection):
    await connection.receive()
    await connection.send(head() + event({"n": 1}))
    await connection.wait_for_end()


async def dripping_body(connection):
    await connection.receive()
    await connection.send(head())
    while True:
        await connection.send(chunk(b":"))
        await asyncio.sleep(0.02)


async def takes_no_request(connection):
    connection.writer.transport.pause_reading()
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("handler", "body", "limits", "says", "billed"),
    [
        (no_headers, BODY, Limits(5, 0.3, 5), "did not begin to answer within 0.3 s", True),
        (dripping_headers, BODY, Limits(5, 0.3, 5), "did not begin to answer within 0.3 s", True),
        (endless_interim_answers, BODY, Limits(5, 0.3, 5), "did not begin to answer within 0.3 s", True),
        (silence_after_an_event, BODY, Limits(5, 0.3, 5), "fell silent for 0.3 s", True),
        (dripping_body, BODY, Limits(5, 3, 0.6), "did not finish its answer within 0.6 s", True),
        (takes_no_request, LARGE, Limits(5, 0.3, 5), "did not take the request within 0.3 s", False),
        (takes_no_request, LARGE, Limits(5, 5, 0.3), "did not finish its answer within 0.3 s", False),
    ],
    ids=["no headers", "headers", "interim", "silence", "dripping", "not taken", "not taken in all"],
)
def test_a_server_that_keeps_us_waiting_is_left(handler, body, limits, says, billed):
    with RawServer(handler) as server:
        began = time.monotonic()

        error = refusal_of(server.endpoint, limits=limits, body=body)

        assert told(error) == ("timeout", True, billed)
        assert says in str(error)
        assert time.monotonic() - began < 10


def test_a_server_that_does_not_accept_the_connection_is_left():
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for waiting in (first, second):  # they fill its queue
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())

        error = refusal_of(
            Endpoint("openai", f"http://127.0.0.1:{deaf.getsockname()[1]}"), limits=Limits(connect=0.3, idle=5, total=5)
        )

    assert told(error) == ("connect", True, False)
    assert "could not be reached within 0.3 s" in str(error)


def test_nobody_is_waited_for_as_long_as_something_comes():
    async def slow(connection):
        await connection.receive()
        await connection.send(head())
        for n in range(8):
            await asyncio.sleep(0.15)
            await connection.send(event(n))
        await connection.send(LAST)

    with RawServer(slow) as server:
        assert asyncio.run(ask(server.endpoint, limits=Limits(1, 1, 20)))[1] == [b"%d" % n for n in range(8)]


def test_the_settings_give_each_class_of_model_its_patience(settings):
    settings.CONNECT_SECONDS, settings.CALL_TOTAL_SECONDS = 1.0, 4.0
    settings.IDLE_SECONDS = {"small": 2.0, "large": 3.0, "local": 5.0}

    assert Limits.for_model("anthropic:claude-haiku-4-5") == Limits(connect=1.0, idle=2.0, total=4.0)
    assert Limits.for_model("openai:gpt-5.2").idle == 3.0
    assert Limits.for_model("ollama:qwen3").idle == 5.0


# --- what was sent decides what may be charged -----------------------------------------------------------------------


async def reset_at_once(connection):
    await connection.reader.read(1)
    await connection.reset()


async def reset_when_sent(connection):
    await connection.receive()
    await connection.reset()


async def hang_up_when_sent(connection):
    await connection.receive()


async def reset_in_the_answer(connection):
    await connection.receive()
    await connection.send(head() + event({"n": 1}))
    await asyncio.sleep(0.05)
    await connection.reset()


async def truncated_chunk(connection):
    await connection.receive()
    await connection.send(head() + b"ff\r\ndata: ")


async def truncated_length(connection):
    await connection.receive()
    await connection.send(head(content_length=100) + b"data: ")


@pytest.mark.parametrize(
    ("handler", "body", "billed"),
    [
        (reset_at_once, LARGE, False),
        (reset_when_sent, BODY, True),
        (reset_when_sent, LARGE, True),
        (hang_up_when_sent, BODY, True),
        (reset_in_the_answer, BODY, True),
        (truncated_chunk, BODY, True),
        (truncated_length, BODY, True),
    ],
    ids=["half sent", "reset", "reset, large", "hang-up", "in the answer", "truncated chunk", "truncated length"],
)
def test_a_lost_connection_is_charged_once_all_was_sent(handler, body, billed):
    with RawServer(handler) as server:
        error = refusal_of(server.endpoint, body=body)

        assert told(error) == ("connection_lost", True, billed)
        assert server.connections == 1, "it was tried again"


def test_a_closed_port_is_no_connection():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = refusal_of(Endpoint("openai", f"http://127.0.0.1:{closed.getsockname()[1]}"))

    assert told(error) == ("connect", True, False)


def test_a_connection_that_the_server_closed_while_idle_is_replaced_in_silence():
    async def once_a_connection(connection):
        await connection.receive()
        await connection.send(head() + event({"n": connection.number}) + LAST)
        await connection.reset()

    async def two_calls(endpoint):
        first = await ask(endpoint)
        await asyncio.sleep(0.3)  # the loop hears of it
        return [first, await ask(endpoint)]

    with RawServer(once_a_connection) as server:
        answers = asyncio.run(two_calls(server.endpoint))

    assert [status for status, _ in answers] == [200, 200]
    assert server.connections == 2


@pytest.mark.parametrize("seconds", [0, 0.3])
def test_a_request_that_meets_the_end_of_a_kept_connection_is_not_sent_again(seconds):
    async def dies_on_the_second(connection):
        await connection.receive()
        await connection.send(head() + event({"n": 1}) + LAST)
        await connection.receive()
        await asyncio.sleep(seconds)
        await connection.reset()

    async def two_calls(endpoint):
        await ask(endpoint)
        await ask(endpoint)

    with RawServer(dies_on_the_second) as server:
        with pytest.raises(ProviderError) as caught:
            asyncio.run(two_calls(server.endpoint))

        assert told(caught.value) == ("connection_lost", True, True)
        assert (server.connections, len(server.requests)) == (1, 2)


# --- every answer has a greatest size --------------------------------------------------------------------------------


async def fifty_megabytes(connection):
    await connection.receive()
    await connection.send(head())
    for _ in range(50):
        await connection.send(chunk(b"data: " + b"x" * (1024 * 1024 - 8) + b"\n\n"))


async def one_endless_line(connection):
    await connection.receive()
    await connection.send(head() + chunk(b"data: "))
    while True:
        await connection.send(chunk(b"x" * 1024 * 1024))


@pytest.mark.parametrize("handler", [fifty_megabytes, one_endless_line])
def test_an_answer_without_end_is_left_at_eight_megabytes(handler):
    with RawServer(handler) as server:
        error = refusal_of(server.endpoint)

        assert told(error) == ("too_large", False, True)
        server.wait_until_closed()


def test_what_cannot_be_unpacked_cannot_be_a_bomb():
    with RawServer(answering(head(content_encoding="gzip") + chunk(b"\x1f\x8b" + b"0" * 100) + LAST)) as server:
        assert told(refusal_of(server.endpoint)) == ("malformed", True, True)


async def garbage(connection):
    await connection.receive()
    await connection.send(b"I am no HTTP server\r\n\r\n")


async def endless_header(connection):
    await connection.receive()
    await connection.send(b"HTTP/1.1 200 OK\r\nx: ")
    while True:
        await connection.send(b"x" * 65536)


@pytest.mark.parametrize("handler", [garbage, endless_header])
def test_what_is_no_http_is_no_answer(handler):
    with RawServer(handler) as server:
        assert told(refusal_of(server.endpoint)) == ("malformed", True, True)


@pytest.mark.parametrize("drips", [False, True])
def test_the_body_of_an_error_is_read_in_part_and_in_brief(drips, monkeypatch):
    monkeypatch.setattr(transport, "ERROR_BODY_SECONDS", 0.3)

    async def handler(connection):
        await connection.receive()
        await connection.send(head(429) + chunk(b'{"error":'))
        while True:
            await connection.send(chunk(b"x" if drips else b"x" * 1024 * 1024))
            await asyncio.sleep(0.02 if drips else 0)

    async def read(endpoint):
        async with send(endpoint, "POST", "/ask", headers={}, body=lambda: BODY, limits=PATIENT) as answer:
            return answer.status, await answer.read_error()

    with RawServer(handler) as server:
        began = time.monotonic()
        status, body = asyncio.run(read(server.endpoint))

        assert status == 429
        assert body.startswith(b'{"error":')
        assert len(body) <= 64 * 1024
        assert time.monotonic() - began < 10
        server.wait_until_closed()


# --- where requests go -----------------------------------------------------------------------------------------------


def test_a_redirect_within_the_origin_takes_method_body_and_key_along():
    answers = [whole(307, b"", location="/elsewhere"), whole(308, b"", location="/v1/here")]

    with RawServer(answering(*answers, head() + event({"n": 1}) + LAST)) as server:
        assert asyncio.run(ask(server.endpoint)) == (200, [b'{"n": 1}'])
        assert [r.line.split()[:2] for r in server.requests] == [
            ["POST", "/v1/ask"],
            ["POST", "/elsewhere"],
            ["POST", "/v1/here"],
        ]
        assert all(r.body == BODY and "sk-canary" in r.headers["authorization"] for r in server.requests)


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
def test_a_redirect_to_another_origin_is_not_followed(status):
    with RawServer(answering(whole(200, {}))) as other:
        location = f"http://127.0.0.1:{other.port}/v1/ask"
        with RawServer(answering(whole(status, b"", location=location))) as server:
            error = refusal_of(server.endpoint)

    assert told(error) == ("redirected", False, False)
    assert other.connections == 0


@pytest.mark.parametrize("user", ["", "user"])
def test_a_redirect_that_brings_a_password_of_its_own_is_refused(user):
    locations: list[str] = []

    async def handler(connection):
        await connection.receive()
        await connection.send(whole(307, b"", location=locations[0]))

    with RawServer(handler) as server:
        locations.append(f"http://{user}:secret@127.0.0.1:{server.port}/v1/ask")
        error = refusal_of(server.endpoint)

        assert told(error) == ("redirected", False, False)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "location", "requests"),
    [(302, "/v1/ask", 1), (307, "/v1/ask", 4), (307, "", 4), (307, "http://[", 1), (308, "file:///etc/passwd", 1)],
    ids=["302", "loop", "nowhere", "unreadable", "file"],
)
def test_a_redirect_that_leads_nowhere_is_refused(status, location, requests):
    with RawServer(answering(whole(status, b"", location=location))) as server:
        assert told(refusal_of(server.endpoint)) == ("redirected", False, False)
        assert len(server.requests) == requests


@pytest.mark.parametrize(
    "base_url",
    [
        "", "127.0.0.1", "htp://127.0.0.1/v1", "http://", "http://[::1", "http://u:p@127.0.0.1", "http://:p@127.0.0.1",
        "http://127.0.0.1:99999", "http://" + "a" * 64 + ".example", "http://a..b", "http://.", "http://\ud800.example",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_told_as_such(base_url):
    assert told(refusal_of(Endpoint("openai", base_url, "sk-canary"))) == ("not_set_up", False, False)


def test_a_key_that_is_no_header_is_not_sent():
    with RawServer(answering(whole(200, {}))) as server:
        error = refusal_of(replace(server.endpoint, api_key="sk-canary\r\nHost: evil"))

        assert told(error) == ("not_set_up", False, False)
        assert server.connections == 0


def test_a_guarded_call_reaches_no_private_address_nor_a_connection_to_one():
    async def trusted_then_guarded(endpoint):
        await ask(endpoint)
        await ask(replace(endpoint, is_guarded=True))

    with RawServer(answering(head() + event({"n": 1}) + LAST)) as server:
        with pytest.raises(ProviderError) as caught:
            asyncio.run(trusted_then_guarded(server.endpoint))

        assert told(caught.value) == ("address_refused", False, False)
        assert len(server.requests) == 1


def test_a_certificate_of_nobody_is_not_trusted(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))

    with RawServer(answering(whole(200, {})), ssl=context) as server:
        error = refusal_of(server.endpoint)

        assert told(error) == ("connect", False, False)
        assert "certificate" in str(error)
        assert not server.requests


@pytest.mark.parametrize(
    ("handler", "body", "outcome"),
    [
        (answering(head() + event({"n": 1}) + LAST), b"x" * 3_000_000, [(200, [b'{"n": 1}'])] * 2),
        (reset_at_once, LARGE, [("connection_lost", True, False)] * 2),
        (reset_when_sent, BODY, [("connection_lost", True, True)] * 2),
        (takes_no_request, LARGE, [("timeout", True, False)] * 2),
    ],
    ids=["answered", "half sent", "reset", "not taken"],
)
def test_all_of_it_is_the_same_over_tls(handler, body, outcome, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = self_signed(tmp_path)
    context.load_cert_chain(certificate)

    with RawServer(handler, ssl=context) as server:
        mine, theirs = multiprocessing.Pipe()
        # In a process of its own, so that no other test trusts the certificate.
        child = multiprocessing.get_context("fork").Process(
            target=_ask_twice_over_tls, args=[server.endpoint, body, certificate, theirs]
        )
        child.start()
        assert mine.poll(30)
        assert mine.recv() == outcome
        child.join(10)
        assert server.connections == (1 if outcome[0][0] == 200 else 2)


def _ask_twice_over_tls(endpoint, body, certificate, results):
    connector._SSL_CONTEXT_VERIFIED.load_verify_locations(certificate)

    async def twice():
        outcomes = []
        for _ in range(2):
            try:
                outcomes.append(await ask(endpoint, body=body, limits=Limits(5, 1, 20)))
            except ProviderError as error:
                outcomes.append(told(error))
        return outcomes

    results.send(asyncio.run(twice()))


def self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


# --- nothing is left behind ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "body"),
    [(no_headers, BODY), (silence_after_an_event, BODY), (takes_no_request, LARGE)],
    ids=["waiting", "streaming", "sending"],
)
def test_a_cancelled_call_ends_its_connection_at_once(handler, body):
    async def cancelled(server):
        call = asyncio.create_task(ask(server.endpoint, body=body))
        await asyncio.sleep(0.3)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        return await asyncio.to_thread(server.wait_until_closed)

    async def until_the_end(connection):
        ended = asyncio.ensure_future(handler(connection))
        await asyncio.wait([ended, asyncio.ensure_future(lost(connection))], return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()

    with RawServer(until_the_end) as server:
        assert asyncio.run(cancelled(server)) < 2


async def lost(connection):
    """Return when the connection is gone, also when nobody reads from it."""
    sock = connection.writer.get_extra_info("socket")
    while True:
        await asyncio.sleep(0.01)
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
        if info[0] != 1:  # no longer ESTABLISHED
            return


@pytest.mark.parametrize("handler", [no_headers, truncated_chunk, fifty_megabytes, garbage, reset_in_the_answer])
def test_failed_calls_leave_no_connection_behind(handler):
    async def many(server):
        results = await asyncio.gather(
            *(ask(server.endpoint, limits=Limits(5, 0.3, 20)) for _ in range(10)), return_exceptions=True
        )
        await asyncio.to_thread(server.wait_until_closed)
        return results

    with RawServer(handler) as server:
        assert all(isinstance(result, ProviderError) for result in asyncio.run(many(server)))


def test_each_event_loop_and_each_forked_process_has_connections_of_its_own():
    with RawServer(answering(head() + event({"n": 1}) + LAST)) as server, asyncio.Runner() as parent:
        parent.run(ask(server.endpoint))
        child = multiprocessing.get_context("fork").Process(target=_ask_and_leave, args=[server.endpoint])
        child.start()
        child.join(20)
        answer = parent.run(ask(server.endpoint))

        assert child.exitcode == 0
        assert answer[0] == 200
        assert server.connections == 2, "the parent's connection did not survive its child"
        asyncio.run(ask(server.endpoint))
        assert server.connections == 3


def _ask_and_leave(endpoint):
    assert asyncio.run(ask(endpoint)) == (200, [b'{"n": 1}'])
