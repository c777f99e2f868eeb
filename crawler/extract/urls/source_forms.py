"""What the URLs of pages that lead to articles look like: one row per form, in one table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crawler.extract.items import SourceKind


@dataclass(frozen=True, slots=True)
class SourceForm:
    """One form of the URLs of pages that lead to articles."""

    site: str
    """As in `UrlForm`; "" where any site has the form."""
    host: str
    """The host, `*.` and the domain under which every host has the form, or "" for any host."""
    path: re.Pattern[str]
    """What the whole path matches; the group `user` names the author whose articles it leads to."""
    kind: SourceKind


def _form(site: str, host: str, path: str, kind: SourceKind) -> SourceForm:
    return SourceForm(site, host, re.compile(path, re.ASCII), kind)


def _name(*reserved: str) -> str:
    """A user's name as a segment of a path: no file, and none of the site's own sections."""
    own = "|".join(("feed", "rss", "atom", *reserved))
    return rf"(?!(?:{own})(?:/|$)|[\w.-]+\.(?:html?|xml|aspx|txt|gz|rss|atom)$)(?P<user>[\w.-]+)"


_CSDN = _name("nav", "columns?", "tags?", "rank", "search", "article", "category", "phoenix")
_CNBLOGS = _name(
    *("cate", "pick", "candidate", "sitehome", "aggsite", "news", "comments?", "tags?", "legacy", "expert"),
    *("user", "api", "ajax", "subject", "about"),
)
_CTO51 = _name("nav", "topics?", "search", "original", "ranking", "cloumn", "column", "blogger", "api")
_OSCHINA = r"(?!u/?$)(?P<user>(?:u/)?[\w-][\w.-]*)"

SOURCE_FORMS: Final = (
    # CSDN
    _form("csdn", "blog.csdn.net", rf"/+{_CSDN}/rss(?:/(?:list|map))?/?", "feed"),
    _form(
        "csdn", "blog.csdn.net", rf"/+{_CSDN}/(?:category_\d+(?:_\d+)?\.html|article/category/.+)", "column"
    ),
    _form("csdn", "blog.csdn.net", r"/+columns?/(?:details/)?.+", "column"),
    _form("csdn", "blog.csdn.net", rf"/+{_CSDN}(?:/article(?:/(?:list|month)/.*)?)?/?", "author"),
    _form("csdn", "blog.csdn.net", r"/*|/+(?:nav|tags?|rank)(?:/.*)?", "list"),
    _form("csdn", "rss.csdn.net", rf"/+{_CSDN}(?:/.*)?", "feed"),
    _form("csdn", "*.blog.csdn.net", r"/+rss/(?:list|map)/?", "feed"),
    _form("csdn", "*.blog.csdn.net", r"/+(?:category_\d+(?:_\d+)?\.html|article/category/.+)", "column"),
    _form("csdn", "*.blog.csdn.net", r"/*|/+article/(?:list|month)/.*", "author"),
    _form("csdn_news", "www.csdn.net", r"/*|/+nav(?:/.*)?", "list"),
    _form("csdn_news", "csdn.net", r"/*|/+nav(?:/.*)?", "list"),
    _form("csdn_community", "bbs.csdn.net", r"/*|/+forums(?:/.*)?", "list"),
    _form("csdn_community", "devpress.csdn.net", r"/*", "list"),
    # cnblogs
    _form("cnblogs", "www.cnblogs.com", rf"/+{_CNBLOGS}/rss/?", "feed"),
    _form("cnblogs", "www.cnblogs.com", rf"/+{_CNBLOGS}/(?:category|tag|collections)/.+", "column"),
    _form(
        "cnblogs",
        "www.cnblogs.com",
        rf"/+{_CNBLOGS}(?:/(?:p|articles|default\.html|archives?(?:/\d{{4}}(?:/\d\d?){{0,2}}(?:\.html)?)?))?/?",
        "author",
    ),
    _form("cnblogs", "www.cnblogs.com", r"/*|/+(?:cate|pick|candidate|sitehome|aggsite)(?:/.*)?", "list"),
    _form("cnblogs", "feed.cnblogs.com", r"/+blog/(?:u|sitehome|picked|post).*", "feed"),
    # juejin
    *(
        form
        for host in ("juejin.cn", "juejin.im")
        for form in (
            _form("juejin", host, r"/+user/(?P<user>\d+|[\da-f]{24})(?:/posts?)?/?", "author"),
            _form("juejin", host, r"/+(?:column|collection)/\d+/?", "column"),
            _form("juejin", host, r"/*|/+(?:recommended|hot|tag|following)(?:/.*)?", "list"),
        )
    ),
    # zhihu
    _form(
        "zhihu", "www.zhihu.com", r"/+(?:people|org)/(?P<user>[\w.-]+)(?:/(?:posts|activities))?/?", "author"
    ),
    _form("zhihu", "www.zhihu.com", r"/+column/[\w.-]+/?", "column"),
    _form("zhihu", "zhuanlan.zhihu.com", r"/+(?!(?:p|write|api)(?:/|$))[\w.-]+/?", "column"),
    _form("zhihu", "www.zhihu.com", r"/+(?:topic|collection)/\d+(?:/[\w-]+)?/?", "list"),
    # 51CTO
    _form("51cto", "blog.51cto.com", r"/+(?:cloumn|column)/.+", "column"),
    _form("51cto", "blog.51cto.com", rf"/+{_CTO51}/category\w*(?:/p_\d+)?/?", "column"),
    _form("51cto", "blog.51cto.com", rf"/+{_CTO51}(?:/(?:original|p_\d+|archive/\d+))?/?", "author"),
    _form("51cto", "blog.51cto.com", r"/*|/+(?:nav|topics?|ranking|original)(?:/.*)?", "list"),
    # Jianshu
    *(
        form
        for host in ("www.jianshu.com", "jianshu.com")
        for form in (
            _form("jianshu", host, r"/+u/(?P<user>[\da-f]{6,20})/?", "author"),
            _form("jianshu", host, r"/+nb/\d+/?", "column"),
            _form("jianshu", host, r"/*|/+c/[\da-zA-Z]{6,20}/?", "list"),
        )
    ),
    # SegmentFault
    _form("segmentfault", "segmentfault.com", r"/+u/(?P<user>[\w.-]+)(?:/(?:articles|blogs))?/?", "author"),
    _form("segmentfault", "segmentfault.com", r"/+blog/[\w.-]+/?", "column"),
    _form("segmentfault", "segmentfault.com", r"/+feeds?/.+", "feed"),
    _form("segmentfault", "segmentfault.com", r"/*|/+(?:blogs|t)(?:/.*)?", "list"),
    # OSCHINA
    _form("oschina", "my.oschina.net", rf"/+{_OSCHINA}/rss/?", "feed"),
    _form("oschina", "my.oschina.net", rf"/+{_OSCHINA}(?:/blog)?/?", "author"),
    _form("oschina_news", "www.oschina.net", r"/*|/+(?:blog|news|project)(?:/\w+)?/?", "list"),
    # Tencent Cloud and Aliyun
    _form("tencent", "cloud.tencent.com", r"/+developer/user/(?P<user>\d+)(?:/articles)?/?", "author"),
    _form("tencent", "cloud.tencent.com", r"/+developer/column/\d+/?", "column"),
    _form("tencent", "cloud.tencent.com", r"/+developer(?:/(?:articles|column))?/?", "list"),
    _form("aliyun", "developer.aliyun.com", r"/+profile/(?P<user>\w+)(?:/.*)?", "author"),
    _form("aliyun", "developer.aliyun.com", r"/*|/+(?:group/\w+(?:/.*)?|blog|indexFeed)/?", "list"),
    # Any other site
    _form("", "", r"(?:/.*)?/[\w.-]{0,80}sitemap[\w.-]{0,40}\.(?:xml|txt)(?:\.gz)?", "sitemap"),
    _form("", "", r"(?:/.*)?/(?:feed|rss|atom)/?", "feed"),
    _form("", "", r"(?:/.*)?/(?:[\w.%-]{1,200}\.(?:rss|atom)|(?:atom|feed|index|rss2?|feeds)\.xml)", "feed"),
)
"""A host's rows are asked in this order, then those of any site; before them, the articles' forms."""
