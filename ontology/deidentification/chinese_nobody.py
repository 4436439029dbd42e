"""What is read as a Chinese name and is nobody's: words of talk, of food, and verbs that are seldom surnames, too."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"阿姨|小(?:姑娘|伙子|朋友|家伙|宝贝|孩子|男孩|女孩)|意志|高价|远远|"
    r"银耳|木耳|[红大黑蜜]枣|[黑糙糯玉]米|(?<=[、,吃喝])小米|[黄红绿黑毛豌]豆|花生|[红白]糖|香菇|白菜|山药|燕麦|荞麦|[苦冬黄南丝]瓜|雪梨|柠檬|"
    r"(?:想问|您好|你好|请问|谢谢|多谢).*|[儿得].*|.跟|[了因比所]"
)
_THAT = re.compile(r"那(?=医生|大夫|护士|专家)")
_SOMEBODY_BEFORE = frozenset("床科由请经随与和及:")


def nobody(text: str, start: int, end: int) -> bool:
    """Whether the characters from ``start`` to ``end`` are no name, whatever stands around them.

    >>> nobody("邻居阿姨突然抽动", 2, 4), nobody("3床那医生查看", 2, 3), nobody("那医生说没事", 0, 1)
    (True, False, True)
    """
    if _WORDS.fullmatch(text, start, end):
        return True
    return _THAT.match(text, start) is not None and end == start + 1 and text[start - 1 : start] not in _SOMEBODY_BEFORE
