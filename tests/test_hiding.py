"""What a page hides from readers, in whatever way, is no entry of a list; and what they do see is one."""

from __future__ import annotations

import time

import pytest

from crawler.extract import Page, extract
from crawler.extract.hiding import hides, is_out_of_sight
from crawler.extract.items import SourcePage
from crawler.extract.sources import read_source

AUTHOR = "https://blog.csdn.net/shu_sheng"
ELSEWHERE = "https://some.test/list"
PROSE = "<p>" + "这是一段正文，说的是别的事情。" * 12 + "</p>"


def box(number: int, given: str = "", *, link: str = "", tag: str = "li", title: str = "题目") -> str:
    address = f"/shu_sheng/article/details/1000000{number:02}"
    return (
        f'<{tag} {given}><h4><a {link} href="{address}">{title} {number}</a></h4>'
        f'<span class="date">2024-05-{number:02} 10:00:00</span> <span>阅读数 {number}0</span></{tag}>'
    )


def seen(*boxes: str, head: str = "", url: str = AUTHOR) -> list[str]:
    head = f"<head><title>书生的博客</title>{head}</head>"
    body = f"<html>{head}<body><ul>{''.join(boxes)}</ul></body></html>"
    return [entry.title for entry in read_source(Page(url=url, body=body.encode())).entries]


def is_seen(given: str, *, css: str = "") -> bool:
    """Is the first of three entries seen, which has these attributes?"""
    found = seen(box(1, given), box(2), box(3), head=f"<style>{css}</style>" if css else "")
    assert found[-2:] == ["题目 2", "题目 3"]
    return len(found) == 3


HIDING = [
    "display:none",
    "DISPLAY : none !important",
    "visibility:hidden",
    "visibility:collapse",
    "content-visibility:hidden",
    "opacity:0",
    "opacity: 0.0",
    "font-size:0",
    "font-size:0px;line-height:0",
    "font:0/0 a",
    "width:0;height:0;overflow:hidden",
    "height:0;overflow:hidden",
    "max-height:0;overflow:hidden",
    "width:1px;height:1px;overflow:hidden",
    "overflow:clip;width:0",
    "position:absolute;left:-9999px",
    "position:fixed;top:-500px",
    "position:absolute;right:-9999px",
    "position:absolute;left:-999em",
    "position:relative;left:-9999px",
    "margin-left:-9999px",
    "text-indent:-9999px",
    "position:absolute;clip:rect(0,0,0,0)",
    "position:absolute;clip:rect(0 0 0 0)",
    "position:absolute;clip:rect(1px, 1px, 1px, 1px)",
    "clip-path:inset(50%)",
    "clip-path: inset(100%)",
    "-webkit-clip-path:inset(0 0 100% 0)",
    "clip-path:circle(0)",
    "transform:scale(0)",
    "transform:scale(0, 0)",
    "transform:translateX(-9999px)",
    "scale:0",
    "color:red;/* ; */display:none",
    "background:url(data:image/png;base64,AA==);display:none",
]
SHOWING = [
    "color:red",
    "opacity:0.9",
    "opacity:1",
    "font-size:1em",
    "font-size:1rem",
    "font-size:12px",
    "font:14px/1.5 Arial",
    "height:200px;overflow:hidden",
    "width:0;height:0",
    "height:1px;overflow:visible",
    "height:0;padding-bottom:56.25%;overflow:hidden",
    "position:absolute;left:0;top:-20px",
    "left:-9999px",
    "position:absolute;left:50%;margin-left:-600px",
    "text-indent:2em",
    "text-indent:-2em",
    "position:absolute;clip:rect(0,200px,200px,0)",
    "clip:rect(0,0,0,0)",
    "clip-path:inset(5%)",
    "clip-path:none",
    "transform:scale(1)",
    "transform:scale(0.5)",
    "transform:translate3d(-1200px,0,0)",
    "display:block",
    "content:'display:none'",
    "--display:none",
    "x-display:none",
    "display:none;display:block",
    "display:block !important;display:none",
    "display:\\none\\9",
    "visibility:visible",
]


