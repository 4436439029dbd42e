"""Whether a Chinese name stands at a place of which something before it says so, and where it ends."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache
from typing import Literal

from ontology.deidentification.chinese_foreign import foreign_end
from ontology.deidentification.chinese_lists import chinese_lists, doubled, either, surnames
from ontology.deidentification.chinese_words import Segments, likeness
from ontology.deidentification.vocabulary import medical, term
from ontology.deidentification.words import words

_RUN = re.compile(r"[一-鿿㐀-䶿]{1,9}")
_LEFT = frozenset("的了是在和与及因于为被对由经从把给吗呢吧啊着过们您你我他她它这那不没很也都就又还再才已未无有请")
"""Characters that no name holds, however clear the place."""
_ON = re.compile(
    r"[诉述说称讲谈问答告叫喊签同拒要表否认来去到在因于由从与和及跟向对给把被将送带陪领住转出入就复随查做行予拟将已曾"
    r"现今昨明前后上下最又再也都还均各有无未系为是的之处约正仍突夜晨早晚每两三一二电代联负操执记审核主会教反投服用"
    r"吃打发肌血呼意精神头胸腹术卧床特护心禁抢等均愿知所以]"
)
"""With which a sentence goes on behind a name."""
_SPOKE = re.compile(r"(?:代?[诉述]|自[诉述]|签[字名]|陪同|陪护|来电|陪床|送来|到场|争吵|住|负责|说|称)")
"""What only people do."""
_NO_END = frozenset("性症炎癌瘤病痛术药素酸片剂型期级率量值氏")
"""Characters with which terms of medicine end, and names do not."""
_KIN = frozenset("宝妈爸爷奶哥姐弟妹叔伯姑舅婆公太娃")
_SPACED = re.compile(r"[一-鿿] {1,3}[一-鿿](?![一-鿿])")


class Place(IntEnum):
    """How surely a name stands at a place: behind a word of talk, behind one for kin or staff, in a form."""

    TALK = 1
    PERSON = 2
    FORM = 3


_LEAST = {
    Place.TALK: {"frequent": 0.5, "seldom": 1.5, "none": 9.0},
    Place.PERSON: {"frequent": -1.2, "seldom": 0.0, "none": 0.8},
    Place.FORM: {"frequent": -2.6, "seldom": -2.1, "none": -4.0},
}
"""How much the characters behind the surname must look like a given name at least (mean of natural logarithms)."""


@cache
def _blocked() -> re.Pattern[str]:
    return re.compile(either(chinese_lists().nobody))


def end_of(seen: Segments, at: int, place: Place) -> int | None:
    """Where a name that begins at ``at`` ends; None where none does.

    >>> from ontology.deidentification.chinese_words import segmented
    >>> [end_of(segmented(text), 3, Place.FORM) for text in ("经手人银花。", "经手人签字。", "委托人步云来电")]
    [5, None, 5]
    """
    text = seen.text
    run = _RUN.match(text, at)
    if run is None:
        return None
    left = run.end() - at
    if (end := foreign_end(seen, at)) is not None:
        return end
    if text.startswith(words().not_names, at) or (
        medical(text, at)
        and not (place is Place.FORM and left == 3 and not term(run[0]) and rank_of(text, at, 1) != "none")
    ):
        return None
    head = 2 if text[at : at + 2] in doubled() and left > 2 else 1
    japanese = text[at : at + 2] in chinese_lists().japanese
    frequent = rank_of(text, at, head) == "frequent"
    if (not frequent and _blocked().match(text, at)) or (text[at] in _LEFT and place < Place.FORM):
        return None
    rank = rank_of(text, at, head)
    for size in _sizes(head, place, japanese=japanese, none=rank == "none"):
        end = at + size
        closed = size == left
        if size > left or not (closed or _goes_on(seen, end)):
            continue
        if set(text[at + 1 : end]) & _LEFT and not (place is Place.FORM and frequent and closed and size == 3):
            continue
        if japanese or head == 2:
            return end
        if text[end - 1] in _NO_END:
            continue
        given = text[at if rank == "none" else at + 1 : end]
        if likeness(given) < _LEAST[place][rank] or _ordinary(seen, at, end, place, frequent=frequent):
            continue
        if rank == "none" and not closed and _SPOKE.match(text, end) is None:
            continue
        return at + 2 if size == 3 and not closed and _second_fits(seen, at) else end
    if place is Place.FORM and left == 1 and text[at] not in _LEFT:
        spaced = _SPACED.match(text, at)
        return spaced.end() if spaced else at + 1
    return None


def rank_of(text: str, at: int, head: int) -> Literal["frequent", "seldom", "none"]:
    """How frequent the surname of ``head`` characters is that begins at ``at``."""
    if head == 2 or text[at] in words().surnames - words().rare:
        return "frequent"
    return "seldom" if text[at] in surnames() else "none"


def _sizes(head: int, place: Place, *, japanese: bool, none: bool) -> tuple[int, ...]:
    if japanese:
        return (4, 3, 2)
    if head == 2:
        return (4, 3)
    return (3, 2, 4) if none and place is Place.FORM else (3, 2)


def _second_fits(seen: Segments, at: int) -> bool:
    """Whether the name is likelier one of two characters: its third begins a word with which the sentence goes on."""
    return seen.acts(at + 2) or (likeness(seen.text[at + 2]) < -1 and _ON.match(seen.text, at + 2) is not None)


def _goes_on(seen: Segments, end: int) -> bool:
    return seen.text.startswith(words().titles, end) or (
        seen.boundary(end) and (seen.acts(end) or _ON.match(seen.text, end) is not None)
    )


def _ordinary(seen: Segments, at: int, end: int, place: Place, *, frequent: bool) -> bool:
    """Whether an ordinary word stands there: of an act, and outside of forms any; or one that runs over the end."""
    if seen.text[at] == seen.text[at + 1] and likeness(seen.text[at]) > 0 and seen.text[at] not in _KIN:
        return False  # Pet names: 佳佳, 婷婷.
    size = len(seen.word(at))
    if any(seen.tags.get(one, (0, ""))[0] > end for one in range(at, end)):
        return True
    if size < 2 or seen.tag(at).startswith("nr"):
        return False
    if place is Place.PERSON and likeness(seen.text[at + 1 : end]) > 1 and not seen.acts(at):
        return False
    return seen.acts(at) or (place < Place.FORM and not (frequent and place is Place.PERSON))
