"""Text that speaks to a language model and not to a reader, so that who feeds it to a model has it obeyed.

What is found is a hint. Texts about such orders quote them: quotes, examples and articles on the subject are
told from orders as well as the words around can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.extract.text.letters import beyond_ascii

_OPENS = (
    r"(?:^|[\n。！!？?；;：:.>*#(（\[【\"“「'`]\s{0,3}|[，,]\s?|[请請你您]|务必|務必|必[须須]|[现現]在"
    r"|立[即刻]|马上|AI|助手|模型"
    r"|\b(?:please|now|must|should|and|then|you|immediately|just|simply|to|kindly)\s)"
)
"""What stands before an order, and not before a report such as 浏览器会忽略…"""
_EARLIER = (
    "以上|上述|上面|之前|先前|前面|此前|所有|一切|全部|任何|原有|原来|既定"
    "|系统|系統|你的|开发者|初始|预设|預設|安全"
)
_ORDERS = "指令|指示|命令|提示|规则|規則|限制|设定|設定|约束|約束|要求|准则|任务|instructions?|prompts?"
_ENGLISH_EARLIER = (
    "previous|prior|above|preceding|earlier|existing|all|any|your|these"
    "|foregoing|initial|original|system|safety"
)
_ENGLISH_ORDERS = (
    "instructions?|prompts?|directions?|directives?|commands?|guidelines|guidance|context|constraints"
    "|programming"
    "|training|policies|restrictions|orders"
)
_MODEL = "AI|人工智能|语言模型|語言模型|大模型|智能助手|爬虫"

_FORMS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("忽略", "无视", "無視", "忘记", "忘記", "忘掉", "抛开", "拋開", "不要理", "遵守", "推翻"),
        rf"{_OPENS}(?:忽略|[无無][视視]|忘[记記掉]|[抛拋][开開]|不要理[会會]|不[必用要再]遵守|推翻)[了掉你]?"
        rf"[^。！？\n，,]{{0,6}}?(?:{_EARLIER})[^。！？\n，,]{{0,10}}?(?:{_ORDERS})"
        r"|(?:^|[\n。！：；]\s?|[请請])(?:忽略|[无無][视視]|忘[记記掉])掉?(?:以上|上述|上面|前面"
        r"|之前)的?(?:所有|全部|一切)?"
        r"(?:[内內]容|[对對][话話]|文[字本])",
    ),
    (
        (
            "系统提示",
            "系統提示",
            "初始指令",
            "初始提示",
            "隐藏指令",
            "隐藏的",
            "内部指令",
            "的提示词",
            "的指令",
            "system prompt",
        ),
        rf"{_OPENS}(?:把|将)?[^。！？\n，,]{{0,4}}?(?:[输輸]出|[泄洩]露|[显顯]示|告[诉訴]我|重[复複]|打印"
        rf"|公[开開]|透露|[发發]送|说出|提供|展示|复述)"
        r"[^。！？\n]{0,10}(?:系[统統]提示|初始指令|初始提示|[隐隱]藏的?(?:指令|提示)|[内內]部指令"
        r"|[你您]的(?:指令|提示词)|system prompt)",
    ),
    (
        ("者模式", "狱模式", "獄模式", "dan模式", "dan 模式", "上帝模式", "限制模式"),
        rf"{_OPENS}(?:[进進]入|[启啟]用|[开開][启啟]|切[换換]到|激活)[^。！？\n]{{0,6}}(?:[开開][发發]者"
        rf"|越[狱獄]|DAN|上帝|[无無]限制)\s?模式",
    ),
    (
        (
            "没有任何限制",
            "沒有任何限制",
            "没有限制",
            "没有任何约束",
            "没有道德",
            "不受",
            "不再遵守",
            "无条件",
        ),
        r"(?:你[现現]在(?:起|开始)?(?:是|[将將]|扮演)|[从從][现現]在(?:起|开始|開始)[，,]?\s?[请請]?你"
        r"|你不再是|假[装裝]你是?|扮演)[^。！？\n]{0,24}"
        r"(?:[没沒]有(?:任何)?(?:限制|约束|道德|规则)|不受(?:任何)?[^。！？\n]{0,6}(?:限制|[约約]束)"
        r"|不再遵守|[无無][条條]件)",
    ),
    (
        (
            "如果你是",
            "若你是",
            "你作为",
            "作为ai",
            "作为一个ai",
            "作为人工智能",
            "致所有",
            "致ai",
            "致 ai",
            "写给ai",
            "写给所有",
            "读到这",
        ),
        rf"(?:如果|假如|若)?[你您]?(?:是"
        rf"|作[为為])(?:一[个個名])?[^。！？\n]{{0,6}}(?:{_MODEL})[^。！？\n]{{0,16}}"
        rf"(?:[请請]|必[须須]|[务務]必|[应應][当當]|不要|立即)|(?:致|写给|寫給)(?:所有"
        rf"|各位)?[^。！？\n]{{0,6}}(?:{_MODEL})[^。！？\n]{{0,6}}[：:，,]"
        rf"|读到这[^。！？\n]{{0,10}}(?:{_MODEL})[^。！？\n]{{0,10}}(?:请|必须|务必|应当|不要|立即)",
    ),
    (
        (
            "告诉用户",
            "告訴用戶",
            "告知用户",
            "通知用户",
            "提醒用户",
            "告诉任何人",
            "告诉人类",
        ),
        r"(?:不要|不得|别|禁止|切勿|不能)(?:告[诉訴知]|通知|提醒)[^。！？\n]{0,4}(?:用[户戶]|人类|任何人)",
    ),
    (
        ("ignore", "disregard", "forget", "override", "bypass", "neglect", "discard"),
        rf"{_OPENS}(?:ignore|disregard|forget|override|bypass|neglect"
        rf"|discard)\s+(?:[\w']+\s+){{0,4}}?(?:{_ENGLISH_EARLIER})\s+"
        rf"(?:[\w']+\s+){{0,4}}?(?:{_ENGLISH_ORDERS})\b"
        rf"|{_OPENS}(?:ignore|disregard|forget)\s+(?:everything|anything"
        rf"|all)\s+(?:[\w']+\s+){{0,3}}?(?:above|before|previously|told|said)\b",
    ),
    (
        ("you are now", "you are no longer", "you're now", "act as", "pretend"),
        r"\b(?:you(?: are|'re) (?:now|no longer)|act as|pretend (?:to be|you are))\s+[^.!?\n]{0,40}"
        r"(?:\bDAN\b|unrestricted|unfiltered|uncensored|jailbroken|developer mode|bound by|(?:without"
        r"|no) (?:any )?(?:restrictions|limits|rules))",
    ),
    (
        (
            "system prompt",
            "hidden prompt",
            "system message",
            "initial prompt",
            "initial instructions",
            "hidden instructions",
            "your prompt",
            "your instructions",
            "your api key",
        ),
        rf"{_OPENS}(?:reveal|print|output|repeat|show|leak|display|disclose|send|expose"
        rf"|tell)\s+(?:[\w']+\s+){{0,4}}?"
        r"(?:system prompt|hidden prompt|system message|initial (?:prompt|instructions)"
        r"|hidden instructions|your (?:prompt|instructions|api key))\b",
    ),
    (
        ("developer mode", "jailbreak mode", "dan mode", "god mode", "unrestricted mode"),
        rf"{_OPENS}(?:enter|enable|activate|switch to|engage)\s+(?:[\w']+\s+){{0,2}}?(?:developer"
        rf"|jailbreak|dan|god|unrestricted)\s+mode\b",
    ),
    (
        ("the user", "users", "the human"),
        r"\b(?:do not|don't|never)\s+(?:tell|inform|notify|alert"
        r"|mention)\s+(?:[\w']+\s+){0,4}?(?:the user|users|the human)\b",
    ),
    (
        ("if you are a", "as an ai", "note to ", "attention", "message to ", "message for "),
        r"\b(?:if you are|as) (?:an?|any) (?:[\w-]+ ){0,2}?(?:ai|llm|language model|chatbot"
        r"|crawler)\b[^.!?\n]{0,24}"
        r"(?:must|should|please|do not|say|ignore|reply|respond|write|include)\b"
        r"|\b(?:attention|note to|message (?:to|for))[ ,:]+(?:\w+\s+){0,3}?(?:ai|llms?|language models?"
        r"|assistants?|chatbots?)\b[^.!?\n]{0,12}[:,]",
    ),
    (
        ("<|im_start|>", "<|system|>", "[inst]", "<<sys>>"),
        r"<\|im_start\|>|<\|system\|>|\[INST\]|<<SYS>>",
    ),
    (
        (
            "system override",
            "admin override",
            "new instruction",
            "system instruction",
            "新指令",
            "新的指令",
            "系统指令",
            "最高指令",
            "最高优先级",
        ),
        r"(?:\b(?:(?:system|admin) (?:override|instructions?)|new instructions?)|新的?指令|系统指令"
        r"|最高(?:优先级)?的?指令)\s?[:：]",
    ),
)
"""By the words that no text of the form lacks, in small letters: the form."""
_COMPILED = tuple((signs, re.compile(form, re.IGNORECASE)) for signs, form in _FORMS)
_SIGNS = tuple(sign for signs, _ in _FORMS for sign in signs)
_CHINESE_SIGNS = tuple(sign.encode() for sign in _SIGNS if beyond_ascii(sign) == sign)
"""Looked for in what a text has beyond ASCII, which of an article with much code is little."""
_OTHER_SIGNS = tuple(sign.encode() for sign in _SIGNS if beyond_ascii(sign) != sign)
_MENTIONED = re.compile(
    r"攻[击擊]|注入|越[狱獄]|[例比譬]如|诸如|所谓|类似|[防過过][御范濾滤]|检测|示例|样例|[恶惡]意|黑客"
    r"|[试企]图|这[类句段]|这样的|一[句段]|写着|"
    r"attack|inject|jailbreak|such as|e\.g\.|for example|\blike\b|malicious|adversar|payload|defen[cs]e"
    r"|detect|"
    r"phrase|sentence|\bsays?\b|\btried to\b|hacker",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:提示詞?|提示词|指令)注入|注入攻[击擊]|越[狱獄]|大模型安全|红队|对抗(?:样本|提示|攻击)"
    r"|prompt.?injection|jailbreak|red.?team|llm security",
    re.IGNORECASE,
)
_SUBJECT_NAMED = 2
"""Times that the text names the subject, or once in its title."""
_MOST_PLACES = 40
"""Of one sign in a text are looked at."""
_AROUND = 80
_QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》"}
_EVEN_QUOTES = '"`'


def orders_in(text: str, *, title: str = "") -> list[int]:
    """Return where in `text` orders to a model stand, but for those that are quoted or talked about."""
    found = [span for span in _orders(text) if not _is_quoted(text, *span)]
    if found and (_SUBJECT.search(title) or len(_SUBJECT.findall(text)) >= _SUBJECT_NAMED):
        return []
    return [end - 1 for _, end in found]


def gives_orders(text: str) -> bool:
    """Does `text`, which no reader sees, hold an order? There nothing is a quote."""
    return next(_orders(text), None) is not None


def _orders(text: str) -> Iterator[tuple[int, int]]:
    lowered, beyond = text.encode("utf-8", "replace").lower(), beyond_ascii(text).encode("utf-8", "replace")
    if not any(sign in beyond for sign in _CHINESE_SIGNS) and not any(
        sign in lowered for sign in _OTHER_SIGNS
    ):
        return
    small = text.lower()
    for signs, form in _COMPILED:
        for place in _places(small, signs):
            window = form.search(text, max(0, place - _AROUND), place + 2 * _AROUND)
            if window:
                yield window.span()


def _places(text: str, signs: tuple[str, ...]) -> Iterator[int]:
    for sign in signs:
        at = -1
        for _ in range(_MOST_PLACES):
            at = text.find(sign, at + 1)
            if at < 0:
                break
            yield at


def _is_quoted(text: str, start: int, end: int) -> bool:
    line = text.rfind("\n", 0, start + 1) + 1
    before = text[max(line, start - _AROUND) : start + 1]
    after = text[end : end + _AROUND].partition("\n")[0]
    if any(before.rfind(opening) > before.rfind(closing) for opening, closing in _QUOTES.items()):
        return True
    if any(before.count(quote) % 2 and quote in after for quote in _EVEN_QUOTES):
        return True
    return _MENTIONED.search(before) is not None or _MENTIONED.search(after) is not None
