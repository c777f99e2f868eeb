"""Pages that stand in an article's place: challenges, captchas, logins, notices that it is gone, shells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, cast

from lxml import etree, html

from crawler.extract import urls
from crawler.extract.document import Document, finder, text_of
from crawler.extract.items import Blocked, NotAnArticle
from crawler.extract.values import squash
from crawler.extract.walls.phrases import any_of
from crawler.extract.walls.signs import COMPANION, CONDITION, LOGIN, NOTICES, SCRIPTS, SIGNS, TITLES, Sign

_LONGEST_WALL: Final = 2_000
"""Characters of visible text outside of links; what says more is no wall, whatever words it holds."""
_LONGEST_CHALLENGE: Final = 300
_LONGEST_SHELL: Final = 200
_LONGEST_NOTICE: Final = 400
"""Characters of a page's main text that may be a notice and nothing else."""
_LONGEST_SENTENCE: Final = 80
_LONGEST_QUOTE: Final = 40
_MOST_OF_IT: Final = 0.6
_LOGIN_URL = re.compile(r"//passport\.|/(?:login|signin)(?:[/?.]|$)", re.IGNORECASE)
_SITE_NAME = re.compile(r"(?<!\s)\s*+(?:[-_|–—·]|--)\s*[^-_|–—·]{1,30}$")
_SENTENCE_END = re.compile(r"(?<=[。！？!?])|(?<=\.)\s|[\n；;]")
_NEEDS_SCRIPT = any_of(
    r"""
    (?:enable|requires?|turn on|without|support).{0,20}java ?script
    java ?script.{0,20}(?:enable|disabled|required)
    (?:启用|开启|打开|支持|啟用|開啟).{0,10}java ?script
    java ?script.{0,10}(?:启用|开启|禁用|支持|啟用|開啟)
    """
)
_LOADING = re.compile(
    r"(?:loading|please wait|(?:正在)?(?:加载|加載|載入)中?|请稍[候等后])[\s.…。]*", re.IGNORECASE
)
_TITLE = finder("//title")
_SCRIPT_ELEMENTS = finder("//script")
_NOSCRIPTS = finder("//noscript")
_MOUNTS = finder("id('app')|id('root')|id('__next')|id('__nuxt')|id('___gatsby')|id('q-app')|id('main-app')")
_TEXTS = etree.XPath(
    "//text()[not(parent::script or parent::style or parent::noscript or parent::title or parent::template)]",
    smart_strings=False,
)
_TEXTS_BESIDE_LINKS = etree.XPath(
    "//text()[not(parent::script or parent::style or parent::noscript or parent::title or parent::template"
    " or parent::a)]",
    smart_strings=False,
)


def refuse_walls(document: Document) -> None:
    """Raise Blocked, Gone or NotAnArticle for a page without an article that is such a wall.

    Call it for no other page: an article *about* captchas is one of these by its words, and the caller knows
    that there is an article; `refuse_notices` is for those who do not know it.
    """
    seen = _visible(document.root, _TEXTS_BESIDE_LINKS)
    where = _where(document)
    _refuse_challenges(document, seen, where)
    is_short = len(seen) < _LONGEST_WALL
    if is_short or (document.url and urls.is_article(document.url)):
        _refuse(text_of(next(iter(_TITLE(document.root)), None)), where)
    if is_short:
        _refuse(seen, where)
    _refuse_shells(document, where)


def refuse_notices(document: Document, *, title: str, prose: Sequence[str]) -> None:
    """Raise Blocked or Gone for a page whose `title` and main text, `prose`, are nothing but such a notice.

    An article about captchas, logins or missing pages explains them; a notice addresses the reader in a
    sentence or two. Paragraphs are weighed by their sentences.
    """
    where = _where(document)
    if sum(map(len, prose)) > _LONGEST_NOTICE:
        return
    _refuse_challenges(document, _visible(document.root, _TEXTS), where)
    sentences = [s for text in prose for part in _SENTENCE_END.split(text) if (s := squash(part or ""))]
    signs = [(sentence, sign) for sentence in sentences if (sign := _notice(sentence))]
    noticed = sum(len(s) for s in sentences if _notice(s) or COMPANION.match(s))
    if signs and noticed >= _MOST_OF_IT * sum(map(len, sentences)):
        sentence, sign = signs[0]
        raise sign.kind(f"{sign.name} (“{sentence[:_LONGEST_QUOTE]}”) stands {where}, no article")
    for text in (title, text_of(next(iter(_TITLE(document.root)), None))):
        _refuse_title(text, where)


def _where(document: Document) -> str:
    return f"at {document.url}" if document.url else "in this page"


def _notice(sentence: str) -> Sign | None:
    """Which wall a sentence by itself would be; what quotes or explains one is none."""
    if len(sentence) > _LONGEST_SENTENCE or CONDITION.search(sentence):
        return None
    return next((sign for sign in NOTICES if sign.words.match(sentence)), None)


def _refuse_challenges(document: Document, seen: str, where: str) -> None:
    if document.url and _LOGIN_URL.search(document.url):
        raise Blocked(f"{LOGIN} stands {where}, no article; wencun reads public pages only")
    if len(seen) < _LONGEST_CHALLENGE:
        scripts = "\n".join(f"{e.get('src', '')}\n{e.text or ''}" for e in _SCRIPT_ELEMENTS(document.root))
        for script in SCRIPTS:
            if script.sign in scripts:
                raise Blocked(f"{script.name} stands {where}, no article; try again later, more slowly")


def _refuse_title(title: str, where: str) -> None:
    """Raise for a title that is a notice's, the site's name aside."""
    for text in (title, _SITE_NAME.sub("", title)):
        for sign in TITLES:
            if sign.words.fullmatch(text):
                raise sign.kind(f"{sign.name} (“{text}”) stands {where}, no article")


def _refuse(sentence: str, where: str) -> None:
    for sign in SIGNS:
        if match := sign.words.search(sentence):
            raise sign.kind(f"{sign.name} (“{match[0]}”) stands {where}, no article")


def _refuse_shells(document: Document, where: str) -> None:
    """Raise for a page whose text a script would fetch."""
    seen = _visible(document.root, _TEXTS)
    if len(seen) >= _LONGEST_SHELL:
        return
    told = (text_of(element) for element in _NOSCRIPTS(document.root))
    mounts: Iterable[html.HtmlElement] = _MOUNTS(document.root)
    is_empty = any(not text_of(mount) or _LOADING.fullmatch(text_of(mount)) for mount in mounts)
    if is_empty or _LOADING.fullmatch(seen) or any(map(_NEEDS_SCRIPT.search, (seen, *told))):
        raise NotAnArticle(
            f"an empty shell stands {where}: its text is fetched by JavaScript, which wencun does not run; "
            "save the page from a browser and ingest the file"
        )


def _visible(root: html.HtmlElement, texts: etree.XPath) -> str:
    """The page's text without scripts, of which a wall's page may hold more than text."""
    return squash(" ".join(cast("list[str]", texts(root))))
