from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crawler.extract.answers import read_answers
from crawler.extract.blocks import Block
from crawler.extract.draft import Draft
from crawler.extract.items import NotAnArticle
from crawler.extract.rendering import read_rendering
from crawler.extract.rendering.blocks import read_blocks
from crawler.extract.rendering.lists import read_lists

FIXTURE = Path(__file__).parent / "fixtures" / "rendering" / "ask_ai.txt"
GAP = " " + "\u00a0" * 5 + " "
PROSE = "这是一段足够长的文字，讲的是数据库里的索引为什么能够加快查询，以及它要付出怎样的代价。\n\n" * 3


def fixture() -> str:
    return FIXTURE.read_bytes().decode()


def without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def lists(draft: Draft) -> list[tuple[str, str | None, int, str, int | None]]:
    return [(item.list, item.list_title, item.rank, item.title, item.read_count) for item in draft.sidebar]


EXPECTED = [
    ("related", "相关推荐", 1, "2024-06-02 AI:数据库索引作用什么", 11),
    ("related", "相关推荐", 2, "2024-05-20 AI: 数据库,事务什么", 17),
    ("related", "相关推荐", 3, "2024-05-28 AI: 数据库视图什么", 14),
    ("recent", "最近更新", 1, "C语言中的指针与数组", 18),
    ("recent", "最近更新", 2, "【排错】容器无法启动的五个原因", 20),
    ("popular", "热门阅读", 1, "一次线上故障的复盘", 9),
    ("popular", "热门阅读", 2, "P2010 [练习] 回文的判断", 7),
    ("popular", "热门阅读", 3, "如何 写好 提交说明?", 13),
    ("popular", "热门阅读", 4, "前端图片懒加载", 8),
]


@pytest.mark.parametrize("text", [fixture(), without_blank_lines(fixture()), fixture().replace("\n", "\r\n")])
def test_a_rendering_gives_title_answers_and_lists_with_or_without_blank_lines(text: str) -> None:
    draft = read_rendering(text, url=None)
    assert (draft.layout, draft.title) == ("rendering", "2024-06-02 问AI:在数据库中,索引的作用是什么")
    assert lists(draft) == EXPECTED
    assert {(item.shown_at, item.shown_at_kind) for item in draft.sidebar} == {
        ("2024-06-02T01:02:03Z", "page")
    }
    assert {item.shown_at_shown for item in draft.sidebar} == {"2024-06-02 09:02:03"}
    assert draft.sidebar[0].read_count_shown == "11 阅读"
    assert draft.imported is not None
    assert draft.imported.at == "2024-06-02T01:02:03Z"
    assert draft.published is None
    answers = read_answers(draft.body, title=draft.title).answers
    assert [(answer.model, answer.label) for answer in answers] == [
        ("wenxin-yiyan", "文心一言"),
        ("zhipu-qingyan", "智谱清言"),
        ("doubao", "豆包 "),
        ("xunfei-xinghuo", "讯飞星火"),
    ]
    assert answers[0].text.startswith("在数据库中,**索引(Index)**是一种")
    assert [block.text for block in draft.body.blocks if block.kind == "list"] == [
        "1. 选择列:优先为出现在查询条件里的列建立索引。\n2. 控制数量:索引过多会拖慢写入。\n"
        "3. 避免失效:在列上使用函数会使索引失效。"
    ]


def test_every_character_of_the_body_is_kept_once() -> None:
    text = fixture()
    body = text[text.index("\n") : text.index("相关推荐")]
    found = read_rendering(text, url=None).body.text
    assert "".join(found.split()) == "".join(body.split())


def test_a_line_may_hold_title_time_and_count() -> None:
    text = (
        f"标题\n\n{PROSE}热门阅读\n\n 1. 甲 2024-06-02 09:02:03{GAP}12 阅读\n 2. 乙 阅读(3)\n 3. 丙 4 阅读\n"
    )
    assert lists(read_rendering(text, url=None)) == [
        ("popular", "热门阅读", 1, "甲", 12),
        ("popular", "热门阅读", 2, "乙", 3),
        ("popular", "热门阅读", 3, "丙", 4),
    ]


