"""Tells whether a question was put to models, or whether a page only writes about them."""

from __future__ import annotations

import re

from crawler.extract.blocks import Block
from crawler.extract.models import BY_ID, MODELS, fold_name

_INTERROGATIVE = re.compile(
    r"[?？]|什么|甚么|为何|为啥|如何|怎么|怎样|怎麼|什麼|吗|嗎|呢|哪|谁|多少|多大|多久|是否|能否|可否|有没有|是不是|会不会"
    r"|能不能|要不要|该不该|\b(?:what|why|how|which|who|when|where)\b|^\W*(?:is|are|can|does|do|should)\b",
    re.IGNORECASE,
)
_ASKS_MODELS = re.compile(
    r"(?<![访学顾疑跃])问(?![题世鼎小答])|問(?!答)|回答|怎么看|如何看|看待|怎么说|怎么答|怎么评价|答案|作答|\bask|\banswer",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"ai(?:工具|问答|助手|软件|产品|平台|网站|应用|对话|聊天|搜索|编程)|大模型|语言模型|聊天机器人|智能助手|智能体|人工智能"
    r"|aigc|llm|chatbot|开源模型|\bai\b|\bapi\b",
    re.IGNORECASE,
)
_REVIEW = re.compile(
    r"评测|测评|横评|实测|介绍|盘点|排行|排名|榜|对比|比较|选型|推荐|指南|教程|入门|一览|汇总|大全|合集|清单|哪个|哪家|哪款|哪些"
    r"|谁更|谁是|怎么选|如何选|选择|区别|差异|不同|优缺点|优劣|使用|怎么用|注册|接入|调用|部署|申请|收费|价格|定价|免费|好用"
    r"|最强|更强|\bvs\b|\bbest\b|\bcompar|\breview|\btop\b|\bguide",
    re.IGNORECASE,
)
_BY_MEANS_OF = re.compile(r"用|借助|基于|通过|\bwith\b|\busing\b", re.IGNORECASE)
_FILLER = re.compile(
    r"[\W\d_]|是|的|了|和|与|及|或|在|中|有|会|被|吧|啊|its?\b|the\b|is\b|are\b", re.IGNORECASE
)
_PROMPT = re.compile(
    r"\s*[\[【(（「*#>\"“]*\s*(?:(?:我的|测试|输入的?|统一)?(?:提示词|提示语|问题|提问|题目|指令|prompt|question)\s*[0-9一二三四五六七八九十]{0,3}"
    r"|我问|问|q\s*[0-9]{0,2})\s*(?:[\]】)）」*\"”]{0,4}\s*[:：]|[\]】)）」]|$)",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"官网|官方(?:网站|地址|网址|入口)|网址|开发商|开发者?[:：]|厂商[:：]|核心(?:能力|优势)|产品定位|https?://"
)
_OPENING = 100
"""How much of an answer says whether it introduces the model."""
_LONGEST_TITLE = 400
_LONGEST_QUESTION = 120
_NAMES = "|".join(
    re.escape(alias)
    for alias in sorted((a for m in MODELS for a in m.aliases if a not in m.words), key=len, reverse=True)
)
_NAME = re.compile(_NAMES, re.IGNORECASE)
_TELLS_A_MODEL = re.compile(rf"(?:让|请|叫)\s?(?:{_NAMES})", re.IGNORECASE)


def is_prompt(block: Block) -> bool:
    """Is it a prompt, such as `提示词：…`, `问题：…` or `Q: …`?"""
    return block.kind in ("heading", "paragraph", "quote", "code") and _PROMPT.match(block.text) is not None


def is_open_question(block: Block) -> bool:
    """Is it one short question that a reader could put to anybody?"""
    text = block.text
    if len(text) > _LONGEST_QUESTION or not text.rstrip('”"』」 ').endswith(("?", "？")):
        return False
    return asks(text)


def asks(text: str) -> bool:
    """Does a title or heading ask something that is not a matter of choosing between models?"""
    text = text[:_LONGEST_TITLE]
    return _INTERROGATIVE.search(text) is not None and not is_about_models(text)


def is_about_models(text: str) -> bool:
    """Does a title write about models, as reviews, rankings and tutorials do, rather than ask them?

    豆包和Kimi哪个好 and 豆包是什么 are about them; 豆包、Kimi：什么是微调 asks them something else.
    """
    text = text[:_LONGEST_TITLE]
    if _ASKS_MODELS.search(text) or _TELLS_A_MODEL.search(text):
        return False
    rest, names = _NAME.subn(" ", text)
    asked = _INTERROGATIVE.search(rest) is not None
    if not names:
        return _ABOUT.search(text) is not None and (_REVIEW.search(text) is not None or not asked)
    if not asked or _REVIEW.search(rest) or _BY_MEANS_OF.search(rest):
        return True
    topic = _FILLER.sub("", _INTERROGATIVE.sub("", rest))
    return len(topic) < 2  # noqa: PLR2004 -- one character is no topic


def describes(text: str, model: str) -> bool:
    """Does a text under a model's name introduce that model, instead of answering in its place?

    It names the model, its maker, or where to find it, and does not speak of itself as 我.
    """
    opening = text[:_OPENING]
    if "我" in opening:
        return False
    folded = fold_name(opening)
    own = BY_ID[model]
    names = (fold_name(name) for name in (*own.aliases, *own.makers) if name not in own.words)
    return _PROFILE.search(opening) is not None or any(len(name) > 1 and name in folded for name in names)
