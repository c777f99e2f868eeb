"""What mirrors do to an article, and made-up Chinese articles to do it to."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

_SUBJECTS = """
    学习率 梯度 损失函数 优化器 数据集 模型 卷积层 注意力 词向量 编码器 解码器 正则化 批次 权重 激活函数 标签
    索引 事务 视图 锁 缓存 线程 进程 队列 协议 报文 端口 路由 证书 容器 镜像 集群 节点 日志 脚本 接口 函数
"""
_VERBS = """
    控制 决定 影响 描述 更新 读取 写入 计算 保存 加载 比较 检查 生成 传递 分配 释放 限制 提高 降低 替代 触发
"""
_MORE = """
    通常 往往 首先 然后 最后 因此 不过 例如 如果 虽然 在实践中 一般来说 与此同时 换句话说 在多数情况下
    每一次 整个 不同的 较大的 较小的 新的 原来的 第一个 最后一个 训练时 运行时 启动后 失败后 为了稳定 为了速度
"""
HEADER = "欢迎来到某某资源网，本站整理最新最全的技术文章，点击收藏本站不迷路。\n\n"
FOOTER = "\n\n以上内容由网友分享，仅供学习交流，如有侵权请联系站长处理。"


def text(seed: int, length: int = 800) -> str:
    """Return a text of about `length` characters that no other seed gives."""
    chance = random.Random(seed)
    subjects, verbs, more = _SUBJECTS.split(), _VERBS.split(), _MORE.split()
    sentences = []
    size = 0
    while size < length:
        words = [chance.choice(more), chance.choice(subjects), chance.choice(verbs), chance.choice(subjects)]
        if chance.random() < 0.6:
            words += ["，", chance.choice(more), chance.choice(verbs), "“", chance.choice(subjects), "”"]
        sentences.append("".join(words) + "。")
        size += len(sentences[-1])
    return "".join(sentences)


def traditional(given: str) -> str:
    """Return it in Traditional characters."""
    converted: str = _to_traditional().convert(given)
    return converted


def requoted(given: str) -> str:
    """Return it with straight quotes and half-width punctuation."""
    return given.translate(str.maketrans({"“": '"', "”": '"', "，": ",", "。": "."}))


def framed(given: str) -> str:
    """Return it between the standing header and footer of a mirror."""
    return HEADER + given + FOOTER


def lossy(given: str, share: float = 0.02) -> str:
    """Return it without a share of its characters."""
    chance = random.Random(given)
    return "".join(c for c in given if chance.random() >= share)


def spun(given: str, share: float = 0.1) -> str:
    """Return it with a share of its words replaced by others."""
    chance = random.Random(given)
    others = (_SUBJECTS + _VERBS).split()
    words, place = [], 0
    while place < len(given):
        size = chance.choice([1, 2, 2, 2, 3])
        is_replaced = chance.random() < share and given[place : place + size].isalnum()
        words.append(chance.choice(others) if is_replaced else given[place : place + size])
        place += size
    return "".join(words)


@cache
def _to_traditional() -> Any:
    import opencc

    return opencc.OpenCC("s2t")
