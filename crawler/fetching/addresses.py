"""The address wall: only public addresses are connected to, whatever name, redirect or notation leads there.

The check sits in the resolver, because Twisted connects to exactly the addresses that the resolver gives: a
name that answers with a public address first and a private one later has nothing to gain.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]  # it ships no types

from crawler.fetching.hosts import parse_host_port

# Prefixes of IPv6 that carry an IPv4 address on to where it leads: RFC 6052, RFC 3056, RFC 4380.
_CARRIERS = (IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16"), IPv6Network("2001::/32"))
ALLOW_PRIVATE = "WENCUN_ALLOW_PRIVATE"
"""The Scrapy setting with the `HOST:PORT`s that are open although they are not public."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressRefused(IgnoreRequest):
    """A request would have gone to an address that is not public."""


def is_public(address: str) -> bool:
    """May anybody on the internet be expected to answer at `address`? What cannot be read is not public."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif any(parsed in network for network in _CARRIERS):
            return False
    return parsed.is_global and not parsed.is_multicast


@implementer(IHostnameResolver)
class PublicAddressResolver:
    """Resolves names as the system does, and gives only the addresses that may be connected to."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._inner: Any = reactor.nameResolver  # an IHostnameResolver, which type checkers misread
        self._allowed: set[tuple[str, int]] = set()
        self._refused: dict[tuple[str, int], str] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> PublicAddressResolver:
        """Make the resolver for a process; Scrapy calls this with its crawler process."""
        return cls(reactor)

    def install_on_reactor(self) -> None:
        """Put this resolver in the place of the reactor's own."""
        self._reactor.installNameResolver(self)

    def allow(self, hosts: Iterable[tuple[str, int]]) -> None:
        """Open these hosts at these ports, private or not."""
        self._allowed.update(hosts)

    def refused(self, host: str, port: int) -> str | None:
        """Return the address that was refused for `host`, or None where none was."""
        return self._refused.get((host, port))

    def resolveHostName(  # noqa: N802 -- the interface's name
        self,
        resolutionReceiver: Any,  # noqa: N803 -- the interface's names
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        *more: Any,
        **named: Any,
    ) -> Any:
        """Resolve as the reactor would, behind the wall."""
        wall = _Wall(self, resolutionReceiver, hostName, portNumber)
        return self._inner.resolveHostName(wall, hostName, portNumber, *more, **named)

    def judge(self, *, host: str, port: int, address: str) -> bool:
        """May `address`, found for `host`, be connected to at `port`? Remembers what it refuses."""
        open_here = (host, port) in self._allowed or (address, port) in self._allowed
        if open_here or is_public(address):
            return True
        self._refused[host, port] = address
        return False


@implementer(IResolutionReceiver)
class _Wall:
    """Hands on what the inner resolver finds, without the addresses that are refused."""

    def __init__(self, resolver: PublicAddressResolver, receiver: Any, host: str, port: int) -> None:
        self._resolver = resolver
        self._receiver = receiver
        self._host = host
        self._port = port

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if self._resolver.judge(host=self._host, port=self._port, address=getattr(address, "host", "")):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


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
