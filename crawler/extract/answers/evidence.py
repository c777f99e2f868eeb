"""Tells whether a question was put to models, or whether a page only writes about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from crawler.extract.blocks import Block
from crawler.extract.models import fold_name, in_use
from crawler.extract.text.folding import folded

_INTERROGATIVE = re.compile(
    r"[?？]|什么|甚么|为何|为啥|如何|怎么|怎样|吗|呢|哪|谁|多少|多大|多久|多长|是否|能否|可否|有没有|是不是|会不会"
    r"|能不能|要不要|该不该|\b(?:what|why|how|which|who|when|where)\b|^\W*(?:is|are|can|does|do|should)\b",
    re.IGNORECASE,
)
_ASKS_MODELS = re.compile(
    r"(?<![访学顾疑跃被])问(?![题世鼎小答])|回答|怎么看|如何看|看待|怎么说|怎么答|怎么评价|答案|作答|答题|同题|\bask|\banswer",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"ai(?:工具|问答|助手|软件|产品|平台|网站|应用|对话|聊天|搜索|编程)|大模型|语言模型|聊天机器人|智能助手|智能体|人工智能"
    r"|aigc|llm|transformer|chatbot|开源模型|(?<![a-z])(?:ai|api)(?![a-z])",
    re.IGNORECASE,
)
_REVIEW = re.compile(
    r"评测|测评|横评|实测|介绍|盘点|排行|排名|榜|对比|比较|选型|推荐|指南|教程|入门|一览|汇总|大全|合集|清单|哪个|哪家|哪款|哪些"
    r"|谁更|谁是|怎么选|如何选|选择|区别|差异|不同|优缺点|优劣|使用|怎么用|注册|接入|调用|部署|申请|收费|价格|定价|免费|好用"
    r"|最强|更强|家族|各家|各平台|各大平台|\bvs\b|\bbest\b|\bcompar|\breview|\btop\b|\bguide|\bchoos|\bpick"
    r"|\buse\b|\bpric|\balternativ|\btutorial|\brank|\bnotes\b",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"(?:请|帮我|给我|写[一个首篇段出封份两]|讲[一个]|说[一个]|编[一个写]|作一|画[一个张]|做[一个道]|算一?[算下]|计算.{3}|解释.{2}|列[出举]"
    r"|用.{1,20}?(?:写|说|解释|实现|介绍|概括|表达)|[把将].{1,20}?(?:翻译|改|写|译)|翻译[:：“「\"一下这以]|[续仿改]写|总结(?:一下|这|以下)"
    r"|证明|求[^职助]|描述.{2}|假如|如果|write |tell |explain |translate |solve |describe )",
    re.IGNORECASE,
)
_COLLECTS = re.compile(r"大全|合集|清单|盘点|名单|一览|汇总|榜单|排行|目录|大事记|[早晚日周]报|周刊|词典")
_BY_MEANS_OF = re.compile(r"用|借助|基于|通过|\bwith\b|\busing\b", re.IGNORECASE)
_LIGHT = re.compile(
    r"[\W\d_]|[是的了和与及或在中有会能被吧啊对它这个要请也都就很更最不没为以把从到后前上下里时让用年月日来去可还只其而但又又我你他]"
    r"|因为|所以|如果|通过|进行|需要|一[种个些样]|\b(?:is|are|the|a|an|of|to|in|and|or|it|do|does|i|we|you|with|for|on|by|how)\b"
)
"""Words that tell nothing of a subject."""
_FILLER = re.compile(
    r"[\W\d_]|是|的|了|和|与|及|或|在|中|有|会|能|可以|被|吧|啊|对|它|这|个|要|请|一下|用户|"
    r"its?\b|the\b|is\b|are\b|do\b|i\b|to\b|it\b",
    re.IGNORECASE,
)
_CHOOSES = re.compile(
    r"哪几?[家款]|哪些.{0,2}(?:公司|企业|工具|网站|平台|软件|产品|厂商|应用|app|股|值得|推荐|好用)|[去选买投用]哪|谁.{0,8}更|谁最|\bwhich\b",
    re.IGNORECASE,
)
"""What asks for a list of companies or products: a page that answers it itself has their names over texts."""
_PRODUCT = re.compile(
    r"注册|登录|账号|下载|安装|使用|上手|入口|官网|收费|免费|付费|价格|定价|贵|钱|费用|会员|额度|限制|版本|型号"
    r"|支持|功能|特点|特色|优势|优点|缺点|不足|劣势|亮点|能力|适合|适用|人群|场景|哪家|公司|厂商|开发|推出|发布|背景"
    r"|接入|调用|部署|申请|获取|密钥|api|key|上下文|长度|窗口|参数|规模|多模态|联网|开源|体验|好用|推荐|评价|表现|性能"
    r"|大?模型|ai|选择|选|怎么用|介绍|简介|概述|安全|隐私|准确|靠谱|手机|电脑|插件|app|"
    r"\b(?:price|pricing|cost|free|sign up|register|use|install|download|features?|support|context|access)\b",
    re.IGNORECASE,
)
"""What is asked about a product rather than of it."""
_PROMPT = re.compile(
    r"\s*+[\[【(（「*#>\"“]*+\s*+(?:(?:我的|测试|输入的?|统一|本次|这次|今天的?|今日|同一个?)?(?:提示词|提示语|问题|提问|题目|指令|prompt|question)\s*+[0-9一二三四五六七八九十]{0,3}+"
    r"|我问|问|q\s*+[0-9]{0,2}+)\s*+(?:[\]】)）」*\"”]{0,4}+\s*+[:：]|[\]】)）」]|$)",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"官网|官方(?:网站|地址|网址|入口)|网址|开发商|开发者?[:：]|厂商[:：]|核心(?:能力|优势)|产品定位|https?://|旗下|月活"
    r"|推出的|研发的|出品|自研|长文本|上下文(?:窗口|长度)|多模态|网页版|客户端|小程序|会员|订阅|付费|收费|计费|定价|价格"
    r"|免费(?:版|额度|使用|用|开放|且|、|，)|(?:完全|目前|基本)免费|注册|登录|参数量|榜单|得分|评分|[0-9]\s*分(?!钟|之|类|布|别|子)"
    r"|体验(?!馆)|试用|实测|擅长|界面|我(?:自己|个人|平时|一般|经常|常|最)?(?:用|试|觉得)|用它|贴给|丢给|问它|让它|它家|这款"
    r"|该模型|这个模型|本模型|模型(?:在|的|能|会|支持|采用|参数)|api\s?key|tokens?[/／]|万\s?tokens?|点击|打开.{0,8}(?:网页|页面|应用|软件)"
    r"|\bsign up|subscri|pricing|per month|context window|web app|open weights|free tier"
    r"|暂不支持|暂无|设置里|控制台|[左右]上角|一键|录音转|会议纪要|浏览器插件|充值|语音对练|上传(?:文件|图片|文档|词表)"
    r"|开山之作|鼻祖|登顶|创始人|用户(?:破|数|量|增)|激活\s?[0-9]|首秀|股价|长期用户|够用"
    r"|\bi use\b|\breleased\b|\bannounced\b",
    re.IGNORECASE,
)
"""What introductions, reviews and guides of products say, and answers to other questions hardly do."""
_NEWS = re.compile(
    r"发布|宣布|上线|推出|开源|升级|更新|融资|估值|本周|昨日|近日|日前|本月|新增|支持|适合|优点|缺点|优势|不足|推荐|功能|版本"
    r"|api|接口|模型|助手|团队|公司|成本|速度|响应|能力|表现|强项|弱项|短板|首选|好用|参数|部署",
    re.IGNORECASE,
)
"""What such texts say besides, and answers now and then."""
_DATED = re.compile(
    r"\W*(?:20[0-9]{2}\s?年|[0-9]{1,2}\s?月|据|近日|日前|昨[日天]|今[日天年]|本[周月]|上[周个]|宣布|发布|上线|首次|正式|在.{0,8}[会上]"
    r"|最新消息|新增|修复|升级|更新)"
)
_HAPPENS = re.compile(
    r"发布|宣布|上线|推出|融资|估值|开放|内测|公测|开源|报道|更新|升级|上市|首次|降价|签约|适配|新增|修复|移除"
)
_JUDGES = re.compile(
    r"正确|错误|准确|清晰|不够|得分|表现|优秀|流畅|全面|遗漏|啰嗦|答[对错]|满分|[略偏较]|很好|不错|最[好差高]|一般|欠缺|出色|到位"
    r"|完整|详细|简洁|(?<![0-9.])[0-9.]++\s?分|五星|四星|通过|失败|翻车|跑题|没答|没有回答|拒答|胜出|完胜|扣分|加分"
)
_LONGEST_JUDGEMENT = 60
_SPEAKS_OF_ITSELF = re.compile(
    r"我是|我叫|我的名字|作为一[个名款位]|作为(?:ai|人工智能|语言模型)", re.IGNORECASE
)
_ASKS_ITSELF = re.compile(r"你|自己|自我")
_OPENING = 150
"""How much of an answer says whether it introduces the model."""
_LONGEST_TITLE = 400
_LONGEST_QUESTION = 120


@dataclass(frozen=True, slots=True)
class _Naming:
    """Patterns that name models."""

    name: re.Pattern[str]
    tells: re.Pattern[str]
    """Tells one model to do something."""
    puts: re.Pattern[str]
    """Puts one thing to several models."""


@cache
def _naming(names: str) -> _Naming:
    """The patterns for models whose names `names` finds."""
    models = rf"(?:{names}|大?模型|ai助手|ai(?![a-z])|人工智能|llm)"
    several = r"[二两三四五六七八九十0-9几多各](?:个|家|款|大|种|位|国产|主流|热门)*"
    puts = (
        rf"[让请叫命问考][^，,。！!让请叫命问考]{{0,12}}?{several}{models}"
        rf"|[让请叫问考][^，,。！!让请叫问考]{{0,4}}?(?:{names})\s?(?:、|和|与|,|/|&|跟|以及|\s)"
        rf"|{several}{models}(?:的|们|分别|同时|一起|都)?(?:怎么|如何|是怎么|是如何)?"
        r"(?:回答|答案|答题|作答|同题|作文|怎么说|怎么看|看待|这样(?:说|答))"
        r"|考试|考题|大考|赶考|答卷|同题(?:作文|作答|对比|测试|写作)"
        r"|(?:同一个?|一个|这个|同样的)(?:问题|题目?|提示词|prompt).{0,12}(?:回答|答案|怎么答|问)"
    )
    return _Naming(
        re.compile(names, re.IGNORECASE),
        re.compile(rf"(?:让|请|叫)\s?(?:{names})", re.IGNORECASE),
        re.compile(puts, re.IGNORECASE),
    )


def is_prompt(block: Block) -> bool:
    """Is it a prompt, such as `提示词：…`, `问题：…` or `Q: …`?"""
    return (
        block.kind in ("heading", "paragraph", "quote", "code")
        and _PROMPT.match(folded(block.text[:_LONGEST_TITLE])) is not None
    )


def is_open_question(block: Block) -> bool:
    """Is it one short question that a reader could put to anybody?"""
    text = block.text
    if len(text) > _LONGEST_QUESTION or not text.rstrip('”"』」 *').endswith(("?", "？")):
        return False
    return asks(text)


def is_question(text: str) -> bool:
    """Does it ask anything at all?"""
    return _INTERROGATIVE.search(folded(text[:_LONGEST_TITLE])) is not None


def tells(text: str) -> bool:
    """Does it tell somebody what to do, as 写一首诗 and 请解释递归 do?"""
    return _TASK.match(folded(text[:_LONGEST_TITLE])) is not None and not is_about_models(text)


def asks(text: str) -> bool:
    """Does a title or heading ask something that is not a matter of choosing or using models?"""
    text = folded(text[:_LONGEST_TITLE])
    if _INTERROGATIVE.search(text) is None or chooses(text):
        return False
    return not is_about_models(text) and not is_about_a_product(text)


def chooses(text: str) -> bool:
    """Does it ask for companies or products, so that their names with texts under them may be the reply?"""
    text = folded(text[:_LONGEST_TITLE])
    return _CHOOSES.search(text) is not None and _ASKS_MODELS.search(text) is None


def is_about_a_product(text: str) -> bool:
    """Does it ask nothing but what one asks about a product: 怎么注册, 是否收费, 支持多长的上下文?"""
    text = folded(text[:_LONGEST_TITLE])
    if _ASKS_ITSELF.search(text):
        return False
    return not _topic(_PRODUCT.sub(" ", _naming(in_use().names).name.sub(" ", text)))


def puts_to_models(title: str) -> bool:
    """Does a title say that one thing was put to several models: 让五个大模型写诗, 同一个问题问豆包和Kimi?"""
    return _naming(in_use().names).puts.search(folded(title[:_LONGEST_TITLE])) is not None


def is_about_models(text: str) -> bool:
    """Does a title write about models, as reviews, rankings and tutorials do, rather than ask them?

    豆包和Kimi哪个好 and 豆包是什么 are about them; 豆包、Kimi：什么是微调 asks them something else.
    """
    text = folded(text[:_LONGEST_TITLE])
    if _ASKS_MODELS.search(text) or _naming(in_use().names).tells.search(text):
        return False
    rest, names = _naming(in_use().names).name.subn(" ", text)
    asked = _INTERROGATIVE.search(rest) is not None
    if not names:
        return _ABOUT.search(text) is not None and (_REVIEW.search(text) is not None or not asked)
    if not asked or _REVIEW.search(rest) or _BY_MEANS_OF.search(rest):
        return True
    return len(_topic(rest)) < 2  # noqa: PLR2004 -- one character is no topic


def topic_of(text: str) -> str:
    """What is left of a question without the words that ask, those of products, and models' names."""
    text = _naming(in_use().names).name.sub(" ", folded(text[:_LONGEST_TITLE]).lower())
    return _LIGHT.sub(" ", _PRODUCT.sub(" ", _INTERROGATIVE.sub(" ", text)))


