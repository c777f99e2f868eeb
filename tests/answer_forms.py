"""Made-up pages of answers in every form that a page may give them, with what is to be read off each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

Blocks = tuple[str | tuple[str, ...], ...]
"""What one model says: paragraphs, and lists as tuples; `!name` is a picture."""


@dataclass(frozen=True)
class Told:
    """One answer as it is to be read."""

    label: str
    model: str | None
    version: str | None
    question: str
    text: str


@dataclass(frozen=True)
class Label:
    """A model as a page names it, before its dressing."""

    name: str
    model: str | None
    version: str | None = None


MODELS = [
    Label("豆包", "doubao"),
    Label("Kimi", "kimi"),
    Label("文心一言", "wenxin-yiyan"),
    Label("讯飞星火", "xunfei-xinghuo"),
    Label("DeepSeek-R1", "deepseek", "R1"),
    Label("通义千问", "tongyi-qianwen"),
    Label("GPT-4o", "chatgpt", "4o"),
    Label("智谱清言", "zhipu-qingyan"),
]
TRADITIONAL = [
    Label("智譜清言", "zhipu-qingyan"),
    Label("訊飛星火", "xunfei-xinghuo"),
    Label("通義千問", "tongyi-qianwen"),
    Label("騰訊混元", "tencent-hunyuan"),
]
VERSIONS = [
    Label("文心一言（4.0）", "wenxin-yiyan", "4.0"),
    Label("豆包(Pro)", "doubao", "Pro"),
    Label("ChatGPT（GPT-4o）", "chatgpt", "4o"),
    Label("Claude 3.5 Sonnet", "claude", "3.5 Sonnet"),
    Label("GLM-4", "zhipu-qingyan", "4"),
    Label("DeepSeek V3", "deepseek", "V3"),
]

SAYINGS: list[Blocks] = [
    ("潮汐主要来自月球的引力，海水在朝向和背向月球的两侧隆起。", "一天里通常出现两次高潮。"),
    ("可以分三点来看：", ("月球的引力", "太阳的引力", "地球的自转"), "其中月球的作用最大。"),
    ("简单说，就是海面有规律地升降。", "农历初一和十五前后幅度最大，称为大潮。"),
    ("想象一个装满水的气球被轻轻拉长，两端都会鼓起来。",),
    ("它与离心力也有关系。", "因此背对月球的一侧同样会隆起。", ("近月点潮差大", "远月点潮差小")),
    ("原因：天体之间互相吸引。", "结论：海水随之起落。"),
    ("从物理上讲，这是引潮力的结果，大小与距离的三次方成反比。",),
    ("古人早已注意到这个现象，并把它记在诗里。", "现代观测给出了精确的数值。"),
]


def say(number: int) -> Blocks:
    """What the model of this number says; never the same for two numbers below a hundred."""
    first, *rest = SAYINGS[number % len(SAYINGS)]
    assert isinstance(first, str)
    return (first if number < len(SAYINGS) else f"{first}（第{number}次作答）", *rest)


def text_of(blocks: Blocks) -> str:
    """Its text."""
    parts = ["\n".join(f"- {item}" for item in b) if isinstance(b, tuple) else b for b in blocks]
    return "\n\n".join(part for part in parts if not part.startswith("!"))


def html_of(blocks: Blocks) -> str:
    """Its markup."""
    return "".join(map(_block, blocks))


def _block(block: str | tuple[str, ...]) -> str:
    if isinstance(block, tuple):
        return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in block)}</ul>"
    if block.startswith("!"):
        return f'<p><img src="https://img.example.org/{block[1:]}.png" alt="在这里插入图片描述"></p>'
    return f"<p>{escape(block)}</p>"


@dataclass(frozen=True)
class Asked:
    """One question, with the labels in order and what each model says."""

    question: str
    answers: tuple[tuple[Label, str, Blocks], ...]
    """Model, its label as printed, its words."""


def ask(questions: Sequence[str], models: Sequence[Label], dress: Callable[[int, str], str]) -> list[Asked]:
    """All models on all questions."""
    return [
        Asked(
            question,
            tuple(
                (model, dress(number, model.name), say(number + len(models) * row))
                for number, model in enumerate(models)
            ),
        )
        for row, question in enumerate(questions)
    ]


def tell(asked: Sequence[Asked]) -> list[Told]:
    """What is to be read, question by question."""
    return [
        Told(label, model.model, model.version, one.question, text_of(blocks))
        for one in asked
        for model, label, blocks in one.answers
    ]


def by_model(asked: Sequence[Asked]) -> list[Told]:
    """What is to be read, model by model."""
    told = tell(asked)
    count = len(asked[0].answers)
    return [told[row * count + number] for number in range(count) for row in range(len(asked))]


# Dressings ---------------------------------------------------------------------------------------------

HAN = "一二三四五六七八九十"
DRESSINGS: dict[str, Callable[[int, str], str]] = {
    "bare": lambda _, name: name,
    "number": lambda n, name: f"{n + 1}. {name}",
    "circled": lambda n, name: f"{chr(0x2460 + n)} {name}",
    "han": lambda n, name: f"{HAN[n]}、{name}",
    "round": lambda n, name: f"（{HAN[n]}）{name}",
    "keycap": lambda n, name: f"{n + 1}\ufe0f\u20e3 {name}",
    "brackets": lambda _, name: f"【{name}】",
    "corners": lambda _, name: f"「{name}」",
    "emoji": lambda n, name: f"{'🤖🌙🔥✨🐳🎯💡🚀'[n]} {name}",
    "colon": lambda _, name: f"{name}：",
    "answer": lambda _, name: f"{name}的回答：",
    "following": lambda _, name: f"以下是{name}的回答",
    "looking": lambda _, name: f"再来看看{name}的回答：",
    "reply": lambda _, name: f"{name} 回复如下：",
    "all": lambda n, name: f"{n + 1}. 🤖【{name}】：",
    "mixed": lambda n, name: list(DRESSINGS.values())[n % 5](n, name),
}


# Forms: HTML from questions and answers ----------------------------------------------------------------


def flat(label: str, *, question: str = "<h2>{}</h2>") -> Callable[[Sequence[Asked]], str]:
    """Labels over answers; with several questions, each over its own labels."""

    def made(asked: Sequence[Asked]) -> str:
        page = ""
        for number, one in enumerate(asked, start=1):
            if len(asked) > 1:
                page += question.format(escape(one.question), n=number)
            for _, name, blocks in one.answers:
                page += label.format(escape(name)) + html_of(blocks)
        return page

    return made


def boxed(box: str, *, question: str = "<h2>{}</h2>") -> Callable[[Sequence[Asked]], str]:
    """A box for each model: `box` holds label and text."""

    def made(asked: Sequence[Asked]) -> str:
        page = ""
        for one in asked:
            inner = "".join(box.format(escape(name), html_of(blocks)) for _, name, blocks in one.answers)
            page += (question.format(escape(one.question)) if len(asked) > 1 else "") + inner
        return page

    return made


def under(label: str, question: str, *, box: str = "{}") -> Callable[[Sequence[Asked]], str]:
    """Models over questions, each over one answer."""

    def made(asked: Sequence[Asked]) -> str:
        page = ""
        for number, (_, name, _) in enumerate(asked[0].answers):
            inner = label.format(escape(name))
            for row, one in enumerate(asked, start=1):
                inner += question.format(escape(one.question), n=row) + html_of(one.answers[number][2])
            page += box.format(inner)
        return page

    return made


def same_line(start: str, *, question: str = "<h2>{}</h2>") -> Callable[[Sequence[Asked]], str]:
    """The text begins in the label's line."""

    def made(asked: Sequence[Asked]) -> str:
        page = ""
        for number, one in enumerate(asked, start=1):
            if len(asked) > 1:
                page += question.format(escape(one.question), n=number)
            for _, name, blocks in one.answers:
                first, *rest = blocks
                assert isinstance(first, str)
                page += f"<p>{start.format(escape(name))}{escape(first)}</p>{html_of(tuple(rest))}"
        return page

    return made


