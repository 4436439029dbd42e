"""Names that 的 or a degree takes apart: 幽门螺杆菌的感染 is 幽门螺杆菌感染, 肝脏轻度肿大 is 肝肿大, 抗癫痫的药物 too.

的 is everywhere, so only places are asked that a word for a finding or 药 follows, and only what the dictionary knows
as one name counts.
"""

from __future__ import annotations

import re

from ingest.text.composites import Lookup
from ingest.text.extent import Named
from ontology.scoring import respelled

_HEADS = (
    "感染|炎症|梗死|出血|损伤|损害|坏死|肿瘤|癌|囊肿|结石|"
    "溃疡|疼痛|骨折|水肿|硬化|变性|积液|肿大|狭窄|畸形|结核|病变|息肉|"
    "并发症|合并症|后遗症|药|传染|肿胀|增大|增生|增厚|萎缩|脂肪变性|纤维化|异常|升高|增高|下降|降低|减低|减退"
)
_DEGREE = "(?:轻|中|重)度"
# The class comes first, because the engine then skips to the next of its characters.
_OF = re.compile(
    f"[的轻中重明稍显](?:(?<=的)|(?<=[轻中重])度(?:[到至、或-]{_DEGREE})?的?|(?:(?<=明)显|(?<=轻)微|(?<=稍)有|(?<=显)著)的?)"
    f"(?=[{''.join(sorted({head[0] for head in _HEADS.split('|')}))}])(?={_HEADS})"
)
_BEFORE = re.compile("[\u3400-\u9fffA-Za-z0-9]{1,8}$")
_AFTER = re.compile("药[物品]?|[\u3400-\u9fff]{1,6}")
_ACTS = re.compile("[抗利止镇降祛解平强促通泻保护][\u3400-\u9fff]{1,6}$")
"""Before 药: most words before 的药 are no class of drugs, and looking for each is slow."""
_WIDE = re.compile("[\u3400-\u9fff]")
_NAMED = frozenset({"disease", "symptom", "drug"})
_REACH = 8
_BEGINS = frozenset("是为有及和与或对因由被的、在者")
"""Before an organ of one character; after any other it may be the end of another word (小脑的梗死 is not of 脑)."""


def with_insertions(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order, with the names that 的 or a degree stands in; shorter ones in them are left out."""
    found: list[Named] = []
    for match in _OF.finditer(text):
        at, free = match.start(), found[-1][1] if found else 0
        within = _ACTS if text[match.end()] == "药" else _BEFORE
        before, after = within.search(text, max(free, at - _REACH), at), _AFTER.match(text, match.end())
        if before is not None and after is not None:
            found += _joined(text, match.span(), (before.start(), after.end()), lookup, language)
    return taking(named, found) if found else named


def taking(named: list[Named], found: list[Named]) -> list[Named]:
    """``named`` with ``found`` in the place of what stands within them; what would cross a name is left out."""
    apart = [
        made
        for made in found
        if all(one[1] <= made[0] or made[1] <= one[0] or (made[0] <= one[0] and one[1] <= made[1]) for one in named)
    ]
    left = [one for one in named if not any(made[0] <= one[0] and one[1] <= made[1] for made in apart)]
    return sorted([*left, *apart], key=lambda one: one[:2])


def _joined(text: str, gap: tuple[int, int], reach: tuple[int, int], lookup: Lookup, language: str) -> list[Named]:
    """The longest name that the words on both sides of a gap make; none or one."""
    at, behind = gap
    for start in range(reach[0], at):
        if at - start == 1 and start and _WIDE.match(text[start - 1]) and text[start - 1] not in _BEGINS:
            break
        for end in range(reach[1], behind, -1):
            meaning = lookup(text[start:at] + text[behind:end], language)
            if meaning is not None and meaning.category in _NAMED:
                return [(start, end, text[start:end], respelled(meaning))]
    return []
