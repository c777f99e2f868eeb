"""The table of models, and which lines are wholly a model's name."""

import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.models import BUILT_IN, fold_name, match_label, may_name_model

IDS_OF_THE_CONTRACT = (
    "wenxin-yiyan zhipu-qingyan doubao xunfei-xinghuo tongyi-qianwen kimi deepseek tencent-hunyuan baichuan"
    " minimax yi sensechat tiangong 360-zhinao pangu step chatgpt claude gemini copilot grok llama mistral"
)

LABELS = [
    ("豆包", "doubao", None),
    ("豆包 ", "doubao", None),
    ("\u00a0豆包\u00a0", "doubao", None),
    ("文心 一言", "wenxin-yiyan", None),
    ("文心一言 4.0", "wenxin-yiyan", "4.0"),
    ("文心一言（4.0）", "wenxin-yiyan", "4.0"),
    ("文心一言【4.0】", "wenxin-yiyan", "4.0"),
    ("文心一言(4.0 Turbo)：", "wenxin-yiyan", "4.0 Turbo"),
    ("文心一言（百度）", "wenxin-yiyan", None),
    ("百度文心一言", "wenxin-yiyan", None),
    ("文心大模型 4.5", "wenxin-yiyan", "4.5"),
    ("ＧＰＴ－４ｏ", "chatgpt", "4o"),
    ("GPT-4o", "chatgpt", "4o"),
    ("GPT-4o mini", "chatgpt", "4o mini"),
    ("GPT-3.5-turbo", "chatgpt", "3.5-turbo"),
    ("ChatGPT（GPT-4）", "chatgpt", "4"),
    ("ChatGPT", "chatgpt", None),
    ("chat gpt", "chatgpt", None),
    ("o1-mini", "chatgpt", "o1-mini"),
    ("OpenAI o1", "chatgpt", "o1"),
    ("GLM-4", "zhipu-qingyan", "4"),
    ("智谱清言 GLM-4-Plus", "zhipu-qingyan", "4-Plus"),
    ("智譜清言", "zhipu-qingyan", None),
    ("訊飛星火", "xunfei-xinghuo", None),
    ("讯飞星火认知大模型 V3.5", "xunfei-xinghuo", "V3.5"),
    ("星火大模型V4.0", "xunfei-xinghuo", "V4.0"),
    ("通義千問", "tongyi-qianwen", None),
    ("Qwen2.5-72B-Instruct", "tongyi-qianwen", "2.5-72B-Instruct"),
    ("DeepSeek-R1", "deepseek", "R1"),
    ("DeepSeek R1 满血版", "deepseek", "R1"),
    ("深度求索", "deepseek", None),
    ("Deep Seek", "deepseek", None),
    ("Claude 3.5 Sonnet", "claude", "3.5 Sonnet"),
    ("Claude Opus 4", "claude", "Opus 4"),
    ("Google Gemini 1.5 Pro", "gemini", "1.5 Pro"),
    ("Bard", "gemini", None),
    ("New Bing", "copilot", None),
    ("360智脑", "360-zhinao", None),
    ("Yi-34B", "yi", "34B"),
    ("Kimi 月之暗面", "kimi", None),
    ("Kimi（月之暗面）", "kimi", None),
    ("豆包Pro", "doubao", "Pro"),
    ("豆包AI助手", "doubao", None),
    ("豆包（2）", "doubao", None),
    ("元宝（DeepSeek R1）", "tencent-hunyuan", "DeepSeek R1"),
    ("1. 豆包", "doubao", None),
    ("1、豆包", "doubao", None),
    ("01 豆包", "doubao", None),
    ("2.1 豆包", "doubao", None),
    ("一、豆包", "doubao", None),
    ("（二）豆包", "doubao", None),
    ("①豆包", "doubao", None),
    ("2️⃣ 豆包", "doubao", None),
    ("Q1 豆包", "doubao", None),
    ("A. 豆包", "doubao", None),
    ("模型一：豆包", "doubao", None),
    ("🤖 豆包：", "doubao", None),
    ("：豆包：", "doubao", None),
]

NO_LABELS = [
    "",
    " ",
    "豆包编程入门",
    "豆包是什么",
    "豆包官网",
    "豆包。",
    "豆包和Kimi",
    "豆包 vs Kimi",
    "ChatGPT的技术架构",
    "1.1 ChatGPT的技术架构",
    "文心一言:中文场景深度适配",
    "3. 文心一言:中文场景深度适配",
    "阿里:Qwen3-Coder",
    "豆包的回答很有意思",
    "`豆包`",
    "Step 1",
    "Step 2",
    "第一步",
    "Yimax",
    "AI助手",
    "大模型",
    "4.0",
    "回答",
    "小明的回答",
    "豆" * 61,
    "豆包 " + "很" * 60,
    "Gemini is a constellation",
    "Pi 4",
]


