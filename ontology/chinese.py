"""Other forms of a Chinese name that texts use, made by rule from how terminologies write names.

Terminologies explain in brackets (多血症（红细胞增多症）), give alternatives (不孕症/不育症) and write long
forms with 的, 性, 疼痛 and 脏; texts write the short ones. Names come normalised (``ontology.normalize``): brackets
are ASCII, a slash is a blank. Rules say nothing of what a name means, so each variant means what the name does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.levels import levels

_WIDE = "\u3400-\u9fff"
_BRACKETED = re.compile(rf"([^()]*)\(([{_WIDE}]{{1,12}})\)([^()]*)")
_QUALIFIED = re.compile("[性期型时侧级类]$|年龄|不|无|如|或|包括|其他")
"""Words in brackets that narrow a name instead of being another one."""
_ALTERNATIVES = re.compile(rf"([{_WIDE}]{{3,}}) ([{_WIDE}]{{3,}})")
_LINKED = re.compile(rf"([{_WIDE}]*[{_WIDE}][^急慢恶良男女特惰])性([{_WIDE}]{{2,}})")
_ORGAN_LAST = re.compile(r"(.{2,})性([肝肾肺脑心胃肠])病")
_ORGAN = re.compile("([肝肾脾心])脏(?=[^器])")
_LONG_ORGAN = re.compile("^([肝肾脾])(?=肿大|肿瘤|囊肿|损伤|损害|疼痛|移植|切除|纤维化|硬化|病变|血管瘤)")
_PART = re.compile("([头胸腹背腰颈肩胃肝肾眼耳鼻咽肺脑足手臀髋])(痛|感染|肿瘤|囊肿|损伤|水肿|出血)")
"""A part of the body in one character, and what it may have: texts write 部 between them (胃部疼痛)."""
_OF_BLOOD = re.compile(f"([高低])([{_WIDE}]|尿酸|胆红素)血症")
"""Of longer words 高 and 低 say what food is, too: 高蛋白 is no 高蛋白血症."""
_FUNCTION = re.compile("((?:肝|肾|心|肺)脏?功能)(?:不全|减退|下降|障碍|异常|受损)")
"""Organs that fail in one direction alone; a thyroid has too much or too little of a function."""
_FAILING = ("不全", "减退", "下降", "障碍", "异常", "受损")
_DROPPED = (("综合征", 5), ("症", 4))
"""Endings that texts drop, and how many characters then are left at least: 精神分裂, but 抑郁 is not 抑郁症."""
_WITH_ILLNESS = re.compile("(癫痫|高血压)([^病].+)")
"""Diseases that texts call 病 in longer names, too: 癫痫病大发作."""
_OF_VIRUS = re.compile(
    "([甲乙丙丁戊])(?:型病毒性肝炎|型肝炎|肝)(?:病毒)?((?:.*(?:抗原|抗体|dna|rna|疫苗|免疫球蛋白).*))"
)
"""What is measured or given for a viral hepatitis: texts name the disease or its virus (乙肝病毒e抗原)."""
_VIRAL = ("肝", "型肝炎", "肝病毒", "型肝炎病毒")
_SICK_ORGAN = re.compile("[肝肾脾]病")
_OPERATION = re.compile(f"[{_WIDE}a-z0-9]+(?:移植|置换|搭桥|吻合|成形|修补|结扎|消融|栓塞|切开)术")
_ENDINGS: tuple[tuple[str, ...], ...] = (
    ("下降", "减退", "减低", "降低", "低下"), ("升高", "增高"), ("缺如", "缺失"), ("疼痛", "痛", "疼", "痛疼"),
    ("检查", "检测", "检验", "测定", "化验"), ("恶性肿瘤", "癌"), ("肿大", "增大"), ("损伤", "损害"),
)  # fmt: skip
"""Endings that say the same."""
_SHORTEST = 3
"""Characters that a class of drugs has at least: 止药 is none."""
_CLASS = re.compile("(?:抗|利尿|止|镇|降|祛|解|平喘|强心|促|通便|泻|麻醉|免疫抑制|制酸|抑).*[药剂]")
"""Classes of drugs, which are called 药 and 剂."""
_SUFFIXES = (("感染", "传染"), ("血症", "血病"))
"""Endings that patients write for others: 败血病."""
_MISSPELT = (("氨酶", "胺酶"), ("疱疹", "泡疹"), ("瘀", "淤"), ("阑尾", "兰尾"), ("综合征", "综合症"))


def forms(name: str) -> Iterator[tuple[str, str]]:
    """(rule, variant) of a normalised Chinese name.

    >>> [form for _, form in forms("多血症(红细胞增多症)")], [form for _, form in forms("腹部疼痛")]
    (['多血症', '红细胞增多症'], ['腹部痛', '腹部疼', '腹部痛疼'])
    >>> [form for _, form in forms("酒精性肝病")], [form for _, form in forms("不明原因的发热")]
    (['酒精肝病', '酒精肝'], ['不明原因发热'])
    """
    yield from (("alternative", form) for form in _bracketed(name))
    yield from (("alternative", form) for form in _alternatives(name))
    if name.count("的") == 1 and 1 < name.index("的") < len(name) - 2:
        yield "shortened", name.replace("的", "")
    if name.count("性") == 1 and (match := _LINKED.fullmatch(name)):
        yield "shortened", match[1] + match[2]
        if shorter := _ORGAN_LAST.fullmatch(name):
            yield "shortened", shorter[1] + shorter[2]
    for pattern, other in ((_ORGAN, r"\1"), (_LONG_ORGAN, r"\1脏")):
        if (form := pattern.sub(other, name)) != name:
            yield "regional", form
    yield from (("regional", form) for form in _ended(name))
    if len(name) >= _SHORTEST and _CLASS.fullmatch(name):
        yield "regional", name[:-1] + ("剂" if name.endswith("药") else "药")
    yield from (("shortened", form) for form in _of_blood(name))
    if match := _PART.fullmatch(name):
        yield "regional", f"{match[1]}部{'疼痛' if match[2] == '痛' else match[2]}"
    if match := _FUNCTION.fullmatch(name):
        yield from (("regional", match[1] + ending) for ending in _FAILING)
    for ending, rest in _DROPPED:
        if name.endswith(ending) and len(name) - len(ending) >= rest:
            yield "shortened", name[: -len(ending)]
    if match := _WITH_ILLNESS.fullmatch(name):
        yield "regional", f"{match[1]}病{match[2]}"
    if match := _OF_VIRUS.fullmatch(name):
        yield from (("regional", match[1] + ending + match[2]) for ending in _VIRAL)
    yield from (("shortened", form) for form in levels(name))
    if _SICK_ORGAN.fullmatch(name):
        yield "regional", f"{name[0]}脏病"
    if _OPERATION.fullmatch(name):
        yield "shortened", name[:-1]
    for ending, other in _SUFFIXES:
        if name.endswith(ending) and len(name) > len(ending):
            yield "regional", name[: -len(ending)] + other
    for right, wrong in _MISSPELT:
        if right in name:
            yield "spelling", name.replace(right, wrong)


def _bracketed(name: str) -> Iterator[str]:
    """多血症（红细胞增多症）, 裂（红）细胞症, 并指（趾）畸形."""
    match = _BRACKETED.fullmatch(name)
    if match is None or _QUALIFIED.search(match[2]):
        return
    before, inside, after = match[1].strip(), match[2], match[3].strip()
    if not after:
        if len(inside) > 1:
            yield before
            yield inside
        return
    yield before + after
    if len(inside) == 1 and len(before) > 1:
        # One character is another one for that before it (并趾畸形) or belongs between (裂红细胞症).
        yield before[:-1] + inside + after
        yield before + inside + after


def _alternatives(name: str) -> Iterator[str]:
    """不孕症/不育症; of 脚趾发育不良/发育不全 the second shares the first words of the first."""
    match = _ALTERNATIVES.fullmatch(name)
    if match is None:
        return
    first, second = match.groups()
    yield first
    if abs(len(first) - len(second)) < 2:
        yield second
    elif len(first) > len(second) + 1:
        yield first[: -len(second)] + second


def _of_blood(name: str) -> Iterator[str]:
    """高脂血症 is 高血脂, 低钾血症 低血钾, 高尿酸血症 高尿酸."""
    if match := _OF_BLOOD.fullmatch(name):
        level, what = match.groups()
        yield f"{level}血{what}" if len(what) == 1 else level + what


def _ended(name: str) -> Iterator[str]:
    for group in _ENDINGS:
        ending = next((one for one in group if name.endswith(one)), "")
        if ending and len(name) > len(ending):
            yield from (name[: -len(ending)] + other for other in group if other != ending)
            return
