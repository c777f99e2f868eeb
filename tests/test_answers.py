"""Answers are cut out of a body where labels of models of one shape stand over them."""

from dataclasses import replace

from page_builder import (
    body,
    bold,
    box,
    code,
    h,
    image,
    items,
    line,
    p,
    quote,
    rule,
    table,
)

from crawler.extract.answers import read_answers

QUESTION = "学习率是什么？"
SERIES = "2024-03-02 问AI:学习率是什么"


def read(*contents, title=QUESTION):
    whole = body(*contents)
    reading = read_answers(whole, title=title)
    end = markdown_end = 0
    for position, answer in enumerate(reading.answers, start=1):
        assert answer.position == position
        assert whole.text[answer.start : answer.end] == answer.text
        assert whole.markdown[answer.markdown_start : answer.markdown_end] == answer.markdown
        assert end <= answer.start <= answer.end
        assert markdown_end <= answer.markdown_start <= answer.markdown_end
        end, markdown_end = answer.end, answer.markdown_end
    return reading.answers


def pairs(answers):
    return [(answer.model, answer.text) for answer in answers]


def trusted(answers):
    return [answer for answer in answers if answer.confidence >= 0.5]


def test_bare_lines_with_names_delimit_answers_as_in_the_series() -> None:
    answers = read(
        line("文心一言"),
        line("学习率决定步长。"),
        line("它很重要。"),
        line("智谱清言"),
        line("学习率是一个参数。"),
        line("豆包\u00a0"),
        line("学习率控制更新幅度。"),
        line("讯飞星火"),
        items("影响收敛", "影响稳定"),
        line("综上所述，它很关键。"),
        title=SERIES,
    )
    assert pairs(answers) == [
        ("wenxin-yiyan", "学习率决定步长。\n\n它很重要。"),
        ("zhipu-qingyan", "学习率是一个参数。"),
        ("doubao", "学习率控制更新幅度。"),
        ("xunfei-xinghuo", "- 影响收敛\n- 影响稳定\n\n综上所述，它很关键。"),
    ]
    assert answers[2].label == "豆包\u00a0"
    assert {a.question for a in answers} == {"学习率是什么"}
    assert {(a.rule, a.confidence, a.flags) for a in answers} == {("line-label", 1.0, ())}


def test_headings_with_names_delimit_answers() -> None:
    answers = read(h(2, "文心一言（4.0）"), p("一。"), h(2, "GPT-4o"), p("二。"), p("三。"))
    assert [(a.model, a.model_version, a.label, a.text) for a in answers] == [
        ("wenxin-yiyan", "4.0", "文心一言（4.0）", "一。"),
        ("chatgpt", "4o", "GPT-4o", "二。\n\n三。"),
    ]
    assert {(a.rule, a.confidence, a.question) for a in answers} == {("heading-label", 1.0, QUESTION)}


def test_a_set_needs_two_known_models() -> None:
    assert read(h(2, "豆包"), p("一。"), h(2, "优点"), p("二。")) == ()
    assert read(line("豆包"), p("一。"), line("豆包"), p("二。")) == ()


def test_one_label_that_says_answer_is_a_set() -> None:
    answers = read(p("我问了一个问题。"), bold("豆包的回答："), p("一。"), p("二。"), title="学习笔记")
    assert pairs(answers) == [("doubao", "一。\n\n二。")]
    assert (answers[0].rule, answers[0].confidence) == ("says-answer", 1.0)


def test_labels_of_different_shapes_are_no_set() -> None:
    assert read(h(2, "豆包"), p("一。"), bold("Kimi"), p("二。")) == ()


def test_labels_in_different_parents_are_no_set() -> None:
    assert read(box("div.a", p("豆包"), p("一。")), box("div.b", p("Kimi"), p("二。"))) == ()


def test_one_section_per_model_ends_each_answer_with_its_section() -> None:
    answers = read(
        p("引子。"),
        box("div.card", h(3, "豆包"), p("一。")),
        p("插播。"),
        box("div.card", h(3, "Kimi"), h(2, "定义"), p("二。")),
        p("作者的话。"),
        title=SERIES,
    )
    assert pairs(answers) == [("doubao", "一。"), ("kimi", "定义\n\n二。")]
    assert {a.rule for a in answers} == {"section-label"}


