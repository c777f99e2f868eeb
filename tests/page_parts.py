"""Where on a page is what was read off it: elements found by what they say, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extract.items import Article, SidebarItem

_LONG = 6
_BLOCKS = {"ul", "ol", "dl", "div", "section", "aside", "table", "article"}


def said(element: HtmlElement) -> str:
    """Return what an element says, without blanks."""
    return squeezed(str(element.text_content()))


def squeezed(text: str) -> str:
    """Return a text without blanks."""
    return "".join(text.split())


def shown(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements that readers may see, those inside others after them."""
    (body,) = root.iter("body")
    return (
        element
        for element in body.iterdescendants()
        if isinstance(element.tag, str) and element.tag not in ("script", "style", "noscript", "textarea")
    )


def holders(root: HtmlElement, value: str | None) -> list[HtmlElement]:
    """Return the innermost elements that say this, with whatever else."""
    if not value:
        return []
    found = [element for element in shown(root) if squeezed(value) in said(element)]
    return [element for element in found if not any(child in found for child in element)]


def body_of(root: HtmlElement, article: Article) -> HtmlElement | None:
    """Return the innermost element with all lines of the article's text; None where that is not shown."""
    lines = [line for line in map(squeezed, article.text.splitlines()) if len(line) >= _LONG]
    found = None
    for element in shown(root):
        text = said(element)
        # a line may begin with a mark that the page does not have as text
        if lines and all(line[2:] in text for line in lines):
            found = element
    return found


def list_of(root: HtmlElement, entries: list[SidebarItem]) -> HtmlElement | None:
    """Return the innermost block with all these entries."""
    titles = [squeezed(entry.title) for entry in entries]
    found = None
    for element in shown(root):
        if element.tag in _BLOCKS and titles and all(title in said(element) for title in titles):
            found = element
    return found
