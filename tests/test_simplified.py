"""Traditional text folded to Simplified, as keys and comparisons need it."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.text.simplified import simplified


@pytest.mark.parametrize(
    ("traditional", "folded"),
    [
        ("智譜清言、訊飛星火與通義千問", "智谱清言、讯飞星火与通义千问"),
        ("乾燥的乾坤", "干燥的乾坤"),
        ("頭髮在發展", "头发在发展"),
        ("裡面與裏面", "里面与里面"),
        ("学习率是什么", "学习率是什么"),
        ("Learning rate = 0.1", "Learning rate = 0.1"),
        ("", ""),
    ],
)
def test_each_word_is_written_as_on_the_mainland(traditional: str, folded: str) -> None:
    assert simplified(traditional) == folded


@given(st.text(st.characters()))
def test_no_text_makes_it_fail_and_offsets_stay(text: str) -> None:
    assert len(simplified(text)) == len(text)


def test_importing_the_core_does_not_load_the_dictionaries() -> None:
    code = "import sys, crawler.extract; sys.exit('opencc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
