"""Chinese names that no place tells: a surname that is no word, and behind it characters of given names of which the
dictionary knows no word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from ontology.deidentification.chinese_foreign import SOUNDS
from ontology.deidentification.chinese_lists import surnames
from ontology.deidentification.chinese_words import Segments, likeness, tag_of
from ontology.deidentification.vocabulary import medical
from ontology.deidentification.words import words

_HAN = re.compile(r"[一-鿿㐀-䶿]+")
_MEDICINE = re.compile(r"[片丸汤散膏丹胶颗注露酯钠钾素酸氨霉唑韦啶平林坦定醇菌病症癌炎肝胃茶粉]|氏|[-·A-Za-z\d]")
"""What follows pieces of names of drugs and of dishes."""
_EPONYM = re.compile(
    r"[一-鿿]{0,3}?(?:征|病(?![史历情房区人])|症|氏|管|钳|灯|针|线|镜|瘤|菌|骨折|结节|细胞|反应|试验|手法|体[位操]|染色|"
    r"引流|分流|量表|评分|分[级型期]|[间裂]隙|韧带|三角|切口|入路|截骨|吻合|修补|培养)"
)
"""What signs, tools and tests that are called after somebody end with."""
_ENDS = re.compile(
    r"[^一-鿿㐀-䶿A-Za-z\d]|$|[的诉说称讲问要来去到于在因仍已突又也还都就和与及把将被给自昨今未无不有]|"
    r"[突晨夜晚]|伤口|血[压糖]|体温|昏|咳|腹|头|胸"
)
"""What a sentence goes on with behind somebody, or no character of a word."""
_OPENS = re.compile(
    r"(?:[^一-鿿㐀-䶿A-Za-z\d·]|^|[患者属友妹弟哥姐妻夫女儿子婿侄舅姨叔母父士师医员生]|[是叫由请找跟与和及同问\d])\Z"
)
"""What a name may stand behind."""
_NAMED = ("nr", "x", "n", "zg", "ng", "nz", "ns", "j")
"""Tags of surnames that are no verb, adverb or preposition."""
_LEFT = frozenset("的了是在和与及因于为被对从把给吗呢吧啊着过们您你我他她它这那不没很也都就又还再才已未无有请后前中时")
"""Characters that no given name holds."""
_WORDS = frozenset("因于都热提再白比合不更")
"""Sounds of foreign names that are words as often."""
_LONG = 3
_ANYWHERE, _CLEAR, _PLACED, _AGAIN = 0.5, 2.0, 1.0, 0.0
"""How much likelier the given characters must be in names than in running text: of a whole name with a frequent
surname wherever it stands, of any other, of one where a name may begin and end, of one that stands there twice."""


def unheard_names(seen: Segments) -> Iterator[tuple[int, int]]:
    """Starts and ends of such names in segmented folded text.

    >>> from ontology.deidentification.chinese_words import segmented
    >>> text = "昨日与其妹季红霞通话，录入邱敏，肝功能正常。"
    >>> [text[slice(*place)] for place in unheard_names(segmented(text))]
    ['季红霞', '邱敏']
    """
    text = seen.text
    places = [*_possible(seen)]
    often = Counter(text[at:end] for at, end in places)
    for at, end in places:
        score, frequent, long = likeness(text[at + 1 : end]), _frequent(text[at]), end - at == _LONG
        opened = _OPENS.search(text, max(0, at - 1), at) is not None
        ended = seen.acts(end) or _ENDS.match(text, end) is not None
        placed = opened and ended and (long or frequent or _HAN.match(text, end) is not None)
        if (
            (frequent and score >= (_ANYWHERE if long else _CLEAR))
            or (long and score >= _CLEAR)
            or (placed and score >= (_PLACED if long or frequent else _CLEAR))
            or (placed and often[text[at:end]] > 1 and score >= _AGAIN)
            or (frequent and score >= _PLACED and _closed(seen, at, end))
        ):
            yield at, end


def _possible(seen: Segments) -> Iterator[tuple[int, int]]:
    """A surname that is a word alone, and one or two characters behind it of which no other word is made."""
    text = seen.text
    for at, (end, _) in seen.tags.items():
        if text[at] not in surnames() or (not _frequent(text[at]) and not _noun(text[at])):
            continue
        if end - at > 1:
            continue  # What the dictionary knows whole is as often somebody after whom a sign is called.
        for size in (_LONG, _LONG - 1):
            last = at + size
            if last > len(text) or not seen.boundary(last) or not _HAN.fullmatch(text, at, last):
                continue
            if set(text[at + 1 : last]) & _LEFT:
                continue
            given = seen.word(at + 1)
            known = len(given) > 1 and not seen.tag(at + 1).startswith(("nr", "x", "ns"))
            if known and (not _frequent(text[at]) or likeness(given) < _PLACED):
                continue
            if not _nobody(seen, at, last):
                yield at, last
                break


def _nobody(seen: Segments, at: int, end: int) -> bool:
    """Whether it is a piece of a term of medicine, or what a list knows as no name."""
    text = seen.text
    return (
        text.startswith(words().not_names, at)
        or any(medical(text, one) for one in range(at, end))
        or _MEDICINE.match(text, end) is not None
        or _EPONYM.match(text, end - 1) is not None
        or "氏" in text[at:end]
        or _foreign(text, at, end)
        or (at > 0 and medical(text, at - 1))
    )


def _foreign(text: str, at: int, end: int) -> bool:
    """Whether it is a piece of a longer run of characters that stand for sounds: 布鲁津斯基."""
    around = {text[max(0, at - 1) : at], text[end : end + 1]} - {""} - _WORDS
    if not _frequent(text[at]) and SOUNDS.issuperset(text[at:end]):
        return True
    return SOUNDS.issuperset(text[at + 1 : end]) and not SOUNDS.isdisjoint(around)


def _closed(seen: Segments, at: int, end: int) -> bool:
    """Whether a word ends before it and a sign stands behind it: *录入邱敏，*."""
    sign = re.match(r"[,，。;；、:：)）/\n]|$", seen.text[end : end + 1])
    return sign is not None and seen.tag(at).startswith("nr")


def _frequent(surname: str) -> bool:
    return surname in words().surnames - words().rare


@cache
def _noun(surname: str) -> bool:
    return tag_of(surname).startswith(_NAMED)
