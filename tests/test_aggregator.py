from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.extract.answers import read_answers
from crawler.extract.document import Document
from crawler.extract.draft import Draft
from crawler.extract.items import Gone, Page, SourcePage
from crawler.extract.sites.aggregator import SITE

FIXTURES = Path(__file__).parent / "fixtures"
URL = "https://mirror.example/kf/1797071144428253184.html"
TIME = "2024-05-12 09:02:01"
TITLE = "2024-05-11 问AI:什么是缓存穿透"


def document(markup: str, *, url: str | None = URL) -> Document:
    return Document.of(Page(url=url, body=markup.encode()))


def read(markup: str, *, url: str | None = URL) -> Draft:
    page = document(markup, url=url)
    layout = SITE.recognise(page)
    assert layout == "aggregator"
    return SITE.extract(page, layout)


def test_a_page_and_its_plain_rendering_give_the_same_article() -> None:
    page, rendering = (
        asdict(extract(Page(url=URL, body=(FIXTURES / path).read_bytes())))
        for path in ("aggregator/ask_ai.html", "rendering/ask_ai.txt")
    )
    for entry in (*page["sidebar"], *rendering["sidebar"]):
        del entry["url"], entry["followable"]
    for answer in (*page["answers"], *rendering["answers"]):
        del answer["rule"]
    del page["layout"], rendering["layout"]
    assert page == rendering


LINES = [
    f"第{n}段说的是缓存穿透：查询一个并不存在的键，缓存里没有，数据库里也没有，请求便一次次落到数据库上。"
    for n in range(6)
]
BODY = f"<p>文心一言</p><p>{LINES[0]}</p><p>{LINES[1]}</p><p>豆包&nbsp;</p><p>{LINES[2]}</p><p>短答。</p>"
ENTRY = f"<li><a href='/kf/{{0}}.html'><p>题{{0}}</p></a><div>{TIME} {'&nbsp;' * 5} {{0}} 阅读</div></li>"


def box(heading: str, *numbers: int) -> str:
    return f"<div class=b><h3>{heading}</h3><ol>{''.join(map(ENTRY.format, numbers))}</ol></div>"


def head(title: str) -> str:
    return f"<html><head><title>{title}</title></head><body>"


RELATED = box("相关推荐", 1, 2, 3)
SIDE = box("最近更新", 11, 12) + box("热门阅读", 21, 22)
CRUMB = "<div>当前位置: <a href=/>首页</a> &gt; <a href=/kf>开发</a> &gt;正文</div>"
AROUND = "<p>上一篇：<a href=/kf/1.html>甲</a></p><p>下一篇：<a href=/kf/2.html>乙</a></p>"
NOTICE = (
    "<p>版权声明：本文来自网络，版权归原作者所有，如有侵权请联系我们删除。</p><p>© 2024 某站 某ICP备1号</p>"
)
PAGES = {
    "the article in a box of its own": head(f"{TITLE} - 某站")
    + f"<div>{CRUMB}<h1>{TITLE}</h1><div class=txt>{BODY}</div>{AROUND}{NOTICE}{RELATED}</div>{SIDE}",
    "the article bare between title and lists": head(TITLE)
    + f"{CRUMB}<h1>{TITLE}</h1>{BODY}{AROUND}{RELATED}{SIDE}{NOTICE}",
    "lists before the article": head(f"{TITLE}_某站")
    + f"<aside>{RELATED}{SIDE}</aside><main><h1>{TITLE}</h1>"
    f"<section>{BODY}</section></main>{NOTICE}",
    "Traditional headings": head(TITLE)
    + f"<h1>{TITLE}</h1><article>{BODY}</article>"
    + (box("相關推薦", 1, 2, 3) + box("最新文章", 11, 12) + box("熱門閱讀", 21, 22)),
    "no h1": head(f"{TITLE}-某站")
    + f"<div class=name>{TITLE}</div><div><div>{BODY}</div></div>{RELATED}{SIDE}",
    "a name of the site in h1": head(f"{TITLE}-某站")
    + f"<h1><a href=/>某某镜像站</a></h1><h2>{TITLE}</h2><div>{BODY}</div>{RELATED}{SIDE}",
    "no title but in the head": head(f"{TITLE} - 某站") + f"<div>{BODY}</div>{RELATED}{SIDE}",
    "the title twice": head(TITLE)
    + f"<div><h1>{TITLE}</h1></div><div><h2>{TITLE}</h2>{BODY}</div>{RELATED}{SIDE}",
    "a table for a frame": head(TITLE)
    + f"<table><tr><td>{RELATED}</td><td><h1>{TITLE}</h1>{BODY}{AROUND}</td><td>{SIDE}</td></tr></table>",
    "a list in the same box as the article": head(TITLE)
    + f"<div><h1>{TITLE}</h1>{BODY}<h3>相关推荐</h3><ol>"
    + "".join(map(ENTRY.format, (1, 2, 3)))
    + f"</ol>{NOTICE}</div>{SIDE}",
    "a section for each model": head(TITLE)
    + f"<h1>{TITLE}</h1><div class=all><div><p>文心一言</p><p>{LINES[0]}</p><p>{LINES[1]}</p></div>"
    f"<div><p>豆包&nbsp;</p><p>{LINES[2]}</p><p>短答。</p></div></div>{RELATED}{SIDE}",
    "bars beside the article": head(TITLE)
    + "<nav><a href=/>首页</a> <a href=/hot>热门阅读</a> <a href=/new>最近更新</a></nav>"
    f"<div><h1>{TITLE}</h1><div>{BODY}"
    "<div class=share>分享到：<a href=/s>微博</a></div><button>点赞</button></div></div>"
    f"{RELATED}{SIDE}<div class=comments><p>网友：写得很好，学到了很多，谢谢分享。</p></div>",
}


