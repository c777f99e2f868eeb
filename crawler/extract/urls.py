"""One form for every URL of a page, and the public key made from it."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

_TRACKING = re.compile(
    r"(?:spm|scm|utm_[^=]*|depth_\d+-[^=]*|ops_request_misc|request_id|biz_id|fromshare|shareid|"
    r"share(?:type|rid|refer|source|from|_token)|fbclid|gclid|msclkid)(?:=|$)",
    re.IGNORECASE,
)
_CSDN_ARTICLE = re.compile(r"/+(?P<user>[\w.-]+)(?:/\w+)?/article/details/(?P<id>\d{1,18})/?")
_CSDN_OWN_HOST = re.compile(r"/+article/details/(?P<id>\d{1,18})/?")
_PORTS = {"http": 80, "https": 443}


def canonical(url: str) -> str:
    """Return `url` in its site's canonical form; what is no http(s) URL comes back trimmed.

    Scheme and host in lower case, no fragment, no tracking parameters, non-ASCII percent-encoded. Articles of
    CSDN become `https://blog.csdn.net/USER/article/details/ID`, or keep the author's own host.
    """
    split = parts(url)
    if split is None:
        return url.strip()
    host = split.hostname or ""
    article = _csdn_article(split)
    if article:
        user = article.groupdict().get("user")
        return f"https://{host}/{user.lower() + '/' if user else ''}article/details/{article['id']}"
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
    """Return the stable public id: `csdn:<id>` for its articles, else `sha256:` and 16 hex digits."""
    split = parts(url)
    article = _csdn_article(split) if split else None
    if article:
        return f"csdn:{article['id']}"
    return "sha256:" + hashlib.sha256(canonical(url).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def urn(body: bytes) -> str:
    """Return the name of a saved page with no known URL: `urn:sha256:` and the digest of its bytes."""
    return "urn:sha256:" + hashlib.sha256(body).hexdigest()


def is_article(url: str) -> bool:
    """Has `url` the form of a known site's article URLs?"""
    split = parts(url)
    return split is not None and _csdn_article(split) is not None


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


def _csdn_article(split: SplitResult) -> re.Match[str] | None:
    host = split.hostname or ""
    if host == "blog.csdn.net":
        return _CSDN_ARTICLE.fullmatch(split.path)
    return _CSDN_OWN_HOST.fullmatch(split.path) if host.endswith(".blog.csdn.net") else None
