"""One extractor, timed page by page for `extract.py`: PYTHON benchmarks/extract_tool.py TOOL.

Reads a JSON line `[path, url]` for each run from stdin and answers with one: the processor seconds of the
bare parse and of the tool, and what the tool made of the page. Runs in each tool's own environment, so it
imports nothing but lxml and the tool; newspaper4k is told to leave the network alone.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

Tool = Callable[[bytes, "str | None"], str]
"""From bytes and URL to a word on the result."""


def parse(body: bytes, _: str | None) -> str:
    """The bare parse that everything is measured against."""
    etree.fromstring(body, etree.HTMLParser(encoding="utf-8"))
    return "tree"


def wencun() -> Tool:
    """The whole extraction: every field, Markdown, answers, lists; says which site it found."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from crawler.extract import Page, extract  # noqa: PLC0415 -- only in wencun's own environment
    from crawler.extract.items import ExtractionError  # noqa: PLC0415

    def run(body: bytes, url: str | None) -> str:
        try:
            return extract(Page(url=url, body=body)).site
        except ExtractionError:
            return ""

    return run


def trafilatura() -> Tool:
    """Its defaults, the cheapest it does: plain text without metadata."""
    import trafilatura  # noqa: PLC0415 -- only in its own environment

    return lambda body, url: str(bool(trafilatura.extract(body, url=url)))


def newspaper4k() -> Tool:
    """An article from HTML at hand: title, authors, date, text."""
    import newspaper  # noqa: PLC0415 -- only in its own environment

    def run(body: bytes, url: str | None) -> str:
        article = newspaper.Article(url or "https://example.org/", fetch_images=False)
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
        return str(bool(article.text))

    return run


TOOLS = {"wencun": wencun, "trafilatura": trafilatura, "newspaper4k": newspaper4k}


def timed(tool: Tool, body: bytes, url: str | None) -> tuple[float, str]:
    """Processor seconds of one run, the freeing of what it made included, and what it says."""
    start = time.process_time()
    try:
        said = tool(body, url)
    except Exception as error:  # a peer may fail on a page; the time until then counts
        said = type(error).__name__
    return time.process_time() - start, said


def main(name: str) -> None:
    """Answer the runs asked for, until stdin ends."""
    tool = TOOLS[name]()
    for line in sys.stdin:
        path, url = json.loads(line)
        body = Path(path).read_bytes()
        parse(body, url)  # while the other tools ran, this page left the processor's caches
        bare, _ = timed(parse, body, url)
        whole, said = timed(tool, body, url)
        print(json.dumps([bare, whole, said]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
