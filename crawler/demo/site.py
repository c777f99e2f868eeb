"""The sample site: pages made from `site.toml` in the layout of an aggregator, and a server for them."""

from __future__ import annotations

import gzip
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from threading import Thread
from typing import Any

_ROBOTS = "User-agent: *\nDisallow: /draft/\n"
_LISTS = (("相关推荐", 6, 1), ("最近更新", 4, 5), ("热门阅读", 8, 9))
"""Heading, number of entries, and how many articles after the page shown its list begins."""

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{title} - 样例站</title></head>
<body>
<nav><a href="/">首页</a></nav>
<div class="main">
<h1>{title}</h1>
<div class="content">
{body}
</div>
</div>
<div class="side">
{lists}
</div>
<footer>样例站的文字都是为演示而写的。</footer>
</body>
</html>
"""


def pages() -> dict[str, str]:
    """Return the site: path -> HTML, home page included."""
    articles = tomllib.loads(resources.files("crawler.demo").joinpath("site.toml").read_text("utf-8"))[
        "article"
    ]
    site = {_path(article): _article_page(articles, number) for number, article in enumerate(articles)}
    links = "".join(f'<li><a href="{_path(a)}">{escape(a["title"])}</a></li>\n' for a in articles)
    site["/"] = (
        f"<!DOCTYPE html>\n<html><head><title>样例站</title></head>\n<body><ul>\n{links}</ul></body></html>\n"
    )
    return site


@contextmanager
def serve() -> Iterator[str]:
    """Serve the site on a free loopback port, from a thread; yields `http://127.0.0.1:PORT`."""
    site = pages()

    class Handler(BaseHTTPRequestHandler):
        """Answers with a page of the site, compressed where the client takes that."""

        def do_GET(self) -> None:
            """Answer one request."""
            if self.path == "/robots.txt":
                self._answer(200, "text/plain; charset=utf-8", _ROBOTS)
            elif self.path in site:
                self._answer(200, "text/html; charset=utf-8", site[self.path])
            else:
                self._answer(404, "text/html; charset=utf-8", "<h1>404</h1><p>页面不存在</p>")

        def _answer(self, status: int, content_type: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, mtime=0)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing: the crawl reports what it fetched."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, name="sample-site", daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _path(article: dict[str, Any]) -> str:
    return f"/{'draft' if article.get('draft') else 'kf'}/{article['id']}.html"


def _article_page(articles: list[dict[str, Any]], number: int) -> str:
    article = articles[number]
    if "answers" in article:
        body = "\n".join(f"<p>{escape(a['label'])}</p>\n{_blocks(a['text'])}" for a in article["answers"])
    else:
        body = _blocks(article["body"])
    lists = "\n".join(_list(articles, number, *entry) for entry in _LISTS)
    return _PAGE.format(title=escape(article["title"]), body=body, lists=lists)


def _list(articles: list[dict[str, Any]], shown: int, heading: str, size: int, begin: int) -> str:
    time = articles[shown]["imported"]
    rows = []
    for rank in range(size):
        number = (shown + begin + rank) % len(articles)
        reads = 7 + (number * 13 + shown) % 60
        rows.append(
            f'<li><a href="{_path(articles[number])}">{escape(articles[number]["title"])}</a>'
            f"<div>{time:%Y-%m-%d %H:%M:%S} &nbsp;&nbsp;&nbsp;&nbsp;&nbsp; {reads} 阅读</div></li>"
        )
    return f"<h3>{heading}</h3>\n<ol>\n" + "\n".join(rows) + "\n</ol>"


def _blocks(text: str) -> str:
    """Paragraphs, numbered lists and fenced code of `site.toml` as HTML; other marks stay as they are."""
    return "\n".join(_block(block) for block in re.split(r"\n\n+", text.strip()))


def _block(block: str) -> str:
    if block.startswith("```"):
        return f"<pre><code>{escape(block.strip('`').strip(chr(10)))}</code></pre>"
    if re.match(r"\d+\. ", block):
        items = "".join(f"<li>{escape(line.split('. ', 1)[1])}</li>" for line in block.splitlines())
        return f"<ol>{items}</ol>"
    return f"<p>{escape(block)}</p>"
