"""Chinese names behind a word for somebody: a relative, one of the staff, who signs, who came along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ontology.deidentification.chinese_lists import chinese_lists, either
from ontology.deidentification.chinese_somebody import Place, end_of
from ontology.deidentification.chinese_words import Segments

_GAP = r"(?:\s?[:=]\s{0,3}|\s{1,3}|[(\"“「'@]|[是叫为]|名叫|签[名字][:]?\s?)?[(\"“「'@]?"
_SIGNED = re.compile(
    r"(?:主检|总检|复核|审核|审签|校对|核对|录入|登记|摄片|摄影|阅片|签发|签收|记录|书写|采集|采样|送检|接诊|(?:检查|报告|审核|主检|诊断|接诊|首诊|"
    r"门诊|会诊|申请|送检|手术|麻醉|治疗|测评|评定|管床|带教|值班|操作|执行|采集|检验|护理|责任|主管|经治|主治)(?:医师|医生|医|者|人|员|护士|"
    r"护师|技师|药师))(?:\([^)\n]{1,8}\))?\s?:\s{0,3}"
)
"""Fields that somebody signs: behind their colon a surname alone is a name, too."""
_NEXT = re.compile(r"\s{0,2}[、/,，和与及&+]\s{0,2}|(?<=[一-鿿])\s{1,2}")

_ACCOMPANIED = frozenset("由请经遵替跟同和与")
_ACCOMPANIES = re.compile(
    r"[一-鿿]{2,4}(?:陪同|陪护|护送|代[诉述签管]|翻译|主刀|会诊|主持|接诊|送来|送至|签字|顶班|看过|阅过|查看|判读)"
)


@cache
def _roles() -> tuple[tuple[re.Pattern[str], Place], ...]:
    lists = chinese_lists()
    return (
        (re.compile(rf"({either(lists.people)}){_GAP}"), Place.FORM),
        (re.compile(rf"({either(lists.kin)}){_GAP}"), Place.PERSON),
        (re.compile(rf"({either(lists.patients)})(?:\s?:\s{{0,3}}|\s)?"), Place.TALK),
    )


def role_names(seen: Segments) -> Iterator[tuple[int, int]]:
    """Starts and ends of names behind a role, and of those that are listed behind them.

    >>> from ontology.deidentification.chinese_words import segmented
    >>> text = "抢救人员:单丹、米雪、祁连。"
    >>> [text[slice(*place)] for place in role_names(segmented(text))]
    ['单丹', '米雪', '祁连']
    """
    text = seen.text
    for found in _SIGNED.finditer(text):
        if (end := end_of(seen, found.end(), Place.FORM)) is not None:
            yield found.end(), end
            yield from _further(seen, end, Place.FORM)
    for pattern, usual in _roles():
        for found in pattern.finditer(text):
            if not seen.boundary(found.start() if len(found[1]) > 1 else found.end(1)):
                continue
            place = Place.FORM if ":" in found[0] and usual > Place.TALK else usual
            if found[1] in _ACCOMPANIED and _ACCOMPANIES.match(text, found.end()):
                place = Place.PERSON
            end = end_of(seen, found.end(), place)
            if end is None:
                continue
            yield found.end(), end
            if place > Place.TALK:
                yield from _further(seen, end, place)


def _further(seen: Segments, end: int, place: Place) -> Iterator[tuple[int, int]]:
    """Names that are listed behind one; behind a comma only what fills the place up to the next sign."""
    while part := _NEXT.match(seen.text, end):
        listed = part[0].strip() in ("、", "/", "和", "与", "及", "&", "+")
        other = end_of(seen, part.end(), place if listed else Place.TALK)
        if other is None or (not listed and other < len(seen.text) and seen.text[other] not in "、,，。;；/ \n"):
            return
        yield part.end(), other
        end = other
