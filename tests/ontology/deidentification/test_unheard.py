"""Chinese names that only their characters tell, and what looks like them: signs, drugs, herbs, foods."""

from __future__ import annotations

import pytest

from ontology.deidentification.chinese_unheard import unheard_names
from ontology.deidentification.chinese_words import segmented


def _names(text: str) -> list[str]:
    seen = segmented(text)
    return [text[start:end] for start, end in unheard_names(seen)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("下午其弟彭建军探视。", ["彭建军"]),
        ("随后与其姑季秀兰通话。", ["季秀兰"]),
        ("针灸推拿魏琳，每周三次。", ["魏琳"]),
        ("包扎邓娟，清点无误。", ["邓娟"]),
        ("言语训练闫娟、韩磊。", ["闫娟", "韩磊"]),
    ],
)
def test_names_that_nothing_introduces(text: str, names: list[str]) -> None:
    assert _names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "布鲁津斯基征、霍夫曼征、罗森氏征阴性。",
        "皮克病，郎格罕斯岛，施莫尔结节，伍德灯检查。",
        "谷芽、石韦、陈皮、柴胡舒肝散，白芍各十克。",
        "西沙必利改雷贝拉唑，丁螺环酮照旧。",
        "常规消毒，温度正常，高热已退，于午后复查，安静入睡。",
        "伊曲康唑、卡马西平、马来酸氯苯那敏。",
    ],
)
def test_medicine_stays(text: str) -> None:
    assert _names(text) == []
