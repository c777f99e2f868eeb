"""The README promises nothing that is not there."""

import re
from pathlib import Path

from crawler.cli import main

_ROOT = Path(__file__).parents[1]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_leads_to_a_file():
    for page in [_ROOT / "README.md", *(_ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"


def test_every_command_it_shows_exists():
    verbs = set(re.findall(r"^\$ wencun (\w+)", _README, re.MULTILINE))
    assert len(verbs) == 5
    assert verbs <= set(main.list_commands(None))


def test_it_is_one_screen():
    assert len(_README.splitlines()) <= 60
