from __future__ import annotations

import pytest
from lxml import html

from crawler.extract.body import read_body


def blocks(source: str) -> list[tuple[str, str, str]]:
    body = read_body(html.fragment_fromstring(source, create_parent="div"), base_url=None)
    return [(block.kind, block.text, block.markdown) for block in body.blocks]


_MATHML = (
    "<math><semantics><mrow><mi>η</mi></mrow>"
    "<annotation encoding='application/x-tex'>\\eta_1</annotation></semantics></math>"
)
_HTML = '<span class="katex-html" aria-hidden="true"><span>η</span><span>1</span></span>'


@pytest.mark.parametrize(
    "formula",
    [
        f'<span class="katex--inline"><span class="katex"><span class="katex-mathml">{_MATHML}</span>{_HTML}'
        "</span></span>",
        f'<span class="katex--inline"><span class="katex"><span class="katex-mathml">\n η\n \\eta_1\n </span>'
        f"{_HTML}</span></span>",
        f'<span class="katex"><span class="katex-mathml">{_MATHML}</span>{_HTML}</span>',
        '<span class="katex--inline"><span class="katex-error" title="x">\\eta_1</span></span>',
        '<span class="katex--inline">\\eta_1</span>',
        '<span class="ztext-math" data-tex="\\eta_1" data-eeimg="1"><span>η1</span></span>',
        '<span class="MathJax_Preview">η</span><span class="MathJax">η1</span>'
        '<script type="math/tex">\\eta_1</script>',
        f'<span class="MathJax"><span>η1</span><span class="MJX_Assistive_MathML">{_MATHML}</span></span>',
        f"<mjx-container><svg><g>η</g></svg><mjx-assistive-mml>{_MATHML}</mjx-assistive-mml></mjx-container>",
        _MATHML,
        '<span class="math inline">\\(\\eta_1\\)</span>',
        '<img src="https://latex.codecogs.com/gif.latex?%5Cdpi%7B150%7D&space;%5Ceta_1" alt="x">',
        '<img src="https://latex.csdn.net/eq?%5Ceta_1" class="mathcode">',
        '<img src="https://www.zhihu.com/equation?tex=%5Ceta_1" eeimg="1">',
    ],
)
def test_a_formula_stands_once_as_its_latex(formula: str) -> None:
    assert blocks(f"<p>率{formula}是</p>") == [("paragraph", "率$\\eta_1$是", "率$\\eta_1$是")]


@pytest.mark.parametrize(
    "formula",
    [
        '<span class="katex--display"><span class="katex-display"><span class="katex">'
        f'<span class="katex-mathml">{_MATHML}</span>{_HTML}</span></span></span>',
        '<div class="MathJax_Display"><span class="MathJax">η1</span></div>'
        '<script type="math/tex; mode=display">\\eta_1</script>',
        f'<mjx-container display="true">{_MATHML}</mjx-container>',
        '<span class="math display">\\[\\eta_1\\]</span>',
    ],
)
def test_a_display_formula_alone_is_a_formula_block(formula: str) -> None:
    assert blocks(f"<p>{formula}</p>") == [("formula", "$$\\eta_1$$", "$$\\eta_1$$")]


def test_the_last_lines_of_bare_mathml_hold_the_whole_environment() -> None:
    source = (
        '<p><span class="katex--display"><span class="katex"><span class="katex-mathml">\n a\n =\n b\n'
        " \\begin{aligned} a\n &amp;= b\n \\end{aligned}\n </span></span></span></p>"
    )
    assert blocks(source)[0][1] == "$$\\begin{aligned} a\n&= b\n\\end{aligned}$$"


def test_output_of_mathjax_whose_source_is_lost_is_kept_as_text() -> None:
    assert blocks('<p>率<span class="MathJax"><span>η</span>1</span></p>')[0][1] == "率η1"


def test_a_pipe_in_a_formula_does_not_split_a_cell() -> None:
    source = "<table><tr><th>a<th>b<tr><td><span class='katex--inline'>P(a|b)</span><td>c</table>"
    assert blocks(source)[0][2].endswith("| $P(a\\|b)$ | c |")
