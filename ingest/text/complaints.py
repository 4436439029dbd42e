"""What patients say of their body, in the words that dictionaries have other ones for: 头很晕, 浑身痒, 有点痛.

A part of the body, an adverb or none, and what is felt: it counts where the dictionary knows the part and the feeling
as one name, in the words of patients or of physicians. 痛 alone, which is too short to be looked for, counts where an
adverb or the end of a clause shows that nothing longer is meant.
"""

from __future__ import annotations

import re

from ingest.text.composites import Lookup
from ingest.text.extent import Named
from ingest.text.insertions import taking
from ontology.scoring import respelled

_PARTS = {
    "脑袋": "头", "头": "头", "眼睛": "眼", "眼": "眼", "耳朵": "耳", "耳": "耳",
    "鼻子": "鼻", "鼻": "鼻", "牙齿": "牙", "牙": "牙", "嗓子": "咽", "喉咙": "咽",
    "脖子": "颈", "肩膀": "肩", "肩": "肩", "胸口": "胸", "胸": "胸", "后背": "背",
    "背": "背", "背后": "背", "肚子": "腹", "腹": "腹", "胃": "胃", "肝": "肝", "腰": "腰",
    "腿": "下肢", "膝盖": "膝", "关节": "关节", "皮肤": "皮肤", "脚": "足", "手": "手",
    "屁股": "臀", "全身": "", "浑身": "", "身上": "", "头部": "头", "胃部": "胃", "腹部": "腹", "上腹部": "上腹",
    "上腹": "上腹", "小腹": "下腹", "下腹": "下腹", "胸部": "胸", "腰部": "腰", "背部": "背", "颈部": "颈",
    "小腿": "下肢", "大腿": "下肢", "胳膊": "上肢", "手臂": "上肢", "手脚": "肢体", "四肢": "肢体", "舌头": "舌",
    "嘴": "口", "嘴巴": "口", "脸": "面部", "膝关节": "膝", "乳房": "乳房",
}  # fmt: skip
"""Part of the body as patients say it -> as names of symptoms have it; empty where they have none."""
_FEELINGS = {
    "疼痛": "疼痛", "胀痛": "胀痛", "酸痛": "酸痛", "发麻": "麻木", "发痒": "瘙痒", "发胀": "胀",
    "发晕": "晕", "发酸": "酸痛", "痛": "痛", "疼": "痛", "晕": "晕", "胀": "胀",
    "痒": "瘙痒", "麻": "麻木", "酸": "酸痛", "肿": "肿", "涨痛": "胀痛", "涨疼": "胀痛", "胀疼": "胀痛", "涨": "胀",
    "闷": "闷", "隐痛": "痛", "作痛": "痛", "绞痛": "痛", "刺痛": "痛", "饱胀": "胀",
}  # fmt: skip
_ADVERB = (
    "感觉|觉得|感到|很|好|挺|太|有点儿|有点|有些|比较|非常|特别|十分|一直|经常|总是|老是|老|时常|又|也|"
    "里|有时候|有时|常|会|总|都|还|更|就|隐隐|阵阵|突然|偶尔|真|实在"
)
_BEFORE = re.compile(f"({'|'.join(_PARTS)})(?:{_ADVERB}){{0,2}}$")
_FEELING = re.compile(f"({'|'.join(_FEELINGS)})(?!苦|快|风|哭|车|倒|心|胀|痛|瘤|疹|疮|醉|热|价|大)")
_STATES = (
    (
        re.compile(
            "(?:食欲|胃口)(?:也|都|一直|总是|有点|比较)?(?:不(?:太|是很|是太|怎么|大)?(?:好|佳|振)|(?:很|较|太|特别|非常)?差)"
        ),
        "食欲不振",
    ),
    (re.compile("消化(?:也|都|一直|总是)?(?:不(?:太|是很|是太|怎么|大)?好|(?:很|较|太)差)"), "消化不良"),
    (re.compile("没(?:有)?(?:什么|啥|一点|多少)(?:力气|劲)"), "乏力"),
    (re.compile("(?:不(?:太|怎么|大)?想|不愿(?:意)?)吃(?:[早中午晚]?饭|东西)|吃不下(?:饭|东西)"), "食欲不振"),
    (
        re.compile("睡(?:眠|觉)(?:质量)?(?:也|都|一直|总是)?(?:不(?:太|是很|是太|怎么|大)?好|(?:很|较|太)差)"),
        "睡眠障碍",
    ),
)
"""What patients say of appetite, digestion, strength and sleep, with adverbs between -> a name that means it."""
_STATE = re.compile("食欲|胃口|消化|没|睡|吃[早中午晚饭东不]")
_REACH = 9
"""Characters before a feeling: a part of the body and two adverbs."""
_LONE = re.compile("(?:有点儿?|有些|很|不|不再|会|就|还|没那么|隐隐|阵阵|一直|特别|非常)$")
_ENDS = re.compile("[了吗呢啊，。？！,.;；]|$|得厉害|的厉害")
_PAIN = "疼痛"
_FELT = frozenset({"symptom", "disease"})
_ACHE = frozenset({"痛", "疼"})
_OTHERWISE = frozenset(
    {part + felt for pair in _PARTS.items() for part in pair for both in _FEELINGS.items() for felt in both}
    | {name for _, name in _STATES}
    | {_PAIN}
)
"""Every name that is asked for here, though texts may say it in other words."""


