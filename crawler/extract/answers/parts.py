"""One answer as places in the article's text and Markdown, before it is cut out."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.blocks import Body, Span
from crawler.extract.items import Answer
from crawler.extract.models import LabelMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One answer: its label, and where it stands."""

    label: str
    """As the page shows it."""
    match: LabelMatch | None
    """None where the label names no known model."""
    text: Span
    markdown: Span
    question: str | None
    rule: str
    confidence: float
    flags: tuple[str, ...] = ()

    def cut(self, body: Body, position: int) -> Answer:
        """The answer, as slices of `body`."""
        return Answer(
            position=position,
            question=self.question,
            model=self.match.model if self.match else None,
            model_version=self.match.version if self.match else None,
            label=self.label,
            markdown=body.markdown[self.markdown.start : self.markdown.end],
            text=body.text[self.text.start : self.text.end],
            start=self.text.start,
            end=self.text.end,
            markdown_start=self.markdown.start,
            markdown_end=self.markdown.end,
            rule=self.rule,
            confidence=self.confidence,
            flags=self.flags,
        )


def text_between(body: Body, start: int, end: int) -> Span:
    """Where the text of the blocks after `start` and before `end` stands, without outer blank lines."""
    return _between(body.text, body.text_spans, start, end)


def markdown_between(body: Body, start: int, end: int) -> Span:
    """Where the Markdown of the blocks after `start` and before `end` stands."""
    return _between(body.markdown, body.markdown_spans, start, end)


def _between(text: str, spans: tuple[Span, ...], before: int, after: int) -> Span:
    filled = [span for span in spans[before + 1 : after] if span.end > span.start]
    if not filled:
        place = spans[before].end
        return Span(place, place)
    start, end = filled[0].start, filled[-1].end
    while start < end and text[start] == "\n":
        start += 1
    while end > start and text[end - 1] == "\n":
        end -= 1
    return Span(start, end)
