"""One form for every URL of a page, and the public key made from it."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from crawler.extract.url_forms import FORMS, UrlForm

_TRACKING = re.compile(
    r"(?:spm|scm|utm_[^=]*|depth_\d+-[^=]*|ops_request_misc|request_id|biz_id|fromshare|shareid|"
    r"share(?:type|rid|refer|source|from|_token)|fbclid|gclid|msclkid)(?:=|$)",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_FORMS = {host: [form for form in FORMS if form.host == host] for host in {form.host for form in FORMS}}


def canonical(url: str) -> str:
    """Return `url` in its site's canonical form; what is no http(s) URL comes back trimmed.

    Scheme and host in lower case, no fragment, no tracking parameters, non-ASCII percent-encoded. Articles of
    known sites take the one form of `url_forms`, such as `https://blog.csdn.net/USER/article/details/ID`.
    """
    split = parts(url)
    if split is None:
        return url.strip()
    host = split.hostname or ""
    article = _article(split)
    if article:
        form, groups = article
        return f"https://{form.canonical_host or host}{form.canonical.format_map(groups)}"
    if ":" in host:
        host = f"[{host}]"
    if split.port not in {None, _PORTS[split.scheme]}:
        host = f"{host}:{split.port}"
    query = "&".join(part for part in split.query.split("&") if part and not _TRACKING.match(part))
    return urlunsplit((split.scheme, host, split.path or "/", query, ""))


def absolute(href: str, base: str | None) -> str | None:
    """Return the canonical form of a link found on the page `base`; None where it leads to no web page."""
    try:
        joined = urljoin(base or "", href.strip())
    except ValueError:
        return None
    return canonical(joined) if parts(joined) else None


def key(url: str) -> str:
    """Return the stable public id: `csdn:<id>` where the site has ids, else `sha256:` and 16 hex digits."""
    split = parts(url)
    article = _article(split) if split else None
    if article:
        form, groups = article
        return f"{form.site}:{groups['id']}"
    return "sha256:" + hashlib.sha256(canonical(url).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def urn(body: bytes) -> str:
    """Return the name of a saved page with no known URL: `urn:sha256:` and the digest of its bytes."""
    return "urn:sha256:" + hashlib.sha256(body).hexdigest()


def is_article(url: str) -> bool:
    """Has `url` the form of a known site's article URLs?"""
    split = parts(url)
    return split is not None and _article(split) is not None


def is_csdn(url: str | None) -> bool:
    """Does `url` lie on a host of CSDN?"""
    split = parts(url)
    host = (split.hostname or "") if split else ""
    return host == "csdn.net" or host.endswith(".csdn.net")


def parts(url: str | None) -> SplitResult | None:
    """Return the parts of an http(s) URL with a host, percent-encoded; None where it is none."""
    url = (url or "").strip()
    if url[:5].lower() not in {"http:", "https"}:
        return None
    try:
        split = urlsplit(safe_url_string(url))
        usable = split.scheme in _PORTS and split.hostname and (split.port is None or split.port)
    except (ValueError, UnicodeError):
        return None
    return split if usable else None


def _article(split: SplitResult) -> tuple[UrlForm, dict[str, str]] | None:
    """The form of a known site's article URLs that a URL has, with what stands in its places."""
    host = split.hostname or ""
    for name in (host, "*." + host.partition(".")[2]):
        for form in _FORMS.get(name, ()):
            match = form.path.fullmatch(split.path)
            if match:
                groups = match.groupdict()
                return form, groups | {"user": groups["user"].lower()} if "user" in groups else groups
    return None