def test_boxes_around_nothing_but_labels_are_no_sections() -> None:
    answers = read(box("div.name", p("豆包")), p("一。"), box("div.name", p("Kimi")), p("二。"), title=SERIES)
    assert pairs(answers) == [("doubao", "一。"), ("kimi", "二。")]


def test_names_in_brackets_or_literal_markdown_are_labels() -> None:
    assert pairs(read(p("【豆包】"), p("一。"), p("【Kimi】"), p("二。"))) == [
        ("doubao", "一。"),
        ("kimi", "二。"),
    ]
    assert pairs(read(p("**豆包**"), p("一。"), p("**Kimi**"), p("二。"))) == [
        ("doubao", "一。"),
        ("kimi", "二。"),
    ]
    answers = read(
        p("### 豆包"), p("#### 定义"), p("一。"), p("### Kimi"), p("二。"), p("## 总结"), p("三。")
    )
    assert pairs(answers) == [("doubao", "#### 定义\n\n一。"), ("kimi", "二。")]
    assert {a.rule for a in answers} == {"markdown-label"}


def test_a_short_unknown_heading_of_the_same_shape_cuts_with_no_model() -> None:
    answers = read(h(2, "豆包"), p("一。"), h(2, "某某助手"), p("二。"), h(2, "Kimi"), p("三。"))
    assert pairs(answers) == [("doubao", "一。"), (None, "二。"), ("kimi", "三。")]
    assert (answers[1].label, answers[1].rule) == ("某某助手", "between-labels")


def test_a_sub_heading_in_bold_or_on_a_bare_line_does_not_cut() -> None:
    answers = read(
        bold("豆包"), p("一。"), bold("优点"), p("二。"), bold("缺点"), p("三。"), bold("Kimi"), p("四。")
    )
    assert pairs(answers) == [("doubao", "一。\n\n优点\n\n二。\n\n缺点\n\n三。"), ("kimi", "四。")]
    assert answers[0].flags == ()


def test_a_bold_line_that_says_output_or_reference_answer_is_no_label() -> None:
    for word in ("示例输出：", "参考答案", "常见问答", "程序输出", "习题解答", "回答"):
        answers = read(bold("豆包"), p("一。"), bold(word), p("二。"), bold("Kimi"), p("三。"))
        assert pairs(answers) == [("doubao", f"一。\n\n{word}\n\n二。"), ("kimi", "三。")]
        after = (bold("Kimi的回答"), p("三。"), bold("示例输出"), p("四。"))
        assert [a.model for a in read(bold("豆包的回答"), p("一。"), *after)] == ["doubao", "kimi"]
    answers = read(bold("豆包"), p("一。"), bold("小智的回答"), p("二。"), bold("Kimi"), p("三。"))
    assert pairs(answers) == [("doubao", "一。"), (None, "二。"), ("kimi", "三。")]


def test_lines_of_signs_around_a_name_are_dressing() -> None:
    answers = read(p("=====豆包====="), p("一。"), p("~~~ Kimi ~~~"), p("二。"))
    assert pairs(answers) == [("doubao", "一。"), ("kimi", "二。")]


def test_a_lone_bare_line_that_is_doubtful_only_flags_its_answer() -> None:
    answers = read(line("豆包"), line("一。"), line("某某大模型"), line("二。"), line("Kimi"), line("三。"))
    assert pairs(answers) == [("doubao", "一。\n\n某某大模型\n\n二。"), ("kimi", "三。")]
    assert [a.flags for a in answers] == [("boundary_doubtful",), ()]
    answers = read(h(2, "豆包"), p("一。"), h(2, "Kimi"), p("二。"), p("天工"), p("三。"))
    assert pairs(answers) == [("doubao", "一。"), ("kimi", "二。\n\n天工\n\n三。")]
    assert [a.flags for a in answers] == [(), ("boundary_doubtful",)]


def test_a_heading_of_equal_or_higher_level_ends_an_answer_under_headings() -> None:
    answers = read(
        h(3, "豆包"),
        p("一。"),
        h(4, "细节"),
        p("二。"),
        h(3, "Kimi"),
        p("三。"),
        h(2, "我的使用环境"),
        p("四。"),
    )
    assert pairs(answers) == [("doubao", "一。\n\n细节\n\n二。"), ("kimi", "三。")]


