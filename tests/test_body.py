from __future__ import annotations

import pytest
from lxml import html
from markdown_it import MarkdownIt

from crawler.extract.blocks import Block, Body, Span
from crawler.extract.body import read_body

BASE = "https://blog.example/u/article/details/1"
RENDERER = MarkdownIt("commonmark").enable("table")


def read(source: str) -> Body:
    return read_body(html.fragment_fromstring(source, create_parent="div"), base_url=BASE)


def only(source: str) -> Block:
    blocks = read(source).blocks
    assert len(blocks) == 1, blocks
    return blocks[0]


def rendered(markdown: str) -> html.HtmlElement:
    return html.fragment_fromstring(RENDERER.render(markdown), create_parent="div")


def squeeze(text: str) -> str:
    return "".join(text.split())


def test_headings_keep_their_text_and_level_around_an_anchor() -> None:
    block = only('<h2><a id="x"></a>豆包</h2>')
    assert (block.kind, block.level, block.tag, block.text, block.markdown) == (
        "heading",
        2,
        "h2",
        "豆包",
        "## 豆包",
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>豆包 </p>", "豆包 "),
        ("<p>豆包&nbsp;</p>", "豆包 "),
        ("<p>豆包&nbsp;\n</p>", "豆包 "),
        ("<p>\n    豆包\n</p>", "豆包"),
        ("<p> 豆包</p>", " 豆包"),
        ("<p><strong>豆包 </strong></p>", "豆包 "),
        ("<p>豆包<br></p>", "豆包"),
    ],
)
def test_outer_blanks_are_shown_and_source_indentation_is_not(source: str, shown: str) -> None:
    block = only(source)
    assert (block.text, block.shown) == ("豆包", shown)


@pytest.mark.parametrize(
    ("source", "decoration"),
    [
        ("<p><strong>豆包</strong></p>", "bold"),
        ("<p><b>豆</b><b>包</b> </p>", "bold"),
        ('<p><span style="font-weight: 700">豆包</span></p>', "bold"),
        ('<p style="font-weight:bold">豆包</p>', "bold"),
        ("<p><b>豆包</b>说</p>", ""),
        ("<p>豆包</p>", ""),
        ('<p><b style="font-weight:normal">豆包</b></p>', ""),
    ],
)
def test_a_paragraph_is_bold_when_all_of_it_is(source: str, decoration: str) -> None:
    assert only(source).decoration == decoration


def test_containers_tell_sections_apart_and_share_their_shape() -> None:
    body = read(
        '<div class="b a"><p>x</p></div><div class="a b"><section><p>y</p></section></div><div>z</div>'
    )
    first, second, third = body.blocks
    assert [(c.number, c.shape) for c in first.containers] == [(0, "div.a.b")]
    assert [(c.number, c.shape) for c in second.containers] == [(1, "div.a.b"), (2, "section")]
    assert (third.tag, third.containers) == ("div", ())


def test_bare_text_among_blocks_is_a_paragraph_without_a_tag() -> None:
    body = read("one<p>two</p>three<div>four<ul><li>five</ul>six</div>")
    assert [(b.tag, b.text) for b in body.blocks] == [
        ("", "one"),
        ("p", "two"),
        ("", "three"),
        ("", "four"),
        ("ul", "- five"),
        ("", "six"),
    ]


def test_two_line_breaks_split_a_paragraph_and_one_does_not() -> None:
    body = read('<div class="s"><p>one<br>two<br><br>three <br>&nbsp;<br/> <b>four<br><br>five</b></p></div>')
    assert [block.text for block in body.blocks] == ["one\ntwo", "three", "four", "five"]
    assert {(block.tag, len(block.containers)) for block in body.blocks} == {("p", 1)}
    assert body.blocks[0].markdown == "one\\\ntwo"
    assert [block.markdown for block in body.blocks[2:]] == ["**four**", "**five**"]


