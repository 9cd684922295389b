"""Hostile base URLs: refused when they are saved, and by the real client without one connection to this machine."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from agents.addresses import UnusableURL, allowed_name, check_base_url, is_allowed_host, is_public, origin_of
from agents.providers import Endpoint, ProviderError
from agents.providers.connections import close_sessions
from agents.providers.deadline import Limits
from agents.providers.transport import send
from agents.tests.listeners import Listener, listening, redirect_to

LIMITS = Limits(connect=5, idle=5, total=10)
KEY = "sk-canary-that-nobody-may-see-0123456789"

# What names lead to, in these tests. The last one answers differently each time it is asked.
NAMES: dict[str, list[list[str]]] = {
    "loopback.example.com": [["127.0.0.1"]],
    "loopback6.example.com": [["::1"]],
    "mixed.example.com": [["93.184.215.14", "127.0.0.1"]],
    "mapped.example.com": [["::ffff:127.0.0.1"]],
    "inside.example.com": [["10.0.0.5"]],
    "metadata.example.com": [["169.254.169.254"]],
    "any.example.com": [["0.0.0.0"]],
    "nat64.example.com": [["64:ff9b::7f00:1"]],
    "localhost": [["127.0.0.1"]],
    "localhost.localdomain.example": [["127.0.0.1"]],
    "xn--bcher-kva.example.com": [["127.0.0.1"]],
    "public.example.com": [["93.184.215.14"]],
    "rebinding.example.com": [["93.184.215.14"], ["127.0.0.1"]],
}

HOSTILE = [
    # this machine, in every spelling that some reader takes for it
    "https://127.0.0.1:PORT/v1",
    "https://127.0.0.1.:PORT/v1",
    "https://127.1:PORT/v1",
    "https://127.0.1:PORT/v1",
    "https://127.8.9.10:PORT/v1",
    "https://2130706433:PORT/v1",
    "https://0x7f000001:PORT/v1",
    "https://0X7F.1:PORT/v1",
    "https://0x7f.0x0.0x0.0x1:PORT/v1",
    "https://017700000001:PORT/v1",
    "https://0177.0.0.1:PORT/v1",
    "https://0177.1:PORT/v1",
    "https://00000177.0.0.01:PORT/v1",
    "https://127.0.0.0x1:PORT/v1",
    "https://1２7.0.0.1:PORT/v1",
    "https://１２７。０。０。１:PORT/v1",
    "https://①②⑦.⓪.⓪.①:PORT/v1",
    "https://%31%32%37.0.0.1:PORT/v1",
    "https://0:PORT/v1",
    "https://0.0.0.0:PORT/v1",
    "https://[::1]:PORT/v1",
    "https://[::]:PORT/v1",
    "https://[0:0:0:0:0:0:0:1]:PORT/v1",
    "https://[0000::0001]:PORT/v1",
    "https://[::ffff:127.0.0.1]:PORT/v1",
    "https://[::ffff:7f00:1]:PORT/v1",
    "https://[::127.0.0.1]:PORT/v1",
    "https://[::1%25lo]:PORT/v1",
    "https://localhost:PORT/v1",
    "https://LOCALHOST:PORT/v1",
    "https://localhost.:PORT/v1",
    "https://ⓛocalhost:PORT/v1",
    "https://lo\u00adcalhost:PORT/v1",
    # IPv6 addresses that carry one of these
    "https://[64:ff9b::127.0.0.1]:PORT/v1",
    "https://[64:ff9b:1::7f00:1]:PORT/v1",
    "https://[2002:7f00:1::]:PORT/v1",
    "https://[2002:a00:5::1]:PORT/v1",
    "https://[2001:0:7f00:1::80ff:fffe]:PORT/v1",
    "https://[2a00::5efe:7f00:1]:PORT/v1",
    # private, link-local, carrier-grade, benchmarking, documentation, multicast, reserved
    "https://10.0.0.5/v1",
    "https://172.16.0.1/v1",
    "https://172.31.255.254/v1",
    "https://192.168.1.1/v1",
    "https://100.64.0.1/v1",
    "https://100.127.255.254/v1",
    "https://169.254.1.1/v1",
    "https://198.18.0.1/v1",
    "https://192.0.2.1/v1",
    "https://198.51.100.1/v1",
    "https://203.0.113.1/v1",
    "https://192.88.99.1/v1",
    "https://224.0.0.1/v1",
    "https://240.0.0.1/v1",
    "https://255.255.255.255/v1",
    "https://[fe80::1]/v1",
    "https://[fec0::1]/v1",
    "https://[fc00::1]/v1",
    "https://[fd12:3456:789a::1]/v1",
    "https://[ff02::1]/v1",
    "https://[2001:db8::1]/v1",
    "https://[100::1]/v1",
    "https://[4000::1]/v1",
    # metadata of clouds
    "https://169.254.169.254/latest/meta-data",
    "https://[fd00:ec2::254]/latest/meta-data",
    "https://[::ffff:169.254.169.254]/latest/meta-data",
    "https://100.100.100.200/latest/meta-data",
    "https://192.0.0.192/opc/v2",
    "https://168.63.129.16/machine",
    "https://metadata/computeMetadata/v1",
    # names that lead inside
    "https://loopback.example.com:PORT/v1",
    "https://LoopBack.Example.COM.:PORT/v1",
    "https://loopback6.example.com:PORT/v1",
    "https://mixed.example.com:PORT/v1",
    "https://mapped.example.com:PORT/v1",
    "https://inside.example.com:PORT/v1",
    "https://metadata.example.com:PORT/v1",
    "https://any.example.com:PORT/v1",
    "https://nat64.example.com:PORT/v1",
    "https://localhost.localdomain.example:PORT/v1",
    "https://bücher.example.com:PORT/v1",
    "https://nobody-knows-this.example.com:PORT/v1",
    # two readers, two hosts
    "https://public.example.com@127.0.0.1:PORT/v1",
    "https://user:password@127.0.0.1:PORT/v1",
    "https://127.0.0.1:PORT\\@public.example.com/v1",
    "https://public.example.com\\@127.0.0.1:PORT/v1",
    "https://public.example.com#@127.0.0.1:PORT/v1",
    "https://public.example.com?@127.0.0.1:PORT/v1",
    "https://127.0.0.1\t:PORT/v1",
    "https://127.0.0.1:PORT/v1\r\nHost: public.example.com",
    "https://127.0.0.1:PORT\u0000.public.example.com/v1",
    "https:127.0.0.1:PORT/v1",
    "https:///127.0.0.1:PORT/v1",
    "https:\\\\127.0.0.1:PORT\\v1",
    "//127.0.0.1:PORT/v1",
    "https://[::1]:PORT@public.example.com/v1",
    "https://[::1:PORT/v1",
    # not https, not the web
    "http://127.0.0.1:PORT/v1",
    "http://public.example.com/v1",
    "ftp://127.0.0.1:PORT/v1",
    "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/_GET",
    "unix:///run/docker.sock",
    "javascript:alert(1)",
    "",
    "127.0.0.1:PORT",
    # what a path may not hide
    "https://public.example.com/v1/../admin",
    "https://public.example.com/v1/%2e%2e/admin",
    "https://public.example.com:0/v1",
    "https://public.example.com:65536/v1",
    "https://public.example.com:-1/v1",
    "https://public.example.com/" + "x" * 600,
]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The system's resolver, with names of ours in it; counts how often each was asked."""
    asked: dict[str, int] = {}
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = (host.decode() if isinstance(host, bytes) else str(host)).lower().rstrip(".")
        if name not in NAMES:
            if name.endswith((".com", ".example")):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return real(host, port, *args, **kwargs)
        turn = asked.get(name, 0)
        asked[name] = turn + 1
        answers = NAMES[name][min(turn, len(NAMES[name]) - 1)]
        port = int(port or 0)
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
            for address in answers
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening("127.0.0.1", "::1") as listener:
        yield listener


