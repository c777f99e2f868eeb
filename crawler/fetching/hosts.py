"""Hosts and ports, as URLs and options name them."""

from __future__ import annotations

from urllib.parse import urlsplit


def parse_host_port(value: str) -> tuple[str, int] | None:
    """Return host and port of `HOST:PORT` (IPv6 in brackets), or None where it has another form."""
    try:
        parts = urlsplit(f"//{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or port is None or parts.path or parts.query or parts.fragment or "@" in value:
        return None
    return host, port


def host_port(value: str) -> str:
    """Return `value` where it is a HOST:PORT; raises ValueError where it is none."""
    if parse_host_port(value) is None:
        raise ValueError(f"{value!r} is no HOST:PORT")
    return value
