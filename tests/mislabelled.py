"""Pages whose labels lie about their encoding: sixty invented texts, mislabelled in six ways."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import opencc

_THINGS = (
    "学习率",
    "缓存",
    "索引",
    "进程",
    "线程池",
    "消息队列",
    "容器",
    "编译器",
    "正则表达式",
    "日志",
    "内存",
    "数据库",
)
_PEOPLE = ("小王", "朱镕基路的同事", "我们组", "一位读者", "张老师", "运维同学")
_PROSE = (
    "{who}昨天问我，{a}和{b}到底是什么关系？我想了很久，觉得可以从头讲起。",
    "很多教程只告诉你怎么配置{a}，却从不解释为什么要这样做。",
    "先说结论：{a}太大，{b}就会抖动；{a}太小，又要等上半天。",
    "后来才发现，问题不在{b}，而是机房的电压不稳，真是哭笑不得。",
    "如果你也遇到了同样的情况，欢迎在下面留言，我会尽量回复每一个人。",
    "这篇笔记写于深夜，难免有错，请多多包涵。",
    "《{a}入门》这本书里有一句话：“不要过早优化{b}”，我深以为然。",
    "窗外下着雨，屏幕上还是那行熟悉的报错——{a}初始化失败。",
)
_CODE = (
    "for (int i = 0; i < {n}; i++) {{ cache.put(i, load(i)); }}  // 写入{a}",
    "SELECT id, name FROM users WHERE age > {n} ORDER BY id LIMIT 10;  -- 查{a}",
    "def step(rate={n}):\n    return [x * rate for x in range(10)]  # {b}的步长",
    "public static void main(String[] args) throws IOException {{ }}  // 入口",
    "$ docker run -d --name web -p {n}:80 nginx   # 启动容器",
    "import numpy as np; w = np.zeros(({n}, 3)); assert w.shape[1] == 3",
    "<dependency> 的版本要写 1.{n}.0，否则{a}会报错",
)
_ENGLISH = (
    "The learning rate (学习率) decides how far each step goes.",
    "We measured {n} requests per second before the cache (缓存) was warm.",
    "In short: keep {a} small, and read the log before you guess.",
    "My colleague 小王 says that {b} is the real culprit.",
    "Nothing in the manual explains why the default is {n}.",
)
_SHORT = (
    "今天学习了{a}。",
    "{a}和{b}有什么区别？",
    "关于{a}的一点想法",
    "怎么安装{a}，求解答",
    "{who}说：{b}坏了",
)
_KINDS = {
    "prose": (_PROSE, 9),
    "traditional": (_PROSE, 9),
    "code": (_CODE, 12),
    "english": (_ENGLISH, 10),
    "short": (_SHORT, 1),
}
_TRADITIONAL = opencc.OpenCC("s2tw")
TEXTS_OF_A_KIND = 12


@dataclass(frozen=True)
class Mislabelled:
    """A page and what it says."""

    way: str
    kind: str
    body: bytes
    content_type: str | None
    title: str
    lines: tuple[str, ...]


def texts() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Kind, title and lines of each text."""
    chance = random.Random(5)
    for kind, (sentences, most) in _KINDS.items():
        for _ in range(TEXTS_OF_A_KIND):
            count = chance.randint(max(1, most // 2), most)
            made = [_filled(chance.choice(sentences), chance) for _ in range(count)]
            yield kind, made[0].partition("\n")[0], tuple(made)


def _filled(sentence: str, chance: random.Random) -> str:
    a, b = chance.sample(_THINGS, 2)
    return sentence.format(a=a, b=b, who=chance.choice(_PEOPLE), n=chance.randint(2, 900))


def pages() -> Iterator[Mislabelled]:
    """Every text in every way, as the same pages each time."""
    chance = random.Random(7)
    for number, (kind, title, lines) in enumerate(texts()):
        chinese = (title, *lines)
        traditional = tuple(map(_TRADITIONAL.convert, chinese))
        plain = traditional if kind == "traditional" else chinese
        odd = number % 2 == 1
        gbk = "gb18030" if odd else "gbk"
        yield _page("gbk as utf-8", kind, plain, gbk, *(("utf-8", None) if odd else (None, "utf-8")))
        yield _page("utf-8 as gb2312", kind, plain, "utf-8", *(("gb2312", None) if odd else (None, "gb2312")))
        yield _page(
            "big5 as another", kind, traditional, "cp950", *(("gbk", None) if odd else (None, "utf-8"))
        )
        yield _page("mark and wrong label", kind, plain, ("utf-8-sig", "utf-16")[odd], "gbk", "big5")
        right, wrong = [("gbk", "utf-8"), ("utf-8", "gbk"), ("gbk", "iso-8859-1"), ("gbk", "big5")][
            number % 4
        ]
        labels = (wrong, right) if number % 8 < 4 else (right, wrong)
        yield _page("header against meta", kind, plain, right, *labels)
        encoding = ("gbk", "utf-8", "cp950")[number % 3]
        yield _cut(kind, traditional if encoding == "cp950" else plain, encoding, chance)


def _page(way: str, kind: str, texts: tuple[str, ...], encoding: str, *labels: str | None) -> Mislabelled:
    title, *lines = texts
    header, meta = labels
    return Mislabelled(
        way=way,
        kind=kind,
        body=_markup(title, lines, meta).encode(encoding),
        content_type="text/html" + (f"; charset={header}" if header else ""),
        title=title,
        lines=tuple(lines),
    )


def _cut(kind: str, texts: tuple[str, ...], encoding: str, chance: random.Random) -> Mislabelled:
    """A page of which one line was cut at a length in bytes, within a character."""
    title, *lines = texts
    places = [
        (at, place) for at, line in enumerate(lines) for place, one in enumerate(line) if one >= "\u3400"
    ]
    at, place = chance.choice(places) if places else (0, len(lines[0]))
    half = (lines[at][place : place + 1] or "半").encode(encoding)[:-1]
    lines[at] = lines[at][:place] + chance.choice(("", "...", " "))
    head, tail = _markup(title, [*lines[:at], "\0" + lines[at][place:], *lines[at + 1 :]], encoding).split(
        "\0"
    )
    return Mislabelled(
        way="half a character",
        kind=kind,
        body=(head + _shown(lines[at][:place])).encode(encoding) + half + tail.encode(encoding),
        content_type="text/html",
        title=title,
        lines=tuple(lines),
    )


def _markup(title: str, lines: list[str], charset: str | None) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    shown = "".join(f"<p>{_shown(line)}</p>\n" for line in lines)
    return (
        f"<!DOCTYPE html><html><head>{meta}<title>{_shown(title)}</title></head><body>\n{shown}</body></html>"
    )


def _shown(text: str) -> str:
    return text.replace("<", "&lt;")
