"""The reference pages say what the code says."""

import importlib.util
import re
from pathlib import Path

import pytest

_DOCS = Path(__file__).parents[1] / "docs"
_SPEC = importlib.util.spec_from_file_location("generate", _DOCS / "generate.py")
assert _SPEC is not None
assert _SPEC.loader is not None
generate = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(generate)
_PAGES = generate.pages()


@pytest.mark.parametrize("name", sorted(_PAGES))
def test_a_reference_page_is_what_the_code_says_today(name):
    assert (_DOCS / name).read_text(encoding="utf-8") == _PAGES[name], "run `make docs`"


def test_every_command_of_the_reference_shows_an_example():
    for section in _PAGES["cli.md"].split("\n## wencun ")[1:]:
        name = f"wencun {section.splitlines()[0]}"
        assert re.search(rf"^ +(?:\$ )?(?:\w+=\S+ )?{name}\b", section, re.MULTILINE), name