def columns(asked: Sequence[Asked]) -> str:
    """A table with a column for each model and a row for each question."""
    head = "".join(f"<th>{escape(name)}</th>" for _, name, _ in asked[0].answers)
    rows = "".join(
        f"<tr><td>{escape(one.question)}</td>"
        + "".join(f"<td>{html_of(blocks)}</td>" for *_, blocks in one.answers)
        + "</tr>"
        for one in asked
    )
    return f"<table><thead><tr><th>问题</th>{head}</tr></thead><tbody>{rows}</tbody></table>"


def bare_columns(asked: Sequence[Asked]) -> str:
    """The same for one question, without a column of questions."""
    head = "".join(f"<td><b>{escape(name)}</b></td>" for _, name, _ in asked[0].answers)
    cells = "".join(f"<td>{html_of(blocks)}</td>" for *_, blocks in asked[0].answers)
    return f"<table><tr>{head}</tr><tr>{cells}</tr></table>"


def rows(asked: Sequence[Asked]) -> str:
    """A table with a row for each model, and a column for each question where there are several."""
    asking = asked if len(asked) > 1 else [Asked("回答", asked[0].answers)]
    head = "".join(f"<th>{escape(one.question)}</th>" for one in asking)
    lines = ""
    for number, (_, name, _) in enumerate(asked[0].answers):
        cells = "".join(f"<td>{html_of(one.answers[number][2])}</td>" for one in asked)
        lines += f"<tr><td>{escape(name)}</td>{cells}</tr>"
    return f"<table><tr><th>模型</th>{head}</tr>{lines}</table>"