def test_newlines_that_the_page_shows_are_line_breaks() -> None:
    kept = '<div class="whitespace-pre-wrap">一\n二<b>三\n\n四</b></div>'
    kept += '<p style="white-space: pre-line">五\n六</p><p>七\n八</p>'
    assert [block.text for block in read(kept).blocks] == ["一\n二三", "四", "五\n六", "七 八"]


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<b>学习率(Learning Rate)</b>是", "<strong>学习率(Learning Rate)</strong>是"),
        ("<b>学习率</b>是", "**学习率**是"),
        ("一个<b>“超参数”。</b>它", "一个<strong>“超参数”。</strong>它"),
        ("<b>学习率:</b> 是", "**学习率:** 是"),
        ("是<em>(a)</em>", "是<em>(a)</em>"),
        ("x<b> a </b>y", "x **a** y"),
        ("x<b></b>y<em> </em>z", "xy z"),
        ("<b>a</b><b>b</b>", "**ab**"),
        ("<b>a</b> <b>b</b>", "**a** **b**"),
        ("<b><i>a</i></b>", "**<em>a</em>**"),
        ("<b>a<i>b</i>c</b>", "**a*b*c**"),
        ("<b>a</b><i>b</i>", "**a**<em>b</em>"),
        ("<b>a<strong>b</strong></b>", "**ab**"),
        ("H<sub>2</sub>O<sup>+</sup>", "H<sub>2</sub>O<sup>+</sup>"),
        ("<del>old</del>", "<del>old</del>"),
    ],
)
def test_emphasis_is_written_so_that_commonmark_renders_it(source: str, markdown: str) -> None:
    block = only(f"<p>{source}</p>")
    assert block.markdown == markdown
    assert squeeze(rendered(markdown).text_content()) == squeeze(block.text)
    wanted, got = html.fragment_fromstring(source, create_parent="p"), rendered(markdown)
    for tags in ("strong|.//b", "em|.//i"):
        bold, shown = ("".join(e.text_content() for e in tree.xpath(f".//{tags}")) for tree in (wanted, got))
        assert set(squeeze(bold)) == set(squeeze(shown))


@pytest.mark.parametrize(
    "text",
    [
        "**学习率**是 *x* _y_ a_b __init__ 2 * 3",
        "# 标题",
        "#",
        "1. 一",
        "12) 二",
        "- 项",
        "+",
        "> 引",
        "---",
        "===",
        "| a | b |",
        "<div> &lt; &amp; a<b",
        "[文](http://x) [1] [x]: y ![图](z)",
        "`代码` ``",
        "~~删~~ ~~~",
        "C:\\new\\*x \\",
        "1.学习 3.14 #标签 -5 a>b",
        "| --- | --- |",
        "    indented",
        "\\_x\\",
    ],
)
def test_literal_markdown_stays_literal(text: str) -> None:
    paragraph = html.Element("p")
    paragraph.text = text
    around = html.Element("div")
    around.append(paragraph)
    (block,) = read_body(around, base_url=None).blocks
    (shown,) = rendered(block.markdown)
    assert shown.tag == "p"
    assert block.text == shown.text_content() == " ".join(text.split())


def test_chinese_prose_is_not_escaped() -> None:
    text = "1.学习率(Learning Rate)是[1]超参数,取值0.1~0.3;见snake_case、C#和A & B!"
    assert only(f"<p>{text}</p>").markdown == text.replace("&amp;", "&")


def test_lines_after_a_break_are_no_lists_or_headings() -> None:
    block = only("<p>==<br>---<br>- b<br># c<br>==<br>&nbsp;&nbsp;d</p>")
    assert block.markdown == "==\\\n\\---\\\n\\- b\\\n\\# c\\\n\\==\\\n\xa0\xa0d"
    assert block.text == "==\n---\n- b\n# c\n==\n  d"


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ('<a href="/x?a=1&amp;b=2">链接</a>', "[链接](https://blog.example/x?a=1&b=2)"),
        ('<a href="javascript:void(0)">链接</a>', "链接"),
        ('<a href=" java\nscript:x">链接</a>', "链接"),
        ('<a href="https://x.example/a(b) c">[链]</a>', "[\\[链\\]](https://x.example/a\\(b\\)%20c)"),
        ('<a href="//x.example"> 链 </a>接', "[链](https://x.example) 接"),
        ('<a href="https://[bad">链接</a>', "[链接](https://[bad)"),
        ('<a href="https://x.example"></a>链接', "链接"),
        ('<a href="https://x.example"><b>链</b>接</a>', "[**链**接](https://x.example)"),
        ('好!<a href="https://x.example">链接</a>', "好\\![链接](https://x.example)"),
    ],
)
def test_links_are_absolute_and_harmless(source: str, markdown: str) -> None:
    block = only(f"<p>{source}</p>")
    assert block.markdown == markdown
    assert squeeze(rendered(markdown).text_content()) == squeeze(block.text)


