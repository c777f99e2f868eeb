"""A body element to blocks with text and Markdown, in one walk over its tree."""

from __future__ import annotations

from lxml.etree import _Element as Element

from crawler.extract.blocks import Body
from crawler.extract.body.elements import HANDLERS, enter
from crawler.extract.body.walk import Walk


def read_body(element: Element, *, base_url: str | None) -> Body:
    """The blocks of the body that `element` contains; `base_url` is what its links are relative to.

    Leaves out what is hidden, what belongs to the reader's machinery, and generated tables of contents.
    Raises nothing, whatever the tree.
    """
    walk = Walk(element, base_url)
    walk.run(HANDLERS, enter)
    return Body(walk.build.blocks(), "\n".join(walk.unseen))
