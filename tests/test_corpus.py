"""Real stored pages with the right answers, where they lie beside the checkout: measured, never committed.

Looked for in $WENCUN_CORPUS, else in ../shared/corpus. Without them this module says so and skips.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import importlib.util
import json
import os
import re
import unicodedata
import warnings
from pathlib import Path

import pytest
from lxml import html

from crawler.extract import Page, extract
from crawler.extract.items import ExtractionError
from crawler.extract.sites import SITES

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("WENCUN_CORPUS", ROOT.parent / "shared" / "corpus"))
SCORER = CORPUS.parent / "accept" / "score.py"
KINDS = ("51cto", "cnblogs", "csdn_article", "csdn_home", "csdn_list", "jianshu")
COMPLETE = ("recognised", "title", "answers")
LONGEST_WORD = 8
"""Characters; a shorter title of a list entry may stand in any text."""

if not (CORPUS / "index.jsonl").exists():
    warnings.warn(f"no corpus of real pages at {CORPUS}: nothing is measured on it", stacklevel=1)
    pytest.skip(f"no corpus of real pages at {CORPUS}", allow_module_level=True)


def lines(index):
    return [json.loads(line) for line in (CORPUS / index).read_text(encoding="utf-8").splitlines()]


@functools.cache
def scorer():
    spec = importlib.util.spec_from_file_location("score", SCORER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def article_of(name, url):
    try:
        return extract(Page(url=url, body=(CORPUS / name).read_bytes()))
    except ExtractionError:
        return None


def checked(gold):
    article = article_of(gold["file"], gold.get("url"))
    wanted = scorer().is_article(gold["kind"])
    yield "recognised", (article is not None) == wanted
    if not wanted:
        return
    row = dataclasses.asdict(article) | {"tags": json.dumps(article.tags)} if article else {}
    yield from ((field, right) for field, right, *_ in scorer().checks(gold, row))
    yield "answers", article is not None and not any(answer.confidence >= 0.5 for answer in article.answers)
    entries = [dataclasses.asdict(entry) for entry in article.sidebar] if article else []
    yield from ((field, right) for field, right, *_ in scorer().list_checks(gold, entries))


@pytest.mark.parametrize(("index", "share"), [("index.jsonl", 0.97), ("bulk.jsonl", 0.99)])
def test_real_pages_are_read_right(index, share):
    right, total = collections.Counter(), collections.Counter()
    missed = []
    for gold in lines(index):
        if gold["kind"].startswith(KINDS):
            for field, is_right in checked(gold):
                total[field] += 1
                right[field] += is_right
                missed += [] if is_right else [(gold["file"], field)]
    assert right.total() >= share * total.total(), missed
    assert not [miss for miss in missed if miss[1] in COMPLETE]


def proofs():
    """On how many real pages each layout was recognised with the right title."""
    found = collections.Counter()
    for index in ("index.jsonl", "bulk.jsonl"):
        for gold in lines(index):
            article = article_of(gold["file"], gold.get("url")) if scorer().is_article(gold["kind"]) else None
            if article and scorer().squeeze(article.title) == scorer().squeeze(gold["title"]):
                found[article.site, article.layout] += 1
    return found


def test_layouts_are_called_proven_on_as_many_pages_as_are_here():
    found = proofs()
    wrong = [
        f'sites/{site.name}.py: write Layout("{layout.name}", proven={found[site.name, layout.name]})'
        for site in SITES
        for layout in site.layouts
        if layout.proven != found[site.name, layout.name]
    ]
    assert not wrong, "; ".join(wrong)


def squeezed(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def quoted(name):
    """What the author wrote, by the one container that all layouts share."""
    root = html.document_fromstring((CORPUS / name).read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    written = root.xpath("id('content_views')|id('article_content')")
    return squeezed(written[-1].text_content()) if written else ""


def test_no_title_of_a_list_entry_leaks_into_a_text_unless_the_body_quotes_it():
    leaks = []
    for index in ("index.jsonl", "bulk.jsonl"):
        for gold in lines(index):
            article = article_of(gold["file"], gold.get("url")) if gold["kind"].startswith("csdn") else None
            if article is None:
                continue
            text = squeezed(article.text)
            titles = {entry.title for entry in article.sidebar} - {article.title}
            found = [title for title in titles if len(title) > LONGEST_WORD and squeezed(title) in text]
            leaks += [title for title in found if squeezed(title) not in quoted(gold["file"])]
    assert leaks == []


def test_every_stored_page_gives_an_article_or_a_typed_error_and_loses_nothing():
    for index in ("index.jsonl", "bulk.jsonl"):
        for gold in lines(index):
            article = article_of(gold["file"], gold.get("url"))
            if article is not None:
                for answer in article.answers:
                    assert article.text[answer.start : answer.end] == answer.text
