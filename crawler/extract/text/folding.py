"""Traditional characters of the words that tell answers: 問題, 總結, 評測 are read as 问题, 总结, 评测."""

from __future__ import annotations

_TRADITIONAL = (
    "問題測試習為麼嗎誰會該訪學頂說評價產網應對話編語機體開橫實紹盤點選薦導門覽匯彙單個優區別異註調請費"
    "格強於過發廠勢總結論觀後聲寫錄參資獻鏈備討關閱讀詞輸統給來這們軟覆動較時間與從達億萬歷長"
    "訂員額記載處裝顯數線識創業務團隊術圖館經濟還沒無詢範標準預運課詳細復練見卷臺條綜簡"
)
_SIMPLIFIED = (
    "问题测试习为么吗谁会该访学顶说评价产网应对话编语机体开横实绍盘点选荐导门览汇汇单个优区别异注调请费"
    "格强于过发厂势总结论观后声写录参资献链备讨关阅读词输统给来这们软复动较时间与从达亿万历长"
    "订员额记载处装显数线识创业务团队术图馆经济还没无询范标准预运课详细复练见卷台条综简"
)
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def folded(text: str) -> str:
    """The text with those characters in Simplified form, of the same length; for rules, never to be shown."""
    return text if text.isascii() else text.translate(_TABLE)
