"""The common runs are made into paragraphs at once, and all others slot by slot: both ways give the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.body.inline import Inline
from crawler.extract.body.runs import BROKEN, ENDS, Content, compose
from crawler.extract.body.slots import Atom, Code, Mark, MarkKind

TEXT = st.text(alphabet="学a1#-*_`[]!\\<&. \n\t\xa0\u200b\u3000", max_size=6)
KINDS: list[MarkKind] = ["strong", "em", "del", "link"]
PIECE = (
    TEXT
    | st.just(BROKEN)
    | st.builds(lambda: Code(["x`y"]))
    | st.sampled_from([Atom("image", "", "![](/a.png)"), Atom("display", "$$x$$", "$$x$$")])
)
PLAIN = st.lists(TEXT | st.just(BROKEN), max_size=4)
ALONE = st.tuples(PLAIN, PIECE, PLAIN).map(lambda parts: [*parts[0], parts[1], *parts[2]])


def marked(parts: tuple[list[Content], MarkKind, list[Content], list[Content]]) -> list[Content]:
    before, kind, inside, after = parts
    return [*before, Mark(kind, "/x" if kind == "link" else "", False), *inside, ENDS[kind], *after]


MARKED = st.tuples(PLAIN, st.sampled_from(KINDS), PLAIN | st.lists(PIECE, max_size=3), PLAIN).map(marked)


@given(PLAIN | ALONE | MARKED, st.booleans(), st.booleans())
@settings(max_examples=1000, deadline=None)
def test_a_common_run_gives_what_its_slots_give(
    pieces: list[Content], one_line: bool, keeps_lines: bool
) -> None:
    inline = Inline()
    inline.one_line, inline.keeps_lines = one_line, keeps_lines
    for piece in pieces:
        match piece:
            case Mark():
                assert inline.open(piece.kind, href=piece.href)
            case Atom():
                inline.atom(*piece)
            case Code():
                inline.code(piece.text)
            case str():
                inline.text(piece)
            case _:
                inline.close(piece.kind)
    assert list(inline.finish()) == compose(pieces, (), one_line=one_line, keeps_lines=keeps_lines)