def test_entries_without_a_mark_are_kept_where_the_numbers_go_on() -> None:
    text = f"标题\n\n{PROSE}大家在看\n\n  1. 甲\n  2. 乙\n\n    12 阅读\n  3. 丙\n"
    assert [(title, count) for *_, title, count in lists(read_rendering(text, url=None))] == [
        ("甲", None),
        ("乙", 12),
        ("丙", None),
    ]


def test_a_list_under_unknown_words_needs_three_entries() -> None:
    def text(count: int) -> str:
        entries = "".join(f"  {n}. 题{n}\n\n    {n} 阅读\n" for n in range(1, count + 1))
        return f"标题\n\n{PROSE}热门阅读\n\n  1. 甲\n\n    3 阅读\n\n站长荐\n\n{entries}"

    assert [item[:2] for item in lists(read_rendering(text(3), url=None))] == [("popular", "热门阅读")] + [
        ("other", "站长荐")
    ] * 3
    assert len(read_rendering(text(2), url=None).sidebar) == 1


def test_a_heading_without_entries_stays_text() -> None:
    draft = read_rendering(f"标题\n\n{PROSE}相关推荐\n\n没有更多了。\n", url=None)
    assert draft.sidebar == ()
    assert "相关推荐" in draft.body.text


def test_the_article_may_stand_behind_the_lists() -> None:
    draft = read_rendering(f"热门阅读\n甲\n12 阅读\n乙\n13 阅读\n\n标题\n\n{PROSE}", url=None)
    assert (draft.title, len(draft.sidebar)) == ("标题", 2)


def test_a_title_printed_twice_is_taken_once() -> None:
    draft = read_rendering(f"当前位置: 首页 > 正文\n\n标题一\n\n标题一\n\n{PROSE}", url=None)
    assert draft.title == "标题一"
    assert "标题一" not in draft.body.text


def test_navigation_before_the_title_is_left_out() -> None:
    bar = "首页\n热门阅读\n最近更新\n登录\n"
    for text in (
        f"标题一二三\n{PROSE}",
        f"{bar}标题一二三\n{PROSE}",
        f"标题一二三 - 某站\n{bar}标题一二三\n{PROSE}",
    ):
        draft = read_rendering(text, url=None)
        assert (draft.title, draft.body.text[:4]) == ("标题一二三", PROSE[:4])


@pytest.mark.parametrize(
    "line", ["发布时间：2024-05-11 10:00", "于 2024-05-11 10:00 发布 · 阅读 68", "发表于 2024年5月11日 10:00"]
)
def test_a_publication_line_beside_the_title_is_read_and_leaves_the_body(line: str) -> None:
    draft = read_rendering(f"标题\n\n{line}\n\n{PROSE}", url=None)
    assert draft.published is not None
    assert draft.published.at == "2024-05-11T02:00:00Z"
    assert "2024" not in draft.body.text
    assert draft.reads is None or draft.reads.value == 68


def test_a_time_that_nobody_calls_the_publications_is_none() -> None:
    for line in ("2024-05-11 10:00", "最新推荐文章于 2024-05-11 10:00 发布"):
        assert read_rendering(f"标题\n\n{line}\n\n{PROSE}", url=None).published is None


def test_the_url_of_a_rendering_tells_when_it_was_imported() -> None:
    draft = read_rendering(f"标题\n\n{PROSE}", url="https://mirror.example/kf/1789460990224633856.html")
    assert draft.imported is not None
    assert draft.imported.at == "2024-05-12T01:02:01Z"


LOG = "".join(f"2024-05-11 10:00:0{n} INFO worker started. All is well.\n" for n in range(8))
CODE = """
import os

def main():
    for name in os.listdir('.'):
        print(name)

if __name__ == '__main__':
    main()
"""
NO_ARTICLES = {
    "hello\nworld\n": "hardly a sentence",
    "标题\n\n一句话。\n": "hardly a sentence",
    LOG: "a log",
    CODE: "source code",
    "#include <stdio.h>\nint main(void) {\n  return 0;\n}\n": "source code",
    "name,count\n甲,1\n乙,2\n丙,3\n": "a table",
    '{"title": "标题", "text": "这是一段文字。"}': "JSON",
    '{"a": 1}\n{"a": 2}\n': "JSON",
    "[1, 2, 3]": "JSON",
    "name: crawl\nsteps:\n  - run: make all the things: slowly\n  - uses: something/else\n" * 4: "settings",
    "": "empty",
    "热门阅读\n\n  1. 甲\n\n    3 阅读\n": "no article",
    "标题\n\n热门阅读\n\n  1. 甲\n\n    3 阅读\n": "nothing between",
}


