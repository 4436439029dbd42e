"""Traditional characters in a Chinese text as simplified ones, sign by sign: places stay as they are."""

from __future__ import annotations

import re
from functools import lru_cache

import opencc

_COMMON = re.compile("[無沒見認現發陰陽會與體經後術藥檢為過還說這個們來時對麼嗎]")
"""A text without any of them is taken for one in simplified characters."""


def simplified(text: str) -> str:
    """The same text, as long as before, in the characters that cues are written in.

    >>> simplified("患者否認胸悶，未見血腫。"), simplified("否认胸闷。")
    ('患者否认胸闷，未见血肿。', '否认胸闷。')
    """
    return text.translate(_table()) if _COMMON.search(text) else text


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    converted = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new and len(new) == 1}
