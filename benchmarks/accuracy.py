"""How right wencun and others read real stored pages: make accuracy writes docs/accuracy.md.

The pages are in $WENCUN_CORPUS, else in ../shared/corpus, and stay there: the document holds figures and
names of files. Each peer runs in its own environment in build/peers and is given every page with its URL.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import accuracy_answers
import accuracy_report
from accuracy_pages import CORPUS, INDEXES, ROOT, Truth, truths
from accuracy_score import Score, own_scores, shared_scores

from crawler.extract import Article, Page, extract
from crawler.extract.items import ExtractionError

PEERS = ROOT / "build" / "peers"
DOCUMENT = ROOT / "docs" / "accuracy.md"
TOOL = Path(__file__).with_name("accuracy_tool.py")
_VERSION = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"


def main() -> None:
    """Measure, write the document, and say what it leaves unexplained."""
    if not all((CORPUS / index).exists() for index in INDEXES):
        sys.exit(f"no corpus of real pages at {CORPUS}: set WENCUN_CORPUS to its folder")
    pages = list(truths())
    articles = [read(page) for page in pages]
    tools = {"wencun": scored(pages, map(found, articles))}
    versions = {"wencun": version("wencun")}
    for peer in accuracy_report.PEERS:
        tools[peer] = scored(pages, ask(peer, pages))
        versions[peer] = python(peer, "-c", _VERSION, peer).strip()
    own = [own_of(page, article) for page, article in zip(pages, articles, strict=True)]
    measured = accuracy_report.Measured(pages, versions, tools, own, accuracy_answers.bounds())
    DOCUMENT.write_text(accuracy_report.document(measured), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(ROOT)} is written; {len(measured.unexplained)} misses are unexplained")


def read(page: Truth) -> Article | None:
    """What wencun makes of a page; None where it takes it for no article."""
    try:
        return extract(Page(url=page.url, body=page.path.read_bytes()))
    except ExtractionError:
        return None


def found(article: Article | None) -> dict[str, str | None]:
    """An article as the peers tell of theirs."""
    if article is None:
        return {}
    return {
        "title": article.title,
        "date": article.published_date,
        "author": article.author,
        "text": article.text,
    }


def scored(pages: Iterable[Truth], told: Iterable[Mapping[str, str | None]]) -> list[list[Score]]:
    """The scores of a tool, page by page."""
    return [list(shared_scores(page, of_page)) for page, of_page in zip(pages, told, strict=True)]


def own_of(page: Truth, article: Article | None) -> list[Score]:
    """The scores of what wencun alone reads."""
    recognised = Score("recognised as an article", article is not None)
    return [recognised, *(own_scores(page, article) if article else ())]


def ask(peer: str, pages: Sequence[Truth]) -> list[dict[str, str | None]]:
    """What a peer makes of every page; nothing where it fails."""
    asked = "".join(json.dumps([str(page.path), page.url]) + "\n" for page in pages)
    return [json.loads(line) for line in python(peer, str(TOOL), peer, given=asked).splitlines()]


def python(peer: str, *arguments: str, given: str = "") -> str:
    """Run the Python of a peer's environment."""
    command = [str(PEERS / peer / "bin" / "python"), *arguments]
    done = subprocess.run(  # noqa: S603 -- our own script, under a Python of our own
        command,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    main()
