"""One URL for one page, and one key for one article."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from w3lib.url import safe_url_string

from crawler.extract import urls
from crawler.extract.text.digest import content_sha256

ARTICLE = "https://blog.csdn.net/tx_33/article/details/7335634"


@pytest.mark.parametrize(
    "url",
    [
        "http://blog.csdn.net/TX_33/article/details/7335634",
        "HTTPS://Blog.CSDN.net/tx_33/article/details/7335634/?spm=1001.2014&utm_source=x#comments_2",
        "https://blog.csdn.net/TX_33/java/article/details/7335634?ops_request_misc=%7B%7D",
        " https://blog.csdn.net:443//tx_33/article/details/7335634 ",
    ],
)
def test_every_form_of_an_article_url_is_the_same_url(url):
    assert urls.canonical(url) == ARTICLE
    assert urls.key(url) == "csdn:7335634"
    assert urls.is_article(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://m.blog.csdn.net/TX_33/article/details/7335634?from=singlemessage",
        "http://m.blog.csdn.net/blog/tx_33/7335634",
    ],
)
def test_the_mobile_form_of_an_article_url_is_the_same_url(url):
    assert urls.canonical(url) == ARTICLE
    assert urls.is_article(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.test/kf/1.html;jsessionid=0A1B2C3D4E?b=1",
        "http://a.test/kf;sid=5/1.html;JSESSIONID=9.node1?b=1&jsessionid=8",
        "http://a.test/kf/1.html;jsessionid=5;jsessionid=6?b=1",
        "http://a.test/kf/1.html?PHPSESSID=k2j3h4k2j3h4k2j3h4k2j3h4k2&b=1",
        "http://a.test/kf/1.html?b=1&sid=9f86d081884c7d659a2feaa0c55ad015",
        "http://a.test/kf/1.html?b=1&ASPSESSIONIDQQ=XYZ&SessionID=3&CFID=1&CFTOKEN=2",
    ],
)
def test_a_session_is_no_part_of_a_pages_url(url):
    assert urls.canonical(url) == "http://a.test/kf/1.html?b=1"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.test/story?sid=20240511",
        "http://a.test/story?sid=7315126213624578098",
        "http://a.test/story?sid=the-long-name-of-a-story",
        "http://a.test/list?source=2&from=3&s=4&id=5&page=6&ref=7",
        "http://a.test/a;v=2/b",
        "http://a.test/story?inside=9f86d081884c7d659a2feaa0c55ad015",
    ],
)
def test_a_parameter_that_may_mean_something_is_kept(url):
    assert urls.canonical(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://a.test/a/a/a",
        "https://a.test/x/a/b/a/b/a/b/y.html",
        "https://a.test/" + "/".join(map(str, range(21))),
        "https://a.test/?back=" + "x" * 1000,
    ],
)
def test_a_url_in_circles_or_far_too_long_is_endless(url):
    assert urls.is_endless(url)


@pytest.mark.parametrize(
    "url",
    [ARTICLE, "https://a.test/", "https://a.test/a/b/a/b/c.html", "https://a.test/2024/05/05/5.html", "x"],
)
def test_an_articles_url_is_not_endless(url):
    assert not urls.is_endless(url)


def test_an_authors_own_host_is_kept_and_has_the_same_key():
    url = "http://tx33.blog.csdn.net/article/details/7335634?spm=1"
    assert urls.canonical(url) == "https://tx33.blog.csdn.net/article/details/7335634"
    assert urls.key(url) == "csdn:7335634"


@pytest.mark.parametrize(
    ("url", "canonical", "key"),
    [
        (
            "http://www.cnblogs.com/Lotso/p/18182011.html#c",
            "https://www.cnblogs.com/lotso/p/18182011",
            "cnblogs:18182011",
        ),
        (
            "https://juejin.im/post/7315126213624578098",
            "https://juejin.cn/post/7315126213624578098",
            "juejin:7315126213624578098",
        ),
        (
            "https://zhuanlan.zhihu.com/p/22814172?utm_psn=1",
            "https://zhuanlan.zhihu.com/p/22814172",
            "zhihu:22814172",
        ),
        (
            "https://blog.51cto.com/u_15214399/5880012",
            "https://blog.51cto.com/u_15214399/5880012",
            "51cto:5880012",
        ),
        (
            "http://www.cnblogs.com/LaoZhou/archive/2013/05/14/3080001.html",
            "https://www.cnblogs.com/laozhou/p/3080001",
            "cnblogs:3080001",
        ),
        (
            "http://jianshu.com/p/1a2b3c4d5e6f",
            "https://www.jianshu.com/p/1a2b3c4d5e6f",
            "jianshu:1a2b3c4d5e6f",
        ),
        (
            "https://segmentfault.com/a/1190000044872011",
            "https://segmentfault.com/a/1190000044872011",
            "segmentfault:1190000044872011",
        ),
        (
            "https://my.oschina.net/u/4526289/blog/11090000",
            "https://my.oschina.net/u/4526289/blog/11090000",
            "oschina:11090000",
        ),
        (
            "https://www.oschina.net/news/266001/openssl-3-2-0-released?p=1",
            "https://www.oschina.net/news/266001",
            "oschina_news:266001",
        ),
        (
            "https://cloud.tencent.com/developer/article/2412345/",
            "https://cloud.tencent.com/developer/article/2412345",
            "tencent:2412345",
        ),
        (
            "http://developer.aliyun.com/article/1495000?spm=a",
            "https://developer.aliyun.com/article/1495000",
            "aliyun:1495000",
        ),
        (
            "http://www.csdn.net/article/2014-08-24/2821349-KnownSec-KconV3",
            "https://www.csdn.net/article/2014-08-24/2821349",
            "csdn_news:2821349",
        ),
        (
            "http://www.csdn.net/article/a/2016-09-12/15839364",
            "https://www.csdn.net/article/a/2016-09-12/15839364",
            "csdn_news:15839364",
        ),
        (
            "http://bbs.csdn.net/topics/300125211?page=1",
            "https://bbs.csdn.net/topics/300125211",
            "csdn_community:topics/300125211",
        ),
        (
            "https://devpress.csdn.net/v1/article/detail/154573876",
            "https://devpress.csdn.net/v1/article/detail/154573876",
            "csdn_community:154573876",
        ),
        (
            "https://devpress.csdn.net/react/630b3573c677032930817fb0.html?login=from_csdn",
            "https://devpress.csdn.net/react/630b3573c677032930817fb0.html",
            "csdn_community:630b3573c677032930817fb0",
        ),
        (
            "https://gitcode.csdn.net/65e7e0d41a836825ed78a5c1.html",
            "https://gitcode.csdn.net/65e7e0d41a836825ed78a5c1.html",
            "csdn_community:65e7e0d41a836825ed78a5c1",
        ),
        (
            "https://wenku.csdn.net/answer/4e4a79149fc949aa9b2550c138ecce92?spm=1055",
            "https://wenku.csdn.net/answer/4e4a79149fc949aa9b2550c138ecce92",
            "csdn_wenku:4e4a79149fc949aa9b2550c138ecce92",
        ),
    ],
)
def test_articles_of_every_site_with_ids_have_one_url_and_one_key(url, canonical, key):
    assert urls.canonical(url) == canonical
    assert urls.key(url) == key
    assert urls.is_article(url)


def test_an_ipv6_address_keeps_its_brackets():
    assert urls.canonical("http://[::1]:8000/a#b") == "http://[::1]:8000/a"
    assert urls.canonical("https://[2606:4700:0::1111]:443") == "https://[2606:4700:0::1111]/"


def test_a_page_without_an_id_is_known_by_the_digest_of_its_url():
    assert urls.canonical("HTTP://Example.com:80/a?utm_source=x&b=1&spm=2#c") == "http://example.com/a?b=1"
    assert urls.key("http://Example.com/a?b=1") == urls.key("http://example.com/a?b=1&spm=9")
    assert urls.key("http://example.com/a").startswith("sha256:")
    assert len(urls.key(urls.urn(b"page"))) == len("sha256:") + 16


@pytest.mark.parametrize(
    "url", ["https://blog.csdn.net/tx_33", "https://www.csdn.net/", "urn:sha256:00", "nonsense"]
)
def test_other_pages_are_no_articles(url):
    assert not urls.is_article(url)


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "mailto:a@b.c", "http://[", "httpss://www.csdn.net", "data:,x"]
)
def test_a_link_that_leads_to_no_web_page_is_none(href):
    assert urls.absolute(href, ARTICLE) is None


@pytest.mark.parametrize(
    "href",
    [
        "/tx_33/article/details/5?spm=1",
        "https://juejin.cn/post/7315000000000000000#top",
        "https://www.zhihu.com/tardis/bd/art/5",
        "https://jianshu.com/p/0123456789ab",
        "https://blog.csdn.net/tx_33",
        "https://blog.csdn.net",
        "https://[::1]:8443/article/details/5?b=&&spm=1",
    ],
)
def test_a_link_says_whether_its_canonical_url_is_an_articles(href):
    link = urls.link(href, ARTICLE)
    assert link == (urls.absolute(href, ARTICLE), urls.is_article(link.url))


def test_a_relative_link_is_made_absolute():
    assert urls.absolute("../details/5?spm=1", ARTICLE) == "https://blog.csdn.net/tx_33/article/details/5"
    assert (
        urls.absolute("//blog.csdn.net/A/article/details/5", ARTICLE)
        == "https://blog.csdn.net/a/article/details/5"
    )


@given(st.text())
def test_no_text_makes_a_url_fail_and_canonical_is_stable(text):
    for url in (text, "https://" + text, "http://blog.csdn.net/" + text, "http://juejin.im/post/" + text):
        once = urls.canonical(url)
        assert urls.canonical(once) == once
        assert urls.key(url) == urls.key(once)
        urls.absolute(text, url)


def test_the_digest_of_an_article_ignores_white_space_and_composition():
    assert content_sha256("题", "caf\u00e9  b\n\nc") == content_sha256("题", "cafe\u0301 b\xa0c ")
    assert content_sha256("题", "a") != content_sha256("题a", "")


URL_PIECES = st.sampled_from(
    ["a", "b.c", "/", "//", ".", "..", "?", "#", "&", "=", ";", ":", "%41", "'", "@", "-", "8"]
)


@given(st.lists(URL_PIECES, max_size=12).map("".join))
def test_a_plain_url_is_read_as_the_library_reads_it(rest):
    url = f"http://x.y{rest}"
    split = urls.parts(url)
    assert split is None or rooted(split) == rooted(urlsplit(safe_url_string(url)))


def rooted(split):
    """An empty path is the root: some versions of the library write it out before a query, others do not."""
    return split._replace(path=split.path or "/")


@given(
    st.lists(URL_PIECES, max_size=12).map("".join),
    st.sampled_from(["http://x.y/c/d?e", "https://x.y:8/", ""]),
)
def test_a_link_leads_to_where_the_library_joins_it_to_the_page(href, base):
    try:
        joined = urljoin(base, href)
    except ValueError:
        return
    assert urls.absolute(href, base) == (urls.canonical(joined) if urls.parts(joined) else None)
