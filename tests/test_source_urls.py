"""What a page leads to, told by its URL alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import urls
from crawler.extract.urls.forms import FORMS

KINDS = {
    "author": """
        https://blog.csdn.net/angcyo
        http://blog.csdn.net/Angcyo/
        https://blog.csdn.net/angcyo?type=blog
        https://blog.csdn.net/angcyo/article/list/2
        https://blog.csdn.net/angcyo/article/month/2019/04
        https://angcyo.blog.csdn.net/
        https://angcyo.blog.csdn.net/article/list/3?
        https://www.cnblogs.com/zhang-san/
        https://www.cnblogs.com/zhang-san
        https://www.cnblogs.com/zhang-san/default.html?page=2
        https://www.cnblogs.com/zhang-san/p/
        https://www.cnblogs.com/zhang-san/archive/2024/05.html
        https://juejin.cn/user/2084329778569421
        https://juejin.cn/user/2084329778569421/posts
        https://www.zhihu.com/people/zhang-san/posts
        https://www.zhihu.com/org/some-lab
        https://blog.51cto.com/u_13912516
        https://blog.51cto.com/zhangsan/p_2
        https://www.jianshu.com/u/5a1b2c3d4e5f
        https://segmentfault.com/u/zhangsan/articles
        https://my.oschina.net/u/1234567
        https://my.oschina.net/zhangsan
        https://cloud.tencent.com/developer/user/1234567
    """,
    "column": """
        https://blog.csdn.net/angcyo/category_1234567.html
        https://blog.csdn.net/angcyo/category_1234567_2.html
        https://blog.csdn.net/angcyo/article/category/1234567
        https://blog.csdn.net/column/details/15513.html
        https://angcyo.blog.csdn.net/category_1234567.html
        https://www.cnblogs.com/zhang-san/category/1234567.html
        https://www.cnblogs.com/zhang-san/tag/python/
        https://juejin.cn/column/7012345678901234567
        https://zhuanlan.zhihu.com/python-dev
        https://www.zhihu.com/column/c_1234567
        https://blog.51cto.com/cloumn/detail/90
        https://blog.51cto.com/u_13912516/category3
        https://www.jianshu.com/nb/1234567
        https://segmentfault.com/blog/zhangsan
    """,
    "feed": """
        https://blog.csdn.net/angcyo/rss/list
        https://blog.csdn.net/angcyo/rss/map
        http://rss.csdn.net/angcyo/rss/map
        https://angcyo.blog.csdn.net/rss/list
        https://www.cnblogs.com/zhang-san/rss
        http://feed.cnblogs.com/blog/u/12345/rss/
        https://segmentfault.com/feeds/blogs
        https://my.oschina.net/zhangsan/rss
        https://www.zhihu.com/rss
        https://a.test/feed
        https://a.test/blog/feed/
        https://a.test/rss
        https://a.test/news.rss
        https://a.test/x/posts.atom
        https://a.test/atom.xml
        https://a.test/feed.xml
        https://a.test/index.xml
    """,
    "sitemap": """
        https://a.test/sitemap.xml
        https://a.test/sitemap_index.xml
        https://a.test/post-sitemap2.xml
        https://a.test/maps/sitemap-3.xml.gz
        https://a.test/sitemap.txt
        https://www.cnblogs.com/sitemap.xml
    """,
    "list": """
        https://blog.csdn.net/
        https://blog.csdn.net/nav/python
        https://www.csdn.net
        https://www.cnblogs.com/
        https://www.cnblogs.com/cate/python/
        https://juejin.cn/
        https://www.zhihu.com/topic/19552832/hot
        https://blog.51cto.com/nav/ai
        https://www.jianshu.com/c/3fde3b545a35
        https://segmentfault.com/t/python
    """,
    None: """
        https://a.test/
        https://a.test/a.html
        https://a.test/feedback
        https://a.test/feed/1.html
        https://a.test/data.xml
        https://blog.csdn.net/angcyo/article/details/12345678
        https://www.cnblogs.com/zhang-san/p/12345678.html
        https://www.cnblogs.com/zhang-san/p/12345678
        https://juejin.cn/post/7012345678901234567
        https://zhuanlan.zhihu.com/p/12345678
        https://blog.51cto.com/u_13912516/5678901
        https://www.zhihu.com/question/12345
        https://download.csdn.net/download/angcyo/123
        ftp://a.test/feed
        feed
    """,
}


@pytest.mark.parametrize(
    ("kind", "url"), [(kind, url) for kind, given in KINDS.items() for url in given.split()]
)
def test_the_form_of_a_url_tells_what_it_leads_to(kind, url):
    assert urls.source_kind(url) == kind
    assert urls.source_kind(urls.canonical(url)) == kind


@given(
    st.sampled_from(FORMS).flatmap(
        lambda form: st.from_regex(form.path, fullmatch=True).map(lambda p: (form, p))
    )
)
def test_the_url_of_an_article_is_never_that_of_a_source(drawn):
    form, path = drawn
    url = f"https://{form.host.replace('*', 'name')}{path}"
    assert urls.source_kind(url) is None or not urls.is_article(url)


@given(st.text())
def test_every_text_has_a_kind_or_none(url):
    urls.source_kind(url)
