"""Pitfalls of Chinese text, read with the names that ship with medkg: sentences of our own, in no labelled set.

They are illustrations, no clinical statements. 示例，非临床陈述。
"""

from __future__ import annotations

import pytest

from ingest.evaluation.knowledge import Terminologies
from ingest.text.annotate import Annotator

BUILD = """
[[input]]
name = "starter"
format = "starter.v1"
kind = "terminology"
paths = ["package:ontology/starter"]
version = "0.1.0"
licence = "Apache-2.0"
title = { zh = "词表", en = "names" }
[input.options.checks]
path = "checks.tsv"
"""


@pytest.fixture(scope="module")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> Annotator:
    config = tmp_path_factory.mktemp("names") / "build.toml"
    config.write_text(BUILD, "utf-8")
    return Annotator(Terminologies(config, {}).lexicon)


def told(annotator: Annotator, text: str) -> list[tuple[str, str, str]]:
    """Surface, concept and attributes of each mention; its offsets quote the surface."""
    found = annotator.text(text, "zh")
    assert all(text[one.start : one.end] == one.surface for one in found)
    return [
        (one.surface, one.candidates[0].concept.removeprefix("medkg:"), ",".join(it.kind for it in one.attributes))
        for one in found
    ]


def named(annotator: Annotator, text: str) -> list[tuple[str, str]]:
    return [one[:2] for one in told(annotator, text)]


def marked(annotator: Annotator, text: str) -> list[tuple[str, str]]:
    return [(surface, attributes) for surface, _, attributes in told(annotator, text)]


def test_names_are_found_whole_where_a_segmenter_cuts_them(annotator: Annotator) -> None:
    assert named(annotator, "换用达格列净后复查，双硫仑样反应未再出现，非小细胞肺癌组另行分析。") == [
        ("达格列净", "drug-dapagliflozin"), ("双硫仑", "drug-disulfiram"),
        ("非小细胞肺癌", "disease-non-small-cell-lung-cancer"),
    ]  # fmt: skip


def test_the_longest_name_is_taken(annotator: Annotator) -> None:
    assert named(annotator, "入院诊断急性心肌梗死。") == [("急性心肌梗死", "disease-acute-myocardial-infarction")]


@pytest.mark.parametrize("name", ["Ⅱ型糖尿病", "II型糖尿病", "2型糖尿病", "二型糖尿病", "２型糖尿病"])
def test_numerals_of_all_kinds(annotator: Annotator, name: str) -> None:
    assert named(annotator, f"随访{name}患者。") == [(name, "disease-type-2-diabetes-mellitus")]


@pytest.mark.parametrize("name", ["糖尿病Ⅱ型", "糖尿病II型", "糖尿病2型", "糖尿病二型"])
def test_a_type_behind_the_name(annotator: Annotator, name: str) -> None:
    assert named(annotator, f"随访{name}患者。") == [(name, "disease-type-2-diabetes-mellitus")]