@pytest.mark.parametrize(
    ("source", "kind", "markdown"),
    [
        (
            '<img src="https://i.example/a.png?x-oss-process=image/w_1#pic_center" alt="在这里插入图片描述">',
            "image",
            "![](https://i.example/a.png)",
        ),
        ('<img src="/a.png#pic_center" alt="图 [1]">', "image", "![图 \\[1\\]](https://blog.example/a.png)"),
        (
            '<img src="data:image/png;base64,AA" data-src="/b.png">',
            "image",
            "![](https://blog.example/b.png)",
        ),
        ('<img src="/c.png" data-src="/b.png" alt="img">', "image", "![](https://blog.example/c.png)"),
        ('图<img src="/a?watermark/2/text/x">', "paragraph", "图![](https://blog.example/a)"),
        (
            '<a href="/x"><img src="/a.png"></a>',
            "image",
            "[![](https://blog.example/a.png)](https://blog.example/x)",
        ),
        ("<noscript><img src='/n.png'></noscript>", "image", "![](https://blog.example/n.png)"),
        (
            "<img src='/n.png'><noscript><img src='/n.png'></noscript>",
            "image",
            "![](https://blog.example/n.png)",
        ),
    ],
)
def test_images_are_written_as_they_were_uploaded(source: str, kind: str, markdown: str) -> None:
    block = only(f"<p>{source}</p>")
    assert (block.kind, block.markdown) == (kind, markdown)


def test_interface_icons_and_placeholders_are_no_images() -> None:
    icons = '<img src="https://csdnimg.cn/release/x.png"><img src="data:image/gif;base64,R0"><img>'
    assert read(f"<p>{icons}</p>").blocks == ()


@pytest.mark.parametrize(
    ("source", "text", "markdown"),
    [
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b", "3. a\n4. b"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c", "- a\n  - b\n- c"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b", "- a\n  - b"),
        ("<ol><li><p>a</p><p>b</p></ol>", "1. a\n   b", "1. a\n\n   b"),
        (
            "<ol><li>a<pre><code class='language-py'>x\n\n y\n</code></pre></ol>",
            "1. a\n   x\n\n    y",
            "1. a\n\n   ```python\n   x\n\n    y\n   ```",
        ),
        ("<ul><li><input type=checkbox checked> a<li><input type=checkbox>b</ul>", "- [x] a\n- [ ] b", None),
        ("<ul><li></li><li>a</ul>", "- a", "- a"),
        ("<ul><li>a<br>b</ul>", "- a\n  b", "- a\\\n  b"),
    ],
)
def test_lists_keep_markers_and_nesting(source: str, text: str, markdown: str | None) -> None:
    block = only(source)
    assert (block.kind, block.text) == ("list", text)
    assert markdown is None or block.markdown == markdown


def test_two_lists_in_a_row_stay_two() -> None:
    body = read("<ol><li>a</ol><ol start=5><li>b</ol><ul><li>c</ul><ul><li>d</ul>")
    shown = rendered(body.markdown)
    assert [(e.tag, e.get("start"), squeeze(e.text_content())) for e in shown] == [
        ("ol", None, "a"),
        ("ol", "5", "b"),
        ("ul", None, "c"),
        ("ul", None, "d"),
    ]


def test_a_quote_holds_paragraphs_and_lists() -> None:
    block = only("<blockquote><p>a</p><ul><li>b</ul></blockquote>")
    assert (block.kind, block.text, block.markdown) == ("quote", "a\n- b", "> a\n>\n> - b")


def test_definition_lists_are_bold_terms_and_paragraphs() -> None:
    body = read("<dl><dt>术语</dt><dd>解释</dd></dl>")
    assert [(b.markdown, b.decoration) for b in body.blocks] == [("**术语**", "bold"), ("解释", "")]


@pytest.mark.parametrize(
    ("source", "text", "rows"),
    [
        (
            "<tr><th>模型<th>a|b<tr><td>豆包<br>x<td><code>c|d</code>",
            "模型\ta|b\n豆包 x\tc|d",
            [["模型", "a|b"], ["豆包x", "c|d"]],
        ),
        ("<tr><td>a<td>b<tr><td>c<td>d", "a\tb\nc\td", [["", ""], ["a", "b"], ["c", "d"]]),
        ("<tr><th colspan=2>a<th>b<tr><td>1<td>2<td>3", "a\t\tb\n1\t2\t3", [["a", "", "b"], ["1", "2", "3"]]),
        (
            "<tr><th>a<th>b<tr><td rowspan=2>1<td>2<tr><td>3",
            "a\tb\n1\t2\n\t3",
            [["a", "b"], ["1", "2"], ["", "3"]],
        ),
        ("<tr><th>a<th>b<tr><td><ul><li>x<li>y</ul><td><p>p</p><p>q</p>", "a\tb\n- x - y\tp q", None),
    ],
)
def test_tables_are_rows_of_cells(source: str, text: str, rows: list[list[str]] | None) -> None:
    block = only(f"<table>{source}</table>")
    assert (block.kind, block.text) == ("table", text)
    shown = [
        [squeeze(cell.text_content()) for cell in row.xpath("th|td")]
        for row in rendered(block.markdown).iter("tr")
    ]
    assert rows is None or shown == rows
    assert rows is not None or "x<br>- y" in block.markdown


