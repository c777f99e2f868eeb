"""What the article URLs of each known site look like: one row per form, in one table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class UrlForm:
    """One form of a site's article URLs."""

    site: str
    """First half of the key, as in `csdn:138712345`."""
    host: str
    """The host, or `*.` and the domain under which every host has the form."""
    path: re.Pattern[str]
    """What the whole path matches; the group `id` is the second half of the key, `user` is lower-cased."""
    canonical: str
    """The canonical path, with the groups of `path` in braces."""
    canonical_host: str = ""
    """The canonical host where it is not the one given."""


def _form(site: str, host: str, path: str, canonical: str, canonical_host: str = "") -> UrlForm:
    return UrlForm(site, host, re.compile(path), canonical, canonical_host)


FORMS: Final = (
    _form(
        "csdn",
        "blog.csdn.net",
        r"/+(?P<user>[\w.-]+)(?:/\w+)?/article/details/(?P<id>\d{1,18})/?",
        "/{user}/article/details/{id}",
    ),
    _form(
        "csdn",
        "m.blog.csdn.net",
        r"/+(?:blog/)?(?P<user>[\w.-]+)(?:/article/details)?/(?P<id>\d{1,18})/?",
        "/{user}/article/details/{id}",
        "blog.csdn.net",
    ),
    _form("csdn", "*.blog.csdn.net", r"/+article/details/(?P<id>\d{1,18})/?", "/article/details/{id}"),
    _form(
        "csdn_news",
        "www.csdn.net",
        r"/+article/(?P<part>(?:a/)?\d{4}-\d\d-\d\d)/(?P<id>\d{1,12})(?:-[\w.-]+)?/?",
        "/article/{part}/{id}",
    ),
    _form("csdn_wenku", "wenku.csdn.net", r"/+answer/(?P<id>\w{8,40})/?", "/answer/{id}"),
    _form("csdn_community", "bbs.csdn.net", r"/+(?P<id>topics/\d{1,12})/?", "/{id}"),
    _form(
        "csdn_community",
        "devpress.csdn.net",
        r"/+v1/article/detail/(?P<id>\d{1,12})/?",
        "/v1/article/detail/{id}",
    ),
    _form(
        "csdn_community",
        "*.csdn.net",
        r"/+(?P<community>(?:[\w-]{1,40}/)?)(?P<id>[\da-f]{24})\.html",
        "/{community}{id}.html",
    ),
    _form(
        "cnblogs",
        "www.cnblogs.com",
        r"/+(?P<user>[\w.-]+)/(?:p|articles|archive/\d{4}/\d\d?/\d\d?)/(?P<id>\d{1,12})(?:\.html?|\.aspx)?/?",
        "/{user}/p/{id}",
    ),
    _form("juejin", "juejin.cn", r"/+post/(?P<id>\d{15,20}|[\da-f]{24})/?", "/post/{id}"),
    _form("juejin", "juejin.im", r"/+post/(?P<id>\d{15,20}|[\da-f]{24})/?", "/post/{id}", "juejin.cn"),
    _form("zhihu", "zhuanlan.zhihu.com", r"/+p/(?P<id>\d{1,20})/?", "/p/{id}"),
    _form("zhihu", "www.zhihu.com", r"/+tardis/\w+/art/(?P<id>\d{1,20})/?", "/p/{id}", "zhuanlan.zhihu.com"),
    _form("51cto", "blog.51cto.com", r"/+(?P<user>[\w.-]+)/(?P<id>\d{1,12})/?", "/{user}/{id}"),
    _form("jianshu", "www.jianshu.com", r"/+p/(?P<id>[\da-f]{8,20})/?", "/p/{id}"),
    _form("jianshu", "jianshu.com", r"/+p/(?P<id>[\da-f]{8,20})/?", "/p/{id}", "www.jianshu.com"),
    _form("segmentfault", "segmentfault.com", r"/+a/(?P<id>\d{8,20})/?", "/a/{id}"),
    _form(
        "oschina",
        "my.oschina.net",
        r"/+(?P<user>(?:u/)?[\w.-]+)/blog/(?P<id>\d{1,12})/?",
        "/{user}/blog/{id}",
    ),
    _form("oschina_news", "www.oschina.net", r"/+news/(?P<id>\d{1,9})(?:/[\w.-]+)?/?", "/news/{id}"),
    *(
        _form(
            "tencent",
            host,
            r"/+developer/(?:beta/)?article/(?P<id>\d{1,12})/?",
            "/developer/article/{id}",
            "cloud.tencent.com",
        )
        for host in ("cloud.tencent.com", "cloud.tencent.cn")
    ),
    _form("aliyun", "developer.aliyun.com", r"/+article/(?P<id>\d{1,12})/?", "/article/{id}"),
    _form(
        "aliyun", "yq.aliyun.com", r"/+articles/(?P<id>\d{1,12})/?", "/article/{id}", "developer.aliyun.com"
    ),
)
"""A site's rows are asked in this order; what no row matches is known by the digest of its URL."""
