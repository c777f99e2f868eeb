"""Pages of any other site: what is an article there, and how sure that is."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.extract import Page, extract
from crawler.extract.items import ExtractionError, NotAnArticle, SourcePage

FIXTURES = Path(__file__).parent / "fixtures"
URL = "https://some.example/a/1.html"
PROSE = [
    "雨季来临之前，我们把仓库的屋顶重新铺了一遍，又在四周挖了一条浅沟，让水能流到坡下的池塘里去。",
    "第一场大雨下了整整两天。沟里的水流得很急，屋里却连一块湿印子也没有，大家都松了一口气。",
    "池塘满了以后，鸭子游到了沟里。管仓库的老人说，这是他二十年来见过的最好的一个雨季。",
]
BODY = "".join(f"<p>{text}</p>" for text in PROSE)


def article(body: str, *, head: str = "<title>仓库的屋顶 - 某某站</title>", url: str | None = URL):
    return extract(Page(url=url, body=f"<html><head>{head}</head><body>{body}</body></html>".encode()))


def test_the_main_text_of_an_unknown_page_is_an_article_that_is_never_sure():
    found = article(
        f"<nav><a href=/>首页</a></nav><h1>仓库的屋顶</h1><div>{BODY}</div><footer>© 某某站</footer>"
    )
    assert (found.site, found.layout, found.title) == ("generic", "generic", "仓库的屋顶")
    assert found.text == "\n\n".join(PROSE)
    assert 0.5 < found.confidence <= 0.95


def test_recommendations_that_tell_of_their_articles_are_no_part_of_the_text():
    teasers = "".join(
        f"<div class=t><p><a href=/b/{n}.html>第{n}篇</a><br>{PROSE[n]}</p></div>" for n in (0, 1)
    )
    box = f"<div><div class=box><h2>推荐阅读</h2>{teasers}</div></div>"
    found = article(f"<h1>仓库的屋顶</h1><div class=left><div class=con>{BODY}</div>{box}</div>")
    assert found.text == "\n\n".join(PROSE)


def test_a_heading_of_that_name_in_the_text_is_a_part_of_it():
    found = article(f"<h1>仓库的屋顶</h1><div class=con>{BODY}<h2>推荐阅读</h2><p>{PROSE[0]}</p></div>")
    assert found.text == "\n\n".join([*PROSE, "推荐阅读", PROSE[0]])


def test_a_page_that_says_more_of_itself_is_surer():
    plain = article(f"<h1>仓库的屋顶</h1><div>{BODY}</div>")
    dated = article(f"<h1>仓库的屋顶</h1><p>发布于 2023-05-06 07:08</p><div>{BODY}</div>")
    untitled = article(f"<div>{BODY}</div>", head="")
    assert untitled.confidence < plain.confidence < dated.confidence


def test_a_fragment_is_called_by_its_first_words_and_says_so():
    found = article(f"<div>{BODY}</div>", head="")
    assert found.title == PROSE[0][:40]
    assert found.flags == ("title_from_text",)


@pytest.mark.parametrize(
    "label",
    ["<h2><a id=_0></a>{}</h2>", "<p><strong>{}</strong></p>", "<h3>{}的回答：</h3>"],
)
def test_answers_on_an_unknown_host_are_read_from_our_own_blocks(label):
    body = "".join(
        label.format(name) + f"<p>{text}</p>"
        for name, text in zip(("文心一言", "豆包", "Kimi"), PROSE, strict=True)
    )
    found = article(f"<h1>2024-05-11 怎样修屋顶？</h1><div>{body}</div>", head="")
    assert [(a.model, a.text) for a in found.answers] == list(
        zip(("wenxin-yiyan", "doubao", "kimi"), PROSE, strict=True)
    )


@pytest.mark.parametrize(
    ("head", "shown", "expected"),
    [
        ("", "<p>2023年5月6日07:08 来源：某某网</p>", ("2023-05-05T23:08:00Z", "minute")),
        (
            "<meta name=publishdate content=2023-05-06>",
            "<p>2023-05-06 07:08</p>",
            ("2023-05-05T23:08:00Z", "minute"),
        ),
        ("<meta name=publishdate content=2023-05-06>", "", (None, "day")),
        (
            "<meta property=article:published_time content=2023-05-06T07:08:09+08:00>",
            "<p>2023-05-06 07:08</p>",
            ("2023-05-05T23:08:09Z", "second"),
        ),
        (
            '<script type="application/ld+json">{"datePublished": "2023-05-05T23:08:09Z"}</script>',
            "",
            ("2023-05-05T23:08:09Z", "second"),
        ),
        ("", "<time datetime=2023-05-06T07:08+08:00>前天</time>", ("2023-05-05T23:08:00Z", "minute")),
        ("", "<p>May 6, 2023</p>", (None, "day")),
    ],
)
def test_the_publication_is_what_the_page_states_or_shows(head, shown, expected):
    found = article(f"<h1>仓库的屋顶</h1>{shown}<div>{BODY}</div>", head=f"<title>仓库的屋顶</title>{head}")
    assert (found.published_at, found.published_precision) == expected
    assert found.published_date == ("2023-05-06" if "Z" not in head else "2023-05-05")


@pytest.mark.parametrize(
    "shown", ["3天前", "05-06", "更新于 2023-05-06 07:08", "最新推荐文章于 2023-05-06 07:08:09 发布"]
)
def test_what_is_no_date_of_publication_is_none(shown):
    assert article(f"<h1>仓库的屋顶</h1><p>{shown}</p><div>{BODY}</div>").published_at is None


@pytest.mark.parametrize(
    ("head", "line", "end", "author"),
    [
        ("<meta name=author content=周小舟>", "", "", "周小舟"),
        ("<meta name=author content=104363>", "", "(责编：周小舟、何平)", "周小舟、何平"),
        ("<meta name=author content=admin>", "作者：周小舟", "责任编辑：何平", "周小舟"),
        ("", "文/周小舟 2023-05-06", "", "周小舟"),
        ("", "by Dana Whitlock", "", "Dana Whitlock"),
        ("", "", "", None),
    ],
)
def test_the_author_is_who_signs_and_last_who_edits(head, line, end, author):
    found = article(
        f"<h1>仓库的屋顶</h1><p>{line}</p><div>{BODY}<p>{end}</p></div>",
        head=f"<title>仓库的屋顶</title>{head}",
    )
    assert found.author == author


@pytest.mark.parametrize(
    ("fold", "truncated"),
    [
        ("最低0.47元/天 解锁文章", "paywall"),
        ("开通会员查看完整答案", "paywall"),
        ("剩余 68% 未读", "paywall"),
        ("This post is for paid subscribers", "paywall"),
        ("登录后查看全文", "login"),
        ("Sign in to continue reading", "login"),
        ("您还未登录，请先登录后发表或查看评论", None),
        ("登录后复制", None),
        ("展开阅读全文", None),
        ("", None),
    ],
)
def test_a_fold_under_the_text_makes_it_truncated(fold, truncated):
    page = f"<h1>仓库的屋顶</h1><div>{BODY}</div><div class=more><p>{fold}</p></div>"
    assert article(page).truncated == truncated


def test_an_article_about_paywalls_is_whole():
    said = (
        "有的网站写着“开通会员查看完整答案”，有的写着“登录后查看全文”，读者点了之后才发现那里什么也没有，"
        "只好退回来重新找一遍，这样的事情每天都在发生。"
    )
    assert article(f"<h1>付费墙的历史</h1><div><p>{said}</p>{BODY}</div>").truncated is None


TEASER = "<div class=item><h2 class=title><a href=/a/{0}.html>第{0}篇文章的标题</a></h2><p>{1}</p></div>"


@pytest.mark.parametrize(
    "body",
    [
        "".join(TEASER.format(n, PROSE[n % 3]) for n in range(6)),
        "<ul>" + "".join(f"<li><a href=/a/{n}>第{n}篇文章的标题</a></li>" for n in range(20)) + "</ul>",
        "".join(f"<h4 class=title><a href=/p/{n}>第{n}篇文章的标题</a></h4>" for n in range(20)),
    ],
)
def test_a_page_that_leads_to_articles_is_a_source(body):
    with pytest.raises(SourcePage, match=r"give the URLs|no text of its own"):
        article(body)


def test_a_page_with_hardly_a_word_says_how_much_it_has():
    with pytest.raises(NotAnArticle, match="it has 0 characters of text"):
        article("<h1>联系我们</h1><form><label>姓名</label><input></form>")


def test_known_sites_do_not_load_trafilatura():
    program = (
        "import sys; from pathlib import Path; from crawler.extract import Page, extract;"
        "extract(Page(url=None, body=Path(sys.argv[1]).read_bytes()));"
        "print('trafilatura' in sys.modules)"
    )
    for page, loaded in (("csdn/g3", "False"), ("generic/news", "True")):
        done = subprocess.run(
            [sys.executable, "-c", program, str(FIXTURES / f"{page}.html")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == loaded
        assert done.stderr == ""


HOSTILE = {
    "paragraphs": BODY * 5_000,
    "boxes in boxes": "".join(f"<div><p>{text}</p>" for text in PROSE * 500),
    "tables in tables": "<table><tr><td>" * 500 + BODY,
    "cells": "<table>" + ("<tr>" + "<td>雨季来临，之前</td>" * 10 + "</tr>") * 1_500 + "</table>",
    "links": "".join(f"<a href=/a/{n}>第{n}篇文章的标题</a>" for n in range(20_000)),
    "lists in lists": "<ul><li>雨季，" * 600,
    "bait": f"<p>{'抱歉，您' * 9_000}</p><p>{'剩余 1' * 9_000}</p><p>by {'A ' * 9_000}</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_ends_within_the_workers_limit(name):
    before = time.process_time()
    with suppress(ExtractionError):
        article(HOSTILE[name])
    assert time.process_time() - before < 2.5