def long_rows(asked: Sequence[Asked]) -> str:
    """A table with a row for each question and model; the question's cell reaches over its rows."""
    lines = ""
    for one in asked:
        for number, (_, name, blocks) in enumerate(one.answers):
            lead = f'<td rowspan="{len(one.answers)}">{escape(one.question)}</td>' if not number else ""
            lines += f"<tr>{lead}<td>{escape(name)}</td><td>{html_of(blocks)}</td></tr>"
    return f"<table><tr><th>题目</th><th>模型</th><th>回答内容</th></tr>{lines}</table>"


def tabs(asked: Sequence[Asked]) -> str:
    """A bar of names, and a pane for each."""
    names = "".join(
        f'<li class="tab"><a href="#t{n}">{escape(a[1])}</a></li>' for n, a in enumerate(asked[0].answers)
    )
    panes = "".join(
        f'<div class="pane{"" if n else " active"}" id="t{n}">{html_of(a[2])}</div>'
        for n, a in enumerate(asked[0].answers)
    )
    return f'<ul class="tabs">{names}</ul><div class="panes">{panes}</div>'


def cell_text(told: Told) -> str:
    """Text on one line, as in a cell."""
    return told.text.replace("\n", " ").replace("  ", " ")


# Frames ------------------------------------------------------------------------------------------------


def csdn(title: str, content: str) -> bytes:
    """An article of blog.csdn.net."""
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}-CSDN博客</title>
</head><body><div id="toolbar"><a href="https://www.csdn.net">首页</a><a href="#">豆包</a></div><main>
<div class="blog-content-box"><div class="article-header-box">
<h1 class="title-article" id="articleContentId">{title}</h1>
<div class="bar-content"><a class="follow-nickName" href="https://blog.csdn.net/somebody">某某</a>
<span class="time">于 2024-05-11 10:20:30 发布</span><span class="read-count">阅读量1.2k</span></div></div>
<article class="baidu_pl"><div id="article_content" class="article_content">
<div id="content_views" class="markdown_views"><svg style="display:none"><path/></svg>
{content}</div></div></article></div>
<div id="pcCommentBox">您还未登录，请先 登录 后发表或查看评论</div></main>
<div id="asideHotArticle"><h3 class="aside-title">热门文章</h3><ul>
<li><a href="/a/1">Kimi<span class="read">9</span></a></li></ul></div>
</body></html>""".encode()


def aggregator(title: str, content: str) -> bytes:
    """A page of a site that gathers articles."""
    entries = "".join(
        f'<li><a href="/kf/179{n}.html"><p>第{n}篇别的文章</p></a>'
        f"<div>2024-06-02 09:02:03 &nbsp; {n}1 阅读</div></li>"
        for n in range(1, 6)
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - 某某镜像</title></head><body>
<header><a href="/">某某镜像</a><ul class="menu"><li><a href="/hot">热门阅读</a></li></ul></header>
<div class="wrap"><div class="left"><div class="box"><div class="where">当前位置: <a href="/">首页</a></div>
<h1>{title}</h1><div class="txt">{content}</div><div class="share-bar">分享到 <a href="#">微博</a></div></div>
<div class="box"><h3>相关推荐</h3><ol>{entries}</ol></div></div>
<div class="right"><h3>热门阅读</h3><ol>{entries}</ol></div></div></body></html>""".encode()


def as_text(title: str, lines: Sequence[str]) -> bytes:
    """A rendering of a page as plain text."""
    entries = "".join(
        f"  {n}. 第{n}篇别的文章\n\n    2024-05-12 09:02:01       {n}0 阅读\n" for n in range(1, 5)
    )
    body = "\n\n".join(lines)
    return f"{title}\n\n{body}\n\n相关推荐\n\n{entries}\n热门阅读\n\n{entries}".encode()
