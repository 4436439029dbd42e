"""Other forms of Chinese names, names that cross, and the Chinese names of MeSH descriptors."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.vocab import CATEGORIES
from ontology.chinese import forms
from ontology.crossing import apart
from ontology.matcher import Hit, longest
from ontology.variants import variants

HEADINGS = Path(__file__).resolve().parents[2] / "ontology" / "headings" / "mesh.tsv"


def made(name: str) -> set[str]:
    return {form for _, form in forms(name)} - {name}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("多血症(红细胞增多症)", {"多血症", "红细胞增多症"}),
        ("并指(趾)畸形", {"并指畸形", "并趾畸形", "并指趾畸形"}),
        ("不孕症 不育症", {"不孕症", "不育症"}),
        ("脚趾发育不良 发育不全", {"脚趾发育不良", "脚趾发育不全"}),
        ("不明原因的发热", {"不明原因发热"}),
        ("酒精性肝病", {"酒精肝病", "酒精肝"}),
        ("肝功能下降", {"肝功能减退", "肝功能减低", "肝功能降低", "肝功能低下"}),
        ("腹部疼痛", {"腹部痛", "腹部疼"}),
        ("胰腺恶性肿瘤", {"胰腺癌"}),
        ("肝脏肿大", {"肝肿大", "肝脏增大"}),
        ("转氨酶", {"转胺酶"}),
        ("利尿剂", {"利尿药"}),
        ("高脂血症", {"高血脂"}),
        ("低钾血症", {"低血钾"}),
        ("高尿酸血症", {"高尿酸"}),
        ("腹痛", {"腹部疼痛"}),
        ("肝功能下降", {"肝功能异常", "肝功能不全"}),
        ("肝移植术", {"肝移植"}),
        ("幽门螺杆菌感染", {"幽门螺杆菌传染"}),
        ("败血症", {"败血病"}),
        ("肝病", {"肝脏病"}),
        ("肝纤维化", {"肝脏纤维化"}),
        ("循环肝转氨酶水平升高", {"转氨酶升高", "转氨酶高", "血转氨酶升高"}),
        ("高血糖", {"血糖高", "血糖升高"}),
        ("低钾血症", {"血钾低"}),
        ("乙肝e抗原", {"乙肝病毒e抗原", "乙型肝炎病毒e抗原"}),
        ("乙型肝炎病毒dna", {"乙肝dna", "乙肝病毒dna"}),
        ("精神分裂症", {"精神分裂"}),
        ("阻塞性睡眠呼吸暂停低通气综合征", {"阻塞性睡眠呼吸暂停低通气"}),
        ("癫痫大发作", {"癫痫病大发作"}),
        ("胸口疼痛", {"胸口痛疼"}),
        ("抑酸药", {"抑酸剂"}),
    ],
)
def test_a_name_has_the_forms_that_texts_use(name: str, expected: set[str]) -> None:
    assert expected <= made(name)


@pytest.mark.parametrize(
    ("name", "no"),
    [
        ("面部多毛症(先天性)", "面部多毛症"),  # words that narrow are no other name
        ("高热惊厥(年龄在3个月至6岁之间)", "高热惊厥"),
        ("急性肝炎", "急肝炎"),
        ("恶性肿瘤", "癌"),  # nothing is left before the ending
        ("谷草 谷丙", "谷丙"),
        ("脏器损伤", "器损伤"),
        ("升高", "增高"),
        ("高蛋白血症", "高蛋白"),  # food
        ("低胆固醇血症", "低胆固醇"),
        ("甲状腺功能减退", "甲状腺功能异常"),  # it has too much of a function, too
        ("手术", "手"),
        ("脑脊液蛋白浓度增加", "脑脊液蛋白升高"),  # outside of the blood
        ("嘌呤含量增加", "嘌呤高"),  # food
        ("低色素性贫血", "色素性贫低"),
        ("抑郁症", "抑郁"),  # a feeling
        ("乙肝", "乙肝病毒"),
        ("感染", "传染"),
    ],
)
def test_a_name_has_no_form_that_means_something_else(name: str, no: str) -> None:
    assert no not in made(name)


@given(st.text(alphabet="肝肾性的病痛疼急慢()脏升高 12a", max_size=14))
def test_any_name_gives_names_and_no_endless_ones(name: str) -> None:
    assert all(len(form) <= 2 * len(name) + 2 for form in made(name))
    assert len(list(variants(name, "zh"))) < 200


def test_the_longest_reading_counts_where_names_cross() -> None:
    assert apart("如果糖尿病", [(1, -3, 1), (2, -5, 2)]) == [(2, -5, 2)]
    # 肾功能不全 and 水肿 leave less unread than 全身水肿.
    assert apart("肾功能不全身水肿", [(0, -5, 1), (4, -8, 2), (6, -8, 3)]) == [(0, -5, 1), (6, -8, 3)]
    # Equal: what stands first. Nested names never count.
    assert apart("乙肝病毒", [(0, -2, 1), (1, -3, 2)]) == [(0, -2, 1)]
    assert apart("糖尿病肾病", [(0, -5, 1), (0, -3, 2), (3, -5, 3)]) == [(0, -5, 1)]


def test_a_name_does_not_begin_within_a_common_word() -> None:
    assert apart("有点头晕", [(1, -3, 1), (2, -4, 2)]) == [(2, -4, 2)]
    assert apart("提高血压", [(1, -4, 1), (2, -4, 2)]) == [(2, -4, 2)]
    assert apart("压力太大", [(1, -3, 1)]) == []
    assert apart("高血压", [(0, -3, 1)]) == [(0, -3, 1)]


def test_a_name_does_not_end_within_a_common_word() -> None:
    assert apart("血压高于正常", [(0, -2, 1), (0, -3, 2)]) == [(0, -2, 1)]
    assert apart("高热量饮食", [(0, -2, 1)]) == []
    assert apart("血压高", [(0, -3, 1)]) == [(0, -3, 1)]
    assert apart("用方法能治", [(2, -4, 1)]) == []


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=12))
def test_names_do_not_overlap_and_no_reading_leaves_more_unread(spans: list[tuple[int, int]]) -> None:
    hits: list[Hit] = sorted({(start, -start - size, number) for number, (start, size) in enumerate(spans)})
    text = "x" * 30
    kept = apart(text, hits)
    assert all(-one[1] <= other[0] for one, other in pairwise(kept))
    assert set(kept) <= set(hits)
    assert sum(-stop - start for start, stop, _ in kept) >= sum(-stop - start for start, stop, _ in longest(hits))


def test_many_crossing_names_are_read_in_one_pass() -> None:
    hits: list[Hit] = [(at, -at - 3, 0) for at in range(60_000)]
    assert len(apart("x" * 60_003, hits)) == 20_000


def rows() -> list[dict[str, str]]:
    with HEADINGS.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def test_each_chinese_name_of_a_descriptor_is_given_once() -> None:
    names = [name for row in rows() for column in ("zh", "narrower") for name in row[column].split("|") if name]
    assert len(names) == len(set(names)) > 600
    assert {row["category"] for row in rows()} <= set(CATEGORIES)
    assert len({row["id"] for row in rows()}) == len(rows())


def test_descriptors_are_those_of_mesh_and_names_words_of_thuocl_or_in_use(data_folder: Path) -> None:
    with (data_folder / "mesh" / "terms.tsv").open(encoding="utf-8", newline="") as stream:
        mesh = {f"MESH:{row['mesh_id']}": row["mesh_name"] for row in csv.DictReader(stream, delimiter="\t")}
    words = {
        line.split("\t")[0].strip()
        for line in (data_folder / "thuocl-medical" / "THUOCL_medical.txt").read_text("utf-8").splitlines()
    }
    with (data_folder / "zh-medical-qa" / "part.csv").open(encoding="utf-8", newline="") as stream:
        texts = [" ".join(cells) for cells in csv.reader(stream)]
    for row in rows():
        assert mesh[row["id"]] == row["name"]
        for name in (name for column in ("zh", "narrower") for name in row[column].split("|") if name):
            assert name in words or sum(name in text for text in texts) >= 5, name
