"""Numbers behind Chinese labels that no list holds, told by the shape of label and number; phones spelt in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.numbers import COMPOUND
from ontology.deidentification.span import Kind, Span

_CODE = (
    r"(?:[A-Za-z]{1,5}[-_/ ]?){0,2}\d[0-9A-Za-z]*"
    r"(?:(?:[-_/][A-Z]{1,5})?[-_/ .]{1,2}[0-9A-Za-z]*\d[0-9A-Za-z]*){0,6}(?:\(\d\))?"
)
_NO_CODE = (
    r"(?![A-Z]\d{2}(?:\.[\dx]{1,6})?(?:[^\w.-]|$)|(?:ChiCTR|NCT|ISRCTN|PMID|CAS|ISO|GB|ICD|Q\d|II|TP|HER|CD\d|"
    r"Ki)[-_/ ]?\d)"
)
_UNIT = r"(?![\d.]|\s?(?:mg|ml|mmol|μg|ug|g\b|kg|cm|mm|%|次|天|年|月|周|小时|分钟|片|粒|支|岁|例|度|级|期|型|℃|U\b|IU))"
_LABEL = (
    r"(?:号码?|编码|编号|条码|条形码|二维码|验证码|取件码|取号|预约码|签到码|单|单号|订单|回单|运单|保单|序列|序号|"
    r"流水|档|档号|卡号?|证号?|证件|尾号|工牌|胸牌|"
    r"腕带|牌照|牌号|车牌|号牌|账号|账户|户号|机号|袋号|批次号|切片|蜡块|玻片|胶片|影像|片号|ID|Id)"
)
_DIGITS = "〇零一二三四五六七八九幺两洞拐勾"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("record", re.compile(
        rf"(?<!染色体)(?<!型)(?!(?:(?<=手术)|(?<=疾病)|(?<=诊断))编码)(?<![几每多少A-Za-z0-9]){_LABEL}\s{{0,3}}[:=#是为]?\s{{0,3}}[(\"“]?{_NO_CODE}((?=[^,，"
            rf"。;；\n]{{0,12}}\d[^,，。;；\n]{{0,6}}\d){_CODE}){_UNIT}")),
    ("record", re.compile(r"(?:住院|病案|病历|门诊|标本|条码|登记|影像|检查|病理)[一-鿿]{0,2}[号码]?\s{0,2}[:=]?\s{"
        r"0,2}(\d(?:[ .-]\d){5,11})(?![\d.])")),
    ("record", re.compile(COMPOUND + r"(?<![A-Za-z0-9_.-])(?!ChiCTR|NCT|COVID|SARS|CoV|HIV|HBV|HCV|HPV|IL-|CA\d|"
        r"CD\d)([A-Z]{1,4}[-_]?"
        r"\d{2,8}-\d{3,10}(?:-\d+)?|[A-Z]{2}\d{0,3}-\d{5,10})(?![A-Za-z0-9_.-])")),
    ("record", re.compile(r"(?<![\d.])(\d{4}[- ]?\d{3,4} \d{3,4}|\d{5} \d{4})(?![\d.]|\s?(?:mg|ml|年|月))")),
    ("record", re.compile(r"(?<=[(（\s一-鿿])(?:[一二三四五六]|初[一二三]|高[一二三]|\d{1,2})\s?[(（]\s?\d{1,2}\s?["
        r")）]\s?班|(?:[初高][一二三]|[大小中]\d?)[(（]?\d{1,2}[)）]?班")),
    ("record", re.compile(r"(?:病历本?|档案袋?|就诊卡|腕带|胸片|片袋|手册|"
        r"本子)\s?[(（]\s?([A-Z]{0,3}[-]?\d{2,10}(?:-\d{2,10})*)\s?[)）]")),
    ("record", re.compile(COMPOUND + r"(?<![A-Za-z0-9_.-])[A-Z]{1,4}-[A-Z]{1,6}\d{4,10}(?![A-Za-z0-9_.-])")),
    ("record", re.compile(COMPOUND.join((r"(?:样本|标本|切片|蜡块|玻片|检体|血样|麻醉机|呼吸机|起搏器|监护仪|机器|"
        r"轮椅|体检|药盒)\s?:?\s?(", r"[A-Z]{1,4}-?\d{2,}(?:-\d{2,})*)"
        r"(?![A-Za-z0-9_.-])")))),
    ("mail", re.compile(r"(?:用户名?|网名|网友|昵称|账号|"
        r"微信名)\s?[:是为]?\s?((?=[\w-]*?[^\W\d])[\w-]{1,16}\d{2,})(?=[:,，。;\s]|$)")),
    ("identity", re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d{6}\([0-9A]\)")),
    ("identity", re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-Z]\s?[·.\s-]?\s"
        r"?[0-9A-HJ-NP-Z]{2,3}[·.\s*-]?[0-9A-HJ-NP-Z*]{2,3}(?![0-9A-Za-z])")),
    ("identity", re.compile(r"(?:身份证|证件)[一-鿿]{0,4}(?:尾号|后四位|后六位|末四位|号码?)?\s?[:是为]?\s?([0-9*]{"
        r"3,17}[0-9Xx*]|[0-9][0-9Xx*]{3})(?![0-9A-Za-z])")),
    ("phone", re.compile(rf"(?<![{_DIGITS}])[一幺][{_DIGITS}](?:[\s-]?[{_DIGITS}]){{6,10}}(?![{_DIGITS}年])|(?<!["
        rf"{_DIGITS}])[零洞〇](?:[\s-]?[{_DIGITS}]){{7,11}}(?![{_DIGITS}年])")),
    ("phone", re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d(?:[\s.\-/]{0,2}\d){8}(?![0-9A-Za-z])")),
    ("phone", re.compile(r"(?:手机|电话|微信同号|联系电话|号码)[一-鿿]{0,4}(?:尾号|后四位|末四位)\s?[:是为]?\s?(\d{"
        r"3,4})(?!\d)")),
    ("phone", re.compile(r"(?<=\d{4})\s?(?:转|分机)\s?(\d{2,5})(?![\d.]|[一-鿿]?[天次年])")),
    ("phone", re.compile(r"(?:电话|手机|座机|回电|致电|打|拨|拨打|呼|热线|短号|小号|虚拟网|内线|分机|值班电话|联系"
        r"方式)[一-鿿]{0,3}\s?[:：]?\s?((?:\(?0\d{2,3}\)?[\s-]?)?[2-9]\d{2,3}[\s-]\d{3,4}|6\d{5}|[2-9"
        r"]\d{6,7})(?![\d.])")),
    ("phone", re.compile(r"(?<![\d.-])0\d{2,3}[-\s]\d{7,8}(?!\d)")),
    ("phone", re.compile(r"(?<![A-Za-z\d.])\(\+?(?:0?\d{2,3})\)\s?\d{3,4}[\s-]?\d{4}(?![\d.])")),
    ("record", re.compile(r"(?![见据凭按])[一-鿿]{1,6}[〔\[]\s?(?:19|20)\d{2}\s?[〕\]]\s?第?\d{1,6}号?")),
    ("phone", re.compile(r"(?:内线|分机|短号|小号)\s?(?:号码?)?\s?[:：为是]?\s?(\d{3,6})(?![\d.])")),
    ("phone", re.compile(r"(?<![\d.-])0\d{2,3}-\d{3,6}\s\d{2,5}(?![\d.])")),
    ("mail", re.compile(r"(?:微信|微博|抖音|小红书|快手|QQ|qq|加我|微信号|V信|vx|VX|博客|昵称|账号|ID|飞信|钉钉)\s?"
        r"(?:[:：号是为@]{0,3}|发给?|加|找)\s?@?([A-Za-z0-9][A-Za-z0-9_.-]{4,30})(?![\w.])")),
    ("mail", re.compile(r"(?:微信群|QQ群|群名|群聊|昵称|网名|微博|抖音|快手|小红书)\s?(?:名|叫|为|是|:)?\s?"
        r"[\"“「《]([^\"”」》\n]{2,20})"
        r"[\"”」》]|@[一-鿿]{2,8}\d{2,8}")),
    ("mail", re.compile(r"@[A-Za-z0-9_][\w.-]{2,30}|@[一-鿿]{2,8}\d*(?=[\s,，。:：]|$)")),
)  # fmt: skip


def chinese_codes(text: str) -> Iterator[Span]:
    """Numbers of records, cards, phones and networks behind Chinese labels in folded text.

    >>> text = "预约码YY-77120，人工晶体序列SA60-0019923，电话是幺三九零零零零幺二幺二。"
    >>> [text[one.start : one.end] for one in sorted({*chinese_codes(text)})]
    ['YY-77120', 'SA60-0019923', '幺三九零零零零幺二幺二']
    """
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Span(*found.span(found.lastindex or 0), kind)
