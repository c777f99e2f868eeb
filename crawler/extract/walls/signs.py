"""The words and scripts of walls: one table for each place that they stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crawler.extract.items import Blocked, Gone, NotAnArticle
from crawler.extract.walls.phrases import any_of


@dataclass(frozen=True, slots=True)
class Sign:
    """Words of which a wall is known."""

    kind: type[NotAnArticle]
    name: str
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Script:
    """A piece of a script, or of its address, that challenges the visitor."""

    sign: str
    name: str


_CHECK: Final = "a check of the visitor"
_MISSING: Final = "a notice that the page is not there"
LOGIN: Final = "a login page"
_THING: Final = (
    "(?:页面|文章|内容|博客|网页|资源|帖子|主题|链接|专栏|问题|回答|作品|视频|商品|文件|用户"
    "|頁面|內容|網頁|資源|主題|連結)"
)
_SORRY: Final = "(?:很?抱歉|对不起|很遗憾|温馨提示)?[，,！!：: ]{0,2}"
_REMOVED: Final = "已?被?(?:作者|管理员|用户|版主)?(?:自行)?(?:删除|刪除|下架|移除|屏蔽|隐藏)"

SCRIPTS: Final = (
    Script("acw_sc__v2", "a challenge of Alibaba's firewall (acw_sc__v2)"),
    Script("aliyun_waf", "a challenge of Alibaba's firewall (aliyun_waf)"),
    Script("AliyunCaptcha", "a captcha of Alibaba"),
    Script("__jsl_clearance", "a challenge of 加速乐 (__jsl_clearance)"),
    Script("/cdn-cgi/challenge-platform/", "a challenge of Cloudflare"),
    Script("_cf_chl_opt", "a challenge of Cloudflare"),
    Script("TencentCaptcha", "a captcha of Tencent"),
    Script("TCaptcha.js", "a captcha of Tencent"),
    Script("zse-ck", "a challenge of Zhihu (zse-ck)"),
    Script("byted_acrawler", "a challenge of ByteDance (byted_acrawler)"),
    Script("wafchallenge", "a challenge of ByteDance's firewall (wafchallenge)"),
    Script("initGeetest", "a captcha of Geetest"),
    Script("awswaf", "a challenge of Amazon's firewall"),
    Script("captcha-delivery.com", "a captcha of DataDome"),
    Script("_Incapsula_Resource", "a challenge of Imperva"),
    Script("_px/captcha", "a captcha of PerimeterX"),
)

SIGNS: Final = (
    Sign(
        Blocked,
        _CHECK,
        any_of(
            r"""
            安全(?:验证|驗證|检查|检测) | 人机(?:验证|识别) | 滑动验证 | 验证码 | 驗證碼
            访问异常 | 异常(?:访问|流量) | 请求异常 | (?:操作|请求|访问|浏览).{0,4}频繁
            (?:访问|请求)(?:已?被|遭到?)?(?:拒绝|拦截|阻止|限制)
            (?:拖动|按住|滑动|点击).{0,6}(?:滑块|完成验证|完成拼图)
            [您你]的(?:网络|IP|访问|请求).{0,12}(?:异常|风险|拦截|限制|封禁)
            正在(?:检查|检测|验证|确认).{0,8}(?:浏览器|访问|安全|身份|环境)
            确认[您你]是(?:真人|人类) | 不是(?:机器人|爬虫)
            verify(?:ing)? (?:that )?you are (?:a )?human | are you a robot | not a robot | captcha
            access (?:is |has been )?denied | too many requests | unusual traffic
            checking (?:your browser|if the site connection) | just a moment | security verification
            (?:your|this) (?:ip|request|access).{0,30}(?:blocked|banned|denied) | you have been blocked
            ^403\b.{0,3}forbidden
            """
        ),
    ),
    Sign(
        Gone,
        _MISSING,
        any_of(
            r"""
            {THING}[^。！!]{0,6}(?:不存在|不見了|不见了|找不到|已?失效|已?过期|{REMOVED})
            (?:找不到|没有找到|未找到|无法找到|沒有找到)[^。！!]{0,8}{THING}
            已被(?:作者|管理员)?(?:删除|刪除) | 审核中 | 待审核
            未通过审核 | 违反.{0,16}(?:规定|规范|法规|条例)
            被作者设[为置]为?(?:私密|仅自己可见)
            ^404(?![\w.]) | \b404[^\w]{0,3}(?:not found|error|错误|页面)
            page (?:was |could )?not (?:be )?found | no longer (?:available|exists)
            (?:has|have) been (?:deleted|removed|taken down)
            can(?:'|’|no)t (?:find|seem to find).{0,30}(?:page|looking for)
            (?:page|article|post).{0,30}(?:does not|doesn['’]t) exist
            """,
            THING=_THING,
            REMOVED=_REMOVED,
        ),
    ),
    Sign(
        Blocked,
        LOGIN,
        any_of(
            r"""
            登[录錄陆入][后後].{0,6}(?:查看|阅读|继续|访问|可见|浏览|使用|操作)
            [请請需]要?[您你]?先?登[录錄陆入] | [您你][还尚]?(?:没有|未)登[录陆]
            没有权限 | 无权(?:访问|查看)
            (?:立即|扫码|帐号|账号|密码|短信|微信)登录 | 还没有账号 | 沒有帳號
            (?:log|sign) ?in to (?:continue|view|see|your account) | please (?:log|sign) ?in
            forgot (?:your )?password | must be logged in | you need to (?:log|sign) ?in
            """
        ),
    ),
)
"""Searched in the words of a page that has no article; the topics of many an article are among them."""

NOTICES: Final = (
    Sign(
        Blocked,
        _CHECK,
        any_of(
            r"""
            .{0,40}(?:请|需要).{0,12}(?:完成|通过|进行).{0,6}(?:验证|校验|检查)(?:\W|$|码|后|以) | 通过验证以
            .{0,6}(?:检测|监测|发现)到[您你] | 正在(?:检查|检测|验证|确认)[您你]
            .{0,30}需要先(?:检查|确认|验证)[您你]
            {SORRY}(?:由于)?[您你]的?.{0,4}(?:访问|操作|请求|网络|IP|浏览|URL).{0,24}(?:频繁|异常|拒绝|拦截|限制|阻断|封禁|威胁)
            (?:访问|操作|请求)(?:过于|太)频繁 | 请(?:按住|拖动|滑动|输入).{0,6}(?:滑块|验证码|字符)
            please (?:complete|verify|confirm|enter|enable js) | (?:verify|confirm)(?:ing)? (?:that )?you are
            enter the characters | sorry, (?:you have been blocked|we just need) | you are unable to access
            access (?:to this page )?(?:is |has been )?denied\W{0,2}$ | you don['’]t have permission
            our systems have detected | this website is using a security service | why do i have to complete
            """,
            SORRY=_SORRY,
        ),
    ),
    Sign(
        Gone,
        _MISSING,
        any_of(
            r"""
            {SORRY}{WHICH}{THING}[^。，“”]{0,18}(?:不存在|不见了|找不到|已?失效|已?过期|{REMOVED}|设[为置]为?私密)
            {SORRY}(?:没有找到|未找到|找不到)[您你]?.{0,8}{THING}
            (?:sorry|oops)?\W{0,2}(?:this|that|the) (?:page|post|article|story).{0,30}{LOST}
            [您你]似乎来到了 | it looks like nothing was found
            (?:sorry, )?we can['’]t find | 404\W{0,3}(?:$|not found|error)
            """,
            THING=_THING,
            REMOVED=_REMOVED,
            SORRY=_SORRY,
            WHICH="(?:[您你]要?(?:访问|查看|浏览|寻找|请求)的|该|此|当前|指定的?|这[个篇])",
            LOST="(?:found|exist|removed|deleted|available|taken down)",
        ),
    ),
    Sign(
        Blocked,
        LOGIN,
        any_of(
            r"""
            {SORRY}[您你]?(?:需要|必须|请)先?(?:登录|登陆|登入)(?:$|[。！!后以]|之后)
            {SORRY}[您你](?:还|尚)?(?:没有|未)登录
            登[录錄陆]后.{0,12}$ | .{0,20}[您你]没有权限(?:查看|访问|浏览|$)
            please (?:log|sign) ?in | you (?:must|need to) (?:be logged|log|sign) ?in
            """,
            SORRY=_SORRY,
        ),
    ),
)
"""So begins a sentence that addresses a page's visitor; articles quote such sentences and explain them."""

TITLES: Final = (
    Sign(
        Blocked,
        _CHECK,
        any_of(
            r"""
            (?:百度|系统|网站|用户|登录)?(?:安全|人机|滑动|访问|身份)(?:验证|驗證|检查|检测|识别)(?:中心?|页面|码)?
            .{0,6}访问异常.{0,4} | (?:请求|访问)(?:过于)?(?:频繁|被拒绝|被拦截|受限) | 请稍候\W*
            just a moment\W* | attention required!?.{0,20} | access denied.{0,20} | security check
            (?:403|429|503|521)\b.{0,30} | too many requests | .{0,10}captcha.{0,10} | robot check
            verif(?:y|ying) you are human | are you a robot\W* | sorry, you have been blocked
            """
        ),
    ),
    Sign(
        Gone,
        _MISSING,
        any_of(
            r"""
            (?:http\s?)?404\W{0,3}(?:not found|error|错误|找不到|(?:您访问的)?页面{LOST}?)?\W{0,3}
            (?:抱歉|对不起|出错了|哎呀|很抱歉)?\W{0,2}{ASKED}?[该此]?{THING}(?:已经?)?{LOST}\W{0,2}
            (?:找不到|没有找到|未找到)(?:该|此|这个)?{THING}\W{0,2}
            (?:error )?(?:page|post|article) not found\W* | not found | gone | error(?: page)?
            (?:错误|出错|系统|信息)?提示(?:信息)? | 出错了\W*
            """,
            ASKED="(?:[您你]?要?(?:访问|查看|浏览|寻找)的)",
            THING=_THING,
            LOST="(?:不存在|不见了|找不到了?|没有找到|未找到|走丢了|已?被?删除|下架|失效)",
        ),
    ),
    Sign(
        Blocked,
        LOGIN,
        any_of(
            r"""
            (?:用户|账号|帐号|会员|欢迎|统一|请)?登[录陆入](?:页面?|/?注册|中心|认证)?
            (?:用户)?注册(?:/登录)?
            (?:sign|log) ?in(?: (?:page|required|to continue))? | 统一身份认证.{0,6}
            """
        ),
    ),
)
"""Of a notice this is the whole title, the site's name aside."""

COMPANION: Final = any_of(
    r"""
    (?:[您你]也?可以|请|点击|或者)?(?:返回|前往|刷新|检查|联系|重新|稍[后候]|尝试|与我们|與我們) | [您你]可以
    請返回
    很?抱歉 | 对不起 | 可能 | 登录即 | 继续之前 | 这可能需要
    来源链接 | 如果[您你] | 问题反馈 | 还没有账号 | \d{1,2} ?秒
    .{0,10}(?:ray|trace|event|request|请求) ?(?:id|是) | [您你]的(?:请求 ?id|ip) | reference\b | cloudflare
    (?:maybe )?(?:try|go back|return|please|contact|refresh)\b | sorry | oops | for best results | forgot
    the action you | welcome back | one more step
    """
)
"""So begins what stands beside a notice, and alone is none."""

CONDITION: Final = any_of(
    r"""
    [“”「『] | (?:时|時|之后|的情况下?)[，,] | 如果(?![您你]) | 假如 | 当.{1,20}时
    例如 | 比如 | 可以通过 | 的时候
    本文 | 这篇 | 我们 | 我(?!们) | 笔者 | 介绍 | 讲解 | 原理 | 实现 | 教程 | 方法 | 步骤
    因此 | 所以 | 但是 | 不过 | 然而 | 其实 | 通常 | 往往
    常见 | 所谓 | 是指 | 指的是 | 意味着 | 也就是 | 一般(?:来说|会)
    \bwhen\b | \bwe\b | \bhow to\b | \bI\b
    """
)
"""Who explains or tells a story uses such words; a notice does not."""
