"""Pages for tests, invented and small: an article of blog.csdn.net and a plain-text rendering."""

from __future__ import annotations

from collections.abc import Mapping

HOST = "https://blog.csdn.net/somebody/article/details"
SAID = {"文心一言": "它决定每一步走多远。", "豆包": "步子太大会跨过谷底。"}


def url_of(number: int) -> str:
    return f"{HOST}/{number}"


def csdn_page(
    number: int = 1,
    *,
    title: str = "2024-05-11 问AI:什么是步长",
    said: Mapping[str, str] = SAID,
    charset: str = "utf-8",
    head: str = "",
    canonical: bool = False,
) -> bytes:
    """Return an article in the layout that CSDN has had since 2020."""
    body = "".join(f"<h4>{label}</h4><p>{text}</p>" for label, text in said.items())
    link = f'<link rel="canonical" href="{url_of(number)}">' if canonical else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="{charset}"><meta name="number" content="{number}">
{link}{head}<title>{title}-CSDN博客</title></head>
<body><main><div class="blog-content-box"><div class="article-header-box">
<h1 class="title-article" id="articleContentId">{title}</h1>
<div class="bar-content"><a class="follow-nickName" href="https://blog.csdn.net/somebody">某某</a>
<span class="time">于 2024-05-11 10:20:30 发布</span><span class="read-count">阅读量1.2k</span>
<span id="blog-digg-num">点赞数 7</span></div></div>
<article class="baidu_pl"><div id="article_content"><div id="content_views" class="markdown_views">
{body}</div></div></article></div></main></body></html>""".encode(charset)


def rendering(number: int = 1) -> str:
    """Return a page as a text browser shows it: answers of two models and two lists."""
    entries = "".join(
        f"  {rank}. 第{rank}篇别的文章\n\n    2024-05-12 09:02:01       {rank + 10} 阅读\n"
        for rank in range(1, 5)
    )
    answers = "".join(f"{label}\n\n{text}\n\n" for label, text in SAID.items())
    title = f"2024-05-{number:02} 问AI:什么是步长"
    return f"{title}\n\n{answers}相关推荐\n\n{entries}\n热门阅读\n\n{entries}"
