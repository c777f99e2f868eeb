"""What short lines say that are no names of known models: that an answer ends, or that somebody answers."""

from __future__ import annotations

import re

from crawler.extract.models.labels import Line
from crawler.extract.text.folding import folded

_LONGEST_NAME = 24
_SENTENCE = re.compile(r"[，。！？；：、,!?;:…]|\.\s")
_CLOSING_WORD = (
    "总结|小结|结语|结论|总评|点评|评价|评测|评分|打分|分析|对比|比较|对照|汇总|感想|感受|体会|看法|观点|后记|尾声|结束语|结束"
    "|写在最后|最后|附录|附|参考|参考资料|参考文献|参考链接|说明|备注|思考|反思|讨论|相关阅读|推荐阅读|summary|conclusions?"
)
_CLOSING = re.compile(
    r"(?:我的|个人|作者|综合|整体|简单|简要|全文|本文|文章|最终|最后|结果|回答|答案|横向|各模型|模型|人工){0,3}的?"
    rf"(?:{_CLOSING_WORD})(?:(?:与|和|及|以及|[、/&+\-|])?(?:我的|个人|结果)?(?:{_CLOSING_WORD})){{0,3}}"
)
_NAME_ENDING = re.compile(
    r"(?:[^\W_]{2,}(?:大模型|gpt|chat|bot|智脑|ai助手)|[^\W_]{1,}(?<![大的])ai|chat[a-z]{2,})"
)
_NOBODY = re.compile(
    "(?:参考|正确|标准|示例|样例|示范|范例|程序|代码|运行|控制台|输入|期望|预期|实际|最终|最佳|问题|题目|习题|练习|试题"
    "|课后|常见|相关|部分|简短|简要|一般){1,3}的?"
)
"""Whose 回答 or 输出 is no model's: 参考答案, 示例输出."""
_COMMON = {
    "人工智能",
    "生成式ai",
    "大语言模型",
    "国产大模型",
    "预训练大模型",
    "语言大模型",
    "使用ai",
    "什么是ai",
}


def closes(line: Line) -> bool:
    """Is it wholly 总结, 分析, 结语 or their like?"""
    return _CLOSING.fullmatch(_bare(line)) is not None


def is_short(line: Line) -> bool:
    """Short and no sentence: what a heading over an answer looks like."""
    return 0 < len(line.core) <= _LONGEST_NAME and not _SENTENCE.search(line.core)


def is_namelike(line: Line) -> bool:
    """Does it look like a model's name, as XX大模型 and XXGPT do, or say 的回答?"""
    name = _bare(line)
    if line.says_answer:
        return is_short(line) and _NOBODY.fullmatch(name) is None
    return is_short(line) and name not in _COMMON and _NAME_ENDING.fullmatch(name) is not None


def _bare(line: Line) -> str:
    return folded("".join(line.core.lower().split()))
