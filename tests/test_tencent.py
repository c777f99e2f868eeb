"""Tencent Cloud's community: what its header says, and bodies that only the page's data holds."""

from __future__ import annotations

import json
import random

import pytest

from crawler.extract import Page, extract
from crawler.extract.body.markdown_body import read_markdown
from crawler.extract.items import FieldMissing, SourcePage

URL = "https://cloud.tencent.com/developer/article/2410001"


def read(*, header="", body="<p>正文</p>", content=None, url=URL):
    info = {
        "props": {"pageProps": {"fallback": {"/api/article/detail": {"articleInfo": {"content": content}}}}}
    }
    data = content if isinstance(content, bytes) else json.dumps(info).encode()
    return extract(
        Page(
            url=url,
            body=f"""<html><body><div class="mod-article-content"><h1 class="title-text">题</h1>{header}
            <div class="mod-content__markdown">{body}</div></div>
            <script id="__NEXT_DATA__" type="application/json">""".encode()
            + data
            + b"</script></body></html>",
        )
    )


def test_the_first_number_is_the_readers_and_both_dates_are_told_by_their_words():
    article = read(
        header="<b>修改于 2024-05-12 09:00:00</b><b>发布于 2024-05-11 20:15:30</b>"
        "<i>5.7K</i><i>0</i><u>原创</u>"
    )
    assert (article.read_count, article.read_count_shown, article.kind) == (5700, "5.7K", "original")
    assert (article.published_at, article.updated_at) == ("2024-05-11T12:15:30Z", "2024-05-12T01:00:00Z")


def test_a_header_without_a_number_says_nothing_of_readers():
    article = read(header="<b>发布于 2024-05-11 20:15:30</b>", body="<p>12</p>")
    assert (article.read_count, article.updated_at) == (None, None)


def test_what_stands_over_a_listing_is_no_text_of_the_article():
    bar = "<div><div>代码语言：<b>java</b></div><div><span>AI代码解释</span><span>复制</span></div></div>"
    article = read(body=f"<div>{bar}<pre><code>int a;</code></pre></div><p>代码语言：任何</p>")
    assert article.text == "int a;"


@pytest.mark.parametrize(
    ("content", "markdown"),
    [("<p>一段<b>话</b></p>", "一段**话**"), ("## 标题\n\n一段", "## 标题\n\n一段"), ("一\n二", "一\n二")],
)
def test_a_body_that_a_script_fills_in_comes_from_the_data(content, markdown):
    article = read(body="", content=content)
    assert (article.markdown, article.flags) == (markdown, ("body_from_data",))


def test_answers_in_markdown_are_answers():
    content = "## 文心一言\n\n一个**超参数**。\n\n## 豆包\n\n- 步长\n"
    data = json.dumps({"props": {"pageProps": {"articleInfo": {"content": content}}}})
    article = extract(
        Page(
            url=URL,
            body=f"""<html><body><h1 class="title-text">2024-05-11 问AI:学习率是什么</h1>
            <div class="mod-content__markdown"></div><script id="__NEXT_DATA__">{data}</script></body></html>
            """.encode(),
        )
    )
    assert [(answer.model, answer.text) for answer in article.answers] == [
        ("wenxin-yiyan", "一个超参数。"),
        ("doubao", "- 步长"),
    ]
    assert article.answers[0].markdown == "一个**超参数**。"


@pytest.mark.parametrize("content", [None, "", 7, ["x"], b"{", b'{"props":' * 500, b"[" * 50_000])
def test_a_page_without_a_body_anywhere_is_an_error(content):
    with pytest.raises(FieldMissing, match=f"tencent 2023: no body was found at {URL}"):
        read(body="", content=content)


@pytest.mark.parametrize(
    "url",
    [
        "https://cloud.tencent.com/developer",
        "https://cloud.tencent.com/developer/user/1000001/articles",
    ],
)
def test_lists_are_sources(url):
    with pytest.raises(SourcePage):
        extract(Page(url=url, body=f"<html><body><p>{'云服务器的说明。' * 20}</p></body></html>".encode()))


def test_a_manual_is_read_like_a_page_of_any_other_site():
    body = f"<html><body><p>{'云服务器的说明。' * 20}</p></body></html>".encode()
    assert extract(Page(url="https://cloud.tencent.com/document/product/213", body=body)).site == "generic"


def test_the_other_host_and_the_trial_of_a_new_page_are_the_same_article():
    for url in (
        "https://cloud.tencent.cn/developer/article/2410001",
        "https://cloud.tencent.com/developer/beta/article/2410001",
    ):
        assert (read(url=url).url, read(url=url).key) == (URL, "tencent:2410001")


MARKDOWN = """# 一
文字 **粗** `码` ![图](a.png) [链](b)

> 引
> 文

1. 一
   - 二

~~~~ py
```
~~~~

| a | b |
|---|---|
| 1 | **2** |

---
**粗体一行**
"""


def test_markdown_is_read_as_blocks():
    body = read_markdown(MARKDOWN)
    assert [block.kind for block in body.blocks] == [
        *("heading", "paragraph", "quote", "list", "code", "table", "rule", "paragraph")
    ]
    assert body.text == "一\n\n文字 粗 码 链\n\n引\n文\n\n1. 一\n   - 二\n\n```\n\na\tb\n1\t2\n\n粗体一行"
    assert body.blocks[-1].decoration == "bold"


def test_no_markdown_makes_reading_fail():
    chance = random.Random(7)
    pieces = [
        "#",
        "`",
        "```\n",
        "~~~",
        "*",
        "_",
        "[",
        "](",
        ")",
        "|",
        ">",
        "\n",
        "- ",
        "\\",
        "1. ",
        "\r",
        "---\n",
    ]
    for _ in range(2_000):
        read_markdown("".join(chance.choice(pieces) for _ in range(chance.randint(0, 60))))


@pytest.mark.parametrize(
    "bait", ["[" * 100_000, "**" * 100_000, "`" * 100_001, "```\n" * 30_000, "![" * 50_000, "|" * 99_999]
)
def test_markdown_made_to_hurt_is_read_in_no_time(bait):
    read_markdown(bait)