def test_headings_inside_belong_to_answers_under_lines() -> None:
    answers = read(line("豆包"), h(3, "定义"), p("一。"), line("Kimi"), h(3, "定义"), p("二。"))
    assert pairs(answers) == [("doubao", "定义\n\n一。"), ("kimi", "定义\n\n二。")]


def test_a_heading_of_a_level_that_stood_before_ends_an_answer_under_lines() -> None:
    answers = read(
        h(2, "什么是学习率"),
        line("豆包"),
        h(3, "定义"),
        p("一。"),
        line("Kimi"),
        p("二。"),
        h(2, "环境"),
        p("三。"),
    )
    assert pairs(answers) == [("doubao", "定义\n\n一。"), ("kimi", "二。")]


def test_a_closing_word_ends_the_last_answer_only_in_the_labels_shape_or_higher() -> None:
    end = [("doubao", "一。"), ("kimi", "二。")]
    assert pairs(read(line("豆包"), p("一。"), line("Kimi"), p("二。"), line("总结："), p("三。"))) == end
    assert pairs(read(bold("豆包"), p("一。"), bold("Kimi"), p("二。"), bold("对比分析"), p("三。"))) == end
    assert pairs(read(bold("豆包"), p("一。"), bold("Kimi"), p("二。"), h(2, "结语"), p("三。"))) == end
    assert pairs(read(h(2, "豆包"), p("一。"), h(2, "Kimi"), p("二。"), h(2, "小结"), p("三。"))) == end
    inside = [("doubao", "一。"), ("kimi", "二。\n\n总结\n\n三。")]
    assert pairs(read(bold("豆包"), p("一。"), bold("Kimi"), p("二。"), p("总结"), p("三。"))) == inside
    assert pairs(read(h(2, "豆包"), p("一。"), h(2, "Kimi"), p("二。"), h(3, "总结"), p("三。"))) == inside
    assert pairs(read(h(2, "豆包"), p("一。"), h(2, "Kimi"), p("二。"), bold("总结"), p("三。"))) == inside


def test_a_closing_word_within_an_answer_that_is_not_the_last_belongs_to_it() -> None:
    answers = read(line("豆包"), p("一。"), line("总结"), p("二。"), line("Kimi"), p("三。"))
    assert pairs(answers) == [("doubao", "一。\n\n总结\n\n二。"), ("kimi", "三。")]


def test_the_closing_heading_of_the_answers_own_outline_belongs_to_the_last_one() -> None:
    answers = read(
        line("豆包"),
        h(3, "定义"),
        p("一。"),
        h(3, "总结"),
        p("二。"),
        line("Kimi"),
        h(3, "定义"),
        p("三。"),
        h(3, "总结"),
        p("四。"),
    )
    assert answers[1].text == "定义\n\n三。\n\n总结\n\n四。"


def test_a_higher_heading_over_a_run_is_the_sub_question_of_its_answers() -> None:
    answers = read(
        h(2, "问题一：什么是学习率"),
        h(3, "豆包"),
        p("一。"),
        h(3, "Kimi"),
        p("二。"),
        h(2, "问题2：什么是动量"),
        p("这个问题稍难。"),
        h(3, "豆包"),
        p("三。"),
        h(3, "Kimi"),
        p("四。"),
        h(2, "总结"),
        p("五。"),
        title="两个问题的实验",
    )
    assert [(a.model, a.question, a.text) for a in answers] == [
        ("doubao", "什么是学习率", "一。"),
        ("kimi", "什么是学习率", "二。"),
        ("doubao", "什么是动量", "三。"),
        ("kimi", "什么是动量", "四。"),
    ]
    assert {a.confidence for a in answers} == {1.0}


def test_sub_questions_over_bare_lines_and_bold_labels() -> None:
    for label in (line, bold):
        answers = read(
            h(2, "Q1：什么是学习率"), label("豆包"), p("一。"), label("Kimi"), p("二。"),
            h(2, "Q2：什么是动量"), label("豆包"), p("三。"), label("Kimi"), p("四。"),
        )  # fmt: skip
        assert [(a.question, a.text) for a in answers] == [
            ("什么是学习率", "一。"),
            ("什么是学习率", "二。"),
            ("什么是动量", "三。"),
            ("什么是动量", "四。"),
        ]


