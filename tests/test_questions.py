"""What titles and headings ask, and when two spellings are one question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.answers.questions import question_key, read_heading, read_title

TITLES = [
    ("2024-05-11 问AI:在深度学习中,学习率是什么", "在深度学习中,学习率是什么", "2024-05-11", "问AI"),
    ("2024年9月1日 问AI：什么是微调？", "什么是微调？", "2024-09-01", "问AI"),
    ("2024.9.1 问AI 什么是微调", "什么是微调", "2024-09-01", "问AI"),
    ("【2024-05-11】问AI：什么是微调", "什么是微调", "2024-05-11", "问AI"),
    ("（2024/5/11）什么是微调", "什么是微调", "2024-05-11", None),
    ("2024—05—11 问AI：什么是微调", "什么是微调", "2024-05-11", "问AI"),
    ("２０２４－０５－１１　问ＡＩ：什么是微调", "什么是微调", "2024-05-11", "问AI"),
    ("20240511 什么是微调", "什么是微调", "2024-05-11", None),
    ("二〇二四年五月十一日 什么是微调", "什么是微调", "2024-05-11", None),
    ("二零二四年十二月二十三日 什么是微调", "什么是微调", "2024-12-23", None),
    ("May 11, 2024 What is fine-tuning?", "What is fine-tuning?", "2024-05-11", None),
    ("2024-05-11 星期六 问AI：什么是微调", "什么是微调", "2024-05-11", "问AI"),
    ("2024-05-11问AI什么是微调", "什么是微调", "2024-05-11", "问AI"),
    ("2024-05-11_问AI_什么是微调", "什么是微调", "2024-05-11", "问AI"),
    ("问AI：什么是微调（2024/5/11）", "什么是微调", "2024-05-11", "问AI"),
    ("问AI 2024-05-11：什么是微调", "什么是微调", "2024-05-11", "问AI"),
    ("【问AI】什么是微调 2024-05-11", "什么是微调", "2024-05-11", "问AI"),
    ("[问ai] 什么是微调", "什么是微调", None, "问AI"),
    ("什么是微调【问AI】", "什么是微调", None, "问AI"),
    ("什么是微调 — 2024年5月11日", "什么是微调", "2024-05-11", None),
    ("2024.9.1什么是微调", "什么是微调", "2024-09-01", None),
    ("2024-05-11 问AI:2023-01-01是星期几", "2023-01-01是星期几", "2024-05-11", "问AI"),
    ("什么是微调", "什么是微调", None, None),
    ("问AI", None, None, "问AI"),
    ("2024-05-11", None, "2024-05-11", None),
    ("", None, None, None),
    # Several days, or none that is complete and real
    ("2024-05-11 2024-05-12 问AI:什么是微调", "2024-05-11 2024-05-12 什么是微调", None, "问AI"),
    ("2024-05-11至2024-05-12 问AI:什么是微调", "2024-05-11至2024-05-12 什么是微调", None, "问AI"),
    ("2024-05-11 问AI:什么是微调 2024-05-12", "2024-05-11 什么是微调 2024-05-12", None, "问AI"),
    ("2024-13-40 什么是微调", "2024-13-40 什么是微调", None, None),
    ("2023-02-29 什么是微调", "2023-02-29 什么是微调", None, None),
    ("2024年5月 什么是微调", "2024年5月 什么是微调", None, None),
    ("5月11日 什么是微调", "5月11日 什么是微调", None, None),
    # Days and marks that are part of a sentence
    ("2024年9月1日起施行的新规有哪些", "2024年9月1日起施行的新规有哪些", None, None),
    ("数据截至2024年5月11日", "数据截至2024年5月11日", None, None),
    ("问AI:2024年5月11日发生了什么", "2024年5月11日发生了什么", None, "问AI"),
    ("问AI如何改变教育", "问AI如何改变教育", None, None),
    ("追问AI：什么是微调", "追问AI：什么是微调", None, None),
    ("Python 3.12.2024 是什么", "Python 3.12.2024 是什么", None, None),
]


@pytest.mark.parametrize(("title", "question", "day", "series"), TITLES)
def test_day_and_series_mark_are_taken_off_a_title(
    title: str, question: str | None, day: str | None, series: str | None
) -> None:
    facts = read_title(title)
    assert (facts.question, facts.date, facts.series) == (question, day, series)


@pytest.mark.parametrize(
    ("heading", "question", "marked"),
    [
        ("问题一：什么是微调？", "什么是微调？", True),
        ("问题1:什么是微调", "什么是微调", True),
        ("问题 2 什么是微调", "什么是微调", True),
        ("【问题一】什么是微调", "什么是微调", True),
        ("Q1：什么是微调", "什么是微调", True),
        ("Q2. What is it?", "What is it?", True),
        ("Question 3: What is it?", "What is it?", True),
        ("第一题：什么是微调", "什么是微调", True),
        ("第二个问题、什么是微调", "什么是微调", True),
        ("一、问题1：什么是微调", "什么是微调", True),
        ("**问题二：什么是微调**", "什么是微调", True),
        ("提问：什么是微调", "什么是微调", True),
        ("一、什么是微调", "什么是微调", False),
        ("1.2 什么是微调", "什么是微调", False),
        ("（三）什么是微调", "什么是微调", False),
        ("什么是微调", "什么是微调", False),
        ("问题一般出在哪里", "问题一般出在哪里", False),
        ("Q8量化是什么", "Q8量化是什么", False),
        ("第一步", "第一步", False),
        ("问题一", None, True),
        ("Q1", None, True),
    ],
)
def test_a_sub_question_loses_its_numbering(heading: str, question: str | None, marked: bool) -> None:
    assert read_heading(heading) == (question, marked)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("学习率是什么？", "学习率是什么"),
        ("学习率是什么呢?", "学习率是什么"),
        ("在深度学习中,学习率是什么", "在深度学习中，学习率是什么？"),
        ("ＧＰＵ 是什么", "gpu是什么"),
        ("什么是《微调》？", "什么是微调"),
        ("微调有用吗", "微调有用"),
        ("这样好么", "这样好"),
        ("學習率是什麼？", "学习率是什么"),
        ("在深度學習中，學習率是甚麼呢？", "在深度学习中,学习率是什么"),
        ("微調有用嗎", "微调有用吗?"),
        ("這樣好麼", "这样好"),
        ("「過擬合」為什麼發生？", "“过拟合”为什么发生"),
        ("如何瞭解這裡的軟體", "如何了解这里的软体"),
        ("C#與C++哪個好", "c#与c++哪个好"),
        ("ＧＰＴ－4o 支援圖像輸入嗎？", "gpt-4o支援图像输入"),
    ],
)
def test_spellings_of_one_question_have_one_key(one: str, other: str) -> None:
    assert question_key(one) == question_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C是什么", "C#是什么"),
        ("C是什么", "C++是什么"),
        ("GPT-3.5是什么", "GPT-35是什么"),
        ("50%是多少", "50是多少"),
        ("乾坤是什麼", "干坤是什么"),
        ("学习率是什么", "学习率怎么调"),
    ],
)
def test_different_questions_have_different_keys(one: str, other: str) -> None:
    assert question_key(one) != question_key(other)


def test_a_question_of_nothing_but_particles_keeps_them() -> None:
    assert question_key("呢？") == "呢"
    assert question_key("怎么") == "怎么"


@given(st.text(st.sampled_from("2024-/.年月日 0511问AI:：【】（）一十至起 什么MaysptJun,"), max_size=60))
def test_no_title_makes_it_fail(title: str) -> None:
    facts = read_title(title)
    read_heading(title)
    question_key(title)
    assert facts.question is None or facts.question.strip() == facts.question != ""
