"""Archives for the tests of what reads them, made of items without a page behind them."""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from crawler.extract.items import Answer, Article, SidebarItem
from crawler.extract.urls import key
from pipelines.archive import Archive
from pipelines.database import connect_writing, transaction
from pipelines.records import Captured, Processed, WarcReference
from pipelines.schema import SCHEMA_VERSION
from pipelines.store import store_capture
from pipelines.warc import WarcWriter

PEAK = """
import re, sys
from pathlib import Path
from crawler.cli import main
try:
    main()
finally:
    print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""
# a script that is wencun and says last, on stderr, how many kB of memory it held at most
QUESTION = "什么是学习率"
URL = "https://blog.csdn.net/wen/article/details/{}"


def answer(model: str | None, label: str, text: str, **more) -> dict:
    """One answer as `article` takes it: what stands under its label."""
    return {"model": model, "label": label, "text": text, **more}


def article(number: int = 1, *answers: dict, sidebar: tuple[SidebarItem, ...] = (), **more) -> Article:
    """An article of CSDN whose body is a first line and the answers."""
    text = markdown = "问了几个模型。"
    made = []
    for position, said in enumerate(answers, 1):
        given = {"question": QUESTION, "model_version": None, "confidence": 1.0, "flags": (), **said}
        text += f"\n\n{given['label']}\n\n"
        markdown += f"\n\n## {given['label']}\n\n"
        made.append(
            Answer(
                **given,
                position=position,
                markdown=given["text"],
                start=len(text),
                end=len(text) + len(given["text"]),
                markdown_start=len(markdown),
                markdown_end=len(markdown) + len(given["text"]),
                rule="heading-label",
            )
        )
        text += given["text"]
        markdown += given["text"]
    facts = {
        "url": URL.format(number),
        "key": f"csdn:{number}",
        "site": "csdn",
        "layout": "G7",
        "kind": "original",
        "language": "zh",
        "title": f"2024-05-11 问AI:{QUESTION}",
        "question": QUESTION,
        "question_date": "2024-05-11",
        "series": "问AI",
        "published_at": "2024-05-11T02:00:00Z",
        "published_date": "2024-05-11",
        "published_precision": "second",
        "published_shown": "2024-05-11 10:00:00",
        "updated_at": None,
        "updated_date": None,
        "updated_shown": None,
        "imported_at": None,
        "author": "文",
        "author_url": "https://blog.csdn.net/wen",
        "licence": "CC 4.0 BY-SA",
        "licence_spdx": "CC-BY-SA-4.0",
        "original_url": None,
        "category": "问AI",
        "tags": ("人工智能",),
        "read_count": 3300,
        "read_count_shown": "3.3k",
        "read_count_unit": 100,
        "read_count_is_minimum": False,
        "like_count": 3,
        "collect_count": 0,
        "comment_count": None,
        "markdown": markdown,
        "text": text,
        "truncated": None,
        "confidence": 1.0,
        "flags": (),
        "opt_out": None,
        "answers": tuple(made),
        "sidebar": sidebar,
    }
    return Article(**facts | more)


def entry(list_: str, rank: int, title: str, **more) -> SidebarItem:
    """One entry of a list, its count exact where it has one."""
    words = {"popular": "热门文章", "recent": "最新文章", "related": "相关推荐"}
    facts = {"list_title": words[list_], "list_scope": "author", "url": None}
    if "read_count" in more:
        facts |= {"read_count_shown": f"{more['read_count']} 阅读", "read_count_unit": 1}
    return SidebarItem(list=list_, rank=rank, title=title, **facts | more)


def body_of(made: Article) -> bytes:
    """The bytes that stand in the archive as the article's page."""
    return f"<h1>{made.title}</h1>\n{made.text}".encode(errors="replace")


def make_later(path: Path) -> None:
    """Make a database that of a later wencun, which has one migration more."""
    with closing(connect_writing(path)) as connection:
        connection.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('wencun', 'later')")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


def make_archive(root: Path, *articles: Article, captured_at: str | None = "2026-01-02T03:04:05Z") -> Archive:
    """An archive in which each of `articles` was captured once, in their order."""
    archive = Archive.create(root)
    serial = iter(range(1_000_000))
    warc = WarcWriter(
        archive.warc_dir,
        clock=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        new_id=lambda: f"00000000-0000-4000-8000-{next(serial):012}",
    )
    with closing(connect_writing(archive.database_path)) as connection, transaction(connection):
        for made in articles:
            reference = warc.write_response(
                url=made.url, status=200, headers=[("Content-Type", "text/html")], body=body_of(made)
            )
            store_capture(connection, _captured(made, reference, captured_at))
    warc.close()
    return archive


def _captured(made: Article, reference: WarcReference, captured_at: str | None) -> Captured:
    assert made.key == key(made.url)
    body = body_of(made)
    processed = Processed(
        url=made.url,
        outcome="article",
        status=200,
        media_type="text/html",
        encoding="utf-8",
        encoding_declared="utf-8",
        payload_sha256=hashlib.sha256(body).hexdigest(),
        payload_bytes=len(body),
        article=made,
        error=None,
        message=None,
        robots_signals=None,
        extractor_version="1",
    )
    source = "fetch" if captured_at else None
    return Captured(
        reference=reference,
        processed=processed,
        captured_at=captured_at,
        captured_at_source=source,
        run_id=None,
    )
