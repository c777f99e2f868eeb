"""Made-up pages that name models over texts, in lists and in tables, and on which nobody was asked anything."""
# ruff: noqa: E501 -- the pages are a table of invented text, and easier to read unbroken

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

NAMES = ["豆包", "Kimi", "文心一言", "通义千问", "DeepSeek", "讯飞星火"]
LATIN = ["ChatGPT", "Claude", "Gemini", "DeepSeek", "Llama 3", "Mistral"]
TRADITIONAL = ["智譜清言", "訊飛星火", "通義千問", "騰訊混元"]

PROFILES = [
    "字节跳动推出的对话产品，主打日常闲聊和语音通话，界面清爽，目前完全免费。",
    "月之暗面出品，最大的卖点是二十万字的长文本，适合读论文和财报。",
    "百度旗下的大模型应用，中文知识丰富，专业版需要付费订阅会员。",
    "阿里云自研，开源版本很多，代码和数学能力在榜单上排名靠前。",
    "推理模型表现惊艳，API 定价只有同类产品的几十分之一，高峰期容易繁忙。",
    "教育和办公场景用得多，语音识别是强项，手机客户端体验不错。",
]
PRICES = [
    "输入每百万 tokens 0.8 元，输出每百万 tokens 2 元，新用户送五十万额度。",
    "按上下文长度计费，8k 每千 tokens 0.012 元，128k 每千 tokens 0.06 元。",
    "轻量版免费，旗舰版每月 59.9 元，会员可以优先体验新功能。",
    "商业授权免费，云上调用按量付费，另有包月的资源包。",
    "缓存命中 0.1 元，未命中 1 元，夜间还有五折优惠价格。",
    "个人版每天 200 次，企业版另行报价，详见官网定价页。",
]
HOW_TO = [
    "打开网页版，注册并登录，在左侧点击新建对话，把要求写清楚再发送即可。",
    "下载客户端后用手机号登录，长按输入框可以上传文件，一次最多五十个。",
    "在百度智能云控制台申请密钥，填入配置文件后重启服务即可调用接口。",
    "先安装 dashscope 包，再设置环境变量 API_KEY，运行示例代码测试连通。",
    "访问官网开放平台，点击创建密钥，复制后妥善保存，页面关闭便看不到了。",
    "在讯飞开放平台创建应用，拿到三个参数后通过 websocket 接口接入。",
]
NEWS = [
    "5月15日正式发布新版本，宣布主力模型降价九成，行业随之跟进。",
    "据媒体报道，公司近日完成新一轮融资，估值超过二十五亿美元。",
    "本周上线智能体商店，开发者可以零代码发布自己的应用。",
    "宣布开源七十二亿到千亿多个尺寸，下载量一周突破百万。",
    "昨日凌晨更新了推理版本，官方称数学成绩提升明显。",
    "在春季发布会上推出了新的语音功能，并与多家车企签约。",
]
OPINIONS = [
    "我平时用它写周报，语气自然，偶尔会编造数据，需要自己核对。",
    "我一般把几十页的合同丢给它，让它先列出风险条款，省了不少时间。",
    "用下来感觉中规中矩，搜索结果里广告味重了一点。",
    "写代码时我觉得它比别家稳，注释也规范，就是偶尔太啰嗦。",
    "推理过程能展开看，这一点我很喜欢，缺点是经常服务器繁忙。",
    "语音转文字准确率高，开会记录我只用它。",
]
SCORES = [["8.5", "9.0", "7.5"], ["9.1", "8.2", "8.8"], ["7.9", "8.8", "8.0"], ["8.0", "8.6", "9.2"]]
HISTORY = [
    "2023年8月首次开放测试，用户量在一年内增长到一亿。",
    "2023年10月上线，2024年3月把上下文长度提高到两百万字。",
    "2023年3月发布，是国内第一个公开亮相的同类产品。",
    "2023年4月内测，8月开源第一个版本。",
    "2024年底发布第三代，2025年初发布推理版本。",
    "2023年5月发布，此后每季度升级一次。",
]
MYTHS = [
    ("盘古", "开天辟地，身体化为山川，是神话里最早的神。"),
    ("太初", "指天地未分之前的元气，出自《列子》。"),
    ("九天", "古人把天分成九层，屈原的诗里常常写到。"),
    ("子曰", "《论语》里孔子的话，多以这两个字开头。"),
]