def test_a_table_of_one_cell_is_only_a_box() -> None:
    body = read("<table><tr><td><p>a</p><p>b</p></td></tr></table>")
    assert [(b.kind, b.text) for b in body.blocks] == [("paragraph", "a"), ("paragraph", "b")]


def test_details_show_their_summary_and_content() -> None:
    assert [b.text for b in read("<details><summary>摘要</summary>内容</details>").blocks] == ["摘要", "内容"]


def test_a_rule_has_no_text() -> None:
    body = read("<p>a</p><hr><p>b</p>")
    assert (body.text, body.markdown) == ("a\n\nb", "a\n\n***\n\nb")


@pytest.mark.parametrize(
    "source",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<noscript>x</noscript>",
        "<template>x</template>",
        "<!-- x -->",
        "<svg><text>x</text></svg>",
        "<p hidden>x</p>",
        '<p style="color:red; display : none">x</p>',
        "<button>x</button><select><option>x</select><input value=x>",
        '<div class="toc"><h4>目录</h4><ul><li><a href="#a">x</a></ul></div>',
        '<p id="main-toc"><strong>目录</strong></p><p id="a-toc"><a href="#a">x</a></p><hr id="hr-toc">',
        '<h3>目录</h3><ul><li><a href="#a">x</a><ul><li><a href="#b">y</a></ul></ul>',
        '<p>文章目录</p><p><a href="#a">x</a></p><p><a href="#b">y</a></p>',
        '<div class="hide-preCode-box">x</div><div class="hljs-button">x</div>',
        "<p>\u200b</p><p>&nbsp;</p><p><br></p>",
    ],
)
def test_machinery_and_what_is_hidden_is_no_part_of_the_body(source: str) -> None:
    assert [block.text for block in read(f"<p>前</p>{source}<p>后</p>").blocks] == ["前", "后"]


def test_a_table_of_contents_needs_its_heading() -> None:
    body = read('<p>参见</p><p><a href="#a">第一节</a></p><h2>目录</h2><p>正文</p>')
    assert [block.text for block in body.blocks] == ["参见", "第一节", "目录", "正文"]


def test_text_around_an_image_has_one_blank() -> None:
    block = only("<p>前 <img src='/a.png'> 后<br><img src='/b.png'><br>末 <img src='/c.png'></p>")
    assert block.text == "前 后\n末"


def test_a_page_nested_thousands_deep_is_read_whole() -> None:
    tags = ["div", "span", "b", "ul", "li", "blockquote", "table", "tr", "td", "a", "code", "h2"]
    root = parent = html.Element("div")
    for depth in range(2040):
        child = html.Element(tags[depth % len(tags)])
        child.text = "深"
        parent.append(child)
        parent = child
    assert read_body(root, base_url=None).text.count("深") == 2040


def test_the_title_an_author_gives_the_contents_is_kept() -> None:
    contents = '<div class="toc"><h4>学习率入门</h4><ul><li><a href="#a">一</a></li></ul></div><h2>一</h2>'
    assert [(b.kind, b.text) for b in read(contents).blocks] == [
        ("paragraph", "学习率入门"),
        ("heading", "一"),
    ]


@pytest.mark.parametrize(
    ("source", "cells"),
    [
        (
            "<table><tr><th>a<th>b</tr><tr><td>1<td><p>x|y</p><p>z <b>k</b></p></tr></table>",
            [[("a", "a"), ("b", "b")], [("1", "1"), ("x|y z k", "x\\|y<br>z **k**")]],
        ),
        (
            "<table><tr><td>a<td>b<td></tr><tr><td rowspan=2>q<td>1<td>2</tr><tr><td>3<td></tr></table>",
            [
                [("a", "a"), ("b", "b"), ("", "")],
                [("q", "q"), ("1", "1"), ("2", "2")],
                [None, ("3", "3"), ("", "")],
            ],
        ),
        (
            "<table><tr><td colspan=2>a<td>b<tr><td><td>l</table>",
            [[("a", "a"), None, ("b", "b")], [("", ""), ("l", "l")]],
        ),
    ],
)
def test_a_table_knows_where_its_cells_stand(source: str, cells: list[list[tuple[str, str] | None]]) -> None:
    block = only(source)
    assert cells == [
        [cell and (_cut(block.text, cell.text), _cut(block.markdown, cell.markdown)) for cell in row]
        for row in block.cells
    ]


def _cut(text: str, span: Span) -> str:
    return text[span.start : span.end]
