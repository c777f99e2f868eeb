"""Copies of an article are told from other articles, whatever mirrors did to them."""

from itertools import combinations

import mirrors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.copies import LEAST_AGREEMENT, Text, agreement, are_copies, bands, likeness, sketch

TITLE = "深度学习中的学习率应当怎样选择"
CHANGES = {
    "nothing": lambda text: text,
    "traditional": mirrors.traditional,
    "requoted": mirrors.requoted,
    "framed": mirrors.framed,
    "lossy": mirrors.lossy,
    "spun": mirrors.spun,
    "traditional, framed and lossy": lambda text: mirrors.framed(mirrors.lossy(mirrors.traditional(text))),
    "traditional, requoted and spun": lambda text: mirrors.requoted(mirrors.spun(mirrors.traditional(text))),
    "cut": lambda text: text[: len(text) * 6 // 10],
}


def is_found(one: Text, other: Text) -> bool:
    """Would the archive compare the two at all?"""
    sketches = sketch(one), sketch(other)
    if sketches[0] is None or sketches[1] is None:
        return False
    return bool(set(bands(sketches[0])) & set(bands(sketches[1]))) and agreement(*sketches) >= LEAST_AGREEMENT


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("length", [300, 800, 5000])
def test_a_copy_is_found_and_recognised_after(change: str, length: int) -> None:
    missed = []
    for seed in range(40):
        text = mirrors.text(seed, length)
        one, other = Text.of(TITLE, text), Text.of(mirrors.traditional(TITLE), CHANGES[change](text))
        if not (is_found(one, other) and are_copies(one, other, on_one_host=False)):
            missed.append(seed)
    assert missed == []


@pytest.mark.parametrize("change", ["nothing", "traditional", "requoted", "framed", "lossy", "cut"])
def test_a_copy_under_another_title_is_recognised(change: str) -> None:
    for seed in range(40):
        text = mirrors.text(seed)
        one, other = Text.of(TITLE, text), Text.of("当前位置首页正文", CHANGES[change](text))
        assert are_copies(one, other, on_one_host=False), seed


def test_articles_on_one_subject_are_no_copies() -> None:
    texts = [Text.of(f"{TITLE}{'甲乙丙丁'[seed % 4]}", mirrors.text(seed)) for seed in range(60)]
    for one, other in combinations(texts, 2):
        assert not are_copies(one, other, on_one_host=False)
        assert not are_copies(one, other, on_one_host=True)


@pytest.mark.parametrize("own", [40, 80, 200, 600])
@pytest.mark.parametrize("on_one_host", [True, False])
def test_another_text_in_the_same_frame_is_no_copy(own: int, on_one_host: bool) -> None:
    frame = mirrors.text(1000, 400)
    for seed in range(20):
        bodies = [frame[:200] + mirrors.text(seed * 2 + n, own)[:own] + frame[200:] for n in (1, 2)]
        one, other = (
            Text.of(title, body) for title, body in zip(("甲的安装方法", "乙的卸载步骤"), bodies, strict=True)
        )
        assert not are_copies(one, other, on_one_host=on_one_host), seed


@pytest.mark.parametrize(
    ("title", "other_title"),
    [
        ("2024-05-11 问AI:学习率是什么", "2024-05-12 问AI:学习率是什么"),
        ("数据结构第3章 课后题", "数据结构第4章 课后题"),
        ("今日天气 20度", "今日天气 18度"),
    ],
)
def test_two_issues_of_a_series_are_no_copies_though_they_differ_in_little(
    title: str, other_title: str
) -> None:
    text = mirrors.text(1)
    one, other = Text.of(title, text), Text.of(other_title, text.replace("模型", "卷积层", 1))
    assert not are_copies(one, other, on_one_host=False)
    assert not are_copies(one, other, on_one_host=True)


def test_a_mirror_may_add_a_number_to_the_title() -> None:
    text = mirrors.text(1)
    one, other = Text.of("数据结构第3章", text), Text.of("数据结构第3章-51技术网", text)
    assert are_copies(one, other, on_one_host=False)


def test_what_holds_an_article_among_others_is_no_copy_of_it() -> None:
    text = mirrors.text(1)
    assert not are_copies(
        Text.of(TITLE, text), Text.of(TITLE, text + mirrors.text(2, 1700)), on_one_host=False
    )


def test_a_text_of_few_characters_has_no_sketch() -> None:
    assert sketch(Text.of(TITLE, mirrors.text(1, 60)[:99])) is None
    assert sketch(Text.of(TITLE, "")) is None


_TEXTS = st.integers(0, 5).map(mirrors.text) | st.text(max_size=300) | st.text("学习率 是,", max_size=300)


@given(st.tuples(st.text(max_size=9), _TEXTS), st.tuples(st.text(max_size=9), _TEXTS), st.booleans())
def test_likeness_is_the_same_both_ways(
    one: tuple[str, str], other: tuple[str, str], on_one_host: bool
) -> None:
    a, b = Text.of(*one), Text.of(*other)
    assert are_copies(a, b, on_one_host=on_one_host) == are_copies(b, a, on_one_host=on_one_host)
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b) <= 1
    for text in (a, b):
        sketched = sketch(text)
        assert sketched is None or agreement(sketched, sketched) == 1