def test_lines_that_number_questions_part_the_runs_under_them() -> None:
    for label in (line, bold):
        answers = read(
            label("问题一：春"), label("豆包"), p("一。"), label("Kimi"), p("二。"),
            label("问题二：冬"), label("豆包"), p("三。"), label("Kimi"), p("四。"),
            title="写诗",
        )  # fmt: skip
        assert [(a.question, a.text) for a in answers] == [
            ("春", "一。"),
            ("春", "二。"),
            ("冬", "三。"),
            ("冬", "四。"),
        ]


def test_a_line_that_numbers_a_question_parts_runs_whatever_its_own_shape_is() -> None:
    for first, second in [
        (bold("问题一：树是什么"), bold("问题二：图是什么")),
        (p("### 问题一：树是什么"), p("### 问题二：图是什么")),
        (p("**问题1：** 树是什么"), p("**问题2：** 图是什么")),
    ]:
        labelled = [p("豆包"), p("一。"), p("Kimi"), p("二。")]
        answers = read(first, *labelled, second, *labelled, title="一周")
        assert [answer.text for answer in answers] == ["一。", "二。", "一。", "二。"]
        assert ["树" in (answer.question or "") for answer in answers] == [True, True, False, False]
        assert "图是什么" in (answers[-1].question or "")


def test_a_heading_that_only_numbers_its_question_leaves_it_to_the_prompt_under_it() -> None:
    answers = read(h(2, "问题一"), p("问题：什么是动量"), h(3, "豆包"), p("一。"), h(3, "Kimi"), p("二。"))
    assert {a.question for a in answers} == {"什么是动量"}


def test_a_heading_that_only_announces_answers_is_no_question() -> None:
    answers = read(h(2, "各模型回答"), h(3, "豆包"), p("一。"), h(3, "Kimi"), p("二。"))
    assert {a.question for a in answers} == {QUESTION}


def test_names_in_lists_quotes_tables_code_and_running_text_cut_nothing() -> None:
    inner = (
        items("豆包", "Kimi"),
        quote("豆包"),
        table("豆包", "Kimi"),
        code("豆包"),
        p("豆包和Kimi都说过这一点。"),
    )
    answers = read(line("豆包"), *inner, line("Kimi"), p("二。"))
    assert [a.model for a in answers] == ["doubao", "kimi"]
    assert (
        read(items("豆包", "Kimi"), quote("豆包"), quote("Kimi"), code("豆包"), code("Kimi"), table("豆包"))
        == ()
    )


def test_bare_headings_need_evidence_that_a_question_was_put() -> None:
    page = (h(2, "豆包"), p("一。"), h(2, "Kimi"), p("二。"))
    for title in (
        "常用工具",
        "国产大模型评测",
        "国产AI大模型哪家强？",
        "豆包和Kimi怎么选",
        "AI助手使用教程",
        "2024年AI大模型排行",
    ):
        assert [a.confidence < 0.5 for a in read(*page, title=title)] == [True, True], title
    for title in (SERIES, QUESTION, "什么是学习率", "如何调学习率", "我问豆包和Kimi：学习率是什么"):
        assert {a.confidence for a in read(*page, title=title)} == {1.0}, title
    assert {a.confidence for a in read(p("提示词：写一首诗"), *page, title="作诗")} == {1.0}
    assert {a.confidence for a in read(quote("Q: 写一首诗"), *page, title="作诗")} == {1.0}
    assert {a.confidence for a in read(p("春天为什么来？"), *page, title="作诗")} == {1.0}
    assert {a.confidence for a in read(h(1, "春天为什么来"), *page, title="作诗")} == {1.0}
    said = (h(2, "豆包的回答"), p("一。"), h(2, "Kimi的回答"), p("二。"))
    assert {a.confidence for a in read(*said, title="作诗")} == {1.0}


def test_bare_lines_without_evidence_are_likely_unless_the_page_writes_about_models() -> None:
    page = (line("豆包"), p("一。"), line("Kimi"), p("二。"))
    assert {a.confidence for a in read(*page, title="作诗")} == {0.7}
    assert {a.confidence for a in read(*page, title="国产大模型盘点")} == {0.3}


def test_versions_of_one_model_or_ordinary_words_alone_need_evidence() -> None:
    assert read(h(2, "Llama 2"), p("一。"), h(2, "Llama 3"), p("二。"), title="哪个版本好？") == ()
    assert len(read(h(2, "GPT-3.5"), p("一。"), h(2, "GPT-4"), p("二。"), title=SERIES)) == 2
    assert read(h(2, "Step"), p("一。"), h(2, "Falcon"), p("二。"), title="札记") == ()
    assert read(h(2, "Step 1"), p("一。"), h(2, "Step 2"), p("二。"), title="如何安装？") == ()


