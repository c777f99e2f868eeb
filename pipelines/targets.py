"""What people mean by an address, a host or a site: what the ledger has of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from crawler.extract import urls
from pipelines.errors import Usage
from pipelines.lookup import known_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One page, or all pages of some hosts."""

    url: str | None = None
    """Canonical; None where hosts are meant."""
    hosts: tuple[str, ...] = ()

    @property
    def places(self) -> list[dict[str, str]]:
        """Return what the journal calls it: the page, or each of the hosts."""
        return [{"host": host} for host in self.hosts] if self.url is None else [{"url": self.url}]


def find(connection: sqlite3.Connection, given: str) -> Target:
    """Return what `given` names: a URL, a host with its port, or a site; raises Usage where it is unknown."""
    if "://" in given:
        url = urls.canonical(given)
        known = known_as(connection, url)
        if known is None:
            raise Usage(f"{url} is not known; `wencun add` it first")
        return Target(url=known)
    rows = connection.execute(
        "SELECT DISTINCT host FROM pages WHERE host <> '' AND (host = ?1 OR site = ?1) ORDER BY host",
        (given,),
    ).fetchall()
    if not rows:
        raise Usage(f"{given}: no page is known of a host or site of that name; see `wencun sources`")
    return Target(hosts=tuple(host for (host,) in rows))
