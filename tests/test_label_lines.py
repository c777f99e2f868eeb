"""Lines of a paragraph that name models are blocks of their own, and the text stays what it was."""

import pytest
from lxml import html

from crawler.extract.answers import read_answers
from crawler.extract.answers.label_lines import take_apart
from crawler.extract.body import read_body

TITLE = "2024-05-11 问AI:什么是步长"


def body_of(markup):
    return read_body(html.fragment_fromstring(markup, create_parent="div"), base_url=None)


def told(markup, title=TITLE):
    body = body_of(markup)
    answers = read_answers(body, title=title).answers
    assert all(body.text[answer.start : answer.end] == answer.text for answer in answers)
    assert all(body.markdown[a.markdown_start : a.markdown_end] == a.markdown for a in answers)
    return " ".join(f"{answer.model or '-'}:{answer.text}" for answer in answers)


@pytest.mark.parametrize(
    "markup",
    [
        "<p>豆包<br>一。<br>Kimi<br>二。</p>",
        "豆包<br>一。<br>Kimi<br>二。",
        "<p>豆包<br>一。</p><p>Kimi<br>二。</p>",
        "<p>豆包<br><br>一。<br><br>Kimi<br>二。</p>",
        "<p><b>豆包：</b><br>一。</p><p><b>Kimi：</b><br>二。</p>",
        "<section>豆包<br>一。</section><section>Kimi<br>二。</section>",
        "<p>【豆包】<br>一。<br>【Kimi】<br>二。<br>【总结】<br>三。</p>",
        "<p style='white-space:pre-wrap'>豆包\n一。\nKimi\n二。</p>",
        "<p>豆包：一。<br>Kimi：二。</p>",
        "<p>豆包: 一。</p><p>Kimi: 二。</p><p>总结: 三。</p>",
        "<p><b>豆包：</b>一。</p><p><strong>Kimi</strong>：二。</p>",
        "<p>【豆包】一。</p><p>【Kimi】 二。</p>",
        "<p>1. 豆包的回答：一。</p><p>2. Kimi的回答：二。</p><p>分析：三。</p>",
        "<h2>什么是步长？</h2><p>豆包<br>一。</p><p>Kimi<br>二。</p><h2>后记</h2><p>三<br>四</p>",
    ],
)
def test_a_line_of_its_own_is_a_label_however_it_is_broken(markup):
    assert told(markup) == "doubao:一。 kimi:二。"


@pytest.mark.parametrize(
    "markup",
    [
        "<p>市面上有：<br>豆包<br>Kimi</p><p>一。</p>",
        "<ul><li>豆包<br>一。</li><li>Kimi<br>二。</li></ul>",
        "<blockquote>豆包<br>一。<br>Kimi<br>二。</blockquote>",
        "<table><tr><td>豆包<br>一。</td><td>Kimi<br>二。</td></tr></table>",
        "<pre>豆包<br>一。<br>Kimi<br>二。</pre>",
        "<p>豆包：<br>Kimi：</p>",
        "<p><b>豆包<br>一。<br>Kimi</b><br>二。</p>",
    ],
)
def test_names_in_lists_of_lines_and_in_other_blocks_cut_nothing(markup):
    assert told(markup) == ""


def test_names_listed_within_an_answer_leave_it_whole():
    listed = "<p>文心一言</p><p>一：<br>豆包<br>Kimi<br>通义千问</p><p>智谱清言</p><p>二。</p>"
    assert told(listed) == "wenxin-yiyan:一：\n豆包\nKimi\n通义千问 zhipu-qingyan:二。"


@pytest.mark.parametrize("markup", ["<p>豆包<br>a\\<br><br><b>x</b> y<br>z</p><hr><p>q</p>", "<p>a<br>b</p>"])
def test_text_and_markdown_stay_what_they_were(markup):
    whole = body_of(markup)
    lines = take_apart(whole)
    assert (lines.text, lines.markdown) == (whole.text, whole.markdown)
    for block, span, markdown in zip(lines.blocks, lines.text_spans, lines.markdown_spans, strict=True):
        assert lines.text[span.start : span.end] == block.text
        assert lines.markdown[markdown.start : markdown.end] == block.markdown


def test_a_heap_of_lines_is_left_whole():
    heap = body_of("<p>" + "豆包<br>一。<br>Kimi<br>二。<br>" * 2000)
    assert take_apart(heap) is heap
