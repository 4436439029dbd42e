"""Chinese family names: those of two characters, and those that are read otherwise as a name than as a word."""

from __future__ import annotations

import re

from kg.index.analysis import fold

_COMPOUND = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐司徒司空夏侯端木长孙宇文轩辕申屠赫连澹台呼延南宫西门独孤"
        "淳于单于钟离闻人太史鲜于闾丘濮阳公冶亓官司寇巫马公西漆雕乐正壤驷拓跋万俟百里东郭南郭羊舌第五纳兰完颜",
    )
)
_ALSO_ALONE = "夏钟单"
"""First characters of compound names that are frequent family names themselves."""
_MANCHU = {"叶赫那拉": "ye he na la", "爱新觉罗": "ai xin jue luo"}
_READ: dict[str, str] = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "盖": "ge", "朴": "piao",
    "翟": "zhai", "缪": "miao", "覃": "qin", "员": "yun", "种": "chong", "秘": "bi", "折": "she", "黑": "he",
    "繁": "po", "召": "shao", "郇": "xun", "祭": "zhai", "都": "du", "阚": "kan", "薄": "bo", "卜": "bu",
    "乐": "yue", "隗": "wei", "长": "chang", "重": "chong", "参": "shen", "洗": "xian", "能": "nai", "佴": "nai",
}  # fmt: skip
"""Where it is not the usual reading of the character. The others are tried after it."""
_READ_TOGETHER: dict[str, str] = {
    "尉迟": "yu chi", "万俟": "mo qi", "澹台": "tan tai", "单于": "chan yu", "乐正": "yue zheng",
}  # fmt: skip
"""Compound names whose characters are read otherwise when they stand together; they have no other reading."""


def compound(name: str) -> str:
    """The compound family name that a Chinese name begins with, simplified; empty where it has one character.

    >>> compound("歐陽修"), compound("张伟"), compound("欧阳")
    ('欧阳', '', '')
    """
    name = fold(name)
    return name[:2] if len(name) > 2 and name[:2] in _COMPOUND else ""


def divisions(name: str) -> tuple[tuple[str, str], ...]:
    """(family name, given name) of a folded Chinese name, the likely one first.

    ``夏侯`` can also be ``夏`` and the first character of a given name; a name of four characters may begin with the
    family names of both parents.

    >>> divisions("司马光"), divisions("夏侯杰"), divisions("张陈小明")
    ((('司马', '光'),), (('夏侯', '杰'), ('夏', '侯杰')), (('张陈', '小明'), ('张', '陈小明')))
    """
    one, two = (name[:1], name[1:]), (name[:2], name[2:])
    if len(name) < 2 or len(name) > 6:
        return ()
    if name[:4] in _MANCHU and len(name) > 4:
        return ((name[:4], name[4:]),)
    if len(name) == 2:
        return (one,)
    if compound(name):
        return (two, one) if len(name) == 3 and name[0] in _ALSO_ALONE else (two,)
    return (two, one) if len(name) == 4 else (one,)


def surname_reading(family: str) -> tuple[str, ...]:
    """How a family name is read as such, ü as v; empty where its characters are read as anywhere.

    >>> surname_reading("单"), surname_reading("尉迟"), surname_reading("王")
    (('shan',), ('yu', 'chi'), ())
    """
    read = _READ_TOGETHER.get(family) or _MANCHU.get(family) or _READ.get(family, "")
    return tuple(read.split())