def test_an_empty_answer_is_kept_and_flagged() -> None:
    answers = read(h(2, "豆包"), image(), h(2, "Kimi"), p("二。"), title=SERIES)
    assert [(a.text, a.flags) for a in answers] == [("", ("empty",)), ("二。", ())]
    assert answers[0].markdown == "![](https://example.org/a.png)"
    answers = read(h(2, "豆包"), h(2, "Kimi"), p("二。"), title=SERIES)
    assert [(a.text, a.markdown, a.flags) for a in answers] == [("", "", ("empty",)), ("二。", "二。", ())]


def test_prose_after_answers_that_are_all_pictures_is_the_authors() -> None:
    answers = read(
        line("豆包"), image("1.png"), line("Kimi"), image("2.png"), p("可以看到两者不同。"), title=SERIES
    )
    assert [(a.text, a.flags) for a in answers] == [("", ("empty",)), ("", ("empty",))]


def test_prose_between_runs_of_pictures_is_the_authors_too() -> None:
    run = (line("豆包"), image("1.png"), line("Kimi"), image("2.png"), line("文心一言"), image("3.png"))
    answers = read(*run, p("三者都对。"), *run, p("再看一个。"), *run, p("完。"), title=SERIES)
    assert [(a.model, a.text) for a in answers] == [("doubao", ""), ("kimi", ""), ("wenxin-yiyan", "")] * 3


def test_texts_that_introduce_the_models_over_them_are_no_answers_to_a_title() -> None:
    for label in (lambda name: h(2, name), bold, line):
        answers = read(
            label("文心一言"), p("文心一言是百度推出的工具。"), label("Kimi"), p("由月之暗面开发。"),
            title="写作效率怎样提高？",
        )  # fmt: skip
        assert {a.confidence for a in answers} == {0.3}
    answers = read(h(2, "文心一言"), p("我是文心一言。"), h(2, "Kimi"), p("我是Kimi。"), title="你是谁？")
    assert {a.confidence for a in answers} == {1.0}


def test_a_label_is_bold_whatever_its_colon_or_number_is() -> None:
    loose = replace(p("豆包："), markdown="**豆包**：")
    numbered = replace(p("2. 文心一言"), markdown="2\\. **文心一言**")
    answers = read(loose, p("一。"), bold("Kimi"), p("二。"), numbered, p("三。"))
    assert pairs(answers) == [("doubao", "一。"), ("kimi", "二。"), ("wenxin-yiyan", "三。")]


def test_two_answers_of_one_model_are_both_kept() -> None:
    answers = read(line("豆包"), p("一。"), line("Kimi"), p("二。"), line("豆包"), p("三。"))
    assert pairs(answers) == [("doubao", "一。"), ("kimi", "二。"), ("doubao", "三。")]


def test_a_list_of_names_is_no_set() -> None:
    assert read(line("豆包"), line("Kimi"), line("文心一言"), p("以上是参加的模型。"), title=SERIES) == ()


def test_names_as_sub_headings_within_answers_cut_nothing() -> None:
    names = (
        h(3, "文心一言"),
        p("百度的。"),
        h(3, "通义千问"),
        p("阿里的。"),
        h(3, "Kimi"),
        p("月之暗面的。"),
    )
    answers = read(h(2, "豆包"), *names, h(2, "智谱清言"), *names, title="2024-03-02 问AI:有哪些大模型")
    assert [a.model for a in answers] == ["doubao", "zhipu-qingyan"]
    answers = read(bold("豆包"), *names, bold("智谱清言"), p("一。"), title="2024-03-02 问AI:有哪些大模型")
    assert [a.model for a in answers] == ["doubao", "zhipu-qingyan"]


def test_literal_markdown_stays_in_the_text() -> None:
    answers = read(
        line("豆包"), p("**学习率(Learning Rate)**是步长。"), line("Kimi"), p("# 不是标题"), rule(), p("完。")
    )
    assert [a.text for a in answers] == ["**学习率(Learning Rate)**是步长。", "# 不是标题\n\n完。"]
    assert answers[1].markdown == "# 不是标题\n\n---\n\n完。"
