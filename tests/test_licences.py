"""Licence wordings and language."""

from __future__ import annotations

import pytest

from crawler.extract.text.language import language_of
from crawler.extract.values.licences import creative_commons, spdx


@pytest.mark.parametrize(
    ("shown", "words", "identifier"),
    [
        ("版权声明：本文为博主原创文章，遵循 CC 4.0 BY-SA 版权协议", "CC 4.0 BY-SA", "CC-BY-SA-4.0"),
        ("本内容遵循CC 4.0 BY-SA版权协议", "CC 4.0 BY-SA", "CC-BY-SA-4.0"),
        ("采用 CC BY-NC-SA 4.0 许可协议", "CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0"),
        ("CC-BY-3.0", "CC-BY-3.0", "CC-BY-3.0"),
        ("CC0 1.0", "CC0 1.0", "CC0-1.0"),
        ("CC BY-SA", "CC BY-SA", None),
        ("CC 4.0 BY-SA-NC", "CC 4.0 BY-SA-NC", None),
        ("未经博主允许不得转载", None, None),
        ("gcc 4.0 by-sa", None, None),
    ],
)
def test_a_creative_commons_wording_gives_its_identifier(shown, words, identifier):
    assert creative_commons(shown) == words
    assert spdx(words) == identifier


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("在深度学习中,学习率是什么", "zh"),
        ("用 Windows 安装 EMQX 5.0，先下载 emqx-windows.zip 再解压 set environment variables then run", "zh"),
        ("What is a learning rate in deep learning?", "en"),
        ("Обучение модели", None),
        ("これはひらがなのぶんしょうです", None),
        ("123 + 456", None),
    ],
)
def test_the_language_is_told_by_the_letters(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("wording", "named", "identifier"),
    [
        (
            "采用《署名-非商业性使用-禁止演绎 4.0 国际》许可协议",
            "署名-非商业性使用-禁止演绎 4.0",
            "CC-BY-NC-ND-4.0",
        ),
        (
            "知识共享署名-非商业性使用-相同方式共享 4.0 国际许可协议",
            "署名-非商业性使用-相同方式共享 4.0",
            "CC-BY-NC-SA-4.0",
        ),
        ("署名—相同方式共享 3.0", "署名—相同方式共享 3.0", "CC-BY-SA-3.0"),
        ("署名 4.0 国际", "署名 4.0", "CC-BY-4.0"),
        ("署名-禁止演绎-相同方式共享 4.0", "署名-禁止演绎-相同方式共享 4.0", None),
        ("保留署名，欢迎转载", None, None),
    ],
)
def test_a_creative_commons_licence_may_be_named_in_chinese(wording, named, identifier):
    assert creative_commons(wording) == named
    assert spdx(wording) == identifier
