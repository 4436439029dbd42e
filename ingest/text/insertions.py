"""Names that 的 takes apart: 幽门螺杆菌的感染 is 幽门螺杆菌感染, 肝脏的损伤 is 肝损伤.

的 is everywhere, so only places are asked that a word for a finding follows, and only what the dictionary knows as one
name counts.
"""

from __future__ import annotations

import re

from ingest.text.composites import Lookup
from ingest.text.extent import Named
from ontology.scoring import respelled

_HEADS = (
    "感染|炎症|梗死|出血|损伤|损害|坏死|肿瘤|癌|囊肿|结石|"
    "溃疡|疼痛|骨折|水肿|硬化|变性|积液|肿大|狭窄|畸形|结核|病变|息肉"
)
_OF = re.compile(f"的(?=[{''.join(sorted({head[0] for head in _HEADS.split('|')}))}])(?={_HEADS})")
_BEFORE = re.compile("[\u3400-\u9fffA-Za-z0-9]{1,8}$")
_AFTER = re.compile("[\u3400-\u9fff]{1,6}")
_WIDE = re.compile("[\u3400-\u9fff]")
_FINDINGS = frozenset({"disease", "symptom"})
_REACH = 8
_BEGINS = frozenset("是为有及和与或对因由被的、在者")
"""Before an organ of one character; after any other it may be the end of another word (小脑的梗死 is not of 脑)."""


def with_insertions(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order, with the names that 的 stands in; shorter ones in them are left out."""
    found: list[Named] = []
    for match in _OF.finditer(text):
        at, free = match.start(), found[-1][1] if found else 0
        before, after = _BEFORE.search(text, max(free, at - _REACH), at), _AFTER.match(text, at + 1)
        if before is not None and after is not None:
            found += _joined(text, at, (before.start(), after.end()), lookup, language)
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


def _joined(text: str, at: int, reach: tuple[int, int], lookup: Lookup, language: str) -> list[Named]:
    """The longest name that the words on both sides make; none or one."""
    for start in range(reach[0], at):
        if at - start == 1 and start and _WIDE.match(text[start - 1]) and text[start - 1] not in _BEGINS:
            break
        for end in range(reach[1], at + 1, -1):
            meaning = lookup(text[start:at] + text[at + 1 : end], language)
            if meaning is not None and meaning.category in _FINDINGS:
                return [(start, end, text[start:end], respelled(meaning))]
    return []