@pytest.mark.parametrize("name", PAGES)
def test_an_article_is_found_by_content_whatever_the_markup(name: str) -> None:
    draft = read(PAGES[name])
    assert draft.title == TITLE
    expected = ["文心一言", LINES[0], LINES[1], "豆包", LINES[2], "短答。"]
    assert [block.text for block in draft.body.blocks] == expected
    assert draft.body.blocks[3].shown == "豆包 "
    assert {(item.list, item.rank, item.title, item.read_count) for item in draft.sidebar} == {
        *(("related", n, f"题{n}", n) for n in (1, 2, 3)),
        *(("recent", n, f"题{n + 10}", n + 10) for n in (1, 2)),
        *(("popular", n, f"题{n + 20}", n + 20) for n in (1, 2)),
    }
    assert {item.shown_at_kind for item in draft.sidebar} == {"page"}
    assert draft.imported is not None
    assert draft.imported.at == "2024-05-12T01:02:01Z"
    assert (draft.published, draft.author) == (None, None)
    answers = read_answers(draft.body, title=draft.title).answers
    assert [answer.model for answer in answers] == ["wenxin-yiyan", "doubao"]


def test_what_the_page_prints_of_itself_is_read() -> None:
    info = "<div>作者：某人 发布时间：2024-05-11 10:00 阅读 68</div>"
    draft = read(head(TITLE) + f"<div><h1>{TITLE}</h1>{info}<div>{BODY}</div></div>{SIDE}")
    assert draft.published is not None
    assert draft.reads is not None
    assert (draft.author, draft.published.at, draft.reads.value) == ("某人", "2024-05-11T02:00:00Z", 68)
    assert "某人" not in draft.body.text


def test_a_time_beside_the_title_that_nobody_calls_the_publications_is_none() -> None:
    draft = read(head(TITLE) + f"<div><h1>{TITLE}</h1><p>{TIME} 阅读 68</p><div>{BODY}</div></div>{SIDE}")
    assert draft.published is None
    assert "阅读 68" not in draft.body.text


def test_a_list_that_the_article_quotes_stays_in_the_article() -> None:
    quoted = f"<div><p>{LINES[0]}</p>{box('热门文章', 1, 2)}"
    quoted += f"<p>{LINES[1]}</p><p>{LINES[2]}</p><p>{LINES[3]}</p></div>"
    draft = read(head("甲乙丙") + f"<h1>甲乙丙</h1>{quoted}{box('最近更新', 5)}")
    assert [item.title for item in draft.sidebar] == ["题5"]
    assert "题1" in draft.body.text


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        (head("某站") + "<h1>某站</h1>" + box("热门阅读", 1, 2) + box("最近更新", 3, 4), URL),
        (
            head("某站") + f"<h1>某站</h1><p>{LINES[0]}</p><p>{LINES[1]}</p>" + box("热门阅读", 1, 2),
            "https://a.example/",
        ),
    ],
)
def test_a_page_of_lists_is_a_source(markup: str, url: str) -> None:
    with pytest.raises(SourcePage):
        SITE.recognise(document(markup, url=url))


def test_a_deleted_article_between_lists_is_gone_and_no_source() -> None:
    with pytest.raises(Gone):
        SITE.recognise(document(head("某站") + "<h1>某站</h1><p>您访问的文章不存在或已被删除。</p>" + SIDE))


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        (head(TITLE) + f"<h1>{TITLE}</h1><div>{BODY}</div>", URL),
        (
            head(TITLE)
            + f"<h1>{TITLE}</h1><div>{BODY}</div><h3>热门阅读</h3><ul><li><a href=/1>甲</a></li></ul>",
            URL,
        ),
        (PAGES["no h1"], "https://blog.csdn.net/someone/article/details/1"),
    ],
)
def test_other_pages_are_none_of_its(markup: str, url: str) -> None:
    assert SITE.recognise(document(markup, url=url)) is None


HOSTILE = {
    "prose": f"<p>{LINES[0]}</p>" * 8000 + SIDE,
    "many": f"<div>{LINES[0]}</div>" * 8000 + SIDE,
    "boxes": ("<div>" + f"<p>{LINES[0]}</p>" + SIDE + "</div>") * 1500,
    "deep": "<div>" * 1500 + f"<p>{LINES[0]}</p>" * 3000 + SIDE,
    "headings": f"<h1>{TITLE}</h1>" * 8000 + f"<p>{LINES[0]}</p>" * 3 + SIDE,
    "deep and wide": "".join(f"<div><p>{LINES[0]}</p>" for _ in range(1000)) + SIDE,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_take_linear_time(name: str) -> None:
    page = document(head(TITLE) + HOSTILE[name])
    began = time.process_time()
    with suppress(SourcePage):
        SITE.extract(page, SITE.recognise(page) or "none")
    assert time.process_time() - began < 5
