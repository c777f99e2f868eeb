"""The one way in: pages to articles, or to a typed error."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import EXTRACTOR_VERSION, Page, extract, urls
from crawler.extract.items import ExtractionError, FieldMissing, Gone, NotAnArticle

URL = "https://blog.csdn.net/mo_yan/article/details/138000001"
ARTICLE = """<html><head>{head}</head><body><main><div class="blog-content-box">
<div class="article-header-box"><h1 class="title-article" id="articleContentId">{title}</h1>
<div class="article-info-box"><div class="bar-content">
<span class="time">于 2024-05-11 09:02:01 发布</span></div></div></div>
<article><div id="content_views">{body}</div></article></div></main></body></html>"""


def read(*, body="<p>正文在此，足够长。</p>", title="标题", head="", url=URL):
    markup = ARTICLE.format(head=head, title=title, body=body)
    return extract(Page(url=url, body=markup.encode()))


def extract_with(markup):
    page = ARTICLE.format(head="", title="标题", body="<p>正文</p>").replace("</main>", f"</main>{markup}")
    return extract(Page(url=URL, body=page.encode()))


@pytest.mark.parametrize(
    ("captured_at", "flagged"),
    [
        (None, False),
        (datetime(2024, 5, 9, 2, 0, tzinfo=UTC), False),
        (datetime(2024, 5, 9, 1, 0, tzinfo=UTC), True),
        (datetime(2030, 1, 1, tzinfo=UTC), False),
    ],
)
def test_a_publication_days_after_the_page_was_taken_is_kept_and_flagged(captured_at, flagged):
    body = ARTICLE.format(head="", title="标题", body="<p>正文在此，足够长。</p>").encode()
    article = extract(Page(url=URL, body=body, captured_at=captured_at))
    assert article.published_at == "2024-05-11T01:02:01Z"
    assert ("published_in_future" in article.flags) is flagged


def test_an_article_and_its_page_travel_between_processes():
    article = read()
    assert pickle.loads(pickle.dumps(article)) == article
    assert EXTRACTOR_VERSION == "3"


def test_the_url_is_the_given_one_in_canonical_form():
    article = read(url="http://blog.csdn.net/Mo_Yan/article/details/138000001?spm=1#comments")
    assert (article.url, article.key, article.flags) == (URL, "csdn:138000001", ())


def test_without_a_url_the_pages_canonical_link_is_taken():
    link = '<link rel="canonical" href="https://blog.csdn.net/Mo_Yan/article/details/138000001"/>'
    assert read(url=None, head=link).url == URL


@pytest.mark.parametrize(
    "href", ["https://blog./mo_yan/article/details/1", "https://www.csdn.net/", "javascript:0"]
)
def test_a_canonical_link_of_another_form_is_no_url(href):
    article = read(url=None, head=f'<link rel="canonical" href="{href}"/>')
    assert article.url.startswith("urn:sha256:")
    assert article.key == urls.key(article.url)


def test_a_canonical_link_that_names_another_article_is_a_flag():
    link = '<link rel="canonical" href="https://blog.csdn.net/x/article/details/5"/>'
    assert read(head=link).flags == ("canonical_differs",)
    own_host = '<link rel="canonical" href="https://moyan.blog.csdn.net/article/details/138000001"/>'
    assert read(head=own_host).flags == ()


def test_answers_are_read_and_the_question_is_the_title_without_date_and_mark():
    body = "<p>文心一言</p><p>学习率是步长。</p><p>豆包 </p><p>学习率决定更新的幅度。</p>"
    article = read(title="2024-05-11 问AI:学习率是什么", body=body)
    assert (article.question, article.question_date, article.series) == ("学习率是什么", "2024-05-11", "问AI")
    assert [answer.model for answer in article.answers] == ["wenxin-yiyan", "doubao"]
    assert all(article.text[a.start : a.end] == a.text for a in article.answers)


def test_a_date_in_the_title_of_a_page_without_answers_is_no_question_date():
    article = read(title="2024-05-11 数据库作业")
    assert (article.question, article.question_date, article.series) == (None, None, None)


def test_an_article_about_captchas_and_deleted_pages_is_an_article():
    article = read(title="404 页面不存在怎么办", body="<p>请输入验证码，登录后查看。</p>")
    assert article.text == "请输入验证码，登录后查看。"


def test_a_page_whose_body_is_gone_says_so_and_an_empty_one_is_a_missing_field():
    with pytest.raises(FieldMissing, match="no body was found"):
        read(body="")
    with pytest.raises(Gone):
        extract(Page(url=URL, body="<title>404</title><p>抱歉，您访问的页面不存在</p>".encode()))


def test_a_page_without_prose_is_no_article_and_says_why():
    with pytest.raises(NotAnArticle, match="is no article: it has 0 characters of text"):
        extract(Page(url="https://example.com/a", body=b"<p>hello"))


def test_two_boxes_of_one_heading_share_one_row_of_ranks():
    box = '<div class="aside-box"><h3 class="aside-title">最新文章</h3><ul><li><a href={}>{}</a></ul></div>'
    lists = box.format("/a/article/details/1", "甲") + box.format("/a/article/details/2", "乙")
    lists += box.format("/a/article/details/2", "乙")
    entries = read(body="<p>正文</p>", head="").sidebar + extract_with(lists).sidebar
    assert [(entry.rank, entry.title) for entry in entries] == [(1, "甲"), (2, "乙")]


def test_a_box_that_sells_the_rest_of_the_text_makes_it_truncated():
    assert extract_with('<div class="hide-article-box">最低0.47元/天 解锁文章</div>').truncated == "paywall"
    assert extract_with('<div class="hide-article-box">阅读更多</div>').truncated is None


def test_signals_against_archiving_are_kept():
    assert read(head='<meta name="robots" content="noarchive">').opt_out == "noarchive"


@pytest.mark.parametrize("url", ["http://[x", "http://[::1", "https://blog.csdn.net:x/a/article/details/1"])
def test_an_address_that_is_none_spoils_no_page(url):
    assert read(url=url).title == "标题"
    assert read(head=f'<base href="{url}"><link rel="canonical" href="{url}">').title == "标题"
    with pytest.raises(NotAnArticle):
        extract(Page(url=url, body=b"<html><p>x</p></html>"))


def test_surrogates_and_controls_never_reach_an_article():
    article = read(title="标&#1;题\x02&#xD800;", body="<p>a\x00b&#8;c</p>" + "<p>正文</p>" * 90)
    for text in (article.title, article.text, article.markdown):
        text.encode()
        assert not any(ord(character) < 32 and character not in "\n\t" for character in text)


def test_a_page_in_gbk_gives_the_same_article():
    markup = ARTICLE.format(head='<meta charset="gbk">', title="学习率", body="<p>朱镕基与学习率</p>")
    by_header = extract(
        Page(url=URL, body=markup.encode("gb18030"), content_type="text/html; charset=gb2312")
    )
    by_meta = extract(Page(url=URL, body=markup.encode("gb18030")))
    assert by_header == by_meta == extract(Page(url=URL, body=markup.encode()))


TEXT = "2024-05-11 问AI:学习率是什么\n\n文心一言\n\n学习率是步长。\n\n豆包 \n\n学习率决定更新的幅度。\n"


def test_plain_text_goes_through_the_reader_of_renderings():
    saved = extract(Page(url=None, body=TEXT.encode()))
    served = extract(
        Page(url="https://example.com/1", body=TEXT.encode(), content_type="text/plain; charset=utf-8")
    )
    assert saved.question == served.question == "学习率是什么"
    assert saved.site == served.site == "aggregator"
    assert [answer.model for answer in saved.answers] == ["wenxin-yiyan", "doubao"]


def test_text_with_code_in_it_is_still_text():
    saved = extract(
        Page(url=None, body=TEXT.replace("步长。", "步长，见 <div>a</div> 与 #include <stdio.h>").encode())
    )
    assert "<div>a</div>" in saved.text


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div id=content_views>",
                "<h1 class=title-article>",
                "文心一言",
                "豆包",
                "<li>",
                "<table>",
                "<td>",
                "<div class=aside-box><h3 class=aside-title>热门文章</h3><ul><li><a href=x>y</a>",
                "<span class=time>2024-13-01",
                "<pre><code>",
                "<svg>",
                "<a href='http://['>x",
                "&#0;",
                "\x00",
                "<script>var articleTitle='",
                "<ul><li><ol>",
                "**",
                "<div class=recommend-item-box><h4><a href=//z>q</a></h4>",
                "<span class=read-count>9w+",
                "</html>",
                "<html>",
            ]
        ),
        max_size=30,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_heap_of_markup_makes_anything_but_an_article_or_a_typed_error(parts):
    try:
        article = extract(Page(url=URL, body="".join(parts).encode()))
    except ExtractionError as error:
        assert str(error)
    else:
        assert article.title
