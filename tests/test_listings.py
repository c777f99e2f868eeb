from __future__ import annotations

import pytest
from lxml import html
from markdown_it import MarkdownIt

from crawler.extract.blocks import Block
from crawler.extract.body import read_body


def only(source: str) -> Block:
    blocks = read_body(html.fragment_fromstring(source, create_parent="div"), base_url=None).blocks
    assert len(blocks) == 1, blocks
    return blocks[0]


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ('<pre><code class="prism language-python has-numbering">x\ny</code></pre>', "python"),
        ('<pre><code class="language-plaintext hljs">x\ny</code></pre>', ""),
        ('<pre class="prettyprint"><code class="hljs java">x\ny</code></pre>', "java"),
        ('<pre><code class="lang-js">x\ny</code></pre>', "javascript"),
        ('<pre class="brush: sql; gutter: true">x\ny</pre>', "sql"),
        ('<pre name="code" class="cpp">x\ny</pre>', "cpp"),
        ('<pre class="plain" name="code">x\ny</pre>', ""),
        ("<pre><code><span>x</span><!-- --><br><span>y</span>\n</code></pre>", ""),
        ('<textarea name="code" class="java">x\ny</textarea>', "java"),
        ('<pre><code>x\ny</code><ul class="pre-numbering"><li>1</li><li>2</li></ul></pre>', ""),
        ('<pre><code>x\ny<div class="hljs-button" data-title="复制"> 复制 </div></code></pre>', ""),
        (
            '<pre><code class="language-go"><ol class="hljs-ln">'
            '<li class="hljs-ln-line" data-line-number="1">x</li>'
            '<li class="hljs-ln-line" data-line-number="2">y</li></ol></code></pre>',
            "go",
        ),
        (
            '<pre><code class="language-go"><table class="hljs-ln"><tbody><tr>'
            '<td class="hljs-ln-numbers">1</td>'
            '<td class="hljs-ln-code">x</td></tr><tr><td class="hljs-ln-numbers">2</td><td>y</td></tr>'
            "</tbody></table></code></pre>",
            "go",
        ),
        (
            '<div class="dp-highlighter bg_cpp"><div class="bar"><div class="tools"><b>[cpp]</b> '
            '<a href="#">view plain</a> <a>copy</a></div></div><ol start="1"><li class="alt"><span>'
            "x&nbsp;&nbsp;</span></li><li><span>y</span></li></ol></div>",
            "cpp",
        ),
        (
            '<table><tr><td class="gutter"><pre>1\n2</pre></td><td class="code">'
            '<pre><code class="rust">x\ny</code></pre></td></tr></table>',
            "rust",
        ),
    ],
)
def test_a_listing_is_its_code_and_language_without_numbers_and_buttons(source: str, language: str) -> None:
    block = only(source)
    assert block.kind == "code"
    assert [line.rstrip() for line in block.text.split("\n")] == ["x", "y"]
    assert block.markdown == f"```{language}\n{block.text}\n```"


def test_code_keeps_its_indentation_and_blank_lines() -> None:
    assert only("<pre>\n\n  a\n\n\tb  c\n\n</pre>").text == "  a\n\n\tb  c"


def test_a_fence_is_longer_than_any_run_of_backticks_inside() -> None:
    block = only("<pre>```\nx\n````</pre>")
    assert block.markdown == "`````\n```\nx\n````\n`````"


@pytest.mark.parametrize("code", ["a", "`", "``a`", "a`b", "` `", "*x* [y](z) <b>", "\\"])
def test_inline_code_renders_as_itself(code: str) -> None:
    paragraph = html.Element("p")
    child = html.Element("code")
    child.text = code
    paragraph.append(child)
    (block,) = read_body(paragraph, base_url=None).blocks
    shown = html.fromstring(MarkdownIt().render(block.markdown))
    assert (block.text, shown.text_content()) == (code, code)
    assert shown.xpath("string(.//code)") == code


def test_two_pieces_of_inline_code_in_a_row_are_one() -> None:
    assert only("<p>x<code>a</code><code>b</code> <code> c </code></p>").markdown == "x`ab` `c`"


def test_lines_of_a_list_keep_only_their_hard_blanks() -> None:
    source = """<div class="dp-highlighter"><div class="bar"><div class="tools">[java] copy</div></div>
      <ol>
        <li class="alt"><span>
          <span class="keyword">int</span>
          <span>&nbsp;&nbsp;a;</span></span></li>
        <li> </li>
        <li>&nbsp;&nbsp;b;</li>
      </ol></div>"""
    block = only(source)
    assert (block.text, block.markdown[:7]) == ("int   a;\n\n  b;", "```java")


def test_an_empty_listing_is_no_block() -> None:
    assert (
        read_body(html.fromstring("<div><pre> \n </pre><p><code></code></p></div>"), base_url=None).blocks
        == ()
    )