def test_letters_for_types_of_hepatitis(annotator: Annotator) -> None:
    assert named(annotator, "慢性B型肝炎、C型肝炎与B肝帶原者。") == [
        ("慢性B型肝炎", "disease-chronic-hepatitis-b"), ("C型肝炎", "disease-hepatitis-c"),
        ("B肝", "disease-hepatitis-b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("有痛风病史。", [("痛风", "disease-gout", "history")]),
        ("痛风病。", [("痛风病", "disease-gout", "")]),
        ("高血压病人。", [("高血压", "disease-hypertension", "")]),
        # 糖尿 is another thing than 糖尿病.
        ("有糖尿病史。", [("糖尿病", "disease-diabetes-mellitus", "history")]),
        ("无关节肿痛。", [("关节肿", "symptom-joint-swelling", "negated"), ("痛", "symptom-arthralgia", "negated")]),
        ("双下肢水肿。", [("下肢水肿", "symptom-lower-limb-edema", "")]),
        ("否认糖尿病家族史。", [("糖尿病", "disease-diabetes-mellitus", "family,negated")]),
    ],
)
def test_where_names_end(annotator: Annotator, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(annotator, text) == expected


@pytest.mark.parametrize("text", ["BRCA1/2突变。", "BRCA1和2基因。", "携带BRCA1/2"])
def test_numbers_of_two_genes(annotator: Annotator, text: str) -> None:
    assert named(annotator, text) == [("BRCA1", "gene-brca1"), ("2", "gene-brca2")]


@pytest.mark.parametrize("text", ["BRCA1/2期。", "BRCA1/2.5", "BRCA1和2例。", "BRCA1/99突变"])
def test_a_number_that_is_no_gene(annotator: Annotator, text: str) -> None:
    assert named(annotator, text) == [("BRCA1", "gene-brca1")]


def test_latin_names_are_not_found_inside_of_words(annotator: Annotator) -> None:
    assert named(annotator, "BASAL胰岛素组与EGFRvIII组。") == []


@pytest.mark.parametrize("text", ["AS患者入组。", "MS组与RA组比较。", "MI于2年前。"])
def test_short_forms_need_more_than_themselves(annotator: Annotator, text: str) -> None:
    assert named(annotator, text) == []


@pytest.mark.parametrize("brackets", ["（AS）", "(AS)"])
def test_a_form_in_brackets_of_either_width_holds_from_there_on(annotator: Annotator, brackets: str) -> None:
    concept = "disease-ankylosing-spondylitis"
    assert named(annotator, f"强直性脊柱炎{brackets}患者中，AS活动度较高。") == [
        ("强直性脊柱炎", concept), ("AS", concept), ("AS", concept)
    ]  # fmt: skip


def test_full_width_letters_and_enumerators(annotator: Annotator) -> None:
    assert named(annotator, "诊断：①高血压②痛风，ＨＢｓＡｇ待查，ＥＧＦＲ　突变。") == [
        ("高血压", "disease-hypertension"), ("痛风", "disease-gout"),
        ("ＨＢｓＡｇ", "test-hepatitis-b-surface-antigen"), ("ＥＧＦＲ", "gene-egfr"),
    ]  # fmt: skip


def test_traditional_characters_and_names_of_other_regions(annotator: Annotator) -> None:
    assert named(annotator, "帕金森氏症、後天免疫缺乏症候群、代謝症候群與急性心肌梗塞。") == [
        ("帕金森氏症", "disease-parkinson-disease"),
        ("後天免疫缺乏症候群", "disease-acquired-immunodeficiency-syndrome"),
        ("代謝症候群", "disease-metabolic-syndrome"),
        ("急性心肌梗塞", "disease-acute-myocardial-infarction"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("患者无盗汗、寒战，否认胸痛。", [("盗汗", "negated"), ("寒战", "negated"), ("胸痛", "negated")]),
        ("未见胸腔积液，未发现肝硬化。", [("胸腔积液", "negated"), ("肝硬化", "negated")]),
        ("无恶心但有呕吐。", [("恶心", "negated"), ("呕吐", "")]),
        ("不伴头痛；有头晕。", [("头痛", "negated"), ("头晕", "")]),
        ("患者没有腹泻而有便秘。", [("腹泻", "negated"), ("便秘", "")]),
        ("无咳嗽。发热。", [("咳嗽", "negated"), ("发热", "")]),
        ("结核菌素试验阴性，抗HCV（－）。", [("结核菌素试验", "negated"), ("抗HCV", "negated")]),
        ("胸痛（-），咯血（+）。", [("胸痛", "negated"), ("咯血", "")]),
        ("疑似肺结核，考虑淋巴瘤。", [("肺结核", "uncertain"), ("淋巴瘤", "uncertain")]),
        ("急性胆囊炎可能性大。", [("急性胆囊炎", "uncertain")]),
        ("白血病不能排除。", [("白血病", "uncertain")]),
        ("父母均无糖尿病。", [("糖尿病", "family,negated")]),
        ("家族史：胃癌。", [("胃癌", "family")]),
        ("曾患胆囊炎。", [("胆囊炎", "history")]),
        ("一旦出现呼吸困难立即就诊。", [("呼吸困难", "conditional")]),
    ],
)
def test_what_a_sentence_says_of_a_mention(annotator: Annotator, text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(annotator, text) == expected


def test_what_patients_say_of_their_body_is_read_in_the_words_of_dictionaries(annotator: Annotator) -> None:
    assert named(annotator, "最近头很晕，肚子又疼，腿肿。") == [
        ("头很晕", "symptom-dizziness"), ("肚子又疼", "symptom-abdominal-pain"), ("腿肿", "symptom-lower-limb-edema"),
    ]  # fmt: skip
    assert named(annotator, "做完还是有点痛，一碰就痛。") == [("痛", "symptom-pain"), ("痛", "symptom-pain")]


@pytest.mark.parametrize("text", ["痛快", "心里痛苦", "这件事让人头大", "胃口很好", "背很直"])
def test_what_is_no_complaint_is_none(annotator: Annotator, text: str) -> None:
    assert named(annotator, text) == []


def test_a_name_that_a_particle_takes_apart_is_one(annotator: Annotator) -> None:
    infection = ("幽门螺杆菌的感染", "disease-helicobacter-pylori-infection")
    assert named(annotator, "考虑幽门螺杆菌的感染。") == [infection]
    # What stands before an organ of one character may be the end of another word.
    assert named(annotator, "小脑的梗死") == []
    assert named(annotator, "患者的出血") == named(annotator, "出血")


def test_a_virus_is_no_disease(annotator: Annotator) -> None:
    assert named(annotator, "检出流感病毒。") == []
    assert named(annotator, "乙肝病毒感染") == [("乙肝病毒感染", "disease-hepatitis-b")]


def test_of_names_that_cross_the_one_counts_that_leaves_less_unread(annotator: Annotator) -> None:
    assert named(annotator, "如果糖尿病加重，有点头晕") == [
        ("糖尿病", "disease-diabetes-mellitus"), ("头晕", "symptom-dizziness"),
    ]  # fmt: skip


def test_a_degree_within_a_name(annotator: Annotator) -> None:
    assert named(annotator, "查体肝脏轻度肿大，脾脏轻度到中度肿大。") == [
        ("肝脏轻度肿大", "symptom-hepatomegaly"), ("脾脏轻度到中度肿大", "disease-splenomegaly"),
    ]  # fmt: skip
    assert named(annotator, "轻度肿大。") == []


def test_a_class_of_drugs_with_a_word_between(annotator: Annotator) -> None:
    assert named(annotator, "长期服用抗癫痫的药物。") == [("抗癫痫的药物", "drug-class-antiepileptic")]


def test_a_remedy_or_a_carrier_is_no_disease(annotator: Annotator) -> None:
    assert named(annotator, "家中备有感冒颗粒和感冒药。") == []
    assert named(annotator, "普通感冒药物治疗。") == [("普通感冒", "disease-common-cold")]
    assert named(annotator, "他是丙肝携带者。") == []
    assert named(annotator, "感冒清热颗粒，感冒灵胶囊。") == []


def test_states_of_hepatitis_b_have_concepts_of_their_own(annotator: Annotator) -> None:
    assert named(annotator, "他是乙肝病毒携带者，由大三阳转为小三阳。") == [
        ("乙肝病毒携带", "disease-hepatitis-b-carrier-state"),
        ("大三阳", "disease-hepatitis-b-hbeag-positive"), ("小三阳", "disease-hepatitis-b-hbeag-negative"),
    ]  # fmt: skip


def test_a_short_word_means_what_the_text_is_about(annotator: Annotator) -> None:
    assert named(annotator, "乙肝患者查DNA定量，病毒量不高，有抗体。") == [
        ("乙肝", "disease-hepatitis-b"), ("DNA定量", "test-hepatitis-b-virus-dna"),
        ("病毒量", "test-hepatitis-b-virus-dna"), ("抗体", "test-hepatitis-b-surface-antibody"),
    ]  # fmt: skip
    assert named(annotator, "乙肝病毒DNA数量与乙肝病毒量。") == [
        ("乙肝病毒DNA数量", "test-hepatitis-b-virus-dna"), ("乙肝病毒量", "test-hepatitis-b-virus-dna"),
    ]  # fmt: skip
    # Without the subject nothing is known of the word, and a longer name keeps it.
    assert named(annotator, "查DNA，病毒量不高，有抗体。") == []
    assert "test-hepatitis-b-virus-dna" not in dict(named(annotator, "丙肝病毒量，乙肝")).values()
    assert named(annotator, "乙肝表面抗体阳性。") == [("乙肝表面抗体", "test-hepatitis-b-surface-antibody")]


def test_a_measured_sugar_is_no_drug(annotator: Annotator) -> None:
    assert named(annotator, "复查葡萄糖6.45。") == [("葡萄糖", "test-blood-glucose")]
    assert named(annotator, "静滴葡萄糖。") == [("葡萄糖", "drug-glucose")]


def test_what_works_against_a_disease_is_a_class_of_drugs(annotator: Annotator) -> None:
    assert named(annotator, "突然停用抗癫痫可能诱发。") == [("抗癫痫", "drug-class-antiepileptic")]
    assert named(annotator, "抗癫痫治疗。") == [("癫痫", "disease-epilepsy")]
    assert named(annotator, "对抗癫痫。") == [("癫痫", "disease-epilepsy")]


def test_a_test_is_in_capitals_beside_other_capitals(annotator: Annotator) -> None:
    assert ("ALB", "test-albumin") in named(annotator, "PA0.24TP80.4ALB45.1GLB35.3。")
    assert ("GLB", "test-globulin") in named(annotator, "PA0.24TP80.4ALB45.1GLB35.3。")


def test_the_end_of_another_word_ends_no_name(annotator: Annotator) -> None:
    assert named(annotator, "身上有抽动症状。") == [("抽动", "symptom-tics")]
    assert named(annotator, "本身高血压的患者。") == [("高血压", "disease-hypertension")]


def test_a_bracket_may_have_two_short_forms(annotator: Annotator) -> None:
    assert named(annotator, "乙肝核心抗体（HBcAb或抗HBc）阳性。")[:2] == [
        ("乙肝核心抗体", "test-hepatitis-b-core-antibody"), ("HBcAb", "test-hepatitis-b-core-antibody"),
    ]  # fmt: skip


def test_who_does_not_want_to_eat_has_no_appetite(annotator: Annotator) -> None:
    assert named(annotator, "近来不想吃晚饭，背后疼，胃常隐痛。") == [
        ("不想吃晚饭", "symptom-loss-of-appetite"), ("背后疼", "symptom-back-pain"),
        ("胃常隐痛", "symptom-epigastric-pain"),
    ]  # fmt: skip


def test_advice_to_eat_is_no_symptom(annotator: Annotator) -> None:
    assert named(annotator, "建议多食蔬菜，多饮水。") == []
    assert named(annotator, "出现多饮、多食、多尿。") == [
        ("多饮", "symptom-polydipsia"), ("多食", "symptom-polyphagia"), ("多尿", "symptom-polyuria"),
    ]  # fmt: skip


def test_what_patients_say_of_appetite_and_sleep(annotator: Annotator) -> None:
    assert named(annotator, "近来胃口不太好，睡眠也很差，没什么力气。") == [
        ("胃口不太好", "symptom-loss-of-appetite"), ("睡眠也很差", "disease-sleep-disorder"),
        ("没什么力气", "symptom-fatigue"),
    ]  # fmt: skip
    assert named(annotator, "胃口好，睡眠好。") == []


def test_a_value_written_on_to_a_test(annotator: Annotator) -> None:
    assert named(annotator, "复查ALT34，AST56.5，编号ZZQ12。") == [
        ("ALT", "test-alanine-aminotransferase"), ("AST", "test-aspartate-aminotransferase"),
    ]  # fmt: skip
    assert named(annotator, "ALT34A") == []


def test_a_symbol_that_is_also_a_test_is_the_test(annotator: Annotator) -> None:
    assert named(annotator, "查AFP与CEA均正常。")[0] == ("AFP", "test-alpha-fetoprotein")
