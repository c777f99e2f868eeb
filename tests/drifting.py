"""Sites that are looked at again and again, and a made one, its pages as different as real ones are."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from crawler.extract import extract
from crawler.extract.items import Article, Page
from crawler.extract.shape import Shape
from pipelines.drift.norm import Look, Norm
from pipelines.process import process_page

URL = "https://blog.csdn.net/{author}/article/details/{number}"
_AUTHORS = (("liu_wen", "刘文"), ("zhao_6", "赵六说"))
_LABELS = ("文心一言", "豆包 ", "智谱清言", "讯飞星火", "通义千问")
_THINGS = ("学习率", "索引", "事务", "缓存", "线程池", "虚拟内存", "梯度下降", "反向代理", "哈希表", "二叉树")
_WORDS = (
    "可以把它看作下山时步子的大小", "没有它时只能逐行扫描", "一般先大后小", "实践中多试几个值", "它也有代价",
    "写入时都要更新", "因此只为常用的列建立", "太大就来回震荡", "太小就久久不到", "分成若干小块来处理",
    "读的人多而写的人少", "先看监控再下结论", "每一步都留下记录", "按计划逐步衰减", "由键和指针组成",
)  # fmt: skip
_SUFFIXES = ("是什么", "有什么用", "怎么调", "为什么慢", "何时会失效", "与内存的关系")
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}-CSDN博客</title>
</head><body><main>
<div class="blog-content-box"><div class="article-header-box"><div class="article-title-box"><h1 class="title-article" id="articleContentId">{title}</h1></div>
<div class="article-info-box"><div class="article-bar-top"><div class="bar-content"><span class="article-type-text original">{kind}</span>
<a class="follow-nickName" href="https://blog.csdn.net/{author}">{name}</a>
<span class="time">{shown}</span><span class="read-count">{reads} 阅读</span>
<span class="read-count" id="blog-digg-num">点赞数 {likes}</span><a id="blog_detail_zk_collection"><span class="get-collection">{collects}</span></a></div>
<div class="blog-tags-box"><div class="tags-box artic-tag-box"><span class="label">文章标签：</span>{tags}</div></div>
<div class="up-time"><span>于 {published} 首次发布</span></div></div></div></div>
<article><div id="article_content"><div id="content_views" class="markdown_views">
{body}
</div></div></article></div>
<div class="recommend-box">{related}</div></main>
<aside><div id="asideProfile"><a href="https://blog.csdn.net/{author}" id="uid">{name}</a></div>
<div id="asideNewArticle" class="aside-box"><h3 class="aside-title">最新文章</h3><ul class="inf_list">{recent}</ul></div>
<div id="asideHotArticle" class="aside-box"><h3 class="aside-title">热门文章</h3><ul class="hotArticle-list">{popular}</ul></div></aside></body></html>
"""  # noqa: E501 -- as the site writes it
_RELATED = (
    '<div class="recommend-item-box"><h4><a href="{url}">{title}</a></h4><div class="info-box">'
    '<p class="date-and-readNum"><span class="date">{date}</span><span class="read-num">{reads}</span></p>'
    "</div></div>"
)


Edit = Callable[[str, Article], str]
"""What a site does to a page: from its HTML, and what was read off it before, to its HTML afterwards."""


