"""One form for every URL of a page, and the public key made from it."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from w3lib.url import safe_url_string

from crawler.extract.items import SourceKind
from crawler.extract.urls.forms import FORMS, UrlForm
from crawler.extract.urls.source_forms import SOURCE_FORMS, SourceForm

_MEANINGLESS = re.compile(
    # where the reader came from: CSDN and Aliyun, Google, Microsoft, Meta, mail, Baidu
    r"(?:spm|scm|utm_[^=]*|depth_\d+-[^=]*|ops_request_misc|request_id|biz_id|fromshare|shareid|"
    r"share(?:type|rid|refer|source|from|_token)|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_[ce]id|_hs(?:enc|mi)|"
    r"hm(?:sr|pl|cu|kw|ci)|bd_vid|"
    # which visit this is: PHP, Java, ASP, ColdFusion
    r"phpsessid|jsessionid|aspsessionid[^=]*|cfid|cftoken|session_?id)(?:=|$)|"
    # `sid` means many things, but nothing that reads like this
    r"sid=(?=[^=]*\d)(?=[^=]*[a-z])[\w-]{16,}$",
    re.IGNORECASE | re.ASCII,
)
"""Parameters that tell visits apart and not pages. A site may mean something by any other one."""
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^;/]*", re.IGNORECASE)
_LONGEST = 1000
"""Characters; a title of 100 Chinese characters takes 900 in a URL."""
_MOST_SEGMENTS = 20
_PORTS = {"http": 80, "https": 443}
_FORMS = {host: [form for form in FORMS if form.host == host] for host in {form.host for form in FORMS}}
_SOURCE_FORMS = {
    host: [form for form in SOURCE_FORMS if form.host == host]
    for host in {form.host for form in SOURCE_FORMS}
}
_DOMAINS = {".".join(host.split(".")[-2:]) for host in (*_FORMS, *_SOURCE_FORMS) if host}
"""Of known sites, which have articles, lists and feeds on hosts of their own."""
_Article = tuple[UrlForm, dict[str, str]]
_PLAIN = re.compile(
    r"(https?)://(?![a-z\d.-]*xn--)([a-z\d][a-z\d.-]*+)(?<!\.)(/[\w.~%!$&'()*+,=:@/-]*+)?"
    r"(?:\?([\w.~%!$&()*+,;=:@/?-]*+))?(?:#([\w.~%!$&'()*+,;=:@/?-]*+))?",
    re.ASCII,
)
"""A URL that is already written as `safe_url_string` would write it: nearly all are, and that is slow."""


class Address(NamedTuple):
    """What an http(s) URL consists of, percent-encoded."""

    scheme: str
    host: str
    port: int | None
    """None where the scheme's own is meant without saying so."""
    path: str
    query: str


class Link(NamedTuple):
    """Where a link leads."""

    url: str
    """In canonical form."""
    is_article: bool
    """Has it the form of a known site's article URLs?"""


def canonical(url: str) -> str:
    """Return `url` in its site's canonical form; what is no http(s) URL comes back trimmed.

    Scheme and host in lower case, no fragment, no tracking parameters and session ids, non-ASCII
    percent-encoded. Articles of known sites take the one form of `forms`, such as
    `https://blog.csdn.net/USER/article/details/ID`.
    """
    address = _address(url)
    return url.strip() if address is None else _canonical(address, _article(address))


def _canonical(address: Address, article: _Article | None) -> str:
    host = address.host
    if article:
        form, groups = article
        return f"https://{form.canonical_host or host}{form.canonical.format_map(groups)}"
    if ":" in host:
        host = f"[{host}]"
    if address.port not in {None, _PORTS[address.scheme]}:
        host = f"{host}:{address.port}"
    query = address.query
    if query:
        query = "&".join(part for part in query.split("&") if part and not _MEANINGLESS.match(part))
    return f"{address.scheme}://{host}{address.path or '/'}{query and '?'}{query}"


def absolute(href: str, base: str | None) -> str | None:
    """Return the canonical form of a link found on the page `base`; None where it leads to no web page."""
    found = link(href, base)
    return found and found.url


def link(href: str, base: str | None) -> Link | None:
    """Return where a link found on the page `base` leads; None where it leads to no web page."""
    href = href.strip()
    if plain := _PLAIN.fullmatch(href):
        address: Address | None = _plain_address(plain)
    else:
        try:
            address = _address(_joined(href, base or ""))
        except ValueError:
            return None
    if address is None:
        return None
    article = _article(address)
    return Link(_canonical(address, article), article is not None)


def _joined(href: str, base: str) -> str:
    """As `urljoin`, which takes an address apart and puts it together again, for those that need it."""
    if href.startswith("/") and "/." not in href and (origin := _PLAIN.fullmatch(base)):
        joined = f"{origin[1]}:{href}" if href.startswith("//") else f"{origin[1]}://{origin[2]}{href}"
        if _PLAIN.fullmatch(joined):
            return joined
    return urljoin(base, href)