@pytest.mark.parametrize(("shown", "model", "version"), LABELS)
def test_a_line_that_is_wholly_a_name_is_a_label(shown: str, model: str, version: str | None) -> None:
    found = match_label(shown)
    assert found is not None
    assert (found.model, found.version) == (model, version)
    assert not found.says_answer
    assert found.decoration == ""


@pytest.mark.parametrize("shown", NO_LABELS)
def test_a_line_that_only_holds_a_name_is_no_label(shown: str) -> None:
    assert match_label(shown) is None


@pytest.mark.parametrize(
    "shown",
    [
        "豆包的回答",
        "豆包的回答：",
        "豆包回答",
        "豆包回答如下：",
        "豆包答：",
        "以下是豆包的回答：",
        "豆包（字节）的回答",
        "【豆包】的回答",
        "**豆包**的回答",
        "1. 豆包的回答",
        "豆包的答案",
        "豆包 4.0 的回答",
        "豆包's answer",
    ],
)
def test_a_label_may_say_that_an_answer_follows(shown: str) -> None:
    found = match_label(shown)
    assert found is not None
    assert found.model == "doubao"
    assert found.says_answer


@pytest.mark.parametrize(
    ("shown", "decoration"),
    [
        ("【豆包】", "brackets"),
        ("「豆包」", "brackets"),
        ("[豆包]", "brackets"),
        ("《豆包》", "brackets"),
        ("（豆包）", "brackets"),
        ("“豆包”", "brackets"),
        ("【豆包】：", "brackets"),
        ("【豆包】（4.0）", "brackets"),
        ("1. 【豆包】", "brackets"),
        ("**豆包**", "markdown"),
        ("**豆包：**", "markdown"),
        ("__豆包__", "markdown"),
        ("1. **豆包**", "markdown"),
        ("**1. 豆包**", "markdown"),
        ("### 豆包", "###"),
        ("###豆包", "###"),
        ("## **豆包**：", "##"),
        ("### 1. 豆包 ###", "###"),
    ],
)
def test_a_name_in_brackets_or_literal_markdown_is_a_label_of_its_own_shape(
    shown: str, decoration: str
) -> None:
    found = match_label(shown)
    assert found is not None
    assert (found.model, found.decoration) == ("doubao", decoration)


def test_every_id_of_the_contract_is_there_and_at_least_sixty_models_are_known() -> None:
    ids = [model.id for model in BUILT_IN.rows]
    assert set(IDS_OF_THE_CONTRACT.split()) <= set(ids)
    assert len(ids) == len(set(ids)) >= 60


def test_no_alias_has_two_owners() -> None:
    owners: dict[str, set[str]] = {}
    for model in BUILT_IN.rows:
        for alias in model.aliases:
            owners.setdefault(fold_name(alias), set()).add(model.id)
    assert {alias: ids for alias, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("model", BUILT_IN.rows, ids=lambda model: model.id)
def test_every_alias_is_a_label_of_its_model(model) -> None:
    for alias in (model.name, *model.aliases):
        for shown in (alias, f"{alias}：", f"【{alias}】", f"1. {alias}", f"{alias}的回答"):
            found = match_label(shown)
            assert found is not None, shown
            assert found.model == model.id, shown
    assert set(model.words) <= set(model.aliases)


def test_the_table_holds_no_key_that_nobody_reads() -> None:
    source = resources.files("crawler.extract.models").joinpath("models.toml").read_text(encoding="utf-8")
    keys = {key for row in tomllib.loads(source)["models"] for key in row}
    assert keys == {"id", "name", "vendor", "aliases", "makers", "words", "versions"}


@given(
    st.text(
        st.sampled_from("豆包文心一言GPT4o.-_*#【】（）() []:：答的回1一、QKimi🤖\u200b\ufe0f"), max_size=70
    )
)
def test_no_line_makes_it_fail(text: str) -> None:
    match_label(text)


@given(st.text(max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    match_label(text)


def test_the_cheap_look_misses_no_label() -> None:
    for model in BUILT_IN.rows:
        for alias in (*model.aliases, f"【{model.name}】", f"1. {model.name}的回答：", f"🤖 {model.name} V2"):
            assert may_name_model(alias), alias
    for label in (
        "Deep Seek",
        "ＫＩＭＩ",
        "Chat-GPT",
        "Kimik1.5",
        "豆包pro",
        "o1",
        "百度文心一言4.0",
        "GPT4",
    ):
        assert match_label(label) is not None
        assert may_name_model(label), label
    for text in ("api", "copying a pizza", "typing", "kimono", "gemination", "学习率是什么"):
        assert not may_name_model(text), text
