"""Every form that a page may give its answers: boundaries, labels, models, questions, all of them right."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from answer_forms import (
    DRESSINGS,
    MODELS,
    TRADITIONAL,
    VERSIONS,
    Asked,
    Told,
    aggregator,
    as_text,
    ask,
    bare_columns,
    boxed,
    by_model,
    cell_text,
    columns,
    csdn,
    flat,
    long_rows,
    rows,
    same_line,
    tabs,
    tell,
    text_of,
    under,
)

from crawler.extract import Article, Page, extract

ONE = "潮汐是怎么形成的"
SERIES = f"2024-05-11 问AI:{ONE}"
THREE = ("潮汐是怎么形成的？", "为什么一天有两次高潮？", "请写一首关于大海的诗")
TOPICS = ("写一首关于大海的诗", "讲一个关于月亮的笑话")
SEVERAL = "三个问题问几个大模型"

FLAT = {
    **{f"h{n}": flat(f"<h{n}>{{}}</h{n}>") for n in range(1, 7)},
    "heading with anchor": flat('<h2><a id="x"></a>{}</h2>'),
    "bold": flat("<p><strong>{}</strong></p>"),
    "line": flat("<p>{}</p>"),
    "div line": flat("<div>{}</div>"),
    "literal heading": flat("<p>### {}</p>"),
    "literal bold": flat("<p>**{}**</p>"),
    "list of terms": boxed("<dl><dt>{}</dt><dd>{}</dd></dl>"),
}
BOXED = {
    "section": boxed("<section><h3>{}</h3>{}</section>"),
    "card": boxed('<div class="card"><div class="card-head">{}</div><div class="card-body">{}</div></div>'),
    "details": boxed("<details><summary>{}</summary>{}</details>"),
    "open details": boxed("<details open><summary><b>{}</b></summary><div>{}</div></details>"),
}
SAME_LINE = {
    "plain": same_line("{}："),
    "half-width": same_line("{}: "),
    "bold with colon": same_line("<strong>{}：</strong>"),
    "bold before colon": same_line("<strong>{}</strong>："),
    "bracketed": same_line("【{}】"),
    "answer": same_line("{}的回答："),
    "numbered": same_line("1. {}："),
}


def read(page: bytes, *, url: str | None = None, text: bool = False) -> Article:
    return extract(Page(url=url, body=page, content_type="text/plain" if text else "text/html"))


def check(article: Article, expected: Sequence[Told]) -> None:
    """All of them and no other, in order, as slices of the article."""
    assert [(a.label.strip(), a.model, a.model_version, a.text) for a in article.answers] == [
        (told.label, told.model, told.version, told.text) for told in expected
    ]
    assert [bare(a.question or "") for a in article.answers] == [bare(told.question) for told in expected]
    end = markdown_end = 0
    for position, answer in enumerate(article.answers, start=1):
        assert answer.position == position
        assert answer.confidence >= 0.5
        assert article.text[answer.start : answer.end] == answer.text
        assert article.markdown[answer.markdown_start : answer.markdown_end] == answer.markdown
        assert end <= answer.start <= answer.end
        assert markdown_end <= answer.markdown_start <= answer.markdown_end
        end, markdown_end = answer.end, answer.markdown_end


def bare(question: str) -> str:
    return question.strip("？?：: ")


def in_frames(title: str, content: str) -> list[Article]:
    return [
        read(csdn(title, content), url="https://blog.csdn.net/somebody/article/details/138712345"),
        read(csdn(title, f"<p>先说明一下背景，昨天退潮时在海边散步。</p>{content}")),
        read(aggregator(title, content), url="https://mirror.example.com/kf/1789460990224633856.html"),
    ]


@pytest.mark.parametrize("dressing", DRESSINGS)
@pytest.mark.parametrize("form", FLAT | BOXED)
def test_one_question_in_every_form_and_dressing(form: str, dressing: str) -> None:
    if dressing == "mixed" and ("line" in form or form == "literal bold"):
        pytest.skip("labels of one set share one shape, and brackets are part of a line's")
    made = (FLAT | BOXED)[form]
    number = list(DRESSINGS).index(dressing)
    asked = ask([ONE], MODELS[: 2 + number % 7], DRESSINGS[dressing])
    for article in in_frames(SERIES, made(asked)):
        check(article, tell([relabelled(form, one) for one in asked]))


def relabelled(form: str, one: Asked) -> Asked:
    """The labels as the page shows them where the form adds to them."""
    shown = {"literal heading": "### {}", "literal bold": "**{}**"}.get(form, "{}")
    return Asked(one.question, tuple((model, shown.format(name), said) for model, name, said in one.answers))


@pytest.mark.parametrize(
    "title", [SERIES, f"{ONE}？", "同一个问题，六个AI的回答", f"我问了豆包和Kimi：{ONE}？"]
)
@pytest.mark.parametrize("form", ["h2", "bold", "line", "section", "details"])
@pytest.mark.parametrize("models", [TRADITIONAL, VERSIONS], ids=["traditional", "versions"])
def test_titles_that_put_a_question(form: str, title: str, models: list) -> None:  # type: ignore[type-arg]
    asked = ask([ONE], models, DRESSINGS["bare"])
    for article in in_frames(title, (FLAT | BOXED)[form](asked)):
        question = article.question or ""
        check(article, [Told(t.label, t.model, t.version, question, t.text) for t in tell(asked)])


QUESTIONS_ABOVE = {
    "h2 over h3": flat("<h3>{}</h3>"),
    "numbered h2 over h3": flat("<h3>{}</h3>", question="<h2>问题{n}：{}</h2>"),
    "h3 over bold": flat("<p><b>{}</b></p>", question="<h3>{n}. {}</h3>"),
    "h2 over line": flat("<p>{}</p>", question="<h2>Q{n}. {}</h2>"),
    "h2 and h2": flat("<h2>{}</h2>", question="<h2>问题{n}：{}</h2>"),
    "bold over bold": flat("<p><b>{}</b></p>", question="<p><b>问题{n}：{}</b></p>"),
    "bold over line": flat("<p>{}</p>", question="<p><b>第{n}题：{}</b></p>"),
    "line over line": flat("<p>{}</p>", question="<p>问题{n}：{}</p>"),
    "literal": flat("<p>### {}</p>", question="<p>## 问题{n}：{}</p>"),
    "h2 over details": boxed("<details><summary>{}</summary>{}</details>"),
    "h2 over section": boxed("<section><h3>{}</h3>{}</section>"),
    "h2 over card": boxed('<div class="c"><p>{}</p>{}</div>'),
    "h2 over same line": same_line("{}："),
    "line over same line": same_line("<b>{}</b>：", question="<p>问题{n}：{}</p>"),
    "table of columns": columns,
    "table of long rows": long_rows,
}
QUESTIONS_UNDER = {
    "h3 under h2": under("<h2>{}</h2>", "<h3>{}</h3>"),
    "numbered h3 under h2": under("<h2>{}</h2>", "<h3>问题{n}：{}</h3>"),
    "h4 under h3": under("<h3>{}</h3>", "<h4>{n}、{}</h4>"),
    "bold under h2": under("<h2>{}</h2>", "<p><b>问题{n}：{}</b></p>"),
    "line under h2": under("<h2>{}</h2>", "<p>问题{n}：{}</p>"),
    "h3 under bold": under("<p><b>{}</b></p>", "<h3>{}</h3>"),
    "line under bold": under("<p><b>{}</b></p>", "<p>Q{n}：{}</p>"),
    "line under line": under("<p>{}</p>", "<p>问题{n}：{}</p>"),
    "in sections": under("<h2>{}</h2>", "<h3>{}</h3>", box="<section>{}</section>"),
    "in details": under("<summary>{}</summary>", "<h4>{}</h4>", box="<details>{}</details>"),
    "literal": under("<p>## {}</p>", "<p>### 问题{n}：{}</p>"),
    "table of rows": rows,
}


@pytest.mark.parametrize("dressing", ["bare", "number", "following", "emoji"])
@pytest.mark.parametrize("form", QUESTIONS_ABOVE)
def test_one_question_a_section_with_models_below(form: str, dressing: str) -> None:
    models = MODELS[: 2 + len(form) % 4]
    asked = ask(THREE, models, DRESSINGS[dressing])
    expected = tell(asked)
    if form == "literal":
        expected = [Told(f"### {t.label}", t.model, t.version, t.question, t.text) for t in expected]
    if "same line" in form:
        expected = [Told(f"{t.label}：", t.model, t.version, t.question, t.text) for t in expected]
    if "table" in form:
        expected = [Told(t.label, t.model, t.version, t.question, cell_text(t)) for t in expected]
    for article in in_frames(SEVERAL, QUESTIONS_ABOVE[form](asked)):
        check(article, expected)


@pytest.mark.parametrize("dressing", ["bare", "han", "following", "brackets"])
@pytest.mark.parametrize("questions", [THREE, TOPICS], ids=["asked", "told"])
@pytest.mark.parametrize("form", QUESTIONS_UNDER)
def test_models_with_the_questions_under_each(form: str, questions: tuple[str, ...], dressing: str) -> None:
    asked = ask(questions, MODELS[: 2 + len(form) % 4], DRESSINGS[dressing])
    expected = by_model(asked)
    if form == "literal":
        expected = [Told(f"## {t.label}", t.model, t.version, t.question, t.text) for t in expected]
    if "table" in form:
        expected = [Told(t.label, t.model, t.version, t.question, cell_text(t)) for t in expected]
    for article in in_frames(SEVERAL, QUESTIONS_UNDER[form](asked)):
        check(article, expected)


@pytest.mark.parametrize("form", SAME_LINE)
def test_text_in_the_labels_own_line(form: str) -> None:
    asked = ask([ONE], MODELS[:5], DRESSINGS["bare"])
    before, after = SAME_LABEL.get(form, ("", "："))
    expected = [
        Told(f"{before}{t.label}{after}", t.model, t.version, t.question, t.text) for t in tell(asked)
    ]
    for article in in_frames(SERIES, SAME_LINE[form](asked)):
        check(article, expected)


SAME_LABEL = {
    "half-width": ("", ":"),
    "bracketed": ("【", "】"),
    "answer": ("", "的回答："),
    "numbered": ("1. ", "："),
}


@pytest.mark.parametrize("form", [columns, bare_columns, rows, long_rows], ids=lambda form: form.__name__)
@pytest.mark.parametrize("dressing", ["bare", "answer", "emoji", "brackets"])
def test_tables_of_one_question(form, dressing: str) -> None:  # type: ignore[no-untyped-def]
    asked = ask([ONE], MODELS[:4], DRESSINGS[dressing])
    expected = [Told(t.label, t.model, t.version, t.question, cell_text(t)) for t in tell(asked)]
    for article in in_frames(SERIES, form(asked)):
        check(article, expected)


def test_tabs_of_a_bar_of_names_and_a_pane_for_each() -> None:
    asked = ask([ONE], MODELS[:4], DRESSINGS["bare"])
    for article in in_frames(SERIES, f"<p>四个模型都答了，点名字切换。</p>{tabs(asked)}<p>完。</p>"):
        check(article, tell(asked))


@pytest.mark.parametrize("form", ["h2", "bold", "line", "section", "details", "card"])
def test_answers_that_are_only_pictures_are_kept_and_flagged(form: str) -> None:
    asked = [Asked(ONE, tuple((m, m.name, (f"!{n}",)) for n, m in enumerate(MODELS[:4])))]
    for article in in_frames(SERIES, (FLAT | BOXED)[form](asked)):
        check(article, tell(asked))
        assert all("https://img.example.org/" in answer.markdown for answer in article.answers)
        assert {answer.flags for answer in article.answers} == {("empty",)}


def lines(
    asked: Sequence[Asked], *, question: str = "", label: str = "{}", inline: bool = False
) -> list[str]:
    """What a rendering shows of labels over answers."""
    shown: list[str] = []
    for number, one in enumerate(asked, start=1):
        shown += [question.format(one.question, n=number)] if question else []
        for _, name, blocks in one.answers:
            said = ["\n".join(f"  - {item}" for item in b) if isinstance(b, tuple) else b for b in blocks]
            shown += [label.format(name) + said[0], *said[1:]] if inline else [label.format(name), *said]
    return shown


@pytest.mark.parametrize("dressing", DRESSINGS)
def test_renderings_with_labels_on_lines_of_their_own(dressing: str) -> None:
    if dressing == "mixed":
        pytest.skip("labels of one set share one shape, and brackets are part of a line's")
    asked = ask([ONE], MODELS[:6], DRESSINGS[dressing])
    check(read(as_text(SERIES, lines(asked)), text=True), tell(asked))
    asked = ask(THREE, MODELS[:3], DRESSINGS[dressing])
    page = as_text(SEVERAL, lines(asked, question="问题{n}：{}"))
    check(read(page, text=True), tell(asked))


@pytest.mark.parametrize("label", ["{}：", "{}的回答：", "**{}**：", "【{}】"])
def test_renderings_with_the_text_in_the_labels_line(label: str) -> None:
    asked = ask([ONE], MODELS[:4], DRESSINGS["bare"])
    expected = [Told(label.format(t.label), t.model, t.version, ONE, t.text) for t in tell(asked)]
    check(read(as_text(SERIES, lines(asked, label=label, inline=True)), text=True), expected)


def test_the_words_of_two_models_are_never_the_same() -> None:
    said = [text_of(b) for one in ask(THREE, MODELS, DRESSINGS["bare"]) for *_, b in one.answers]
    assert len(set(said)) == len(said)
