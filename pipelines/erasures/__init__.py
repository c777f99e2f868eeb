"""What was erased: the journal's tombstones, which name pages by digests alone.

A page is known by its key, so that every URL of the same article is erased with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.extract import urls
from pipelines.archive import Archive
from pipelines.journal import Journal
from pipelines.lookup import other_form

_NAME = re.compile(r"(?:https?://|urn:sha256:)[^\s\"'<>\\]+", re.IGNORECASE)
_SCHEME = re.compile(r"\w+:")
_PERCENT = re.compile(r"%[\da-fA-F]{2}")
BEHIND = ".,;:!?)]}，。；：！？）】"
"""What may follow an address in a sentence."""


def digest(name: str) -> str:
    """Return what stands for a key, or the URL of an image, once it is erased."""
    return "sha256:" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def spellings(url: str) -> set[str]:
    """Return the addresses that name the same page as a canonical one.

    They have http or https, `%e4` or `%E4`, and a slash at the end of the path or none.
    """
    scheme, mark, _ = url.partition("://")
    if scheme not in {"http", "https"} or not mark:
        return {url}
    rests = [form.partition("://")[2] for form in (url, other_form(url)) if form]
    forms = {each for rest in rests for each in (rest, upper_codes(rest), _PERCENT.sub(_lower, rest))}
    return {f"{each}://{form}" for each in ("http", "https") for form in forms}


def _lower(found: re.Match[str]) -> str:
    return found[0].lower()


def upper_codes(url: str) -> str:
    """Return an address with its percent codes in upper case."""
    return _PERCENT.sub(lambda code: code[0].upper(), url)


def title_at(host: str, title: str) -> str:
    """Return by what name a page is erased that a host's lists name by its title alone."""
    return f"{host}\n{title}"


@dataclass(frozen=True, slots=True)
class Erasures:
    """What was erased, and when."""

    times: Mapping[str, str] = field(default_factory=dict)
    """By the digest of a key."""
    moved: frozenset[str] = frozenset()
    """Ids of other pages' records that were written anew without their links to what was erased."""
    unfinished: tuple[Mapping[str, Any], ...] = ()
    """The tombstones that are not carried out."""

    @classmethod
    def of(cls, archive: Archive) -> Erasures:
        """Return what the journal of an archive says; raises Damaged where it cannot be read."""
        return cls.of_events(Journal(archive.journal_path).read())

    @classmethod
    def of_events(cls, events: Iterable[Mapping[str, Any]]) -> Erasures:
        """Return what a journal's events say."""
        times: dict[str, str] = {}
        moved: set[str] = set()
        unfinished: list[Mapping[str, Any]] = []
        for event in events:
            if event.get("event") == "erased":
                times |= dict.fromkeys(event["keys"], event["at"])
                moved.update(event.get("mentioning", ()))
                unfinished.append(event)
            elif event.get("event") == "erasure_finished":
                unfinished.clear()
        return cls(times, frozenset(moved), tuple(unfinished))

    def still(self, name: str) -> set[str]:
        """Return the `images` that are still to go, or ids of records that are still `mentioning` pages."""
        return {each for event in self.unfinished for each in event.get(name, ())}

    def since(self, name: str) -> str | None:
        """Return when the page with this URL, URN or key, or the digest of one, was erased; None if not."""
        if not self.times:
            return None
        forms = (name, digest(name), digest(urls.key(name)))
        return next((self.times[form] for form in forms if form in self.times), None)

    def covers(self, name: str) -> bool:
        """Was the page with this URL, URN or key, or the digest of one, erased?"""
        return self.since(name) is not None

    def redacted(self, text: str) -> str:
        """Return `text` with digests in the place of the addresses of what was erased."""
        return _NAME.sub(lambda found: self._redacted_name(found[0]), text) if self.times else text

    def redacted_event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return an event of the journal with digests in the place of what was erased.

        One that is about an erased page gets another name, so that an older wencun passes over it.
        """
        redacted: dict[str, Any] = self._redacted_part(event)
        is_renamed = redacted != event and self.concern(event)
        return redacted | ({"event": f"erased_{event['event']}"} if is_renamed else {})

    def concern(self, event: Mapping[str, Any]) -> bool:
        """Is an event of the journal about a page that was erased?"""
        return any(_is_name(value) and self.covers(value) for value in event.values())

    def _redacted_part(self, value: Any) -> Any:
        if _is_name(value):
            return digest(urls.key(value)) if self.covers(value) and value not in self.times else value
        if isinstance(value, dict):
            return {key: self._redacted_part(part) for key, part in value.items()}
        return [self._redacted_part(part) for part in value] if isinstance(value, list) else value

    def _redacted_name(self, found: str) -> str:
        name = found.rstrip(BEHIND)
        return digest(urls.key(name)) + found[len(name) :] if self.covers(name) else found


def _is_name(value: Any) -> bool:
    """May this be the URL, URN or key of a page?"""
    return isinstance(value, str) and _SCHEME.match(value) is not None


def tombstone(
    keys: Iterable[str], images: Iterable[str], mentioning: Iterable[str] = (), *, at: str
) -> dict[str, Any]:
    """Return the event that says that pages are erased, with images that go along; both by their digests.

    `mentioning`: ids of other pages' records whose links to them go too.
    """
    event = {"at": at, "event": "erased", "keys": sorted(keys), "images": sorted(images)}
    return event | ({"mentioning": sorted(mentioning)} if mentioning else {})
