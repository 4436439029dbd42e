"""Chinese surnames alone, children without a name, days and places of the mending that they came with."""

from __future__ import annotations

import pytest

from ontology.deidentification import deidentified


def _gone(text: str) -> str:
    """The characters of spans, one sign between what is apart."""
    return "/".join(text[one.start : one.end] for one in deidentified(text, "zh").spans)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("巡回：薛；洗手：邹。", "薛/邹"),
        ("药师郝：华法林已减量。", "郝"),
        ("医师蒋已告知风险。", "蒋"),
        ("切口愈合好，拆线。\n阎 ", "阎"),
        ("蔡，女，52，咳嗽。", "蔡"),
        ("女婿唐，在场。", "唐"),
        ("患者黎氏，缅甸籍。", "黎氏"),
        ("早产儿卢燕之子，胎龄31周。", "卢燕之子"),
    ],
)
def test_surnames_alone(text: str, gone: str) -> None:
    assert _gone(text) == gone


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("定于四月下旬26日筛查。", "四月下旬26日"),
        ("九月初复查彩超。", "九月初"),
        ("术后平稳。3/9 拔管。", "3/9"),
        ("约周三(14号)手术。", "周三(14号)"),
        ("癸卯年五月初九(2023-6-26)复诊。", "癸卯年五月初九(2023-6-26)"),
    ],
)
def test_days(text: str, gone: str) -> None:
    assert _gone(text) == gone


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("曾在庆阳环县务工。", "庆阳环县"),
        ("女，丰镇市人，已婚。", "丰镇市"),
        ("抵保定附院，23点。", "保定附院"),
        ("德籍，海默泵业(常熟)有限公司技师。", "海默泵业(常熟)有限公司"),
        ("转延寿康复院续训。", "延寿康复院"),
    ],
)
def test_places_and_houses(text: str, gone: str) -> None:
    assert _gone(text) == gone


@pytest.mark.parametrize(
    "text",
    [
        "舌：红，苔：黄，脉：弦，皮温：温，神志：清。",
        "医生曾建议手术，护士长：已告知，医师应查看伤口。",
        "米氏，巴氏线正常，孟氏骨折。",
        "回家在锅里烤过，同住在同一间宿舍，在乡镇工作。",
        "最初的三月初起不明，患者之子代诉。",
    ],
)
def test_words_stay(text: str) -> None:
    assert deidentified(text, "zh").text == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("村医殷签。", "殷"),
        ("由裴Sir背来。", "裴"),
        ("主麻 蒋默 巡回 莫日根 洗手 申雪", "蒋默/莫日根/申雪"),
        ("致电前女友Monica未果。", "Monica"),
        ("葡萄牙籍Tiago Moreira，腹痛。", "Tiago Moreira"),
        ("楼上老薛一家报警。", "老薛"),
        ("复核：邹+裘敏。", "邹/裘敏"),
    ],
)
def test_names_in_lists_and_talk(text: str, gone: str) -> None:
    assert _gone(text) == gone


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("电话(853) 5550 2211，未接。", "(853) 5550 2211"),
        ("系统编号3301-TBC-10277。", "3301-TBC-10277"),
        ("见浙工认〔2021〕0133号。", "浙工认〔2021〕0133号"),
        ("微信群“晨光宝贝23”里答复。", "晨光宝贝23"),
        ("2020年腊月初九顺产。", "2020年腊月初九"),
        ("复查约5/8，带片。", "5/8"),
        ("蒲县山中镇人，矿工。", "蒲县山中镇"),
        ("母乳由外婆从滁州带来。", "滁州"),
        ("请明湖眼病中心会诊。", "明湖眼病中心"),
    ],
)
def test_codes_days_and_places(text: str, gone: str) -> None:
    assert _gone(text) == gone