def ask(base_url: str, *, is_guarded: bool, times: int = 1, limits: Limits = LIMITS) -> list[int | str]:
    """Ask an endpoint for something with the real client: of each try the status, or the code of its failure."""

    async def asking() -> list[int | str]:
        endpoint = Endpoint("openai", base_url=base_url, api_key=KEY, is_guarded=is_guarded)
        outcomes: list[int | str] = []
        for _ in range(times):
            headers = {"Authorization": f"Bearer {KEY}"}
            try:
                path = "/chat/completions"
                async with send(endpoint, "POST", path, headers=headers, body=lambda: b"{}", limits=limits) as answer:
                    outcomes.append(answer.status)
            except ProviderError as error:
                outcomes.append(error.code)
            await close_sessions()  # the next try connects, and resolves, anew
        return outcomes

    return asyncio.run(asking())


def connects_to_ourselves(url: str) -> bool:
    """Whether the tables above lead to this machine or to no address at all, so that a trusted client may try it."""
    return "PORT" in url and not any(name in url for name in ("public.", "inside.", "metadata.", "mixed.", "nat64."))


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused_when_it_is_saved(url: str, names: dict[str, int]) -> None:
    with pytest.raises(UnusableURL) as refused:
        check_base_url(url.replace("PORT", "443"))

    assert str(refused.value).endswith(".")
    assert "127.0.0.1" not in str(refused.value)


