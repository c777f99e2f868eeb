"""The address wall: only public addresses are connected to, whatever name, redirect or notation leads there.

The check sits in the resolver, because Twisted connects to exactly the addresses that the resolver gives, for
numbers as for names: a name that answers with a public address first and a private one later has nothing to
gain.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from twisted.internet import address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped]  # it ships no types

from crawler.fetching.hosts import parse_host_port
from crawler.fetching.public_addresses import is_public

ALLOW_PRIVATE = "WENCUN_ALLOW_PRIVATE"
"""The Scrapy setting with the `HOST:PORT`s that are open although they are not public."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressRefused(IgnoreRequest):
    """A request would have gone to an address that is not public."""


@implementer(IHostnameResolver)
class PublicAddressResolver:
    """Resolves names as the system does, and gives only the addresses that may be connected to."""

    def __init__(self, reactor: Any, seconds: float) -> None:
        self.reactor = reactor
        self.seconds = seconds
        """How long an answer may take."""
        self._allowed: set[tuple[str, int]] = set()
        self._refused: dict[tuple[str, int], str] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> PublicAddressResolver:
        """Make the resolver for a process; Scrapy calls this with its crawler process."""
        return cls(reactor, crawler.settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        """Put this resolver in the place of the reactor's own."""
        self.reactor.installNameResolver(self)

    def allow(self, hosts: Iterable[tuple[str, int]]) -> None:
        """Open these hosts at these ports, private or not; other names of their addresses stay closed."""
        self._allowed.update((_spelled(host), port) for host, port in hosts)

    def refused(self, host: str, port: int) -> str | None:
        """Return the address that was refused for `host`, or None where none was."""
        return self._refused.get((_spelled(host), port))

    def resolveHostName(  # noqa: N802 -- the interface's name
        self,
        resolutionReceiver: Any,  # noqa: N803 -- the interface's names
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        *_: Any,
        **__: Any,
    ) -> _Lookup:
        """Look a name up, behind the wall."""
        return _Lookup(self, resolutionReceiver, hostName, portNumber)

    def judge(self, *, host: str, port: int, address: str) -> bool:
        """May `address`, found for `host`, be connected to at `port`? Remembers what it refuses."""
        place = (_spelled(host), port)
        if place in self._allowed or is_public(address):
            return True
        self._refused[place] = address
        return False

    def forget(self, *, host: str, port: int) -> None:
        """A name is looked up anew: what it was refused for before says nothing now."""
        self._refused.pop((_spelled(host), port), None)


@implementer(IHostResolution)
class _Lookup:
    """A name being looked up, in a thread of its own: one that hangs holds up neither others nor the end."""

    def __init__(self, resolver: PublicAddressResolver, receiver: Any, name: str, port: int) -> None:
        self._resolver = resolver
        self._receiver = receiver
        self.name = name
        self._port = port
        self._is_over = False
        receiver.resolutionBegan(self)
        self._alarm = resolver.reactor.callLater(resolver.seconds, self._finish, [])
        threading.Thread(target=self._look_up, name="lookup", daemon=True).start()

    def cancel(self) -> None:
        """Give nothing, now."""
        self._finish([])

    def _look_up(self) -> None:
        try:
            found = socket.getaddrinfo(self.name, self._port, type=socket.SOCK_STREAM)
        except (OSError, ValueError):  # a ValueError where it can be no name at all
            found = []
        self._resolver.reactor.callFromThread(self._finish, [sockaddr for *_, sockaddr in found])

    def _finish(self, found: list[tuple[Any, ...]]) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._alarm.active():
            self._alarm.cancel()
        self._resolver.forget(host=self.name, port=self._port)
        for host, *rest in found:
            if self._resolver.judge(host=self.name, port=self._port, address=host):
                kind = address.IPv6Address if ":" in host else address.IPv4Address
                self._receiver.addressResolved(kind("TCP", host, *rest))
        self._receiver.resolutionComplete()


def _spelled(host: str) -> str:
    """Return the one spelling of a host: Twisted names it as people write it, a URL as it is sent."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return host.lower()


class AddressWallMiddleware:
    """Names the wall as the reason where Twisted knows only that a name gave no address."""

    def __init__(self, resolver: PublicAddressResolver) -> None:
        self._resolver = resolver

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressWallMiddleware:
        """Make the middleware; refuses to work in a process whose reactor has no wall."""
        from twisted.internet import reactor  # noqa: PLC0415 -- importing it earlier would install one

        resolver = reactor.nameResolver
        if not isinstance(resolver, PublicAddressResolver):
            raise TypeError(
                "TWISTED_DNS_RESOLVER must be PublicAddressResolver: nothing is fetched without it"
            )
        for value in crawler.settings.getlist(ALLOW_PRIVATE):
            opened = parse_host_port(value)
            if opened is None:
                raise ValueError(f"{ALLOW_PRIVATE}: {value!r} is no HOST:PORT")
            resolver.allow([opened])
        return cls(resolver)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise AddressRefused for a request whose host has none but refused addresses; it is not retried."""
        if not isinstance(exception, CannotResolveHostError):
            return
        parts = urlsplit(request.url)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
        address = self._resolver.refused(host, port)
        if address is not None:
            raise AddressRefused(
                f"{host} is at {address}, which is no public address; "
                f"`--allow-private {f'[{host}]' if ':' in host else host}:{port}` opens it"
            ) from exception
