"""Chinese talk that names nobody: what lay people ask a doctor holds words that look like names."""

from __future__ import annotations

import pytest

from ontology.deidentification import deidentified


def covered(text: str) -> list[str]:
    return [text[span.start : span.end] for span in deidentified(text, "zh").spans]


@pytest.mark.parametrize("text", [
    "又去问了医生才知道,很怕", "那医生说没什么事", "以免殃及了老人", "想问医生,18岁高血压", "您好医生,40岁的男人",
    "枸杞、银耳、红枣、核桃都可", "吃小米,豆浆", "昨天邻居阿姨突然抽动,吐白沫", "患者小姑娘13岁", "表姐意志非常坚定",
    "名字叫得老高", "上周跟同学再次发烧", "我女儿刚1岁半,便秘",
    "我同学高中的时候被查出", "今年公司查体", "如果不上医院该吃什么", "我表弟上大学期间", "那么应该是可以进工厂工作的",
    "立即拨通医院电话", "刚刚大学毕业", "只有上医院检查", "互相配合医院救治",
])  # fmt: skip
def test_talk_stays(text: str) -> None:
    assert covered(text) == []


@pytest.mark.parametrize(("text", "names"), [
    ("由那医生主刀", ["那"]),
    ("在上海医院看过", ["上海医院"]),
    ("2024-09-03 ASA III 勾建国 住院号00891276", ["勾建国"]),
    ("当然瑞金医院也可以", ["瑞金医院"]),
    ("就读于海上中学", ["海上中学"]),
])  # fmt: skip
def test_names_beside_it_are_still_found(text: str, names: list[str]) -> None:
    assert set(names) <= set(covered(text)), covered(text)
