"""Where an article is cut off for readers who have not paid or not logged in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from crawler.extract.blocks import Body
from crawler.extract.walls.phrases import any_of

Cut = Literal["paywall", "login"]

_LONGEST: Final = 60
"""Characters; a longer paragraph speaks of such folds and is none."""
_LAST_BLOCKS: Final = 4
_READ: Final = r"(?:查看|阅读|閱讀|畅读|暢讀|解锁|解鎖|浏览|瀏覽|继续|繼續|观看|觀看)"
_WHOLE: Final = r"(?:完整|全文|全部|更多|剩余|剩餘|余下|后续|後續|隐藏|隱藏|本文|文章|内容|內容|答案)"
_MEMBER: Final = r"(?:会员|會員|VIP|专栏|專欄)"
_PAYWALL = any_of(
    r"""
    最低 ?[\d.]{1,8} ?元 ?/ ?[天月年次篇]
    (?:解锁|解鎖) ?{WHOLE}
    (?:开通|開通|购买|購買|升级|升級|加入|成为|成為|续费).{0,8}{MEMBER}.{0,8}{READ}
    (?:剩余|剩餘|还有|還有|余下) ?\d{1,2}(?:\.\d{1,2})? ?[%％].{0,6}(?:未读|未讀|未阅读|需|待|付费)
    (?:付费|付費|支付|购买|購買|订阅|訂閱|打赏)(?:之?后|之?後|即可|才能|可).{0,4}{READ}
    (?:试读|試讀)(?:部分)?(?:已|到此|至此)?(?:结束|結束)
    ^(?:本文|本篇|以下|该文|此文)(?:内容|內容|文章)?(?:为|為|是|仅|僅).{0,6}(?:{MEMBER}|付费|付費|订阅|訂閱)
    \bsubscribe (?:now )?to (?:continue|keep|read|unlock) | \bfor (?:paid )?(?:subscribers|members) only\b
    \b(?:become a (?:paid )?(?:member|subscriber)|upgrade to paid) to (?:continue|keep|read|unlock)
    \bstart your (?:free )?trial to (?:continue|keep|read|unlock)
    \bthis (?:post|article|story|content) is for (?:paid|paying|our) (?:subscribers|members)
    """,
    WHOLE=_WHOLE,
    READ=_READ,
    MEMBER=_MEMBER,
)
_LOGIN = any_of(
    r"""
    (?:登[录錄陆入]|注册|註冊)(?:之?后|之?後|即可|才能|才可|可|以|账号|帳號)?.{0,4}{READ}.{0,4}{WHOLE}
    ^[请請]?先?登[录錄陆入].{0,6}{READ}
    \b(?:log ?in|sign ?in|sign up|register) to (?:continue|keep|read|view|see|finish|unlock)
    \bcreate (?:a free|an) account to (?:continue|keep|read|view|unlock)
    """,
    WHOLE=_WHOLE,
    READ=_READ,
)
_ASIDE = any_of(
    """
    评论 | 評論 | 回复 | 回覆 | 留言 | 弹幕 | 下载 | 下載 | 复制 | 複製 | 收藏 | 点赞
    comment | reply | replies | download | copy | [“”「『]
    """
)
"""What else one may log in or pay for; and what is quoted."""


def cut_of(texts: Iterable[str]) -> Cut | None:
    """Return what cuts an article off, as one of the short texts at its end says; None where none does."""
    short = [text for text in texts if len(text) <= _LONGEST and not _ASIDE.search(text)]
    if any(map(_PAYWALL.search, short)):
        return "paywall"
    return "login" if any(map(_LOGIN.search, short)) else None


def cut_of_body(body: Body) -> Cut | None:
    """Return what cuts a body off, as its last blocks say."""
    return cut_of(block.text for block in body.blocks[-_LAST_BLOCKS:] if block.kind == "paragraph")
