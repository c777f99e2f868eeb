"""One peer that reads pages for `accuracy.py`: PYTHON benchmarks/accuracy_tool.py TOOL.

Reads a JSON line `[path, url]` for each page from stdin and answers with one: title, date, author and text as
the peer gives them, or its error. Runs in the peer's own environment, so it imports nothing of wencun; every
peer is given the decoded page, and none may use the network.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

NO_URL = "https://example.org/"


class Found(TypedDict, total=False):
    """What a peer says of a page; what is absent it does not say."""

    title: str | None
    date: str | None
    author: str | None
    text: str | None
    error: str


Tool = Callable[[str, "str | None"], Found]


def trafilatura() -> Tool:
    """Its defaults, with metadata; comments are no part of its text."""
    import trafilatura  # noqa: PLC0415 -- only in its own environment

    def run(page: str, url: str | None) -> Found:
        read = trafilatura.bare_extraction(page, url=url, with_metadata=True)
        return (
            Found(title=read.title, date=read.date, author=read.author, text=read.text) if read else Found()
        )

    return run


def newspaper4k() -> Tool:
    """An article from HTML at hand, in the language of most pages, which it does not always see."""
    import newspaper  # noqa: PLC0415 -- only in its own environment

    def run(page: str, url: str | None) -> Found:
        article = newspaper.Article(url or NO_URL, language="zh", fetch_images=False)
        article.download(input_html=page)
        article.parse()
        date, authors = str(article.publish_date or ""), "、".join(article.authors)
        return Found(title=article.title, date=date, author=authors, text=article.text)

    return run


def readability_lxml() -> Tool:
    """Its short title, and the text of its HTML; dates it does not read."""
    import accuracy_text  # noqa: PLC0415 -- needs lxml
    import readability  # noqa: PLC0415 -- only in its own environment

    def run(page: str, url: str | None) -> Found:
        document = readability.Document(page, url=url)
        text = accuracy_text.seen(accuracy_text.parse(document.summary()))
        return Found(title=document.short_title(), author=document.author(), text=text)

    return run


def gne() -> Tool:
    """Its defaults."""
    from gne import GeneralNewsExtractor  # noqa: PLC0415 -- only in its own environment

    def run(page: str, _: str | None) -> Found:
        read = GeneralNewsExtractor().extract(page)
        return Found(
            title=read["title"], date=read["publish_time"], author=read["author"], text=read["content"]
        )

    return run


TOOLS = {
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability_lxml,
    "gne": gne,
}


def main(name: str) -> None:
    """Answer the pages asked for, until stdin ends."""
    tool = TOOLS[name]()
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        path, url = json.loads(line)
        try:
            found = tool(Path(path).read_bytes().decode("utf-8-sig", "replace"), url)
        except Exception as error:  # a peer may fail on a page; that counts as nothing read
            found = Found(error=type(error).__name__)
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
