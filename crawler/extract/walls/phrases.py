"""Long rows of phrases as one pattern."""

from __future__ import annotations

import re


def any_of(phrases: str, **parts: str) -> re.Pattern[str]:
    """Compile a pattern of phrases, which stand in lines or between ` | `; `{name}` in them is that part.

    A phrase is a regular expression without line breaks; letter case does not count.
    """
    for name, part in parts.items():
        phrases = phrases.replace("{" + name + "}", part)
    lines = (phrase.strip() for phrase in re.split(r"\n| \| ", phrases))
    return re.compile("|".join(filter(None, lines)), re.IGNORECASE)
