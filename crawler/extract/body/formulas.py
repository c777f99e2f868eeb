"""Formulas, once, as the LaTeX they were written in: KaTeX, MathJax, MathML, images of formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from lxml.etree import _Element as Element

from crawler.extract.body.junk import names

_TEX = "application/x-tex"
FORMULA_CLASSES = names(
    "katex katex--inline katex--display katex-display katex-error ztext-math math MathJax MathJax_Preview "
    "MathJax_Display MathJax_SVG MathJax_SVG_Display MathJax_CHTML MathJax_MathML"
)
_DISPLAY_CLASSES = frozenset(["katex--display", "katex-display", "MathJax_Display", "MathJax_SVG_Display"])
_DELIMITED = re.compile(r"\s*(?:\\\((.*)\\\)|\\\[(.*)\\\])\s*", re.DOTALL)
_BEGIN = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_IMAGES = {
    "codecogs.com": "",
    "latex.csdn.net": "",
    "zhihu.com/equation": "tex=",
    "juejin.cn/equation": "tex=",
    "juejin.im/equation": "tex=",
    "math.jianshu.com": "formula=",
    "render.githubusercontent.com": "math=",
    "math.now.sh": "from=",
}
"""Where an image of a formula comes from, and what stands before the LaTeX in its query."""
_IMAGE_STYLE = re.compile(r"(?:\s|\\(?:dpi|bg|fg|fn)(?:\{[^{}]*\}|_\w+)|\\inline(?![A-Za-z]))+")
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula."""

    latex: str
    display: bool

    @property
    def shown(self) -> str:
        """As it stands in text and in Markdown."""
        return f"$${self.latex}$$" if self.display else f"${self.latex}$"


class _Nothing:
    """A double of a formula that stands beside it in another form: shown nowhere."""


def read_formula(element: Element, classes: list[str]) -> Formula | _Nothing | None:
    """The formula that an element of one of FORMULA_CLASSES holds.

    _Nothing for what only repeats a formula beside it; None where it holds no LaTeX and is mere text.
    """
    display = not _DISPLAY_CLASSES.isdisjoint(classes)
    if "ztext-math" in classes:
        return _formula(element.get("data-tex"), display=display)
    if "math" in classes:
        return _delimited(element)
    if any(name.startswith("MathJax") for name in classes):
        if _has_source_beside(element):
            return _Nothing()
        return _formula(_annotation(element), display=display)
    return _katex(element, display=display)


def read_mathml(element: Element) -> Formula | None:
    """The formula of a `math` or `mjx-container` element that carries its LaTeX; None where it does not."""
    display = element.get("display") in ("block", "true")
    return _formula(_annotation(element), display=display)


def read_script(element: Element) -> Formula | None:
    """The formula of `script[type="math/tex"]`; None for any other script."""
    kind = element.get("type") or ""
    if not kind.startswith("math/tex"):
        return None
    return _formula(element.text, display="mode=display" in kind.replace(" ", ""))


def read_image(source: str, *, alt: str) -> Formula | None:
    """The formula that an image of one of the known makers shows."""
    for maker, name in _IMAGES.items():
        if maker in source:
            query = source.partition("?")[2]
            if name:
                query = query.partition(name)[2].partition("&")[0].replace("+", " ")
            latex = query.replace("&space;", " ").replace("&plus;", "+").replace("&hash;", "#")
            latex = unquote(latex).replace("&space;", " ") or alt
            style = _IMAGE_STYLE.match(latex)
            return _formula(latex[style.end() :] if style else latex, display=False)
    return None


def _formula(latex: str | None, *, display: bool) -> Formula | None:
    latex = (latex or "").replace("\xa0", " ").strip()
    if latex.endswith("\\\\"):  # Zhihu's mark of a display formula
        latex, display = latex[:-2].rstrip(), True
    if not latex:
        return None
    latex = _BLANK_LINES.sub("\n", latex) if display else " ".join(latex.split())
    return Formula(latex, display)


def _katex(element: Element, *, display: bool) -> Formula | None:
    latex = _annotation(element)
    if latex is None:
        mathml = _with_class(element, "katex-mathml")
        if mathml is not None:
            latex = _last_formula(_all_text(mathml))
        elif _with_class(element, "katex-error") is not None or not len(element):
            latex = _all_text(element)
    return _formula(latex, display=display or _with_class(element, "katex-display") is not None)


def _annotation(element: Element) -> str | None:
    found = next((node for node in element.iter("annotation") if node.get("encoding") == _TEX), None)
    return None if found is None else _all_text(found)


def _with_class(element: Element, name: str) -> Element | None:
    return next(
        (node for node in element.iter("span", "div") if name in (node.get("class") or "").split()), None
    )


def _last_formula(text: str) -> str:
    """The LaTeX at the end of MathML whose tags were lost: the last line, or all lines of its environment."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    start = len(lines)
    depth = 0
    while start:
        start -= 1
        for kind, _ in _BEGIN.findall(lines[start]):
            depth += 1 if kind == "end" else -1
        if depth <= 0:
            break
    return "\n".join(lines[start:] if depth <= 0 else lines[-1:])


def _delimited(element: Element) -> Formula | None:
    found = _DELIMITED.fullmatch(_all_text(element))
    if found is None:
        return None
    return _formula(found[1] or found[2], display=found[1] is None)


def _has_source_beside(element: Element) -> bool:
    """Does the script that this MathJax output was made from follow it?"""
    beside = element.getnext()
    for _ in range(2):
        if beside is None:
            return False
        if beside.tag == "script" and (beside.get("type") or "").startswith("math/tex"):
            return True
        beside = beside.getnext()
    return False


def _all_text(element: Element) -> str:
    return "".join(str(text) for text in element.itertext())
