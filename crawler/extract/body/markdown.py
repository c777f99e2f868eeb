"""Plain text to CommonMark that shows that very text."""

from __future__ import annotations

import re
from urllib.parse import urljoin

_SPECIAL = re.compile(r"[\\`*_\[\]<&~]")
_RULES = r"""
    \\(?=[!-/:-@\[-`{-~]|\Z)             # a backslash that would escape, or break the line
  | `
  | \*(?<!\s\*) | \*(?!\s)               # a star between blanks is no delimiter
  | _(?<![^\W_]_) | _(?![^\W_])           # nor is a low line inside a word
  | <(?=[A-Za-z/!?]|\Z)
  | &(?=\#?[A-Za-z0-9]{1,32};)
  | ~(?=~)
"""
"""Every alternative begins with its character, so that the search for them is a search for characters."""
_ESCAPED = re.compile(_RULES + r"| \](?=[(:])", re.VERBOSE)
"""Of square brackets, only one that may end the text of a link or of a link's definition."""
_ESCAPED_IN_LINK = re.compile(_RULES + r"| \[ | \]", re.VERBOSE)
_LINE_START = re.compile(r"(?:\#{1,6}|[-+])(?=[ \t]|\Z)|>|[-|:][-=|: ]*\Z")
_UNDERLINE = re.compile(r"=[= ]*\Z")
_NUMBER = re.compile(r"[0-9]{1,9}(?=[.)](?:[ \t]|\Z))")
_BACKTICKS = re.compile(r"`+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SCHEMES = ("http:", "https:", "mailto:", "ftp:")
"""What a link may lead to: a stored page is hostile, and its Markdown will be rendered somewhere."""
_UNSAFE_IN_URL = {
    " ": "%20",
    "<": "%3C",
    ">": "%3E",
    "\\": "%5C",
    "`": "%60",
    "(": "\\(",
    ")": "\\)",
    "\xa0": "%C2%A0",
}
_URL_SPECIAL = re.compile("[ <>\\\\`()\xa0]")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]{1,32};)")


def escape(text: str, *, in_link: bool = False) -> str:
    """Escape what CommonMark would take for inline markup, and nothing else.

    `text` is a whole stretch between two pieces of markup, without line breaks: its ends count as places
    where anything may follow. Inside the text of a link every square bracket is escaped.
    """
    if not _SPECIAL.search(text):
        return text
    return (_ESCAPED_IN_LINK if in_link else _ESCAPED).sub(r"\\\g<0>", text)


def escape_line_start(markdown: str, *, continues: bool = False) -> str:
    """Escape what would make the line that begins with `markdown` a heading, item, quote, rule or table.

    `continues` says that the paragraph has a line before this one.
    """
    if _LINE_START.match(markdown) or (continues and _UNDERLINE.match(markdown)):
        return "\\" + markdown
    number = _NUMBER.match(markdown)
    if number:
        return f"{number[0]}\\{markdown[number.end() :]}"
    return markdown


def escape_paragraph(text: str) -> str:
    """Markdown of a paragraph of plain text; its newlines are shown as line breaks."""
    lines = [escape(line.strip(" \t")) for line in text.split("\n")]
    return "\\\n".join(escape_line_start(line, continues=index > 0) for index, line in enumerate(lines))


def heading(markdown: str, *, level: int) -> str:
    """A heading of one line of inline Markdown, whose own closing number signs are kept."""
    bare = markdown.rstrip("#")
    if bare != markdown and (not bare or bare[-1] in " \t"):
        markdown = f"{bare}\\{markdown[len(bare) :]}"
    return f"{'#' * level} {markdown}"


def code_span(code: str) -> str:
    """Inline code with a fence that no run of backticks inside can close."""
    length = 1
    if "`" in code:
        runs = {len(run) for run in _BACKTICKS.findall(code)}
        length = next(n for n in range(1, len(runs) + 2) if n not in runs)
    fence = "`" * length
    padded = code[0] in "` " or code[-1] in "` "
    return f"{fence} {code} {fence}" if padded and code.strip(" ") else f"{fence}{code}{fence}"


def code_block(code: str, *, language: str) -> str:
    """A fenced listing; the fence is longer than any run of backticks inside."""
    fence = "```"
    if fence in code:
        fence = "`" * (max(map(len, _BACKTICKS.findall(code))) + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def absolute(url: str, *, base_url: str | None) -> str | None:
    """The URL a link or image leads to; None where it is empty, unreadable or not for following.

    Without a base, a relative URL stays as it is.
    """
    url = _CONTROLS.sub("", url).strip()
    if base_url is None and url.startswith("//"):
        url = f"https:{url}"
    if base_url is not None and not url.startswith(("https://", "http://")):
        try:
            url = urljoin(base_url, url)
        except ValueError:
            return None
    scheme = _SCHEME.match(url)
    if not url or (scheme and scheme[0].lower() not in _SCHEMES):
        return None
    return url


def destination(url: str) -> str:
    """A URL as it may stand in the round brackets of a link."""
    if _URL_SPECIAL.search(url):
        url = _URL_SPECIAL.sub(lambda found: _UNSAFE_IN_URL[found[0]], url)
    return _ENTITY.sub(r"\&", url) if "&" in url else url
