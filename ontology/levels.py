"""What a measured quantity is said to be, in the short words of reports: 循环肝转氨酶水平升高 is 转氨酶升高.

Terminologies write where a substance is measured, that it is a level and how it has changed (血清肌酐水平升高), or give
the state a name (高尿酸血症); texts write 肌酐升高, 肌酐高, 尿酸高. What is measured outside of the blood keeps its
name (尿蛋白), and so does what a gland or a factor of clotting does. Names come normalised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WIDE = "\u3400-\u9fff"
_UP = ("升高", "增高", "增加", "过高", "高")
_DOWN = ("降低", "减低", "下降", "减少", "过低", "低")
_MEASURED = re.compile(
    f"((?:循环|血清|血浆|血液|外周血|血)肝?)?([{_WIDE}a-z0-9-]{{2,8}}?)(水平|浓度|计数)?(升高|增高|增加|降低|减低|减少|下降|异常)"
)
_OTHERWISE = re.compile("^[尿肝肌中小大多全单总双功]|[性的和压率量功能病脑胞骨肤肉力间腺]|系统|因子|合成|途径|水平")
"""In what is measured: a site, an organ or a rate, which have words of their own."""
_OF_FOOD = re.compile("^蛋白$|嘌呤|维生素|脂肪|氨基酸|糖|胆固醇|抗体|激素")
"""What food or a drug may have much of: these count with 血 alone."""
_NAMED = re.compile(f"([高低])(血[糖脂钾钙钠镁磷氨]|[钾钙钠镁磷脂氨]血|[{_WIDE}]{{2,5}}血(?=症))症?")
_HIGH_OR_LOW = frozenset("高低")


def levels(name: str) -> Iterator[str]:
    """Shorter ways to say that something in the blood is too high, too low or not normal.

    >>> list(levels("循环肝转氨酶水平升高"))[:3], list(levels("高血糖"))[:2], list(levels("脑脊液蛋白浓度增加"))
    (['转氨酶升高', '转氨酶增高', '转氨酶增加'], ['血糖升高', '血糖增高'], [])
    """
    if name[:1] in _HIGH_OR_LOW and (match := _NAMED.fullmatch(name)):
        endings: tuple[str, ...] = _UP if match[1] == "高" else _DOWN
        what = match[2].strip("血")
        yield from _said(what, endings, in_blood=True)
    elif (match := _MEASURED.fullmatch(name)) and (match[1] or match[3]) and not _OTHERWISE.search(match[2]):
        endings = ("异常",) if match[4] == "异常" else _UP if match[4] in _UP else _DOWN
        yield from _said(match[2].removeprefix("血"), endings, in_blood=match[1] is not None or match[2][0] == "血")


def _said(what: str, endings: tuple[str, ...], *, in_blood: bool) -> Iterator[str]:
    """``what`` with each ending, and with 血 before it where it is measured in the blood."""
    bare = len(what) > 1 and _OF_FOOD.search(what) is None
    for stem in ([what] if bare else []) + ([f"血{what}"] if in_blood else []):
        yield from (stem + ending for ending in endings)
