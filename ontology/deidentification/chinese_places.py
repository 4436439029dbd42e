"""Addresses as Chinese notes word them freely: 家在柳树屯后街, crossings, wharves, where parcels go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.vocabulary import medicine
from ontology.deidentification.words import words

_END = r"(?=[,，。;；、:：()（）\s]|那边|一带|附近|老家|人[,，。]|$)"
_TOLD = re.compile(
    r"(?:家在|家住|现住|暂住|租住|借住|住在|寄到|寄往|邮到|邮往|快递到|送到|送往|老家在?|祖籍|回到?|返回?|迁自|搬自"
    r"|来自|入住|(?<![入出在留居院转暂现家租借])住)"
    rf"((?![院我了过进到着个家宿一二两三在的]|\d{{1,3}}床|本|当地|外地|国外|老家|城里|乡下|农村)[一-鿿0-9A-Za-z-]{{"
    rf"2,22}}?){_END}"
)
_PLACE = re.compile(
    r"[省市区县乡镇村屯庄寨沟湾里弄巷路街坊苑园府城桥岛山港湖庙堡营店集铺坝垭岭坪坡塘渡口]|小区|公寓|大厦|广场|社区"
    r"|新村|花园|宿舍|出租屋|工棚|码头|车站|农场|林场|牧场|[号栋幢室楼]|堂$|郡$"
)
_CROSSING = re.compile(
    r"(?:(?<![一-鿿])|(?<=[于在到至经过自从]))(?:(?:(?![于在到至经])[一-鿿]){1,6}(?:大道|路|街|道|巷)[与和跟、]?[一-鿿]{1,6}(?:大道|路|"
    r"街|道|巷)(?:的?(?:交叉路?口|交汇处|路口|口|交界处?|拐角|转角))|"
    r"[一-鿿]{2,6}(?:大道|路|街)(?:交叉路?口|路口|口|中段|东段|西段|南段|北段|附近|边上|立交|高架))"
)
_SPOT = re.compile(
    r"(?:(?<=[于在])|(?<=途经)|(?<=行至)|(?<=途径))((?![医门病手检])[一-鿿]{2,9}?(?:码头|火车站|高铁站|汽车站|车站|"
    r"机场|立交桥|大桥|桥头|桥下|桥洞|出租屋|工棚|工地|"
    r"菜市场|菜场|夜市|公园|水库|渡口|收费站|服务区|高速口|隧道口|矿区|开发区|工业园|产业园|村口|巷口|街口|路段|海"
    r"滩|景区|草场|牧场|林场))"
)
_HOME = re.compile(
    r"(?:(?<![国专行回大搬])家|老家|户籍|冬窝子在|夏牧场在|寄自|由)((?![属人里中长庭族在住])[一-鿿]{2,7}(?:街|路|巷|弄|屯|村|镇|乡|苏木|嘎查|里|寨|庄)"
    r"(?:\d{1,4}号)?)(?=[,，。;；、\s]|来|$)"
)
"""Where somebody's house is, without a word for living."""
_COUNTY = re.compile(
    r"(?<=[在回自到由于往赴住])((?![我本该外全各某那这当原])[一-鿿]{2,8}?(?:(?<![省市])[县旗]|苏木|嘎查|团场|(?<![乡城村])镇|(?<!城)乡))"
    r"(?=[当务打工人做教读开放养种的老摆走探]|[,，。;；、:：()（）\s]|$)"
)
"""A county or a village town, in which somebody is."""
_OF = re.compile(
    r"(?:(?<![一-鿿])|(?<=[系为是由]))((?![我本该外全各某那这当原])[一-鿿]{1,5}(?:市|县|旗|自治州|自治县)(?:[一-鿿]{1,5}(?:镇|乡|村|街道|苏木))?)(?=人(?:[,，。;；]|$))|"
    r"(?<=[从自])([一-鿿]{1,3}州)(?=[带寄赶来回坐飞转送])"
)
"""Where somebody is from."""
_VILLAGE = re.compile(
    r"(?:村名|屯名|地名|小区名?|村组)\s?[:：是叫为]?\s?([一-鿿]{2,6})(?=[,，。;；\s]|$)|(?<![一-鿿])([一-鿿]{2,4}(?"
    r":村|屯|寨|庄|沟))(?=的?(?:村医|村民|村长|村支书|卫生员|人[,，。]))"
)
_GENERAL = re.compile(
    r"(?:医院|门诊|急诊|病房|病区|家里|家中|单位|学校|当地|农村|城市|城区|郊区|山区|牧区|市区|县城|镇上|村里|街上|"
    r"路上|楼上|楼下|隔壁|附近|同一|同个|外地|本市|本县|本村|本区|本院|宿舍|工地|老家|小区|社区|"
    r"普通|内科|外科|上级|监护|重症|隔离|康复|手术|检查|原来|之前|这里|那里|哪里|[我你他她它]|养老院|敬老院|护理院|"
    r"福利院|[一二三四五六七八九十\d]+楼$|.*[了吗呢吧的过科]|.*(?:病房|医院|院区|病区|门诊|"
    r"复查|治疗|观察|监护|正常|水平|剂量|范围|原位|基线))"
)


def chinese_places(text: str) -> Iterator[tuple[int, int]]:
    """Starts and ends of addresses in free wording in folded text.

    >>> text = "发现其倒于建设北路与人民东路交叉口，他家在柳树屯后街，独居，住梅园新村那边。"
    >>> [text[slice(*place)] for place in sorted(chinese_places(text))]
    ['建设北路与人民东路交叉口', '柳树屯后街', '梅园新村']
    """
    for found in _TOLD.finditer(text):
        name = found[1]
        if (
            _PLACE.search(name)
            and not _GENERAL.match(name)
            and not medicine(text, found.start(1))
            and name not in words().vague
        ):
            yield found.span(1)
    for found in _CROSSING.finditer(text):
        yield found.span()
    for pattern in (_SPOT, _HOME, _COUNTY, _OF, _VILLAGE):
        for found in pattern.finditer(text):
            group = found.lastindex or 0
            if not _GENERAL.match(found[group]):
                yield found.span(group)
