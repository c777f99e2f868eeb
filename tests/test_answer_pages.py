"""Whole pages with and without answers of models, in a shorthand of blocks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_builder import Box, body, bold, box, h, image, items, line, p, page, quote

from crawler.extract.answers import read_answers

SERIES = "2024-03-02 问AI:什么是微调"

# (title, page, what is expected: model or "-" : text with blocks joined by a blank)
WITH_ANSWERS = [
    (SERIES, "文心一言\n一。\n智谱清言\n二。\n豆包\n三。\n讯飞星火\n四。",
     "wenxin-yiyan:一。 zhipu-qingyan:二。 doubao:三。 xunfei-xinghuo:四。"),
    (SERIES, "## 文心一言\n一。\n## Kimi\n二。", "wenxin-yiyan:一。 kimi:二。"),
    (SERIES, "**文心一言**\n一。\n**Kimi**\n二。", "wenxin-yiyan:一。 kimi:二。"),
    (SERIES, "【文心一言】\n一。\n【Kimi】\n二。", "wenxin-yiyan:一。 kimi:二。"),
    (SERIES, "## 【文心一言】\n一。\n## Kimi：\n二。", "wenxin-yiyan:一。 kimi:二。"),
    (SERIES, "\\### 文心一言\n一。\n\\### Kimi\n二。", "wenxin-yiyan:一。 kimi:二。"),
    (SERIES, "## 一、文心一言\n二。\n## 二、Kimi\n三。", "wenxin-yiyan:二。 kimi:三。"),
    (SERIES, "1. 文心一言\n一。\n2. Kimi\n二。", "wenxin-yiyan:一。 kimi:二。"),
    (SERIES, "（一）文心一言\n一。\n（二）Kimi\n二。", "wenxin-yiyan:一。 kimi:二。"),
    (SERIES, "🤖 文心一言\n一。\n🌙 Kimi\n二。", "wenxin-yiyan:一。 kimi:二。"),
    (SERIES, "智譜清言\n一。\n訊飛星火\n二。\n通義千問\n三。",
     "zhipu-qingyan:一。 xunfei-xinghuo:二。 tongyi-qianwen:三。"),
    (SERIES, "## 文心一言（4.0）\n一。\n## GPT-4o\n二。\n## DeepSeek-R1\n三。",
     "wenxin-yiyan:一。 chatgpt:二。 deepseek:三。"),
    (SERIES, "## GPT-3.5\n一。\n## GPT-4\n二。", "chatgpt:一。 chatgpt:二。"),
    (SERIES, "## Kimi\n- 甲\n> 豆包\n` 豆包\n| 豆包\n## 豆包\n二。", "kimi:-甲豆包豆包豆包 doubao:二。"),
    (SERIES, "## Kimi\n!\n## 豆包\n二。", "kimi: doubao:二。"),
    (SERIES, "前言。\nKimi\n一。\n豆包\n二。\n小结\n三。", "kimi:一。 doubao:二。"),
    (SERIES, "# 什么是微调\n## Kimi\n一。\n## 豆包\n二。\n# 我的看法\n三。", "kimi:一。 doubao:二。"),
    (SERIES, "## Kimi\n一。\n## 某家助手\n二。\n## 豆包\n三。", "kimi:一。 -:二。 doubao:三。"),
    (SERIES, "### Kimi\n一。\n### 豆包\n二。\n## 参考资料\n三。", "kimi:一。 doubao:二。"),
    (SERIES, "{div.a\n### Kimi\n一。\n}\n{div.a\n### 豆包\n二。\n}\n三。", "kimi:一。 doubao:二。"),
    (SERIES, "{div.a\nKimi\n一。\n}\n{div.a\n某家助手\n二。\n}\n{div.a\n豆包\n三。\n}",
     "kimi:一。 -:二。 doubao:三。"),
    (SERIES, "{div.post\nKimi\n一。\n豆包\n二。\n}\n三。", "kimi:一。 doubao:二。"),
    (SERIES, "Kimi\n一。\n豆包\n二。\nKimi\n三。", "kimi:一。 doubao:二。 kimi:三。"),
    (SERIES, "百川\n一。\n天工\n二。\n商量\n三。", "baichuan:一。 tiangong:二。 sensechat:三。"),
    ("什么是微调？", "## Kimi\n一。\n## 豆包\n二。", "kimi:一。 doubao:二。"),
    ("写诗", "提示词：写一首诗\n## Kimi\n一。\n## 豆包\n二。", "kimi:一。 doubao:二。"),
    ("写诗", "> Prompt: 写一首诗\n## Kimi\n一。\n## 豆包\n二。", "kimi:一。 doubao:二。"),
    ("写诗", "## 问题\n写一首诗\n## Kimi\n一。\n## 豆包\n二。", "kimi:一。 doubao:二。"),
    ("写诗", "## Kimi的回答\n一。\n## 豆包的回答\n二。", "kimi:一。 doubao:二。"),
    ("写诗", "诗。\n**豆包的回答：**\n一。", "doubao:一。"),
    ("写诗", "## ChatGPT 回答如下：\n一。\n## 某家助手回答如下：\n二。\n## 总结\n三。",
     "chatgpt:一。 -:二。"),
    ("国产大模型评测",
     "## 问题一：写诗\n### Kimi\n一。\n### 豆包\n二。\n### 点评\n三。\n"
     "## 问题二：算数\n### Kimi\n四。\n### 豆包\n五。",
     "kimi:一。 doubao:二。 kimi:四。 doubao:五。"),
    ("写诗",
     "## 春天为什么来？\n**Kimi**\n一。\n**豆包**\n二。\n"
     "## 冬天为什么冷？\n**Kimi**\n三。\n**豆包**\n四。",
     "kimi:一。 doubao:二。 kimi:三。 doubao:四。"),
    ("写诗", "## 问题一：写诗\n## Kimi\n一。\n## 豆包\n二。\n## 问题二：算数\n## Kimi\n三。\n## 豆包\n四。",
     "kimi:一。 doubao:二。 kimi:三。 doubao:四。"),
    ("写诗", "Kimi\n一。\n豆包\n二。", "kimi:一。 doubao:二。"),
    ("让Kimi和豆包写诗", "Kimi\n一。\n豆包\n二。", "kimi:一。 doubao:二。"),
    ("豆包、Kimi：什么是微调？", "## Kimi\n一。\n## 豆包\n二。", "kimi:一。 doubao:二。"),
    ("AI的发展趋势是什么", "## 天工\n一。\n## 元宝\n二。", "tiangong:一。 tencent-hunyuan:二。"),
    ("札记", "## 什么是微调\n甲。\n乙。\n丙。\n丁。\n戊。\n己。\n庚。\n辛。\n### Kimi\n一。\n### 豆包\n二。",
     "kimi:一。 doubao:二。"),
    ("札记", "## 什么是微调\n## Kimi\n一。\n## 豆包\n二。", "kimi:一。 doubao:二。"),
    ("写诗", "问题一：春\nKimi\n一。\n豆包\n二。\n问题二：冬\nKimi\n三。\n豆包\n四。",
     "kimi:一。 doubao:二。 kimi:三。 doubao:四。"),
]  # fmt: skip

WITHOUT_ANSWERS = [
    # Pages about models: their headings are names, and nobody was asked anything.
    ("国产大模型盘点", "## 文心一言\n百度推出。\n## 通义千问\n阿里推出。\n## Kimi\n长文本。"),
    ("国产AI大模型哪家强？", "## 文心一言\n一。\n## 通义千问\n二。"),
    ("2024年十大AI工具推荐", "## 1. ChatGPT\n一。\n## 2. Claude\n二。"),
    ("豆包和Kimi哪个好用？", "## 豆包\n一。\n## Kimi\n二。"),
    ("ChatGPT与文心一言的区别是什么", "## ChatGPT\n一。\n## 文心一言\n二。"),
    ("AI助手怎么选", "## 豆包\n一。\n## Kimi\n二。"),
    ("如何使用国内的AI大模型", "## 豆包\n一。\n## Kimi\n二。"),
    ("如何接入大模型API", "## DeepSeek\n一。\n## 通义千问\n二。"),
    ("常用网站收藏", "## 豆包\n一。\n## Kimi\n二。"),
    ("效率工具", "### ChatGPT\n一。\n### Claude\n二。\n### Gemini\n三。"),
    ("大语言模型综述", "## GPT\n一。\n## LLaMA\n二。\n## GLM\n三。"),
    ("大模型发展史", "## GPT-3\n一。\n## PaLM\n二。\n## Llama 2\n三。"),
    ("开源大模型部署教程", "## ChatGLM\n一。\n## Baichuan\n二。\n## Qwen\n三。"),
    ("AI编程助手对比", "## GitHub Copilot\n一。\n## 通义灵码\n二。"),
    ("大模型价格一览", "## 豆包\n一。\n## Kimi\n二。"),
    ("怎样提高写作效率？", "## 文心一言\n文心一言是百度的产品。\n## Kimi\n月之暗面出品。"),
    ("写作怎样更快？", "## 豆包\n官网：豆包网址。\n## Kimi\n官网：见上。"),
    ("国产大模型盘点", "**文心一言**\n一。\n**通义千问**\n二。"),
    ("AI大模型全景解析", "文心一言\n一。\n通义千问\n二。"),
    ("让效率翻倍的AI工具", "**ChatGPT**\n一。\n**Claude**\n二。"),
    ("AI问答工具推荐", "**ChatGPT**\n一。\n**Claude**\n二。"),
    ("人工智能入门", "**ChatGPT**\n一。\n**Claude**\n二。"),
    ("Best AI chatbots compared", "## ChatGPT\none.\n## Claude\ntwo."),
    ("ChatGPT vs Claude", "## ChatGPT\none.\n## Claude\ntwo."),
    # Names that are parts of longer headings, or in blocks that are no labels
    ("什么是微调？", "## ChatGPT的技术架构\n一。\n## 文心一言的技术架构\n二。"),
    ("什么是微调？", "## 3. 文心一言:中文场景深度适配\n一。\n## 4. 豆包:轻量\n二。"),
    ("什么是微调？", "## 豆包编程入门\n一。\n## Kimi使用技巧\n二。"),
    ("什么是微调？", "- 豆包\n- Kimi\n一。"),
    ("什么是微调？", "> 豆包\n一。\n> Kimi\n二。"),
    ("什么是微调？", "| 豆包\n一。\n| Kimi\n二。"),
    ("什么是微调？", "` 豆包\n一。\n` Kimi\n二。"),
    ("什么是微调？", "豆包和Kimi都可以。\n豆包是字节跳动的。"),
    ("什么是微调？", "豆包：轻量好用。\nKimi：长文本。"),
    ("什么是微调？", "!\n豆包界面截图如下\n!\nKimi界面截图如下"),
    ("什么是微调？", "阿里:Qwen3-Coder\n一。\n字节:Seed\n二。"),
    # One model, or one name in several shapes
    ("什么是豆包？", "## 豆包\n一。\n## 优点\n二。\n## 缺点\n三。"),
    ("什么是微调？", "豆包\n一。\n优点\n二。"),
    ("什么是微调？", "## 豆包\n一。\n### Kimi\n二。"),
    ("什么是微调？", "豆包\n一。\n**Kimi**\n二。"),
    ("什么是微调？", "豆包\n一。\n【Kimi】\n二。"),
    ("什么是微调？", "豆包\n一。\n豆包\n二。"),
    ("什么是微调？", "{div.a\n豆包\n一。\n}\n{p.b\nKimi\n二。\n}"),
    ("什么是微调？", "## Llama 2\n一。\n## Llama 3\n二。"),
    ("GPT-3.5和GPT-4有何不同？", "## GPT-3.5\n一。\n## GPT-4\n二。"),
    # Nothing but names
    ("什么是微调？", "豆包\nKimi\n文心一言"),
    ("什么是微调？", "豆包\nKimi\n文心一言\n以上是三个模型。"),
    ("什么是微调？", "## 豆包\n## Kimi"),
    # Ordinary words
    ("如何安装？", "## Step 1\n一。\n## Step 2\n二。\n## Step 3\n三。"),
    ("如何安装？", "## Step-1\n一。\n## Step-2\n二。"),
    ("鸟与石", "## Falcon\n一。\n## Granite\n二。"),
    ("札记", "九天\n一。\n星辰\n二。"),
    ("诸子谁更长寿？", "## 孟子\n一。\n## 子曰\n二。"),
    ("如何用ChatGPT写论文？", "## ChatGPT\n一。\n## Kimi\n二。"),
    ("豆包是什么？", "## 豆包\n一。\n## Kimi\n二。"),
    ("几个好用的网站", "## 豆包\n一。\n## Kimi\n二。"),
    ("树莓派", "## Pi 3\n一。\n## Pi 4\n二。"),
    ("星座", "## Gemini\n一。\n## Leo\n二。"),
    ("诸子是谁？", "## 孔子\n一。\n## 孟子\n二。\n## 子曰\n三。"),
    # Articles that have nothing to do with models
    ("什么是微调？", "## 背景\n一。\n## 方法\n二。\n## 总结\n三。"),
    ("Java面试题", "## 问题一：什么是锁？\n一。\n## 问题二：什么是线程？\n二。"),
    ("Java面试题", "Q1：什么是锁？\nA：一。\nQ2：什么是线程？\nA：二。"),
    ("读者问答", "小明的回答：\n一。\n小红的回答：\n二。"),
    ("正确答案", "**答案**\n一。\n**解析**\n二。"),
    ("2024-03-02 问AI:什么是微调", "微调是再训练。\n它省资源。"),
    ("", ""),
    ("", "!"),
    ("什么是微调？", "## \n## "),
    ("什么是微调？", "豆包"),
]


def told(answers) -> str:
    """Answers in the shorthand of the table."""
    return " ".join(f"{a.model or '-'}:{''.join(a.text.split())}" for a in answers)


@pytest.mark.parametrize(("title", "source", "expected"), WITH_ANSWERS)
def test_answers_of_a_page_are_found(title: str, source: str, expected: str) -> None:
    answers = read_answers(page(source), title=title).answers
    assert told(answers) == expected
    assert all(answer.confidence >= 0.5 for answer in answers)


@pytest.mark.parametrize(("title", "source"), WITHOUT_ANSWERS)
def test_a_page_that_asked_nobody_has_no_answers_to_trust(title: str, source: str) -> None:
    answers = read_answers(page(source), title=title).answers
    assert told(answer for answer in answers if answer.confidence >= 0.5) == ""


def test_the_tables_are_as_long_as_they_claim() -> None:
    assert len(WITH_ANSWERS) >= 30
    assert len(WITHOUT_ANSWERS) >= 60


TEXTS = st.sampled_from(
    ["豆包", "Kimi", "文心一言", "GPT-4o", "【豆包】", "**Kimi**", "### 豆包", "豆包的回答", "某家助手",
     "总结", "对比", "问题一", "问题二：为何？", "提示词：写诗", "一段话。", "优点", "天工", "", "XX大模型"]
)  # fmt: skip
LEAVES = st.one_of(
    st.builds(h, st.integers(1, 6), TEXTS),
    st.builds(p, TEXTS),
    st.builds(line, TEXTS),
    st.builds(bold, TEXTS),
    st.builds(items, TEXTS),
    st.builds(quote, TEXTS),
    st.just(image()),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda shape, parts: box(shape, *parts),
        st.sampled_from(["div.a", "div.b"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@settings(max_examples=300)
@given(st.lists(TREES, max_size=14), st.sampled_from([SERIES, "什么是微调？", "国产大模型盘点", "", "写诗"]))
def test_answers_are_ordered_slices_that_do_not_overlap(contents: list[object], title: str) -> None:
    whole = body(*contents)  # type: ignore[arg-type]
    before = whole.text
    answers = read_answers(whole, title=title).answers
    assert whole.text == before
    end = markdown_end = 0
    for position, answer in enumerate(answers, start=1):
        assert answer.position == position
        assert whole.text[answer.start : answer.end] == answer.text
        assert whole.markdown[answer.markdown_start : answer.markdown_end] == answer.markdown
        assert end <= answer.start <= answer.end <= len(whole.text)
        assert markdown_end <= answer.markdown_start <= answer.markdown_end <= len(whole.markdown)
        assert (answer.text == "") == ("empty" in answer.flags)
        assert 0 <= answer.confidence <= 1
        end, markdown_end = answer.end, answer.markdown_end


def test_many_labels_and_deep_boxes_are_read_in_reasonable_time() -> None:
    rows = [block for _ in range(3000) for block in (line("豆包"), p("一。"), line("Kimi"), p("总结"))]
    assert len(read_answers(body(*rows), title=SERIES).answers) == 6000
    deep: Box | object = box("div.a", p("豆包"), p("一。"), p("Kimi"), p("二。"))
    for _ in range(150):
        deep = box("div.a", deep)  # type: ignore[arg-type]
    assert len(read_answers(body(deep), title=SERIES).answers) == 2  # type: ignore[arg-type]
    runs = [
        b
        for _ in range(2000)
        for b in (h(2, "问题一：何时？"), h(3, "豆包"), p("一。"), h(3, "Kimi"), h(4, "细节"))
    ]
    assert len(read_answers(body(*runs), title=SERIES).answers) == 4000
    sections = [box("div.a", p("豆包"), p("一。"), p("Kimi"), p("二。")) for _ in range(2000)]
    assert read_answers(body(*sections), title=SERIES).answers
