"""Whole Chinese names that their characters tell: behind a word for somebody, or where a clause begins, before what
somebody does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.chinese_lists import surnames
from ontology.deidentification.chinese_words import likeness
from ontology.deidentification.vocabulary import medical
from ontology.deidentification.words import words

_HAN = "一-鿿㐀-䶿"
_SOMEBODY = re.compile(
    r"(?:患者|病人|患儿|产妇|家属|丈夫|妻子|老公|老婆|爱人|老伴|儿子|女儿|父亲|母亲|爸爸|妈妈|哥哥|弟弟|姐姐|妹妹|保姆|护工|陪护|"
    r"司机|室友|舍友|同事|同学|邻居|工友|战友|朋友|男友|女友|房东|老板|牧民|村民|翻译|志愿者|军医|学员|发现|守着|通知|联系)"
    rf"(?=([{_HAN}])([{_HAN}]{{2}}))"
)
_BEGINS = re.compile(rf"(?:^|(?<=[。;；!?\n]))\s?(?=([{_HAN}])([{_HAN}]{{2}}))", re.M)
_DOES = re.compile(
    r"[,，。;；、:：()（）/\s]|$|[仍已自陪签说称讲述诉来去送要表将把拿学在于今昨又也还未因同拒认处转入出复住术病目情神]|之[父母子女妻]|的[父母子女家病血]"
)
_ACTS = frozenset("有是因小当在他她为祝会能应向于和同时吃海")
"""Surnames that begin what is said of a patient."""
_FREQUENT, _SELDOM = 0.5, 1.0
"""How much likelier the given characters must be in names than in running text, by how frequent the surname is."""


def whole_names(text: str) -> Iterator[tuple[int, int]]:
    """Starts and ends of names of a surname and two characters in folded text.

    >>> text = "保姆季桂花学会了拍背。阚大勇仍镇静，患者高血压已控制。"
    >>> [text[slice(*place)] for place in whole_names(text)]
    ['季桂花', '阚大勇']
    """
    frequent = words().surnames - words().rare
    for pattern in (_SOMEBODY, _BEGINS):
        for found in pattern.finditer(text):
            at, surname, given = found.start(1), found[1], found[2]
            if surname not in surnames() or not _DOES.match(text, at + 3):
                continue
            if likeness(given) < (_FREQUENT if surname in frequent else _SELDOM):
                continue
            if surname in _ACTS or given[0] == "氏" or medical(text, at) or medical(text, at + 1):
                continue
            if not f"{surname}{given}".startswith(words().not_names):
                yield at, at + 3
