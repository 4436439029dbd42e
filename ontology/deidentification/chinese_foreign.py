"""Names of minorities and from abroad in Chinese characters, told by the parts they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ontology.deidentification.chinese_lists import chinese_lists, either
from ontology.deidentification.chinese_words import Segments
from ontology.deidentification.vocabulary import medicine

SOUNDS = frozenset(
    "阿艾爱安奥巴白拜保贝本比彼别宾波伯勃博布才措查楚茨次达大代丹旦德登迪第丁顿多尔恩法凡菲费芬佛夫弗福盖甘冈高戈哥"
    "格根贡古哈罕汉汗豪赫亨呼霍基吉加嘉杰金晋"
    "卡凯坎康柯科克肯库昆拉莱兰朗劳勒雷丽里莉利力列林琳龙隆卢鲁路罗洛伦马玛买麦曼梅门蒙孟米密敏莫姆木穆纳娜乃南内尼"
    "妮宁牛努诺帕潘佩彭皮平普奇其齐恰强乔钦琼曲热"
    "仁日茹瑞若萨赛桑色沙莎珊尚什史斯丝苏索塔泰坦汤唐陶特藤提图土托瓦旺万威维韦温文沃乌武西希锡夏谢辛雅亚延扬央耶叶"
    "伊依因英尤于约再扎泽詹珍芝智朱卓兹宗祖"
    "卜沙合则罗逊孜亥娅咏措姆多热提江孜古丽汗肯拜别克其木格日勒吾不都买合热依帕尔波拉兰努"
)
"""Characters of which foreign names are written."""
_ANY_SOUND = "".join(sorted(SOUNDS))
_ENDED = re.compile(
    rf"(?<![一-鿿])[{_ANY_SOUND}沙合则罗娃]{{1,6}}(?:古丽|古力|别克|其木格|其其格|格日勒|格日乐|图雅|高娃|卓玛|央金|拉姆|才让|买买提|吐尔逊|"
    rf"罕|江(?=[,，·。;；]|$))(?![一-鿿]?[病症药片素])"
)
"""A name of a run of such sounds that ends as names of women and men do."""
_RUN = re.compile(f"[{_ANY_SOUND}]{{2,12}}")


@cache
def _parts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    part = f"(?:{either(chinese_lists().parts)})"
    return re.compile(part), re.compile(
        rf"(?:{part}){{2,}}[{_ANY_SOUND}]{{0,6}}|{part}[{_ANY_SOUND}]{{0,4}}·[一-鿿]{{2,8}}"
    )


def foreign_end(seen: Segments, at: int) -> int | None:
    """Where a name of such parts ends that begins at ``at``, a place for a name; None where none does.

    >>> from ontology.deidentification.chinese_words import segmented
    >>> [foreign_end(segmented(text), 0) for text in ("弗拉基米尔，乌克兰籍", "努尔波拉提", "阮氏明秋", "张建国")]
    [5, 5, 4, None]
    """
    text = seen.text
    first = _parts()[0].match(text, at)
    if first is None or medicine(text, at):
        return None
    if first[0][-1] in "氏文":
        given = re.match(r"[一-鿿]{2}(?![一-鿿])|[一-鿿](?![一-鿿])", text[first.end() : first.end() + 3])
        return first.end() + given.end() if given else None
    run = _RUN.match(text, at)
    end = max(first.end(), run.end() if run else 0)
    return end if end - at > 2 or first[0] in chinese_lists().whole else None


def foreign_names(text: str) -> Iterator[tuple[int, int]]:
    """Starts and ends of names of two parts or more, wherever they stand in folded text.

    >>> sorted({*foreign_names("随行古丽娜尔，卓玛央金，莎仁图雅")})
    [(7, 11), (12, 16)]
    """
    for found in (*_parts()[1].finditer(text), *_ENDED.finditer(text)):
        if not medicine(text, found.start()):
            yield found.span()
