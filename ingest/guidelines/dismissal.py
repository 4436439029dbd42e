"""What reads like advice and is none: other guidelines, evidence, refusals, research, explained grades."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBERING = re.compile(r"^(?:[\d.]+|[一二三四五六七八九十]+、|[（(][\d一二三四五六七八九十]+[）)]|[IVX]+\.)[\s、.]*")
_CLOSED = re.compile(
    r"(?:background|introduction|preface|abstract|methods?|methodology|materials and methods|discussion|limitations|"
    r"(?:summary of (?:the )?)?evidence(?: (?:summary|to decision|review|profile|base|synthesis|statements?))?|"
    r"evidence and rationale|"
    r"rationale(?: .*)?|justification|remarks?|grading\b.*|(?:strength|levels?|quality|certainty|grades?) of .*|"
    r"(?:further |future )?research\b.*|future\b.*|(?:knowledge|evidence) gaps?|gaps in .*|references|bibliography|"
    r"acknowledge?ments?|disclosures?|(?:conflicts? of|competing) interests?|funding|appendi(?:x|ces)\b.*|glossary|"
    r"abbreviations|(?:other|previous|existing|comparison with other) guidelines?\b.*)|"
    r"背景|前言|引言|序言|摘要|(?:研究|制[定订]|指南制[定订])?方法学?|讨论|局限性?|致谢|参考文献|附录.*|附件.*|利益冲突.*|"
    r"(?:缩略语|术语).*|(?:(?!推荐意见).)*(?:证据|推荐)的?(?:分级|类别|等级|级别|质量|强度|水平)(?:(?!推荐意见).)*|"
    r"证据(?:概述|总结|综述|说明|评价|摘要)|推荐(?:理由|依据|说明)|.*(?:研究空白|待研究|未来研究|研究方向|展望).*|"
    r"(?:国内外|国外|其他|既往)(?:相关)?指南.*",
    re.IGNORECASE,
).fullmatch
_ASIDE = re.compile(
    r"[*_]*(?:(?:summary of )?(?:the )?evidence(?: summary)?|rationale|remarks?|notes?|comments?|justification|"
    r"research (?:gaps?|needs?|recommendations?)|implementation(?: considerations)?)[*_]*\s*[:：.]|"
    r"【?(?:证据(?:概述|说明|总结|综述|摘要)?|推荐(?:理由|依据|说明)|注释|说明|备注|解读|实施(?:说明|建议|要点))】?\s*[:：]|"
    r"【(?:证据(?:概述|说明|总结|综述|摘要)?|推荐(?:理由|依据|说明)|注释|说明|备注|解读)】",
    re.IGNORECASE,
).match

_OTHERS = re.compile(
    r"\b(?:guidelines?|guidance|societ(?:y|ies)|colleges?|associations?|academ(?:y|ies)|federations?|organi[sz]ations?|"
    r"clubs|coaches|experts|textbooks|WHO|NICE)\b[^.;]{0,120}?"
    r"\b(?:recommend|suggest|advis|endors|propos|stat)(?:s|es|ed|e|ing)?\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\b[A-Z]{2,6}(?: (?:guidelines?|panel))?\s+(?:strongly )?(?:recommend|suggest|advise)(?:s|ed)\b")
_OWN = re.compile(
    r"\b(?:this|the present)\s+(?:\w+\s+)?guideline|\bour guideline|\bguideline (?:panel|committee|group|task force)",
    re.IGNORECASE,
)
_OTHERS_ZH = re.compile(
    r"(?:指南|共识|声明|学会|协会|组织|研究|试验|文献|综述|学者|医师|专家)[^，。；]{0,24}?(?:推荐|建议)(?!意见)"
)
_OWN_ZH = re.compile(r"本(?:指南|共识|学会|协会)|专家组|(?:指南|共识)(?:制[定订]|工作|专家)组|专家共识")
_EVIDENCE = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|reviews?|meta-analys[ei]s|cohorts?|data|evidence|reports?|analys[ei]s|results?|findings|"
    r"authors?|investigators)\b[^.;]{0,60}?\b"
    r"(?:suggest|show|indicat|found|report|support|demonstrat|conclud|conclus)\w*",
    re.IGNORECASE,
)
_EVIDENCE_ZH = re.compile(
    r"(?:研究|试验|分析|综述|证据|数据|结果)[^，。；]{0,16}?(?:表明|提示|显示|发现|证实|认为|指出)"
)
_REFUSAL = re.compile(
    r"\b(?:no|neither|insufficient|(?:not|cannot|unable to)(?: be)? (?:make|made|issue|give|given|formulate))\b"
    r"[^.;]{0,40}\brecommendations?\b|\brecommendations? (?:could|can) ?not be\b|\bfor or against\b|"
    r"\binsufficient evidence\b",
    re.IGNORECASE,
)
_REFUSAL_ZH = re.compile(
    r"(?:未|无法|不能)[^，。；]{0,16}(?:[作做]出|给出|形成|提出)[^，。；]{0,4}推荐|暂?不[作做]推荐|暂(?:不|无)推荐|(?:未|无法)推荐|"
    r"无推荐意见|证据不足以"
)
_RESEARCH = re.compile(
    r"\b(?:future|further|more|additional) (?:research|trials?|studies|work)\b|"
    r"\b(?:trials|studies|research)\b[^.;]{0,40}\b(?:should|needed|required|warranted)\b|"
    r"\bshould be (?:studied|investigated|evaluated in)\b",
    re.IGNORECASE,
)
_RESEARCH_ZH = re.compile(
    r"(?:今后|未来|后续|进一步)[^，。；]{0,16}(?:研究|试验)|开展[^，。；]{0,24}(?:研究|试验)|优先研究|有待"
)
_QUESTION = re.compile(r"[?？]\s*$|^(?:should|is|are|can|may|does)\s|是否(?:应|推荐|建议)", re.IGNORECASE)
_DEFINITION = re.compile(
    r"\brecommendations?\b[^.;]{0,60}\b"
    r"(?:means?|implies|indicates?|(?:was|were|is|are|be) (?:graded|read|rated|classified))\b|"
    r"\b(?:this|these|that|the above) recommendations?\b",
    re.IGNORECASE,
)
_DEFINITION_ZH = re.compile(
    r"(?:该|此|上述|本条)推荐|推荐意见\d|(?:推荐强度|推荐等级|证据质量|证据等级|[强弱]推荐|级推荐)(?:分为|一般|是指|指|表示|意味)"
)

_SIGNS = (
    _EVIDENCE, _EVIDENCE_ZH, _REFUSAL, _REFUSAL_ZH, _RESEARCH, _RESEARCH_ZH, _QUESTION, _DEFINITION, _DEFINITION_ZH,
)  # fmt: skip


def closed(path: Iterable[str]) -> bool:
    """Whether one of the headings says that nothing below it is advice.

    >>> closed(["Care of gout", "2 Methods"]), closed(["3 推荐意见", "3.1 诊断方法"]), closed(["二、证据分级"])
    (True, False, True)
    """
    return any(_CLOSED(_NUMBERING.sub("", heading.strip()).strip(" :：*")) for heading in path)


def aside(text: str) -> bool:
    """Whether a block begins by saying that it explains something (``Rationale:``, ``证据概述：``)."""
    return bool(_ASIDE(text))


def dismissed(sentence: str, marked: bool = False) -> bool:
    """Whether a sentence reports, refuses, plans or explains instead of advising.

    Where it is ``marked`` as a recommendation, a society that recommends is the one whose guideline this is.

    >>> dismissed("The guideline of the Westland Society recommends salt (Grade 1B)")
    True
    >>> dismissed("In adults, we recommend zorafenol"), dismissed("因缺乏证据，本指南未对草药浴作出推荐")
    (False, True)
    """
    if not marked and _OTHERS.search(sentence) and not _OWN.search(sentence):
        return True
    if not marked and _OTHERS_ZH.search(sentence) and not _OWN_ZH.search(sentence):
        return True
    if not marked and _ACRONYM.search(sentence):
        return True
    return any(sign.search(sentence) for sign in _SIGNS)