def test_no_hostile_url_reaches_a_listener_on_this_machine(
    names: dict[str, int], listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NAMES, "public.example.com", [["203.0.113.1"]])  # nothing of this leaves the machine
    # Over http as well, so that nothing but the guard stands between the client and the listener.
    urls = [url.replace("PORT", str(listener.port)) for url in HOSTILE]
    urls += [url.replace("https:", "http:", 1) for url in urls if url.startswith("https:")]
    assert len(HOSTILE) >= 100

    outcomes = {url: ask(url, is_guarded=True, limits=Limits(0.5, 0.5, 1)) for url in urls}

    assert listener.connections == 0
    assert {code for codes in outcomes.values() for code in codes} <= {"address_refused", "connect", "not_set_up"}
    assert sum(codes == ["address_refused"] for codes in outcomes.values()) > 100


def test_a_trusted_endpoint_reaches_the_listener_so_that_the_test_above_can_fail(
    names: dict[str, int], listener: Listener
) -> None:
    own = [url.replace("https:", "http:", 1) for url in HOSTILE if connects_to_ourselves(url)]
    urls = [url.replace("PORT", str(listener.port)) for url in own if "[6" not in url and "[2" not in url]

    reached = [url for url in urls if ask(url, is_guarded=False, limits=Limits(0.5, 0.5, 1)) == [404]]

    assert listener.connections >= len(reached) > 20
    assert KEY.encode() in b"".join(listener.received)


def test_an_address_that_the_operator_set_may_be_anywhere(listener: Listener) -> None:
    assert ask(f"http://127.0.0.1:{listener.port}/v1", is_guarded=False) == [404]
    assert ask(f"http://[::1]:{listener.port}/v1", is_guarded=False) == [404]

    assert listener.connections == 2


def test_a_name_that_changes_its_answer_after_it_was_saved_opens_no_way_inside(
    names: dict[str, int], listener: Listener
) -> None:
    url = f"https://rebinding.example.com:{listener.port}/v1"
    assert check_base_url(url) == url

    outcomes = ask(url, is_guarded=True, times=2)

    assert outcomes == ["address_refused"] * 2
    assert names["rebinding.example.com"] == 3
    assert listener.connections == 0