def may_say(text: str) -> bool:
    """Whether a text may have a complaint by names that do not stand in it."""
    return _FEELING.search(text) is not None or _STATE.search(text) is not None


def said_otherwise(name: str) -> bool:
    """Whether the name of a complaint is looked for in other words, too.

    >>> said_otherwise("食欲不振"), said_otherwise("瘙痒"), said_otherwise("胃炎")
    (True, True, False)
    """
    return name in _OTHERWISE


def with_complaints(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order, with complaints that it lacks; shorter names in them are left out."""
    found: list[Named] = []
    place, size = 0, len(named)
    for match in _FEELING.finditer(text):
        start = match.start()
        while place < size and named[place][1] <= start:
            place += 1
        # Most feelings stand in a name that is known already.
        if place < size and named[place][0] < start:
            continue
        found += _complaint(text, match, lookup, language) or _alone(text, match, lookup, language)
    if _STATE.search(text):
        found += _stated(text, lookup, language)
        found.sort(key=lambda one: one[:2])
    free = [one for one in found if not any(name[0] <= one[0] and one[1] <= name[1] for name in named)]
    return taking(named, free) if free else named


def _stated(text: str, lookup: Lookup, language: str) -> list[Named]:
    return [
        (match.start(), match.end(), match[0], respelled(meaning))
        for pattern, name in _STATES
        for match in pattern.finditer(text)
        if (meaning := lookup(name, language)) is not None
    ]


def _complaint(text: str, feeling: re.Match[str], lookup: Lookup, language: str) -> list[Named]:
    before = _BEFORE.search(text, max(0, feeling.start() - _REACH), feeling.start())
    if before is None:
        return []
    part, felt = before[1], feeling[1]
    told = _PARTS[part], _FEELINGS[felt]
    for name in dict.fromkeys((part + felt, part + told[1], told[0] + felt, told[0] + told[1])):
        meaning = lookup(name, language) if len(name) > 1 else None
        if meaning is not None and meaning.category in _FELT:
            span = before.start(), feeling.end()
            return [(*span, text[span[0] : span[1]], respelled(meaning))]
    return []


def _alone(text: str, feeling: re.Match[str], lookup: Lookup, language: str) -> list[Named]:
    start, end = feeling.span()
    if feeling[1] not in _ACHE or not _ENDS.match(text, end) or not _LONE.search(text, max(0, start - 3), start):
        return []
    meaning = lookup(_PAIN, language)
    return [(start, end, feeling[1], respelled(meaning))] if meaning is not None else []