def key(url: str) -> str:
    """Return the stable public id: `csdn:<id>` where the site has ids, else `sha256:` and 16 hex digits."""
    address = _address(url)
    article = _article(address) if address else None
    if article:
        form, groups = article
        return f"{form.site}:{groups['id']}"
    return "sha256:" + hashlib.sha256(canonical(url).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def urn(body: bytes) -> str:
    """Return the name of a saved page with no known URL: `urn:sha256:` and the digest of its bytes."""
    return "urn:sha256:" + hashlib.sha256(body).hexdigest()


def is_article(url: str) -> bool:
    """Has `url` the form of a known site's article URLs?"""
    address = _address(url)
    return address is not None and _article(address) is not None


def source_kind(url: str) -> SourceKind | None:
    """Return what `url` leads to articles as, by its form alone; None where that does not tell."""
    found = _source(url)
    return found[0].kind if found else None


def owner(url: str) -> str | None:
    """Return whose article, page or feed `url` is, as `csdn:angcyo`; None where its form does not tell."""
    address = _address(url)
    article = _article(address) if address else None
    if article:
        form, groups = article
        return f"{form.site}:{groups['user']}" if "user" in groups else None
    if found := _source(url):
        source, match = found
        user = match.groupdict().get("user")
        return f"{source.site}:{user.lower()}" if user else None
    return None


def has_known_articles(url: str | None) -> bool:
    """Does `url` lie on a host whose article URLs have known forms?"""
    address = _address(url or "")
    return address is not None and any(name in _FORMS for name in _names(address.host))


def _source(url: str) -> tuple[SourceForm, re.Match[str]] | None:
    address = _address(url)
    if address is None or _article(address):
        return None
    for name in (*_names(address.host), ""):
        for form in _SOURCE_FORMS.get(name, ()):
            match = form.path.fullmatch(address.path)
            if match:
                return form, match
    return None


def same_site(url: str, other: str) -> bool:
    """Do two URLs lie on one host, `www.` or not, or on hosts of one known site?"""
    return _site_of(url) == _site_of(other) != ""


def _site_of(url: str) -> str:
    address = _address(url)
    if address is None:
        return ""
    port = "" if address.port in {None, _PORTS[address.scheme]} else f":{address.port}"
    domain = ".".join(address.host.split(".")[-2:])
    return (domain if domain in _DOMAINS else address.host.removeprefix("www.")) + port


def is_endless(url: str) -> bool:
    """Is `url` of a kind that sites make by themselves without end: far too long, or a path in circles?"""
    split = parts(url)
    segments = split.path.strip("/").split("/") if split else []
    return len(url) > _LONGEST or len(segments) > _MOST_SEGMENTS or _is_in_circles(segments)


def _is_in_circles(segments: list[str]) -> bool:
    """Do the same segments stand there three times in a row?"""
    return any(
        segments[start : start + size]
        == segments[start + size : start + 2 * size]
        == segments[start + 2 * size : start + 3 * size]
        for size in range(1, len(segments) // 3 + 1)
        for start in range(len(segments) - 3 * size + 1)
    )


def is_csdn(url: str | None) -> bool:
    """Does `url` lie on a host of CSDN?"""
    address = _address(url or "")
    host = address.host if address else ""
    return host == "csdn.net" or host.endswith(".csdn.net")


def parts(url: str | None) -> SplitResult | None:
    """Return the parts of an http(s) URL with a host, percent-encoded; None where it is none."""
    url = (url or "").strip()
    if plain := _PLAIN.fullmatch(url):
        scheme, host, path, query, fragment = plain.groups("")
        return SplitResult(scheme, host, path or ("/" if query else ""), query, fragment)
    if url[:5].lower() not in {"http:", "https"}:
        return None
    try:
        split = urlsplit(safe_url_string(url))
        usable = split.scheme in _PORTS and split.hostname and (split.port is None or split.port)
    except (ValueError, UnicodeError):
        return None
    return split if usable else None


def _address(url: str) -> Address | None:
    """As `parts`, for what is asked of every link of a page."""
    if plain := _PLAIN.fullmatch(url.strip()):
        return _plain_address(plain)
    split = parts(url)
    if split is None:
        return None
    path = _SESSION_IN_PATH.sub("", split.path) if ";" in split.path else split.path
    return Address(split.scheme, split.hostname or "", split.port, path, split.query)


def _plain_address(plain: re.Match[str]) -> Address:
    scheme, host, path, query, _ = plain.groups("")
    return Address(scheme, host, None, path, query)


def _article(address: Address) -> _Article | None:
    """The form of a known site's article URLs that a URL has, with what stands in its places."""
    for name in _names(address.host):
        for form in _FORMS.get(name, ()):
            match = form.path.fullmatch(address.path)
            if match:
                groups = match.groupdict()
                return form, groups | {"user": groups["user"].lower()} if "user" in groups else groups
    return None


def _names(host: str) -> tuple[str, str]:
    """What the table of forms may call a host."""
    return host, "*." + host.partition(".")[2]
