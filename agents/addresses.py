"""Which addresses may be reached on behalf of a team, and how its members may write them.

A base URL that a team member names is checked twice. `check_base_url` reads it when it is saved and tells a person what
is wrong. `guarded_socket` is asked for the socket of each connection and sees the very address that is connected to, so
a name that led to a public address yesterday, or a moment ago, opens no way to a private one. Hosts that the operator
allows (SAGE_PROVIDER_HOSTS) are trusted like the operator's own addresses: `endpoint_for` does not guard them, and so
nothing here has to remember which addresses they had.

Ranges: IANA's special-purpose address registries (RFC 6890 and what was added), and metadata services of clouds.
"""

from __future__ import annotations

import re
import socket
import threading
import unicodedata
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import idna
from django.conf import settings

LONGEST_URL = 500
RESOLVE_SECONDS = 5.0
RESOLUTIONS_AT_ONCE = 16  # each is a thread that waits for a name server
DEFAULT_PORTS = {"http": 80, "https": 443}

_REFUSED_V4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; connects to the machine itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; metadata of Alibaba Cloud
        "127.0.0.0/8",
        "168.63.129.16/32",  # public in form: Azure's own service on every machine
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; metadata of Oracle Cloud
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
_GLOBAL_V6 = IPv6Network("2000::/3")  # all that is handed out; the rest is special, mapped, local or reserved
_REFUSED_V6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries an IPv4 address, which may be a private one
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
]
_ISATAP = (0x00005EFE, 0x02005EFE)  # in front of an IPv4 address in the lower half (RFC 5214)

_NUMERIC_LABEL = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~+@:-]+)*")
_resolving = threading.BoundedSemaphore(RESOLUTIONS_AT_ONCE)

ASK_OPERATOR = "A private host has to be allowed by the operator (SAGE_PROVIDER_HOSTS)."
# One sentence for a name that does not exist and one that leads inside, so that nobody learns which names there are.
NOT_PUBLIC = f"This host leads to no public address: check how it is written. {ASK_OPERATOR}"


class AddressRefused(OSError):
    """A guarded connection would have gone to an address that is not public. It was not made."""

    def __init__(self) -> None:
        # Without the address: aiohttp keeps the class only when all addresses of a name fail with the same text.
        super().__init__("The address is not a public one.")


class UnusableURL(ValueError):
    """A base URL that cannot be taken; the message says what to do."""


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """Say whether an IP address is one that anybody on the internet can reach; False for what is no address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in _REFUSED_V4)
    if ip.scope_id is not None or ip not in _GLOBAL_V6 or (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
        return False
    return ip.is_global and not any(ip in network for network in _REFUSED_V6)


def guarded_socket(addr_info: tuple[Any, ...]) -> socket.socket:
    """Return a socket for the address that is about to be connected to: `TCPConnector(socket_factory=…)`.

    Raises AddressRefused when it is not public.
    """
    family, kind, protocol, _, address = addr_info
    if family not in (socket.AF_INET, socket.AF_INET6) or not is_public(str(address[0])):
        raise AddressRefused
    if family == socket.AF_INET6 and len(address) == 4 and address[3]:
        raise AddressRefused  # a scope: link-local, whatever the address looks like
    return socket.socket(family, kind, protocol)


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL, the default port left out, as `https://api.example.com:8443`.

    Raises UnusableURL for anything that two readers could take for different hosts.
    """
    parts = _split(url)
    return _origin(parts.scheme, _ascii_host(parts), _port(parts))


def is_allowed_host(url: str) -> bool:
    """Say whether the operator allows the host of a URL (SAGE_PROVIDER_HOSTS), wherever its address may be."""
    try:
        parts = _split(url)
        return _is_allowed(_ascii_host(parts), _port(parts))
    except UnusableURL:
        return False