@pytest.mark.parametrize("style", HIDING)
def test_an_entry_that_its_style_hides_is_none(style):
    assert not is_seen(f'style="{style}"')


@pytest.mark.parametrize("style", HIDING)
def test_an_entry_that_a_rule_of_the_page_hides_is_none(style):
    assert not is_seen('class="trap"', css=f".trap{{{style}}}")


@pytest.mark.parametrize("style", SHOWING)
def test_an_entry_of_an_odd_style_is_one_all_the_same(style):
    assert is_seen(f'style="{style}"')
    assert is_seen('class="trap"', css=f".trap{{{style}}}")


@pytest.mark.parametrize("given", ['aria-hidden="true"', 'class="hidden"', 'hidden-sm="1"'])
def test_words_that_hide_nothing_from_readers_do_not(given):
    assert is_seen(given)


@pytest.mark.parametrize("style", HIDING)
def test_what_hides_hides_all_that_is_in_it_and_the_link_alone_is_enough(style):
    boxes = f'<div style="{style}"><section>{box(1)}</section></div>', box(2), box(3)
    assert seen(*boxes) == ["题目 2", "题目 3"]
    assert seen(box(1, link=f'style="{style}"'), box(2), box(3)) == ["题目 2", "题目 3"]


@pytest.mark.parametrize(
    ("style", "inner"),
    [
        ("visibility:hidden", "visibility:visible"),
        ("font-size:0", "font-size:14px"),
        ("text-indent:-9999px", "text-indent:0"),
    ],
)
def test_what_is_inherited_may_be_set_back_further_in(style, inner):
    boxes = f'<div style="{style}">{box(1, f"style={inner}")}{box(2)}</div>', f"<div>{box(3)}</div>"
    assert seen(*boxes) == ["题目 1", "题目 3"]


def test_a_size_that_counts_from_nothing_is_nothing():
    boxes = f'<div style="font-size:0">{box(1, "style=font-size:2em")}</div>', box(2), box(3)
    assert seen(*boxes) == ["题目 2", "题目 3"]


@pytest.mark.parametrize("tag", ["template", "noscript"])
def test_what_no_browser_shows_is_no_entry(tag):
    assert seen(f"<{tag}>{box(1)}</{tag}>", box(2)) == ["题目 2"]


# --- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "css",
    [
        ".x{display:none}",
        ".y , .x\n{ color:red; display : none }",
        "#i{display:none}",
        "section.x{display:none}",
        "SECTION{display:none}",
        ".x.z{display:none}",
        "section#i.x{display:none!important}",
        "/* .x{} */.x{/*}*/display:none}",
        "@charset 'utf-8';@import url(a.css);.x{display:none}",
        ".a::before{content:'}'}.x{display:none}",
        "<!-- .x{display:none} -->",
        "@media screen{.x{display:none}}",
        "@media all, print{.x{display:none}}",
        "@media print{.x{color:red}}.x{display:none}",
        "@font-face{font-family:a}.x{display:none}",
        "@keyframes a{from{display:block}}.x{display:none}",
        ".x{display:none",
        ".x{display:block}.x{display:none}",
        ".x{display:none!important}.x{display:block}",
        ".x{display:none}section{display:block}",
        "#i{display:none}.x{display:block}",
        ".x{position:absolute}.z{left:-9999px}",
    ],
)
def test_a_rule_hides_what_its_selector_names(css):
    boxes = box(1, 'id="i" class="x z"', tag="section"), box(2)
    assert seen(*boxes, head=f"<style>{css}</style>") == ["题目 2"]