@dataclass
class AnySite(ABC):
    """A site whose pages are the same at every look but for their counts and lists."""

    seed: int
    pages: int = 80

    @abstractmethod
    def url(self, number: int) -> str:
        """Return where a page lies."""

    @abstractmethod
    def html(self, number: int, look: int) -> str:
        """Return a page as it is served at a look."""

    def page(self, number: int, look: int, edit: Edit | None = None) -> Page:
        """Return a page as a crawl has it, after an edit of its template."""
        page = Page(url=self.url(number), body=self.html(number, look).encode(), content_type="text/html")
        if edit:
            page = replace(page, body=edit(page.body.decode(), extract(page)).encode())
        return page

    def look(self, number: int, look: int, edit: Edit | None = None) -> Look | None:
        """Return one look at a page through the extractor; None where a wall stands there."""
        shape = process_page(self.page(number, look, edit), status=200).shape
        return None if shape is None else Look(number, 1000 * look + number, Shape.from_text(shape))

    def run(self, look: int, numbers: Iterable[int], edit: Edit | None = None) -> tuple[Look, ...]:
        """Return the looks of a run at these pages."""
        looks = (self.look(number, look, edit) for number in numbers)
        return tuple(found for found in looks if found is not None)

    def chosen(self, look: int, pages: int = 20) -> list[int]:
        """Return which pages a run visits: known ones and new ones."""
        choose = random.Random(f"{self.seed}/run/{look}")
        return choose.sample(range(min(self.pages, 20 + 6 * look)), pages)

    def norm(self, runs: int = 10) -> Norm:
        """Return how the site looked in so many runs."""
        return Norm(tuple(self.run(look, self.chosen(look)) for look in range(runs - 1, -1, -1)))


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What authors decide of their articles."""

    models: tuple[int, int] = (2, 5)
    """How many answer a question, from and to."""
    labels: tuple[str, ...] = _LABELS
    length: float = 1.0
    """Of each text, by that of others."""
    series: str = "问AI:"


@dataclass
class MadeSite(AnySite):
    """A series site in CSDN's layout, with two authors."""

    authors: tuple[tuple[str, str], ...] = _AUTHORS
    """In the URL, and by name."""
    written: Writing = Writing()
    later: Writing | None = None
    """How articles are written that came after `pages`, where it is otherwise."""

    def html(self, number: int, look: int) -> str:
        """Return a page as it is served at a look."""
        own, now = random.Random(f"{self.seed}/{number}"), random.Random(f"{self.seed}/{number}/{look}")
        author, name = own.choice(self.authors)
        how = self.later if self.later and number >= self.pages else self.written
        is_series, is_reprint = own.random() < 0.8, own.random() < 0.1
        day = f"2024-{own.randint(1, 12):02}-{own.randint(1, 28):02}"
        stamp = f"{day} {own.randint(7, 23):02}:{own.randint(0, 59):02}:{own.randint(0, 59):02}"
        is_updated = own.random() < 0.4
        title = title_of(own, number)
        if is_series:
            title = f"{day} {how.series}{title}"
        said = (
            "\n".join(
                f"<h2>{label}</h2>" + _text(own, own.randint(3, 9), how.length)
                for label in own.sample(how.labels, own.randint(*how.models))
            )
            if is_series
            else _text(own, own.randint(4, 25), how.length)
        )
        others = [now.randrange(self.pages) for _ in range(12)]
        reads = own.randint(60, 9000) + look * own.randint(1, 40)
        return _PAGE.format(
            title=title,
            author=author,
            name=name,
            kind="转载" if is_reprint else "原创",
            shown=f"已于 {day} 23:59:59 修改" if is_updated else f"于 {stamp} 发布",
            published=stamp,
            reads=reads,
            likes=reads // own.randint(9, 90),
            collects=own.randint(0, 50),
            tags="".join(
                f'<a class="tag-link" href="#">{tag}</a>' for tag in own.sample(_THINGS, own.randint(0, 3))
            ),
            body=("<p>" + sentence(own) + "</p>" if own.random() < 0.5 else "") + said,
            related="".join(
                _RELATED.format(
                    url=URL.format(author="other", number=900 + other),
                    title=f"{now.choice(_THINGS)}{now.choice(_SUFFIXES)}{other}",
                    date=f"2023-0{now.randint(1, 9)}-1{now.randint(0, 9)} 10:{now.randint(10, 59)}:00",
                    reads=now.randint(10, 9000),
                )
                for other in others[: now.randint(6, 8)]
            ),
            recent="".join(
                f'<li><a href="{URL.format(author=author, number=other)}">{_note(other)}</a></li>'
                for other in others[: now.randint(3, 5)]
            ),
            popular="".join(
                f'<li><a href="{URL.format(author=author, number=other)}">{_note(other)}</a>'
                f'<span class="read">{100 * other + look}</span></li>'
                for other in others[7 : 7 + now.randint(4, 5)]
            ),
        )

    def url(self, number: int) -> str:
        """Return where a page lies."""
        author, _ = random.Random(f"{self.seed}/{number}").choice(self.authors)
        return URL.format(author=author, number=number)


def _note(number: int) -> str:
    return f"{_THINGS[number % 10]}笔记{number}"


def title_of(choose: random.Random, number: int) -> str:
    """Return a title, which others have too but for the number that it may bear."""
    title = choose.choice(_THINGS) + choose.choice(_SUFFIXES)
    return title if choose.random() < 0.7 else f"{title}（{number}）"


def sentence(choose: random.Random) -> str:
    """Return something that articles say."""
    return "，".join(choose.sample(_WORDS, choose.randint(2, 5))) + f"，约{choose.randint(2, 99)}次。"


def _text(choose: random.Random, paragraphs: int, length: float) -> str:
    return "".join(f"<p>{sentence(choose)}</p>" for _ in range(max(1, round(length * paragraphs))))