def check_base_url(text: str) -> str:
    """Return the base URL that a team member wrote, normalised and without a slash at its end.

    It is https, and every address of its host is public; unless the operator allows the host. Resolves the name, for at
    most RESOLVE_SECONDS, in a thread: not for an event loop. Raises UnusableURL with a sentence that says what to do.
    """
    text = text.strip(" \t\r\n")
    parts = _split(text)
    host, port = _ascii_host(parts), _port(parts)
    path = parts.path.rstrip("/")
    if "?" in text or "#" in text:
        raise UnusableURL("Leave out “?” and “#” and what follows: the address ends with the path.")
    if not _PATH.fullmatch(path) or any(part in (".", "..") for part in path.split("/")):
        raise UnusableURL("The path of the address is not plain; write it as in https://api.example.com/v1.")
    base_url = _origin(parts.scheme, host, port) + path
    if len(base_url) > LONGEST_URL:
        raise UnusableURL(f"The address is longer than {LONGEST_URL} characters.")
    if _is_allowed(host, port):
        return base_url
    if parts.scheme != "https":
        raise UnusableURL("Use https: over http the key could be read on its way.")
    if host.startswith("["):
        addresses: Iterable[str] = [host.strip("[]")]
    elif "." not in host:
        addresses = []  # a name without a dot is one of the machine or its own network
    else:
        addresses = _resolve(host, port)
    if not addresses or not all(is_public(address) for address in addresses):
        raise UnusableURL(NOT_PUBLIC)
    return base_url


def _split(url: str) -> SplitResult:
    if len(url) > 4 * LONGEST_URL:
        raise UnusableURL(f"The address is longer than {LONGEST_URL} characters.")
    # urlsplit drops tabs and newlines in silence, and browsers read a backslash as a slash.
    if "\\" in url or any(unicodedata.category(character)[0] in "CZ" for character in url):
        raise UnusableURL("The address contains a backslash, a space or a character that cannot be seen. Remove it.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UnusableURL("The address cannot be read; write it as in https://api.example.com/v1.") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.netloc:
        raise UnusableURL("The address starts with https://, as in https://api.example.com/v1.")
    if "@" in parts.netloc:
        raise UnusableURL("Leave out the user name and password before the “@”; the key has a field of its own.")
    return parts


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise UnusableURL("The port is a number between 1 and 65535.")
    return port or DEFAULT_PORTS[parts.scheme]


def _origin(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{host}" if port == DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}"


def _ascii_host(parts: SplitResult) -> str:
    """Return the host in its one spelling: lower-case ASCII, an IPv6 address in brackets, without a trailing dot."""
    unreadable = UnusableURL("The host of the address cannot be read; write it as in https://api.example.com/v1.")
    host = parts.hostname or ""
    if "[" in parts.netloc or "]" in parts.netloc:
        try:
            return f"[{IPv6Address(host)}]"
        except ValueError as error:
            raise unreadable from error
    try:
        host = idna.encode(host.removesuffix("."), uts46=True, std3_rules=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        if not host.isascii():
            raise unreadable from error
        host = host.removesuffix(".").lower()  # names with "_" or "--" are no IDNA, and used inside houses
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise unreadable
    if _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))  # refuses octal, hexadecimal, short and whole-number forms
        except ValueError as error:
            raise UnusableURL("Write an IPv4 address as four decimal numbers, as in 192.0.2.10.") from error
    return host


def _is_allowed(host: str, port: int) -> bool:
    allowed = {name for entry in settings.PROVIDER_HOSTS if (name := allowed_name(entry))}
    return host in allowed or f"{host}:{port}" in allowed


def allowed_name(entry: str) -> str:
    """Return an entry of SAGE_PROVIDER_HOSTS in its one spelling, `host` or `host:port`; empty when it is none."""
    entry = entry.strip()
    if entry.count(":") > 1 and not entry.startswith("["):
        entry = f"[{entry}]"  # an IPv6 address, written bare
    try:
        parts = _split(f"http://{entry}")
        host = _ascii_host(parts)
        if parts.path or parts.query or parts.fragment:
            return ""
        return host if parts.port is None else f"{host}:{_port(parts)}"
    except ValueError:
        return ""


def _resolve(host: str, port: int) -> list[str]:
    """Return all addresses of a name; none when it has none, or when nobody knows within RESOLVE_SECONDS."""
    found: list[str] = []

    def look() -> None:
        try:
            found.extend(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            pass  # told like a name that leads inside
        finally:
            _resolving.release()

    if not _resolving.acquire(timeout=RESOLVE_SECONDS):
        raise UnusableURL("Too many addresses are being looked up at the moment. Try again.")
    # A daemon: getaddrinfo has a patience of its own, and nothing may wait for it, not even the end of the process.
    thread = threading.Thread(target=look, name="resolve", daemon=True)
    thread.start()
    thread.join(RESOLVE_SECONDS)
    return [] if thread.is_alive() else found