@pytest.mark.parametrize("text", NO_ARTICLES)
def test_a_text_that_is_no_article_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(NotAnArticle, match=NO_ARTICLES[text]):
        read_rendering(text, url=None)


def test_answers_make_an_article_of_few_words() -> None:
    draft = read_rendering("问AI:一加一\n\n文心一言\n\n是二\n\n豆包\n\n二\n", url=None)
    assert [block.text for block in draft.body.blocks] == ["文心一言", "是二", "豆包", "二"]


def blocks(text: str) -> list[tuple[str, str, str]]:
    return [(block.kind, block.text, block.markdown) for block in read_blocks(text.split("\n"))]


def test_paragraphs_lists_and_code_become_blocks() -> None:
    text = "甲，\n乙。\n\n以下:\n  1. 一\n    - 内\n  2. 二\n\n     续\n\n- 丙\n- 丁\n\n"
    text += "```python\nif a:\n\n    b\n```\n\n尾。"
    assert blocks(text) == [
        ("paragraph", "甲，\n乙。", "甲，\\\n乙。"),
        ("paragraph", "以下:", "以下:"),
        ("list", "1. 一\n   - 内\n2. 二\n   续", "1. 一\n   - 内\n2. 二\n\n   续"),
        ("list", "- 丙\n- 丁", "+ 丙\n+ 丁"),
        ("code", "```python\nif a:\n\n    b\n```", "```python\nif a:\n\n    b\n```"),
        ("paragraph", "尾。", "尾。"),
    ]


def test_a_short_line_stands_alone_and_keeps_its_blanks() -> None:
    found = read_blocks(["甲。", "", "豆包\xa0", "答案，很长的一句话。", "", "乙。"])
    assert [(block.text, block.shown) for block in found][1] == ("豆包", "豆包 ")
    assert found[2].text == "答案，很长的一句话。"


def test_a_numbered_line_at_the_margin_is_a_paragraph() -> None:
    assert blocks("1. 文心一言\n\n甲。\n\n2. 豆包\n\n乙。")[0] == (
        "paragraph",
        "1. 文心一言",
        "1\\. 文心一言",
    )


def shown(block: Block) -> str:
    """What CommonMark shows of a block, as text."""
    children = [
        child for token in MarkdownIt("commonmark").parse(block.markdown) for child in token.children or []
    ]
    return "".join("\n" if child.type in ("hardbreak", "softbreak") else child.content for child in children)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text("甲乙*_`#->+.1) \u00a0[]()!<&;~|=:\\学", min_size=1, max_size=12), min_size=1, max_size=6
    )
)
def test_markdown_shows_the_lines_as_they_stand(lines: list[str]) -> None:
    for block in read_blocks(lines):
        if block.kind == "paragraph":
            assert "".join(shown(block).split()) == "".join(block.text.split())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("甲乙1.-• \u00a0\t*`豆包热门阅读2024-05-01:", max_size=14), max_size=14))
def test_no_text_fails_otherwise_than_as_no_article(lines: list[str]) -> None:
    try:
        draft = read_rendering("\n".join(lines), url=None)
    except NotAnArticle:
        return
    assert draft.title
    assert draft.body.text


HOSTILE = {
    "headings": "热门阅读\n" * 100_000,
    "marks": "12 阅读\n" * 100_000,
    "items": "  1. 甲\n" * 100_000,
    "nested": "".join(" " * (n % 900) + "- 甲\n" for n in range(20_000)),
    "fences": "```\n~~~\n" * 30_000,
    "fence": "````\n```\n" * 30_000,
    "short lines": "甲\n\n" * 100_000,
    "one line": "2024-05-11 " * 100_000,
    "digits": "标题\n" + "1" * 500_000 + "\n",
    "blanks": "标题\n" + " \u00a0" * 300_000 + "甲\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_linear_time(name: str) -> None:
    began = time.process_time()
    read_lists(HOSTILE[name].split("\n"))
    read_blocks(HOSTILE[name].split("\n"))
    assert time.process_time() - began < 5
