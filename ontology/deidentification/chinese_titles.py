"""Chinese names before a title: one surname, a seldom one too where a word ends before it, or a whole name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ontology.deidentification.chinese_lists import chinese_lists, doubled, either, surnames
from ontology.deidentification.chinese_words import Segments, likeness
from ontology.deidentification.vocabulary import medical
from ontology.deidentification.words import words

_HAN = re.compile(r"[一-鿿㐀-䶿]")
_BEFORE = re.compile(
    r"(?:[床科区室组院队把个位名有户到同时部站所班室处社由请找跟和与及经遵让叫向是随给陪见问谢日晨晚天午今昨的]|上"
    r"级|管床|主管|带教|值班|接诊|主治|"
    r"经治|责任|护工|司机|助产士|邻村|邻居|隔壁|对门|同事|报告|住户|患者|病人|产妇|家属|阿姨|老师|专家|邀请|感谢|致"
    r"电|转告|告知|通知|联系|二线|"
    r"三线|主刀|麻醉|外科|内科|急诊|门诊|随车|校医)$"
)
_NOT = re.compile(
    r".*(?:[家邻科室院区班级主管责任值接经首会门急住实规进培养治诊刀麻醉护理家医师员男女老少新旧本外该贵我你他她您"
    r"咱这那哪各每某全副总大小"
    r"好坏的了是在请问找向]|专业|医护|病房|中心|普通|全体|专家|患者|病人)$"
)

_ACTS = frozenset(
    "再那如纯首祝从时也家地天人年月日生中外上下里在由请后可好问给被和与让听据按经遵是有说找见为同当从向到来去能会得应要用前原求"
    "随便委信实外内专国女男"
)
"""Surnames that are words of what is said about any doctor."""
_ANY = (
    "医生",
    "医师",
    "大夫",
    "护士",
    "宝宝",
    "老师",
    "专家",
    "姐",
    "哥",
    "爷",
    "奶",
    "爷爷",
    "奶奶",
    "老人",
    "医嘱",
    "麻醉",
    "妹",
    "弟",
    "同学",
    "阿姨",
    "经理",
    "会计",
)


@cache
def _titles() -> tuple[re.Pattern[str], re.Pattern[str]]:
    lists = chinese_lists()
    # What a word goes on with behind a short title makes it another word.
    return (
        re.compile(
            rf"(?:{either((*lists.titles, *words().titles))})(?![弟妹夫们级长室科].{{0}}(?<=[姐哥嫂婶叔伯爷奶姨姑导].))"
        ),
        re.compile(rf"(?:{either(lists.offices)})"),
    )


def titled_names(seen: Segments) -> Iterator[tuple[int, int]]:
    """Starts and ends of names before titles.

    >>> from ontology.deidentification.chinese_words import segmented
    >>> text = "17床能老师夜里拔管,母志强医师到场,请主管医师看过。"
    >>> [text[slice(*place)] for place in titled_names(segmented(text))]
    ['能', '母志强']
    """
    text = seen.text
    short, offices = _titles()
    for found in short.finditer(text):
        for size in (2, 1):
            at = found.start() - size
            if at < 0 or not (text[at : found.start()] in doubled() if size == 2 else text[at] in surnames()):
                continue
            if _starts(seen, at) and not _word(seen, at, found.start(), found.end()):
                yield at, found.start()
                break
    for found in offices.finditer(text):
        for size in (4, 3, 2):
            at = found.start() - size
            if at < 0 or not all(_HAN.match(one) for one in text[at : found.start()]) or not _starts(seen, at):
                continue
            name = text[at : found.start()]
            if _NOT.match(name) or medical(text, at) or name.startswith(words().not_names):
                continue
            head = 2 if name[:2] in doubled() else 1
            surname = head == 2 or name[0] in surnames()
            if name[:2] in chinese_lists().japanese and size > 2:
                yield at, found.start()
                break
            if (size == 4 and head == 1) or not surname:
                if not (seen.tag(at).startswith(("nr", "t")) and seen.tags[at][0] == found.start() and size < 4):
                    continue
            elif text[found.end() : found.end() + 1] != ":" and likeness(name[head:]) < (
                -2.0 if name[0] in words().surnames - words().rare else -1.0
            ):
                continue
            if seen.acts(at) and seen.tags[at][0] < found.start():
                continue
            if not seen.boundary(at) or (name[0] in _ACTS and name[0] not in words().surnames - words().rare):
                continue
            yield at, found.start()
            break


def _starts(seen: Segments, at: int) -> bool:
    """Whether a name may begin at ``at``: behind a sign, or a word that ends there and lets one begin."""
    if at == 0 or not _HAN.match(seen.text[at - 1]):
        return True
    return _BEFORE.search(seen.text, max(0, at - 4), at) is not None


def _word(seen: Segments, at: int, end: int, rest: int) -> bool:
    """Whether the surname and its title are a word of their own, or the surname belongs to the word before it."""
    text = seen.text
    if text[at] in _ACTS and text.startswith((*_ANY, "医嘱"), end) and not re.search(r"[床科]$", text[:at]):
        return True
    if text[at:end] in "老大小二三师主副总医护男女本该这那哪各每某全我你他她您咱们堂表义干亲阿" or medical(text, at):
        return True
    whole = seen.tags.get(at, (0, ""))
    return (
        not seen.boundary(at)
        or (whole[0] > end and whole[0] >= rest and not whole[1].startswith("nr"))
        or text.startswith(words().not_names, at)
    )