@dataclass(frozen=True)
class Confusing:
    """One page."""

    structure: str
    title: str
    content: str
    """HTML of the body."""


def pair(names: Sequence[str], texts: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(names, texts, strict=False))


def made(label: str, pairs: Sequence[tuple[str, str]], text: str = "<p>{}</p>") -> str:
    return "".join(
        label.format(escape(name), i=number) + text.format(escape(said))
        for number, (name, said) in enumerate(pairs, start=1)
    )


def table(head: Sequence[str], *rows: Sequence[str]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


LABELS = {
    "h2": "<h2>{}</h2>",
    "numbered h3": "<h3>{i}. {}</h3>",
    "bold": "<p><strong>{}</strong></p>",
    "line": "<p>{}</p>",
    "bracketed line": "<p>【{}】</p>",
    "literal heading": "<p>### {}</p>",
    "h4 with emoji": "<h4>🤖 {}</h4>",
}
TEXTS = {
    "profiles": (PROFILES, ["国产大模型盘点", "写论文怎样更快？", "2024年十大AI工具推荐", "打工人必备神器"]),
    "prices": (PRICES, ["大模型价格一览", "做一个聊天应用要花多少钱？", "成本测算笔记"]),
    "how to": (HOW_TO, ["大模型接口接入教程", "如何让代码自动生成注释？", "三分钟上手"]),
    "news": (NEWS, ["AI周报第十二期", "本周科技圈发生了什么？", "早报"]),
    "opinions": (OPINIONS, ["这些工具我用了半年", "写周报怎样更省力？", "周末随记"]),
    "history": (HISTORY, ["大语言模型发展史", "这两年AI圈变化有多大？", "大事记"]),
}


def under_labels() -> Iterator[Confusing]:
    """Names over texts about them: reviews, prices, guides, news, opinions."""
    for kind, (texts, titles) in TEXTS.items():
        for number, (form, label) in enumerate(LABELS.items()):
            title = titles[number % len(titles)]
            yield Confusing(f"{kind} under {form}", title, made(label, pair(NAMES[: 2 + number % 5], texts)))


def in_boxes() -> Iterator[Confusing]:
    """The same in boxes of the page."""
    boxes = {
        "section": "<section><h3>{}</h3><p>{}</p></section>",
        "card": '<div class="card"><div class="name">{}</div><div class="text">{}</div></div>',
        "details": "<details><summary>{}</summary><p>{}</p></details>",
        "terms": "<dl><dt>{}</dt><dd>{}</dd></dl>",
    }
    for number, (form, box) in enumerate(boxes.items()):
        for kind, (texts, titles) in TEXTS.items():
            inner = "".join(box.format(name, text) for name, text in pair(NAMES[: 3 + number % 3], texts))
            yield Confusing(f"{kind} in {form}", titles[(number + 1) % len(titles)], inner)


def on_one_line() -> Iterator[Confusing]:
    """`豆包：` with a description behind it."""
    forms = {
        "plain": "<p>{}：{}</p>",
        "bold": "<p><b>{}</b>：{}</p>",
        "numbered": "<p>1. {}：{}</p>",
        "bracketed": "<p>【{}】{}</p>",
        "item": "<ul><li>{}：{}</li></ul>",
    }
    for number, (form, shape) in enumerate(forms.items()):
        for kind, (texts, titles) in list(TEXTS.items())[:4]:
            inner = "".join(shape.format(name, text) for name, text in pair(NAMES[: 2 + number], texts))
            yield Confusing(
                f"{kind} behind {form} names", titles[number % len(titles)], f"<p>先看几款产品。</p>{inner}"
            )


def in_tables() -> Iterator[Confusing]:
    """Models compared, priced, scored and judged in tables."""
    three = ["豆包", "Kimi", "文心一言"]
    yield Confusing("features by column", "国产大模型对比", table(
        ["维度", *three],
        ["厂商", "字节跳动", "月之暗面", "百度"],
        ["上下文长度", "256k，可处理约二十万字", "200万字，业内领先", "128k，支持长文档"],
        ["主要特点", "语音自然，日常闲聊体验好", "长文本阅读能力强", "中文知识丰富，插件多"],
    ))  # fmt: skip
    yield Confusing("features by row", "哪款AI适合你？", table(
        ["模型", "特点", "适合人群"], *[[n, p, "学生和上班族"] for n, p in pair(NAMES, PROFILES)]
    ))  # fmt: skip
    yield Confusing("prices by row", "API价格要多少？", table(
        ["模型", "输入", "输出"], ["GPT-4o", "$5 / 1M tokens", "$15 / 1M tokens"],
        ["Claude 3.5 Sonnet", "$3 / 1M tokens", "$15 / 1M tokens"], ["DeepSeek V3", "1元", "2元"],
    ))  # fmt: skip
    yield Confusing("benchmark by column", "评测榜单怎么看？", table(
        ["Benchmark", "GPT-4o", "Claude 3.5 Sonnet", "Gemini 1.5 Pro"],
        ["MMLU", "88.7", "88.3", "85.9"], ["HumanEval", "90.2%", "92.0%", "84.1%"], ["GSM8K", "-", "96.4", "90.8"],
    ))  # fmt: skip
    yield Confusing("scores of questions", "五道题测出最强模型", table(
        ["题目", *three], ["9.11和9.9哪个大？", "正确", "错误", "正确"],
        ["草莓英文里有几个r？", "错误", "正确", "错误"], ["鸡兔同笼怎么算？", "正确", "正确", "正确"],
    ))  # fmt: skip
    yield Confusing("marks of questions", "横向评测", table(
        ["测试题", *three], ["写诗", "8分", "9分", "7.5分"], ["推理", "9分", "8分", "8分"], ["代码", "7", "8", "6"],
    ))  # fmt: skip
    yield Confusing("judgements of questions", "六款模型横评", table(
        ["测试项目", *three],
        ["逻辑推理", "推理过程清晰，结论正确，但步骤略显啰嗦", "结论错误，中途改口", "正确，表达简洁"],
        ["古诗创作", "格律基本正确，意境一般", "意境优秀，押韵准确", "有一处出韵，表现较差"],
    ))  # fmt: skip
    yield Confusing("judgements under questions", "同题测试结果", table(
        ["问题", *three],
        ["写一首七律", "格律准确，意境较好，得分最高", "出现两处错误，不够工整", "流畅但略显平淡"],
        ["解释相对论", "通俗易懂，比较全面", "内容准确，条理清晰", "有事实错误，不够完整"],
    ))  # fmt: skip
    yield Confusing("yes or no by column", "能力一览", table(
        ["功能", *three], ["联网搜索", "支持", "支持", "支持"], ["画图", "✅", "❌", "✅"], ["语音", "是", "否", "是"],
    ))  # fmt: skip
    yield Confusing("questions about products by column", "用户最关心的问题", table(
        ["问题", *three],
        ["是否收费？", "免费，暂时没有付费版本", "免费，高峰期可以打赏", "基础版免费，专业版收费"],
        ["支持多长的上下文？", "约二十万字", "约两百万字", "约十万字"],
        ["怎么注册？", "手机号或抖音账号", "手机号或微信扫码", "百度账号登录"],
    ))  # fmt: skip
    yield Confusing("answers about products by row", "常见问题", table(
        ["模型", "怎么收费？", "支持上传文件吗？"], ["豆包", "目前完全免费使用", "支持，最多五十个"],
        ["Kimi", "免费，可选打赏会员", "支持，单个一百兆"],
    ))  # fmt: skip
    yield Confusing("verdicts by row", "谁答对了？", table(
        ["模型", "回答", "评分"], ["豆包", "正确", "5"], ["Kimi", "错误", "2"], ["文心一言", "正确", "4"],
    ))  # fmt: skip
    yield Confusing("numbers by row", "速度测试", table(
        ["模型", "输出", "耗时"], ["豆包", "1200 tokens", "3.2s"], ["Kimi", "900 tokens", "4.1s"],
    ))  # fmt: skip
    yield Confusing("links by row", "入口大全", table(
        ["名称", "网址", "备注"], *[[n, f"https://www.example.org/{i}", "需登录"] for i, n in enumerate(NAMES)]
    ))  # fmt: skip
    yield Confusing("scores by row", "如何选择大模型？", table(
        ["模型", "写作", "推理", "代码"], *[[n, *s] for n, s in zip(NAMES, SCORES, strict=False)]
    ))  # fmt: skip
    yield Confusing("profiles by row without a head", "写作怎样更快？",
        "<table>" + "".join(f"<tr><td>{n}</td><td>{p}</td></tr>" for n, p in pair(NAMES, PROFILES)) + "</table>",
    )  # fmt: skip
    yield Confusing("profiles by column", "写作怎样更快？", table(three, PROFILES[:3]))
    yield Confusing("versions by row", "更新记录", table(
        ["模型", "版本", "发布日期"], ["GPT-4o", "2024-05-13", "5月"], ["Claude 3", "20240229", "3月"],
    ))  # fmt: skip
    yield Confusing("parameters by column", "部署要多大显存？", table(
        ["参数", "Qwen2-7B", "Llama 3 8B", "GLM-4-9B"], ["显存", "16 GB", "18 GB", "19 GB"],
        ["量化后", "约6 GB，单卡可跑", "约7 GB，单卡可跑", "约8 GB，建议双卡"],
    ))  # fmt: skip
    yield Confusing("pros and cons by row", "优缺点汇总", table(
        ["模型", "优点", "缺点"], ["豆包", "语音自然，响应快", "深度推理一般"], ["Kimi", "长文本好", "偶尔繁忙"],
    ))  # fmt: skip


def with_questions() -> Iterator[Confusing]:
    """Questions that readers ask about the models, not the models themselves."""
    faq = [("如何注册？", HOW_TO[0]), ("是否收费？", PRICES[2]), ("支持多长的上下文？", PROFILES[1])]
    inner = "".join(made("<h3>{}</h3>", faq) for _ in (0,))
    for label in ("<h2>{}</h2>", "<h2>{}使用说明</h2>", "<p><b>{}</b></p>"):
        page = "".join(label.format(name) + inner for name in NAMES[:3])
        yield Confusing(f"questions of users under {label}", "新手常见问题", page)
    page = "".join(
        f"<h2>{q}</h2>" + made("<h3>{}</h3>", pair(NAMES[:3], HOW_TO)) for q in ("怎么注册？", "怎么使用？")
    )
    yield Confusing("guides under questions of users", "AI助手新手指南", page)
    page = "".join(f"<p>问：{q}</p><p>答：{a}</p>" for q, a in [("豆包是什么？", PROFILES[0]), *faq])
    yield Confusing("faq of one product", "豆包常见问题解答", page)
    page = "".join(
        f"<p>Q{i}：{n}怎么样？</p><p>A：{t}</p>" for i, (n, t) in enumerate(pair(NAMES, OPINIONS), 1)
    )
    yield Confusing("faq of several products", "读者问答精选", page)
    criteria = [("写作能力", OPINIONS), ("推理能力", PROFILES), ("价格", PRICES)]
    page = "".join(f"<h2>{c}</h2>" + made("<h3>{}</h3>", pair(NAMES[:4], t)) for c, t in criteria)
    yield Confusing("models under criteria", "四款大模型横向测评", page)
    yield Confusing("models under criteria without a review's title", "使用感受", page)
    page = "".join(
        f"<h2>{n}</h2>" + made("<h3>{}</h3>", [(c, t[i]) for c, t in criteria])
        for i, n in enumerate(NAMES[:4])
    )
    yield Confusing("criteria under models", "四款大模型横向测评", page)
    yield Confusing("criteria under models in a diary", "折腾记录", page)
    page = "<p>AI写作工具有哪些？</p><p>常见的有下面几款。</p>" + made(
        "<p><b>{}</b></p>", pair(NAMES[:4], PROFILES)
    )
    yield Confusing("a list that answers a reader", "知识问答：AI写作工具", page)
    page = "<h2>问题</h2><p>选哪家的接口？</p>" + made("<h3>{}</h3>", pair(NAMES[:4], PRICES))
    yield Confusing("options under a problem", "技术选型备忘", page)
    page = "<blockquote>问题：团队该买哪家的服务？</blockquote>" + made(
        "<h3>{}</h3>", pair(NAMES[:4], PRICES)
    )
    yield Confusing("options under a quoted problem", "采购建议", page)


def of_speech() -> Iterator[Confusing]:
    """Transcripts, interviews, quotes, role play."""
    turns = ["我先来。", "轮到我了。", "你说得不对。", "我坚持原来的观点。", "好吧，算平局。", "下次再比。"]
    for title in ("两个AI的辩论实录", "有趣的对话", "群聊记录"):
        page = "".join(f"<p>{NAMES[i % 2]}：{t}</p>" for i, t in enumerate(turns))
        yield Confusing(f"two models in turns: {title}", title, page)
        page = "".join(f"<p><b>{NAMES[i % 2]}</b></p><p>{t}</p>" for i, t in enumerate(turns))
        yield Confusing(f"two models in turns under bold names: {title}", title, page)
    page = "".join(f"<p>我：{t}</p><p>ChatGPT：{t}</p>" for t in turns)
    yield Confusing("a chat with one model", "和ChatGPT聊天", page)
    page = "".join(f"<p>记者：{q}？</p><p>Claude：{t}</p>" for q, t in zip("甲乙丙", turns, strict=False))
    yield Confusing("an interview with a man named Claude", "访画家的后人", page)
    page = "".join(
        f"<p>面试官：{q}</p><p>候选人：{a}</p>" for q, a in pair(["讲讲Kimi？", "讲讲豆包？"], PROFILES)
    )
    yield Confusing("a job interview", "大模型算法岗面试经历", page)
    page = "".join(f"<blockquote><p>{t}</p><p>——{n}团队</p></blockquote>" for n, t in pair(NAMES, NEWS))
    yield Confusing("quotes of teams", "他们这样说", page)
    page = "".join(f"<p>{n}创始人：{t}</p>" for n, t in pair(NAMES, NEWS))
    yield Confusing("quotes of founders", "大模型六小虎的观点", page)
    page = "".join(
        f"<p>{n}官方回应：{t}</p>" for n, t in pair(NAMES[:3], ["暂无计划。", "以公告为准。", "正在排查。"])
    )
    yield Confusing("statements of companies", "服务中断之后", page)
    page = "".join(f"<p>@{n}：{t}</p>" for n, t in pair(["豆包妈妈", "Kimi粉丝", "文心用户"], OPINIONS))
    yield Confusing("comments of readers", "评论区精选", page)


def of_code() -> Iterator[Confusing]:
    """Guides with code, settings, changelogs."""
    code = '<pre><code>client = OpenAI(api_key="sk-…", base_url="https://api.example.org/v1")</code></pre>'
    for label in ("<h2>{}</h2>", "<h3>2.{i} {}</h3>", "<p><b>{}</b></p>"):
        for title in ("多家大模型API调用示例", "怎样封装统一的接口？", "接口笔记"):
            page = "".join(
                label.format(n, i=i) + f"<p>{t}</p>{code}" for i, (n, t) in enumerate(pair(NAMES, HOW_TO))
            )
            yield Confusing(f"interfaces with code under {label}", title, page)
    page = "<pre><code># 豆包\nkey = 1\n# Kimi\nkey = 2</code></pre>"
    yield Confusing("names in code", "什么是配置文件？", page)
    yield Confusing("names in settings", "配置怎么写？", "<pre>豆包：\n  key: 1\nKimi：\n  key: 2</pre>")
    page = "".join(
        f"<h2>v1.{n}</h2><ul><li>新增 {name} 支持</li><li>修复若干问题</li></ul>"
        for n, name in enumerate(NAMES)
    )
    yield Confusing("a changelog of versions", "更新日志", page)
    page = made(
        "<h3>{}</h3>",
        pair(NAMES, ["新增接口适配", "修复超时", "升级到新版", "移除旧接口", "默认关闭", "文档更新"]),
    )
    yield Confusing("a changelog by model", "Release Notes 0.9", page)
    page = made("<h2>{}</h2>", pair(["GPT-3.5", "GPT-4", "GPT-4o", "o1"], NEWS))
    yield Confusing("release notes of one family", "模型发布说明", page)
    page = made(
        "<h2>{}</h2>",
        pair(["Llama 2", "Llama 3", "Llama 3.1"], ["显存 13 GB。", "显存 16 GB。", "显存 18 GB。"]),
    )
    yield Confusing("sizes of one family", "本地部署要多大显存？", page)


def of_lists() -> Iterator[Confusing]:
    """Lists, rankings and contents."""
    items = "".join(f"<li>{n}：{p}</li>" for n, p in pair(NAMES, PROFILES))
    yield Confusing("a list of tools", "有哪些好用的AI？", f"<ul>{items}</ul>")
    yield Confusing("an ordered ranking", "2025年AI排行榜", f"<ol>{items}</ol>")
    nested = "".join(f"<li><b>{n}</b><ul><li>{p}</li></ul></li>" for n, p in pair(NAMES, PROFILES))
    yield Confusing("a nested list", "为什么要用AI？", f"<ul>{nested}</ul>")
    names = "".join(f"<p>{n}</p>" for n in NAMES)
    yield Confusing("names and then prose", "参加测试的是谁？", f"{names}<p>以上六款都参加了这次测试。</p>")
    yield Confusing("names as headings alone", "目录怎么写？", "".join(f"<h2>{n}</h2>" for n in NAMES))
    yield Confusing("a bar of names over sections on other things", "怎样学编程？",
        "<ul><li>豆包</li><li>Kimi</li></ul><div class='a'><p>先学基础语法，再做练习。</p></div>"
        "<div class='a'><p>多读优秀的代码。</p></div><div class='a'><p>动手做项目。</p></div>",
    )  # fmt: skip
    page = made("<h3>第{i}名：{}</h3>", pair(NAMES, PROFILES))
    yield Confusing("a ranking with places", "谁是最强大模型？", page)
    page = made("<h3>No.{i} {}</h3>", pair(LATIN, PROFILES))
    yield Confusing("a ranking with numbers", "Top 6 AI chatbots", page)
    page = made("<p><b>{}</b></p>", pair(LATIN, [
        "A capable assistant by OpenAI with a free tier and a paid subscription.",
        "Known for long context and careful writing; pricing starts at $20 per month.",
        "Google's multimodal model, available in the web app and on phones.",
        "Open weights and a very cheap API.",
    ]))  # fmt: skip
    yield Confusing("an English review", "Best AI chatbots compared", page)
    prompts = ["请扮演资深编辑，帮我润色下面的文字。", "请把下面的会议记录整理成表格。", "请写一份活动方案。"]
    page = "".join(f"<h2>{n}提示词</h2><p>提示词：{t}</p>" for n, t in pair(NAMES, prompts))
    yield Confusing("prompts for each tool", "提示词合集", page)
    page = "".join(
        f"<h2>{n}</h2><p>适用版本：网页版。打开页面粘贴下面的提示词：</p><pre>{t}</pre>"
        for n, t in pair(NAMES, prompts)
    )
    yield Confusing("prompts under each tool", "提示词大全：怎么写周报？", page)


def of_other_words() -> Iterator[Confusing]:
    """Names that are ordinary words, men, stars and beasts."""
    for number, label in enumerate(LABELS.values()):
        yield Confusing(
            f"myths {number}", ["神话里的词", "诸神从哪里来？", "国学小词典"][number % 3], made(label, MYTHS)
        )
    steps = [("Step 1", "安装依赖。"), ("Step 2", "修改配置。"), ("Step 3", "启动服务。")]
    yield Confusing("steps", "如何安装？", made("<h3>{}</h3>", steps))
    birds = [
        ("Falcon", "猎隼，飞得最快。"),
        ("Nova", "新星，突然变亮的恒星。"),
        ("Phi", "希腊字母，也指黄金比例。"),
    ]
    yield Confusing("words of other fields", "这些词是什么意思？", made("<h3>{}</h3>", birds))
    snacks = [
        ("豆包", "红豆煮烂后加糖炒成馅，包进发面里蒸熟。"),
        ("包子", "猪肉大葱馅最常见。"),
        ("花卷", "撒上葱花卷起来蒸。"),
    ]
    yield Confusing("snacks", "早餐吃什么？", made("<h3>{}</h3>", snacks))
    animals = [
        ("Llama", "大羊驼，产于安第斯山区。"),
        ("Alpaca", "小羊驼，毛质柔软。"),
        ("Vicuna", "骆马，毛极细。"),
    ]
    yield Confusing("animals", "羊驼有哪几种？", made("<h3>{}</h3>", animals))


def of_articles() -> Iterator[Confusing]:
    """Articles that ask something and then write about models."""
    topics = ["的技术架构", "的训练数据", "的应用前景", "的商业模式"]
    for number, form in enumerate(
        ["<h2>{}</h2>", "<h3>1.{i} {}</h3>", "<p><b>{}</b></p>", "<h2>{i}、{}</h2>"]
    ):
        pairs = [(f"{n}{topics[number]}", t) for n, t in pair(NAMES, PROFILES)]
        yield Confusing(f"headings that hold names {number}", "大模型是怎样工作的？", made(form, pairs))
    pairs = pair(["文心一言:中文场景深度适配", "豆包:轻量易用", "Kimi:长文本之王"], PROFILES)
    yield Confusing("headings with a colon", "国产模型有什么不同？", made("<h3>{i}. {}</h3>", pairs))
    pairs = pair(["豆包", "优点", "缺点", "总结"], [PROFILES[0], OPINIONS[0], OPINIONS[4], OPINIONS[3]])
    yield Confusing("one model reviewed", "豆包值得用吗？", made("<h2>{}</h2>", pairs))
    for number, label in enumerate(["<h2>{}</h2>", "<p><b>{}</b></p>", "<p>{}</p>", "<p>**{}**</p>"]):
        pairs = pair(TRADITIONAL, ["科技公司推出的對話產品，免費使用。", "語音辨識是強項，需要註冊。",
                                   "開源版本很多，價格便宜。", "整合在通訊軟體裡，體驗不錯。"])  # fmt: skip
        yield Confusing(
            f"a Traditional review {number}",
            ["國產大模型評測", "寫報告怎樣更快？"][number % 2],
            made(label, pairs),
        )
    page = "".join(f"<p>{n}在这方面做得不错，{t}</p>" for n, t in pair(NAMES, OPINIONS))
    yield Confusing("running text that begins with names", "为什么大家都在用AI？", page)
    page = "".join(f"<p><b>{n}</b>，{t}</p>" for n, t in pair(NAMES, PROFILES))
    yield Confusing("bold names in running text", "为什么大家都在用AI？", page)
    page = "".join(f'<p>{n}界面截图如下：</p><p><img src="/{i}.png"></p>' for i, n in enumerate(NAMES))
    yield Confusing("captions of pictures", "界面有什么变化？", page)
    page = "".join(
        f'<h3>{n}</h3><p>官网：https://www.example.org/{i}</p><p><img src="/{i}.png"></p>'
        for i, n in enumerate(NAMES)
    )
    yield Confusing("sites with pictures", "有哪些网站值得收藏？", page)


def of_judgements() -> Iterator[Confusing]:
    """What testers say of answers that they do not show."""
    said = [
        "答对了，步骤完整，得9分。",
        "结论错误，中途还改了口，扣两分。",
        "思路清晰，表达简洁，满分。",
        "没答到点子上，表现一般。",
    ]
    for number, label in enumerate(LABELS.values()):
        question = f"<h2>第{number + 1}题：鸡兔同笼</h2>" if "h2" not in label else "<h1>第1题：鸡兔同笼</h1>"
        yield Confusing(
            f"judgements under a question {number}",
            "四款大模型数学测试",
            question + made(label, pair(NAMES[:4], said)),
        )
    page = "".join(
        f"<h2>{n}</h2><h3>问题1：鸡兔同笼</h3><p>{a}</p><h3>问题2：分糖</h3><p>{b}</p>"
        for n, a, b in zip(NAMES[:4], said, said[::-1], strict=False)
    )
    yield Confusing("judgements under questions under models", "谁会做小学数学？", page)
    page = "<p>题目：鸡兔同笼</p>" + "".join(f"<p>{n}：{t}</p>" for n, t in pair(NAMES[:4], said))
    yield Confusing("judgements behind names", "实测四款大模型", page)


def of_plans() -> Iterator[Confusing]:
    """Courses, jobs, meetings, datasets, investments, settings of plugins."""
    plans = {
        "a course": (
            "大模型课程目录是怎样的？",
            ["第一周讲注册与界面。", "第二周讲长文本阅读的技巧。", "第三周讲插件的使用。"],
        ),
        "jobs": (
            "去哪家公司好？",
            [
                "算法工程师，北京，30-60k，负责预训练。",
                "后端开发，北京，25-50k，负责推理平台。",
                "产品经理，上海，20-40k，负责会员体系。",
            ],
        ),
        "stocks": (
            "哪些公司会受益？",
            [
                "字节产业链公司订单增加，估值修复。",
                "合作厂商股价上涨，市值突破百亿。",
                "公司一季度营收增长，宣布回购。",
            ],
        ),
        "complaints": (
            "最近为什么总是崩？",
            [
                "客户端登录后白屏，官方称正在修复。",
                "高峰期提示繁忙，会员也要排队。",
                "接口返回 429，工单没有回应。",
            ],
        ),
        "datasets": (
            "训练数据从哪里来？",
            [
                "官方未公开语料，论文称以中文网页为主，模型参数不详。",
                "技术报告提到代码占两成，上下文长度 128k。",
                "公开了数据配比，模型采用混合专家结构。",
            ],
        ),
        "shortcuts": (
            "怎样提高效率？",
            [
                "点击左侧的图标，按回车发送，按 Shift+回车换行。",
                "打开设置页面，开启划词功能。",
                "在客户端里按 Alt+K 唤出对话框。",
            ],
        ),
        "tests of speed": (
            "为什么有快有慢？",
            [
                "首字 0.8 秒，该模型在晚间会变慢。",
                "首字 1.2 秒，实测每秒 40 个字。",
                "首字 0.5 秒，体验最流畅。",
            ],
        ),
    }
    for number, (what, (title, texts)) in enumerate(plans.items()):
        for form in ("h2", "bold", "line", "bracketed line"):
            yield Confusing(
                f"{what} under {form}", title, made(LABELS[form], pair(NAMES[number % 3 :], texts))
            )


def of_english() -> Iterator[Confusing]:
    """English pages of the same kinds."""
    texts = [
        "Sign up on the website, subscribe to the Plus plan and pick a model from the menu.",
        "Pricing starts at $3 per million tokens; the API supports a 200k context window.",
        "Google announced the new version this week and released it to all users.",
        "Open weights, a permissive license and a very cheap API.",
    ]
    for number, title in enumerate(
        [
            "How to choose an LLM API?",
            "ChatGPT vs Claude vs Gemini",
            "LLM release notes",
            "AI tools I use every day",
            "Which chatbot is best for coding?",
        ]
    ):
        for form in ("h2", "bold"):
            yield Confusing(f"English {number} under {form}", title, made(LABELS[form], pair(LATIN, texts)))


def confusing_pages() -> list[Confusing]:
    """All of them."""
    groups = (under_labels, in_boxes, on_one_line, in_tables, with_questions, of_speech, of_code, of_lists,
              of_other_words, of_articles, of_judgements, of_plans, of_english)  # fmt: skip
    return [one for group in groups for one in group()]