@pytest.fixture
def a_public_address(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address of this machine that is taken for a public one here, for a server out in the world."""
    monkeypatch.setattr("agents.addresses.is_public", lambda address: address == "127.0.0.2" or is_public(address))
    return "127.0.0.2"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:PORT/v1",
        "http://[::1]:PORT/v1",
        "http://2130706433:PORT/v1",
        "//127.0.0.1:PORT/v1",
        "http://loopback.example.com:PORT/v1",
        "http://127.0.0.2:80@127.0.0.1:PORT/v1",
    ],
)
def test_a_redirect_does_not_lead_inside_and_takes_no_key_along(
    a_public_address: str, names: dict[str, int], listener: Listener, location: str, status: int
) -> None:
    answer = redirect_to(location.replace("PORT", str(listener.port)), status)
    with listening(a_public_address, answer=answer) as public:
        outcome = ask(f"http://{a_public_address}:{public.port}/v1", is_guarded=True)

        assert outcome == ["redirected"]
        assert public.connections == 1
    assert listener.connections == 0


def test_a_redirect_to_the_same_name_is_checked_again_where_it_leads_now(
    a_public_address: str, names: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NAMES, "turning.example.com", [["127.0.0.2"], ["127.0.0.1"]])
    monkeypatch.setattr("aiohttp.connector._DNSCacheTable.expired", lambda *args: True)
    with listening(a_public_address, "127.0.0.1", answer=redirect_to("/v1/again")) as both:
        outcome = ask(f"http://turning.example.com:{both.port}/v1", is_guarded=True)

        assert outcome == ["address_refused"]
        assert both.connections == 1
        assert names["turning.example.com"] == 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://public.example.com", "https://public.example.com"),
        ("  https://Public.Example.com:443/v1/ \n", "https://public.example.com/v1"),
        ("HTTPS://public.example.com.:8443/a/b-c_d.e/", "https://public.example.com:8443/a/b-c_d.e"),
        ("https://93.184.215.14/v1", "https://93.184.215.14/v1"),
        ("https://[2606:2800:21F:0::1]:443/v1", "https://[2606:2800:21f::1]/v1"),
        ("https://1.1.1.1.:443", "https://1.1.1.1"),
    ],
)
def test_a_public_address_is_kept_in_its_one_spelling(text: str, kept: str, names: dict[str, int]) -> None:
    assert check_base_url(text) == kept
    assert check_base_url(kept) == kept


@pytest.mark.parametrize(
    ("allowed", "url", "expected"),
    [
        ("models.house", "http://models.house:8000/v1", True),
        ("models.house", "https://MODELS.house./v1", True),
        ("models.house:8000", "http://models.house:8000/v1", True),
        ("models.house:8000", "http://models.house:8001/v1", False),
        ("models.house:443", "https://models.house/v1", True),
        ("127.0.0.1", "http://127.0.0.1:11434", True),
        ("127.0.0.1:11434", "http://127.0.0.1:11435", False),
        ("[::1]:11434", "http://[0:0::1]:11434", True),
        ("::1", "http://[::1]:11434", True),
        ("localhost", "http://127.0.0.1:11434", False),
        ("models.house", "http://models.house.evil.example/v1", False),
        ("models.house", "http://evil-models.house/v1", False),
        ("", "http://127.0.0.1", False),
    ],
)
def test_a_host_that_the_operator_allows_needs_no_public_address_and_no_https(
    settings: Any, allowed: str, url: str, expected: bool
) -> None:
    settings.PROVIDER_HOSTS = [allowed]

    assert is_allowed_host(url) is expected
    if expected:
        assert origin_of(check_base_url(url)) == origin_of(url)
    else:
        with pytest.raises(UnusableURL):
            check_base_url(url)


@pytest.mark.parametrize(
    "entry", ["", " ", "http://house", "house/path", "user@house", "house:0", "house:x", "a b", "*"]
)
def test_what_is_no_host_allows_none(entry: str) -> None:
    assert allowed_name(entry) == ""


def test_a_name_server_that_never_answers_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr("agents.addresses.RESOLVE_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: release.wait(30) and [])

    with pytest.raises(UnusableURL, match="no public address"):
        check_base_url("https://slow.example.com")

    release.set()


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1", "223.255.255.1"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["", "localhost", "0x7f.1", "1", "127.1", "fe80::1%eth0", "2606:4700::1111%eth0"])
def test_what_is_no_plain_address_is_not_public(address: str) -> None:
    assert not is_public(address)
