"""Made-up articles and captures for tests of what is stored."""

from __future__ import annotations

import hashlib
from typing import Any

from crawler.extract import urls
from crawler.extract.items import Answer, Article, SidebarItem
from pipelines.records import Captured, Processed, WarcReference

URL = "https://blog.csdn.net/somebody/article/details/138712345"


def article(url: str = URL, *, title: str = "2024-05-11 问AI:学习率是什么", **values: Any) -> Article:
    """Return an article with two answers, whose text and slices fit each other."""
    said = values.pop("said", ("一个超参数。", "步长。"))
    labels = values.pop("labels", (("文心一言", "wenxin-yiyan"), ("豆包 ", "doubao")))
    text, answers = "引言", []
    for position, ((label, model), words) in enumerate(zip(labels, said, strict=True), start=1):
        text += f"\n\n{label}\n\n"
        start, text = len(text), text + words
        answers.append(
            Answer(
                position=position,
                question="学习率是什么",
                model=model,
                model_version=None,
                label=label,
                markdown=words,
                text=words,
                start=start,
                end=len(text),
                markdown_start=start + 2,
                markdown_end=len(text) + 2,
                rule="paragraph-label",
                confidence=values.get("confidence", 1.0),
            )
        )
    known: dict[str, Any] = dict.fromkeys(Article.__dataclass_fields__)
    known |= {
        "url": url,
        "key": urls.key(url),
        "site": "csdn",
        "layout": "G6",
        "title": title,
        "question": "学习率是什么",
        "question_date": "2024-05-11",
        "series": "问AI",
        "tags": ("机器学习",),
        "read_count_is_minimum": False,
        "markdown": "# " + text,
        "text": text,
        "confidence": 1.0,
        "flags": (),
        "answers": tuple(answers),
        "sidebar": (),
    }
    return Article(**known | values)


def entry(rank: int, title: str, **values: Any) -> SidebarItem:
    """Return an entry of a list."""
    known: dict[str, Any] = {
        "list": "related",
        "list_title": "相关推荐",
        "list_scope": "article",
        "url": None,
    }
    return SidebarItem(rank=rank, title=title, **known | values)


def captured(
    article: Article | None = None, *, number: int = 1, at: str | None = "2024-05-12T01:02:01Z", **values: Any
) -> Captured:
    """Return a capture of `article`, or of a page that gave none, as record `number` of one WARC file."""
    url = values.pop("url", article.url if article else URL)
    outer = {name: values.pop(name) for name in ("page_id", "follow", "captured_at_source") if name in values}
    run_id = values.pop("run_id", None)
    processed: dict[str, Any] = {
        "url": url,
        "outcome": "article" if article else "failed",
        "status": 200,
        "media_type": "text/html",
        "encoding": "utf-8",
        "encoding_declared": "utf-8",
        "payload_sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "payload_bytes": 1000 + number,
        "article": article,
        "error": None if article else "PageUnreadable",
        "message": None if article else "empty",
        "robots_signals": None,
        "extractor_version": "1",
    }
    return Captured(
        reference=WarcReference(
            file="run.warc.gz",
            offset=number * 1000,
            bytes=900,
            record_id=f"<urn:uuid:{number:032x}>",
            payload_digest=None,
            recorded_at=at or "2024-06-01T00:00:00Z",
        ),
        processed=Processed(**processed | values),
        captured_at=at,
        run_id=run_id,
        **{"captured_at_source": "fetch" if at else None} | outer,
    )
