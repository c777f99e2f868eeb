"""Walls as sites put them up, and articles that speak of walls: all invented, in shapes seen on the web."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from crawler.extract import items
from crawler.extract.items import NotAnArticle


class Wall(NamedTuple):
    """A page that stands in an article's place."""

    name: str
    error: type[NotAnArticle]
    url: str
    markup: str


def walls() -> list[Wall]:
    """Return the walls of wall_pages.txt: a line `# name: error URL` above each page's markup."""
    text = (Path(__file__).parent / "wall_pages.txt").read_text(encoding="utf-8")
    found = re.findall(r"^# (.+): (\w+) (\S+)\n(.+)$", text, re.MULTILINE)
    return [Wall(name, getattr(items, error), url, markup) for name, error, url, markup in found]


def _page(title: str, body: str) -> str:
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"


_LINKS = "".join(f"<li><a href=/a/{n}.html>第{n}篇值得一读的旧文章</a></li>" for n in range(30))
_NAV = (
    "<div class=nav><a href=/>首页</a><a href=/new>最新</a><a href=/hot>热门</a><a href=/login>登录</a></div>"
)
_FOOT = "<div class=foot><a href=/about>关于我们</a><p>© 2019-2024 某某网 版权所有</p></div>"


_SUBJECTS = (
    *("验证码", "滑动验证", "404 页面", "登录流程", "反爬虫", "软 404", "安全验证", "付费墙", "访问频率限制"),
    *("删除的文章", "缓存", "学习率", "仓库的屋顶", "老街口的修表匠", "数据库备份", "阳台种菜"),
)
_TITLES = (
    *("{}是怎么回事", "聊聊{}", "{}入门教程", "我们怎样处理{}", "关于{}的三个误区", "{}：一次排查的记录"),
    *("为什么{}总是出错", "{}的前世今生", "从零实现{}", "{}详解"),
)
_SENTENCES = (
    "{}并不是新东西，十几年前的网站上就能看到它的影子。",
    "很多网站在你第一次打开的时候会提示“请完成安全验证”，其实背后就是{}在起作用。",
    "用户看到“您访问的页面不存在”时，往往会直接关掉窗口，所以{}要写得友好一些。",
    "服务器返回 404 Not Found，页面上却写着“登录后查看全文”，这种情况最让人头疼。",
    "我们把{}拆成三步：先记录日志，再复现问题，最后才动手改代码。",
    "测试环境里一切正常，上线以后却提示“操作过于频繁，请稍后再试”，查了半天才发现是计数器没有清零。",
    "该文章已被作者删除的时候，接口会返回一个空对象，前端如果不判断就会报错。",
    "输入验证码的次数越多，用户离开得越快，这是我们从数据里看到的。",
    "captcha 这个词是一句英文的缩写，大意是区分计算机和人类的全自动测试。",
    "请先登录，再打开控制台，把下面这段代码贴进去运行一遍。",
    "春天的时候，院子里的石榴树发了新芽，他把椅子搬到树下继续写{}的笔记。",
    "这一节先讲原理，下一节再讲{}的实现，最后给出完整的例子。",
    "访问异常的请求大约占千分之三，其中一半来自同一个网段。",
    "如果您的浏览器提示需要启用 JavaScript，请先检查插件有没有拦截脚本。",
    "老王说，{}这件事急不得，他年轻的时候也走过弯路。",
    "Access denied 和 403 Forbidden 并不总是一回事，日志里要分开统计。",
    "到了晚上，他又把{}从头到尾看了一遍，在本子上记下了四个问题。",
    "正在加载中的小圆圈转了十秒钟，页面还是一片空白，原来是脚本没有发出去。",
)
_FRAMES = (
    "<h1>{title}</h1><div class=content>{body}</div>",
    _NAV + "<article><h1>{title}</h1><p>2024-03-05 10:20 作者：小舟</p>{body}</article>" + _FOOT,
    _NAV
    + "<div class=wrap><h1>{title}</h1><div class=post>{body}</div><ul>"
    + _LINKS
    + "</ul></div>"
    + _FOOT,
    "<div id=app><main><h1>{title}</h1><section>{body}</section></main></div><script>var captcha=1;</script>",
    "<table><tr><td><h1>{title}</h1>{body}</td><td><ul>" + _LINKS + "</ul></td></tr></table>",
    "<h1>{title}</h1><div>{body}</div><form><p>请先登录</p><input type=password><button>登录</button></form>",
)


def articles(number: int) -> Iterator[tuple[str, str]]:
    """Yield so many titles and pages of articles, a third of them of three sentences, most about walls."""
    chance = random.Random(20240511)
    for count in range(number):
        subject = chance.choice(_SUBJECTS)
        title = chance.choice(_TITLES).format(subject)
        sentences = [s.format(subject) for s in chance.sample(_SENTENCES, chance.choice((3, 5, 9, 14)))]
        size = chance.choice((1, 2, 3))
        parts = ["".join(sentences[i : i + size]) for i in range(0, len(sentences), size)]
        body = "".join(f"<p>{part}</p>" for part in parts)
        frame = _FRAMES[count % len(_FRAMES)]
        yield title, _page(f"{title} - 某某网", frame.format(title=title, body=body))