@pytest.mark.parametrize(
    "css",
    [
        ".xx{display:none}",
        ".X{display:none}",
        ".x.q{display:none}",
        "div.x{display:none}",
        "@media print{.x{display:none}}",
        "@media (max-width:600px){.x{display:none}}",
        "@media screen and (max-width:600px){.x{display:none}}",
        "@supports (display:grid){.x{display:none}}",
        "@keyframes x{from{display:none}}",
        ".x:hover{display:none}",
        ".x::after{display:none}",
        ".q .x{display:none}",
        "/* .x{display:none} */",
        ".a{content:'} .x{display:none} {'}",
        ".x{display:none}.x{display:block}",
        ".x{display:none}#i{display:block}",
        ".x{display:none}.x.z{display:block}",
        ".x{display:none}section.x{display:flex}",
        ".x{display:none}.x{display:block!important}",
        ".x{display:none}.tab .x{display:block}",
        ".x{display:none}.tab:hover .x{display:block}",
        ".x{display:none}.x:not(.closed){display:block}",
        ".x{display:none}@media (min-width:768px){.md\\:block{display:block}}",
        ".x{display:none}@media (min-width:768px){.z{display:block}}",
        "*{display:none}",
        "html,body{display:none!important}",
        "body{opacity:0}",
    ],
)
def test_a_rule_hides_nothing_else_and_nothing_that_another_rule_shows(css):
    boxes = box(1, 'id="i" class="x z md:block"', tag="section"), box(2)
    assert "题目 1" in seen(boxes[0], head=f"<style>{css}</style>")


def test_a_rule_for_two_classes_counts_however_many_others_name_one_of_them():
    css = ".pane{display:none}" + "".join(
        f".active.{name}{{display:flex}}" for name in map("p{}".format, range(99))
    )
    assert is_seen('class="pane active"', css=css + ".pane.active{display:block}")


def test_an_inline_style_outranks_rules_unless_they_are_important():
    assert is_seen('class="x" style="display:block"', css="#i,.x{display:none}")
    assert not is_seen('class="x" style="display:block"', css=".x{display:none!important}")
    assert is_seen('class="x" style="display:none"', css=".x{display:block!important}")
    assert is_seen('class="x" style="display:block!important"', css=".x{display:none!important}")


@pytest.mark.parametrize(
    ("css", "style"),
    [
        (".x{position:absolute}", "left:-9999px"),
        (".x{overflow:hidden}", "height:0"),
        (".x{width:0}", "overflow:hidden"),
    ],
)
def test_a_rule_and_an_inline_style_may_hide_together(css, style):
    assert not is_seen(f'class="x" style="{style}"', css=css)
    assert is_seen(f'class="x" style="{style}"')


@pytest.mark.parametrize(
    "head",
    [
        "<style media=print>.x{display:none}</style>",
        "<style type=text/less>.x{display:none}</style>",
        "<noscript><style>.x{display:none}</style></noscript>",
        "<template><style>.x{display:none}</style></template>",
    ],
)
def test_a_style_sheet_for_others_hides_nothing_from_readers(head):
    assert len(seen(box(1, 'class="x"'), box(2), head=head)) == 2


def test_style_sheets_in_the_body_count_and_the_last_one_wins():
    later = "<style>.x{display:none}</style>"
    assert seen(box(1, 'class="x"'), box(2), later, head="<style>.x{display:block}</style>") == ["题目 2"]


# --- what scripts show ------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["opacity:0", "opacity:0;transform:translateY(20px)", "font-size:0"])
@pytest.mark.parametrize("url", [AUTHOR, ELSEWHERE])
def test_a_list_that_is_faint_as_a_whole_is_shown_by_a_script(style, url):
    each = [box(number, f'style="{style}"', title="一个长些的题目") for number in range(1, 11)]
    around = [box(number, title="一个长些的题目") for number in range(1, 11)]
    assert seen(*each, url=url) == [f"一个长些的题目 {number}" for number in range(1, 11)]
    assert len(seen(f'<div style="{style}">{"".join(around)}</div>', url=url)) == 10


def test_a_page_on_which_everything_is_surely_hidden_names_nothing():
    with pytest.raises(SourcePage):
        seen(box(1, 'class="x"'), box(2, 'class="x"'), head="<style>.x{display:none}</style>")