def _topic(text: str) -> str:
    return _FILLER.sub("", _INTERROGATIVE.sub("", text))


def describes(text: str, model: str | None, *, question: str | None) -> bool:
    """Does a text under a model's name introduce, review or use that model, instead of answering for it?

    It names the model, its maker, or what one says of products and the `question` does not say, and the
    model does not speak of itself.
    """
    opening = folded(text[:_OPENING])
    if _SPEAKS_OF_ITSELF.search(opening):
        return False
    if _DATED.match(opening) and _HAPPENS.search(opening):
        return True
    asked = folded(question or "")
    if any(found[0] not in asked for found in _PROFILE.finditer(opening)):
        return True
    return model is not None and _names(opening, model)


def judges(text: str) -> bool:
    """Is it a short judgement of an answer, as 步骤清晰，结论正确，得9分, instead of one?"""
    if len(text) > _LONGEST_JUDGEMENT:
        return False
    return len(set(_JUDGES.findall(folded(text)))) > 1


def reports(text: str) -> bool:
    """Does a text say what news and lists of models say, so that it needs a question to be an answer?"""
    return _NEWS.search(folded(text[:_OPENING])) is not None


def collects(title: str) -> bool:
    """Does a title promise a list, a glossary or the news, rather than one subject?"""
    return _COLLECTS.search(folded(title[:_LONGEST_TITLE])) is not None


def _names(text: str, model: str) -> bool:
    text = fold_name(text)
    own = in_use().by_id[model]
    names = (fold_name(name) for name in (*own.aliases, *own.makers) if name not in own.words)
    return any(len(name) > 1 and name in text for name in names)
