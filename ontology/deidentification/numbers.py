"""Numbers that lead to a person: identity cards, phones, records, and addresses in networks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.chinese_beds import beds
from ontology.deidentification.span import Kind, Span

_NO = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_GAP = r"[ \-.]?"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_LONG = re.compile(rf"{_NO}[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]{_END}")
_BORN = re.compile(r"\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]").fullmatch
_IS = r"(?:\s*(?:is|was|are|=|为|是|号码?|编号|no\.?|number|num\.?|id|#)){0,3}\s*[:.=#]?\s*[(（]?\s*"
_CODE = r"[A-Za-z]{0,6}[-/]?\d[0-9A-Za-z]{0,30}(?:[-/ ]\d[0-9A-Za-z]{0,30}){0,6}"
"""A number as records have it: letters before it, and dashes in it."""

COMPOUND = (
    r"(?!(?:LY|SB|GW|PD|MK|BMS|AZD|GSK|SCH|SKF|ICI|UK|BW|CP|PF|NVP|STI|RO|SR|SSR|CGS|DPC|JNJ|TAK|BAY|RWJ|ABT|AMG|ARQ|BI|BX|"
    r"EMD|FK|FR|INCB|KW|MDL|MDV|NBI|NSC|ONO|ORG|PNU|SAR|SM|TMC|UCN|VX|WAY|WR|YM|ZD|ZK|CAS|EC|KIAA|LOC|rs)[- ]?\d)"
)
"""Codes that makers give compounds before they have a name (*LY-171555*), and numbers of registers of them."""

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64} ?@ ?[\w-]{1,63}(?: ?\.[\w-]{1,63})+", re.A)),
    ("mail", re.compile(r"\b(?:https?://|www\.)[^\s,;，。；、)）]+", re.I | re.A)),
    ("mail", re.compile(rf"{_NO}(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){{3}}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])")),
    ("mail", re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b")),
    ("identity", re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
        r"[A-Z][· ]?[A-HJ-NP-Z0-9]{5,6}(?![0-9A-Za-z])")),
    ("identity", re.compile(
        r"\b(?:licen[cs]e plate|number plate|plate|registration plate|vehicle reg(?:istration)?|vin|"
        r"driver'?s?'? licen[cs]e)(?: (?:no|number|num)\.?)?\s*(?:is|"
        r"was)?\s*[:#]?\s*((?=[A-Z0-9-]*\d)[A-Z0-9]{2,}(?:[ -][A-Z0-9]{2,5})?)", re.I | re.A)),
    ("record", re.compile(
        r"(?:就诊卡|医保卡|社保卡|诊疗卡|住院证|准考证|工号|学号|保单)(?:号码?)?\s*[:为]?\s*(\d{4,}|"
        r"[A-Z]{1,3}\d{4,})")),
    ("mail", re.compile(rf"(?:微信号?|wechat|qq号?|weixin|whatsapp|skype){_IS}([A-Za-z0-9_.-]{{5,30}})", re.I | re.A)),
    # Fifteen digits, as cards had them until 1999.
    ("identity", re.compile(rf"{_NO}[1-9]\d{{7}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}{_END}")),
    ("identity", re.compile(
        rf"(?:身份证(?:件)?|公民身份|证件|护照|港澳(?:居民)?(?:来往)?(?:内地)?通行证|台胞证|军官证|居留证|"
            rf"驾驶证|passport|identity(?: card)?|id card|"
        rf"national id|\bssn|social security|nhs|driver'?s? licen[cs]e|\bid){_IS}({_CODE})", re.I | re.A)),
    ("identity", re.compile(rf"{_NO}\d{{3}}-\d{{2}}-\d{{4}}{_END}")),
    ("identity", re.compile(rf"{_NO}[EGDPSK][A-Z]?\d{{8}}{_END}")),
    ("phone", re.compile(rf"{_NO}(?:\+?(?:00)?86[ -]?)?1[3-9]\d(?:{_GAP}\d){{8}}{_END}")),
    ("phone", re.compile(
        rf"{_NO}(?:\+?(?:00)?86[ -]?)?\(?0\d{{2,3}}\)?[ -]?\d{{3,4}}[ -]?\d{{4}}(?:(?:[ -]|转|ext\.? "
        rf"?){{1,3}}\d{{1,5}})?{_END}")),
    ("phone", re.compile(rf"{_NO}[48]00[ -]?\d{{3,4}}[ -]?\d{{3,4}}{_END}")),
    ("phone", re.compile(
        rf"(?<![\d.])(?:\+\d{{1,3}}[ .-]?)?\(?\d{{3}}\)?[ .-]\d{{3}}[ .-]\d{{4}}(?: ?(?:x|ext\.?) "
        rf"?\d{{1,5}})?{_END}", re.I | re.A)),
    ("phone", re.compile(r"(?<![\w+])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)")),
    ("phone", re.compile(rf"{_NO}0\d{{3,4}} \d{{3}} ?\d{{3,4}}{_END}")),
    ("phone", re.compile(
        rf"(?:电话|手机|联系方式|联系|致电|来电|座机|传真|分机|短号|tel(?:ephone)?|phone|mobile|cell|"
            rf"call(?:ed)?(?: (?:him|her|them|back))?(?: (?:at|on))?|fax|pager|"
        rf"ext(?:ension)?|contact){_IS}(\+?\(?\d(?:[ ().-]{{0,2}}\d){{3,14}})(?!\s*(?:次|年|月|"
            rf"天|日|小时|分钟|mg|ml|岁))", re.I | re.A)),
    ("record", re.compile(
        rf"(?!手术编码)(?:住院|病历|病案|病例|门诊|急诊|就诊|登记|检查|检验|标本|样本|条码|病理|影像|超声|"
            rf"放射|医保卡?|社保卡?|新农合|医疗卡|就诊卡|诊疗卡|银行卡|卡|腕带|序列|申请单|处方|流水|"
            rf"档案|报告|患者|病人|受试者|试验|筛选|"
        rf"入组|手术|麻醉|血袋|CT|MRI?|X线|X光|ID|PID){{1,2}}(?:编)?(?:号码?|ID|编码)\s*[:=#]?\s*(?:为|"
            rf"是)?\s*({_CODE})", re.I | re.A)),
    ("record", re.compile(rf"(?<![一-鿿])({_CODE})\s*号?(?:病?床|床位)")),
    ("record", re.compile(
        r"(?:床号|床位号?|床位|病床|病床号|"
        r"加床?)\s*[:=#]?\s*([A-Za-z]{0,2}\+?\d{1,4}[A-Za-z]?(?:[-]\d{1,3})?)(?![\d.]|\s*(?:mg|"
        r"ml|次|天|cm|mm|岁))")),
    ("record", re.compile(r"(?<![0-9A-Za-z.])(\+?\d{1,3}(?:[-]\d{1,3})?)\s*(?:号病?床|"
        r"床(?!旁|边|上|下|头|尾|单|垫|榻))")),
    ("record", re.compile(
        rf"\b(?:mrn|medical record|med(?:ical)? rec|record|chart|case|hospital|patient|account|acct|"
            rf"visit|encounter|admission|accession|specimen|"
        rf"lab|study|subject|policy|insurance|medicare|medicaid|member|health plan|reference|ref|file|"
            rf"folder|unit|barcode|order|report|serial|device|"
        rf"clinic|registration|reg|episode)(?: (?:no|number|num|id|code|#))?(?:(?<=mrn)|(?<=no)|"
            rf"(?<=number)|(?<=num)|(?<=id)|(?<=code)|"
            rf"(?=\s*[:#]))\.?{_IS}((?=[A-Za-z/-]{{0,8}}\d)[A-Za-z0-9][A-Za-z0-9/-]{{2,24}}(?: "
            rf"\d{{2,6}}){{0,3}}){_END}", re.I | re.A)),
    ("record", re.compile(
        r"\b(?:bed|room|bay|ward|locker)\.?(?: (?:no|"
        r"number)\.?)?\s*[:#]?\s*([A-Za-z]{0,2}-?\d{1,4}[A-Za-z]?(?:[-/]\d{1,3}[A-Za-z]?)?)(?![\w.]\d|"
        r"\s*(?:mg|ml|mmol|%|cm|mm|°|C\b|degrees))", re.I | re.A)),
    ("record", re.compile(
        r"\b(?:[A-Za-z][A-Za-z./-]* ){0,3}(?:no|number|id|ref|reference|"
        r"identifier)\.?\s*[:#=]\s*([A-Z]{0,5}[-/]?\d[\w/-]{2,}(?: \d{2,6}){0,3})", re.I | re.A)),
    ("record", re.compile(r"(?<!\w)#\s?(\d{4,}(?:-\d+)*)")),
    ("record", re.compile(
        r"\b(?:wrist ?band|sticker|label|tag|ticket|samples?|chart|bag|form|card|number|tray|slide|block|"
        r"tube|docket|request|claim|invoice|film|disc|disk|booking|prescription|rx|script|notes?|file|"
        r"implant|lot|pacemaker|envelope|hosp(?:ital)?|pt|patient|id|mrn|urn|dossier|receipt|token|locker|"
        r"badge|bracelet)s?(?!\d[a-d]?N\d)(?: (?:no|number|id|ref|code|is|was|says|said|reads|read|marked|under|for|"
        r"with|"
        r"shows|showed|"
        r"stamped)){0,3}\.?\s*[:#]?\s*([A-Z]{0,4}[-/]?\d[\dA-Z]*(?:[-/]\d+)*)(?<=[\dA-Z][\dA-Z-][\dA-Z][\dA-Z])(?![\d.]\d|"
        r"\s*(?:mg|ml|mmol|g\b|kg|cm|mm|%|units?|mcg|iu|hours?|days?|years?|patients|cases)|[\w/-])", re.I | re.A)),
    ("record", re.compile(r"(?<![\w.-])" + COMPOUND + r"(?:[A-Z]\d{6,9}|(?!NCT|PMID|PMC|CHEMBL|ENSG|ENST|DB|HP|GO|"
        r"MONDO|DOID|RS|ISRCTN|"
        r"CTRI|CHICTR)[A-Z]{2,4}-?\d{7,})(?![\w.-]\w|\w)")),
    ("record", re.compile(rf"(?<!手术)(?<!疾病)(?<!诊断)(?<!ICD)(?:编号|编码|"
        rf"号码)\s*[:=]?\s*(?![A-Z]\d{{2}}\.[\dx])({_CODE})")),
    ("record", re.compile(r"(?<![0-9A-Za-z.])([A-Za-z]{0,3}-?\d{5,}(?:-\d+)?)\s*号(?!染色|基因|线)")),
    ("record", re.compile(rf"{_NO}(?:ZY|MZ|BA|JZ|ID|MR|BL|HN|TJ|MRN)[-_]?\d{{5,14}}{_END}")),
    ("identity", re.compile(rf"{_NO}62\d{{2}}(?:[ -]?\d{{4}}){{3}}(?:[ -]?\d{{1,3}})?{_END}")),
)  # fmt: skip


def numbers(text: str) -> Iterator[Span]:
    """Numbers by which somebody can be found, in folded text. Where a word before a number says what it is, the number
    alone is taken."""
    for found in _LONG.finditer(text):
        digits = re.sub(r"[^0-9Xx]", "", found[0]).upper()
        if _BORN(digits) or valid(digits):
            yield Span(*found.span(), "identity")
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Span(*found.span(found.lastindex or 0), kind)
    yield from (Span(*place, "record") for place in beds(text))


def valid(number: str) -> bool:
    """Whether an identity number has the right last character (GB 11643-1999, ISO 7064 MOD 11-2).

    >>> valid("11010519491231002X"), valid("110105194912310021")
    (True, False)
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return len(number) == 18 and _CHECK[total % 11] == number[-1]