@pytest.mark.parametrize("style", ["opacity:0", "height:0;overflow:hidden", "position:absolute;left:-9999px"])
def test_an_article_that_a_script_shows_is_read_whole(style):
    page = f'<html><body><h1>一篇文章的题目</h1><article style="{style}">{PROSE * 3}</article></body></html>'
    assert "说的是别的事情" in extract(Page(url="https://some.test/1.html", body=page.encode())).text
    page = page.replace(f'style="{style}"', 'class="x"').replace(
        "<body>", f"<body><style>.x{{{style}}}</style>"
    )
    assert "说的是别的事情" in extract(Page(url="https://some.test/1.html", body=page.encode())).text


def test_text_of_ordinary_size_is_in_the_body_and_specks_are_not():
    assert not any(is_out_of_sight(style) for style in ("font-size:1em", "font-size: 1rem", "top:-12px"))
    assert all(is_out_of_sight(style) for style in ("font-size:0", "font-size:1px;", "text-indent:-9999px"))
    assert hides("color:red;Display:None")
    assert not hides("display:none;display:inline")


# --- lists beside articles, further pages -----------------------------------------------------------------


@pytest.mark.parametrize("style", HIDING)
def test_a_hidden_entry_of_a_list_beside_an_article_is_none(style):
    rows = "".join(
        f"<li{f' style={chr(34)}{style}{chr(34)}' if number == 2 else ''}>"
        f'<a href="/{number}.html">旁边的题目 {number}</a> <span>{number}1 阅读</span></li>'
        for number in range(1, 5)
    )
    page = f"<html><body><h1>一篇文章的题目</h1>{PROSE * 3}<h3>热门文章</h3><ul>{rows}</ul></body></html>"
    article = extract(Page(url="https://some.test/9.html", body=page.encode()))
    assert [entry.title for entry in article.sidebar] == [f"旁边的题目 {number}" for number in (1, 3, 4)]


def test_a_hidden_link_in_an_entry_does_not_take_the_entry_with_it():
    decoy = '<a class="x" href="/bie_ren/article/details/99999999">诱饵在此处</a>'
    boxes = [box(number).replace("<h4>", f"<h4>{decoy}") for number in (1, 2, 3)]
    assert seen(*boxes, head="<style>.x{position:absolute;left:-9999px}</style>") == [
        "题目 1",
        "题目 2",
        "题目 3",
    ]


def test_a_hidden_link_to_a_further_page_is_not_one():
    pages = '<a href="/shu_sheng/article/list/2">2</a><a class="x" href="/shu_sheng/article/list/3">3</a>'
    page = f"<style>.x{{opacity:0}}</style>{box(1)}{box(2)}<div>{pages}</div>"
    assert read_source(Page(url=AUTHOR, body=page.encode())).more == (f"{AUTHOR}/article/list/2",)


# --- what is made to hurt ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("css", "given"),
    [
        (".x{display:block}" * 30_000, "class=x"),
        ("".join(f".x.a{n}{{display:none}}" for n in range(20_000)), "class='x a{}'"),
        (
            ",".join(f".a{n}" for n in range(30_000)) + "{" + "display:none;" * 20_000 + "}",
            "class=a{}",
        ),
        ("@media all{" * 40_000 + ".x{display:none}", "class=x"),
        ("{" * 200_000, "class=x"),
        (".x" * 200_000 + "{display:none}", "class=x"),
        ("/*" * 200_000, "class=x"),
        ("(" * 200_000 + "{display:none}", "class=x"),
        ("\\" * 400_000, "class=x"),
        (".x{display:none}", "class='" + "x " * 50 + "{}'"),
    ],
)
def test_style_sheets_made_to_hurt_cost_bounded_time(css, given):
    boxes = "".join(f"<i {given.replace('{}', str(n))}></i>" for n in range(20_000))
    page = f"<style>{css}</style>{box(1)}{box(2)}{boxes}".encode()
    before = time.process_time()
    assert read_source(Page(url=AUTHOR, body=page)).entries
    assert time.process_time() - before < 5
