"""How far a name reaches in a text beyond what the dictionary has: salts, dosage forms, words that narrow it.

*Morphine sulfate*, 奥美拉唑胶囊 and 癫痫病 name what *morphine*, 奥美拉唑 and 癫痫 name; 药物性肝炎 and 原发性肝癌 name
something narrower, so their candidates are told as broader ones. The texts are looked at, not the dictionary: a variant
for each form of each drug would make it ten times larger, and 癫痫病人 must stay 癫痫 with 病人.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from ontology.scoring import Meaning, broader, respelled

Named = tuple[int, int, str, Meaning]
"""Start, end, surface, meaning."""

_SALTS = (
    "hydrochloride|dihydrochloride|hydrobromide|sulfate|sulphate|phosphate|acetate|maleate|mesylate|tartrate|citrate|"
    "succinate|fumarate|nitrate|sodium|potassium|calcium|bromide|chloride|iodide|gluconate|besylate|tosylate|lactate"
)
_ISOMERS = r"(?:[0-9,']+(?:alpha|beta|α|β)?|[DL]|DL|dl|d|l|alpha|beta|gamma|delta|α|β|γ|N|O|S|R|cis|trans|tert|[mnop])-"
_DOSED = (
    "(?:缓释|控释|肠溶|分散|咀嚼|泡腾|含|速释)?(?:片剂?|软?胶囊|颗粒|冲剂|口服液|滴丸|丸|散剂|注射液|注射剂|针剂|"
    "粉针|粉剂?(?![刺瘤红末])|滴眼液|软膏|乳膏|凝胶|栓剂?|喷雾剂|气雾剂|吸入剂|混悬液|糖浆|贴剂?)(?![段面状])"
)
_ACIDS = "(?:重酒石酸|甲磺酸|苯磺酸|氢溴酸|枸橼酸|琥珀酸|马来酸|富马酸|酒石酸|盐酸|硫酸|磷酸|醋酸|乳酸|硝酸)"
_NARROWED = (
    "(?:酒精|急性|亚急性|慢性|原发性|继发性|特发性|先天性|获得性|遗传性|家族性|弥漫性|局灶性|局限性|转移性|药物性|酒精性|"
    "病毒性|细菌性|真菌性|中毒性|代谢性|免疫性|自身免疫性|缺血性|出血性|梗阻性|阻塞性|老年性|外伤性|创伤性)"
)
OF_ILLNESS = frozenset("人情史程变例毒房历因床理种菌原友区灶")
"""What makes a word with a 病 before it, which then belongs to no name."""
_MEASURED = "(?:荧光)?(?:定量|定性)|数量"


class _Rule(msgspec.Struct, frozen=True):
    """Around names of ``categories``: what comes before, and what after, each with the characters next to the name that
    it can have there: they are looked at first, because next to most names there is nothing of the kind.

    ``narrows`` says that the longer name names something narrower.
    """

    categories: frozenset[str]
    before: re.Pattern[str] | None = None
    last: str = ""
    after: re.Pattern[str] | None = None
    first: str = ""
    narrows: bool = False


_SUBSTANCES, _FINDINGS = frozenset({"drug", "chemical"}), frozenset({"disease", "symptom"})
_ENGLISH = (
    _Rule(
        _SUBSTANCES, before=re.compile(rf"(?<![\w-])(?:{_ISOMERS})+$"), last="-",
        after=re.compile(rf" (?:{_SALTS})\b"), first=" ",
    ),
)  # fmt: skip
_CHINESE = (
    _Rule(
        _SUBSTANCES, before=re.compile(f"{_ACIDS}$"), last="酸",
        after=re.compile(_DOSED), first="缓控肠分咀泡含速片软胶颗冲口滴丸散注针粉乳凝栓喷气吸混糖贴",
    ),
    _Rule(_SUBSTANCES, after=re.compile("(?<=药)[物品]"), first="物品"),
    _Rule(_FINDINGS, after=re.compile(f"(?<![病症征])病(?![{''.join(sorted(OF_ILLNESS))}])"), first="病"),
    _Rule(frozenset({"test"}), after=re.compile(_MEASURED), first="荧定数"),
    _Rule(frozenset({"disease"}), before=re.compile(f"{_NARROWED}+$"), last="性精", narrows=True),
)  # fmt: skip
_REACH = 12
"""Characters looked at before a name."""
_LINKS = frozenset("性型")


class _Asked(msgspec.Struct, frozen=True):
    """The rules of one category, and every character that any of them can have before and after a name."""

    rules: tuple[_Rule, ...]
    last: str
    first: str


def _by_category(rules: tuple[_Rule, ...]) -> Mapping[str, _Asked]:
    categories = sorted({category for rule in rules for category in rule.categories})
    chosen = {category: tuple(rule for rule in rules if category in rule.categories) for category in categories}
    return {
        category: _Asked(some, "".join(rule.last for rule in some), "".join(rule.first for rule in some))
        for category, some in chosen.items()
    }


_OF_ENGLISH, _OF_CHINESE = _by_category(_ENGLISH), _by_category(_CHINESE)


def extended(text: str, named: list[Named], language: str) -> list[Named]:
    """``named`` in order, some of them longer; those that a longer one takes in are left out."""
    if not language.startswith("zh"):
        return _widened(text, named, _OF_ENGLISH)
    found = _widened(text, named, _OF_CHINESE)
    return list(_linked(text, found)) if any(text[one[1] : one[1] + 1] in _LINKS for one in found) else found


def _widened(text: str, named: list[Named], asked: Mapping[str, _Asked]) -> list[Named]:
    # Few names reach further, and every name is asked: so the characters beside it decide whether rules are tried.
    found = []
    free = 0
    for one in named:
        start, end, _, meaning = one
        if start < free:
            continue
        some = asked.get(meaning.category)
        if some is not None:
            near, following = text[start - 1 : start], text[end : end + 1]
            if (near and near in some.last) or (following and following in some.first):
                for rule in some.rules:
                    one = _by(rule, text, one, max(free, start - _REACH))
        free = one[1]
        found.append(one)
    return found


def _by(rule: _Rule, text: str, one: Named, floor: int) -> Named:
    start, end, _, meaning = one
    if rule.before is not None and (found := rule.before.search(text, floor, start)):
        start = found.start()
        meaning = broader(meaning) if rule.narrows else respelled(meaning)
    if rule.after is not None and (found := rule.after.match(text, end)):
        end = found.end()
        meaning = respelled(meaning)
    return start, end, text[start:end], meaning


def _linked(text: str, named: Iterable[Named]) -> Iterator[Named]:
    """Two names that make one are one: 营养不良性肝硬化."""
    before: Named | None = None
    for one in named:
        if before is not None:
            if _links(text, before, one):
                one = before[0], one[1], text[before[0] : one[1]], broader(one[3])
            else:
                yield before
        before = one
    if before is not None:
        yield before


def _links(text: str, before: Named, one: Named) -> bool:
    return (
        before[1] == one[0] - 1
        and text[before[1]] in _LINKS
        and one[3].category == "disease"
        and before[3].category in {"disease", "symptom", "drug", "chemical"}
    )
