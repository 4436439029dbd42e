"""Shapes of Chinese notes that were mended: what leads to somebody is taken out, and words of medicine stay."""

from __future__ import annotations

import pytest

from ontology.deidentification import deidentified
from ontology.deidentification.chinese_somebody import Place, end_of
from ontology.deidentification.chinese_words import likeness, segmented
from ontology.deidentification.folding import folded


def _gone(text: str) -> str:
    """The characters of spans, one sign between what is apart."""
    return "/".join(text[one.start : one.end] for one in deidentified(text, "zh").spans)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("经手人银花。", "银花"),
        ("抢救人员：单丹、米雪、祁连。", "单丹/米雪/祁连"),
        ("取材訾，包埋完成。", "訾"),
        ("室友婷婷争吵后离开。", "婷婷"),
        ("遵雷医嘱给药。", "雷"),
        ("胸外科后主任查房。", "后"),
        ("须臾医师：需鉴别。", "须臾"),
        ("患者弗拉基米尔，乌克兰籍。", "弗拉基米尔"),
        ("父名努尔波拉提，随行古丽娜尔。", "努尔波拉提/古丽娜尔"),
        ("翻译渡边美咲陪同。", "渡边美咲"),
        ("佴雨（3床女儿）来访。", "佴雨/3床"),
        ("登记名虞 舜，已核。", "虞 舜"),
        ("瞿秋自然分娩一男婴。", "瞿秋"),
        ("寿老签名。", "寿老"),
        ("任盈盈陪床。", "任盈盈"),
        ("王强（委托人）到场。", "王强"),
        ("来某某近1月消瘦。", "来某某"),
    ],
)
def test_names_behind_roles_and_alone(text: str, gone: str) -> None:
    assert _gone(text) == gone


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("由心内二病区12床转入。", "心内二病区12床"),
        ("抢1床心电监护。", "抢1床"),
        ("转入市妇幼，术后平稳。", "市妇幼"),
        ("在中山三院输液。", "中山三院"),
        ("在顺达快递送货。", "顺达快递"),
        ("倒于建设北路与人民东路交叉口，呼救。", "建设北路与人民东路交叉口"),
        ("他家在柳树屯后街，独居。", "柳树屯后街"),
        ("八月十五起病。", "八月十五"),
        ("癸卯年三月初七复诊。", "癸卯年三月初七"),
        ("危急值：07/19 22:41 通知。", "07/19"),
        ("本月9日查胃镜。", "本月9日"),
        ("老爷子九十一了，耳聋。", "九十一"),
        ("预约码YY-77120。", "YY-77120"),
        ("住院号0 0 7 1 8 2 3 3：", "0 0 7 1 8 2 3 3"),
        ("电话是幺三九零零零零幺二幺二。", "幺三九零零零零幺二幺二"),
        ("联系②0776-8000012。", "0776-8000012"),
    ],
)
def test_beds_places_days_and_numbers(text: str, gone: str) -> None:
    assert _gone(text) == gone


@pytest.mark.parametrize(
    "text",
    [
        "经手人签字，家属陪同，儿子体健，大姐健在。",
        "在医生指导下服药，请大夫查明原因，专家好。",
        "给予长春新碱化疗，β受体阻断剂、钙拮抗剂，恩替卡韦继续。",
        "冯·希佩尔-林道综合征，原发性血小板增多症待查。",
        "祝早日康复，去年发病已有四五年，表妹也有。",
        "7号丝线缝合，2组肌力正常，3天前发热，上周三复查。",
    ],
)
def test_sentences_without_names_stay(text: str) -> None:
    assert deidentified(text, "zh").text == text


def test_words_are_those_of_the_text_and_odd_characters_do_no_harm() -> None:
    for text in ("", "a\x00b \n患者\u3000张", "\ud800张三", "😀" * 3):
        seen = segmented(folded(text))
        assert sum(len(seen.word(at)) for at in seen.tags) == len(text)
        assert end_of(seen, len(text), Place.FORM) is None
    assert likeness("") < likeness("手术") < likeness("秀英")
