"""What a sentence denies, by classes of words: prepositions, verbs, subjects; negators that deny nothing.

The sentences are made up for these tests; no labelled one stands here.
"""

from __future__ import annotations

import pytest

from ingest.text.attributes import attributes


def denied(text: str, *names: str, category: str = "disease") -> list[str]:
    """The cue of each name that says it is absent, and nothing where none does; each at its first place."""
    spans = [(text.index(name), text.index(name) + len(name), category) for name in names]
    found = attributes(text, (0, len(text)), spans, "en" if text.isascii() else "zh")
    return [next((text[one.start : one.end] for one in marks if one.kind == "negated"), "") for marks in found]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        # A preposition ends what is denied, unless it stands behind a word for a sign of it.
        ("There was no thrombosis in gout.", ("thrombosis", "gout"), ["no", ""]),
        ("No predictive value for gout was seen.", ("gout",), [""]),
        ("There was no clinical and laboratory evidence of any gout.", ("gout",), ["no"]),
        ("They had no relapse of hepatitis or of gout.", ("hepatitis", "gout"), ["no", "no"]),
        ("It had no other features of lupus, such as rash.", ("lupus", "rash"), ["", "no"]),
        # A comma behind more than one word ends it, and a list goes on beyond.
        ("Thought free of side effects, asthma drugs caused gout.", ("asthma", "gout"), ["", ""]),
        ("No chest pain, cough, or gout was reported.", ("chest pain", "cough", "gout"), ["No"] * 3),
        ("No clinical, laboratory or overt gout was seen.", ("gout",), ["No"]),
        # Verbs that say what did not come, was not had, or was not given.
        ("It did not lead to gout.", ("gout",), ["not lead to"]),
        ("Rats did not become hypotensive.", ("hypotensive",), ["not become"]),
        ("Operation was not followed by gout.", ("gout",), ["not followed by"]),
        ("Those not treated with lithium had gout.", ("lithium", "gout"), ["not treated with", ""]),
        ("Lithium was not administered.", ("Lithium",), ["was not administered"]),
        ("Gout did not develop during the study.", ("Gout",), ["not develop"]),
        ("Jaundice disappeared within a month.", ("Jaundice",), ["disappeared"]),
        ("Nor did the drug prevent gout.", ("gout",), [""]),
        ("It did not modify gout and failed to prevent asthma.", ("gout", "asthma"), ["", ""]),
        # Who has none of it, and what is said of some of them only.
        ("No patients in good health reported gout.", ("gout",), [""]),
        ("No animals developed gout.", ("gout",), ["No animals developed"]),
        ("None of the cows treated with lithium showed gout.", ("lithium", "gout"), 
         ["", "None of the cows treated with lithium showed"]),
        ("Ten users and none of the controls had gout.", ("gout",), [""]),
        # The subject is denied, not what narrows it.
        ("Nausea in patients with gout was not observed.", ("Nausea", "gout"), ["not observed", ""]),
        ("Signs of gout were not observed.", ("gout",), ["not observed"]),
        ("Neither gout nor asthma was seen.", ("gout", "asthma"), ["Neither", "nor"]),
        ("Gout has not been excluded.", ("Gout",), [""]),
        ("They were pain free at 2 h.", ("pain",), ["free"]),
        ("False-negative asthma tests were common.", ("asthma",), [""]),
    ],
)  # fmt: skip
def test_what_english_denies(text: str, names: tuple[str, ...], expected: list[str]) -> None:
    assert denied(text, *names) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        # Not had, done, taken; what will not come.
        ("没做胃镜。", ("胃镜",), ["没做"]),
        ("没去做胃镜。", ("胃镜",), ["没去做"]),
        ("没被传染，没见他不舒服。", ("传染", "不舒服"), ["没被", "没见"]),
        ("不会感染，绝不会引起胃癌。", ("感染", "胃癌"), ["不会", "不会引起"]),
        ("不吃降压药。", ("降压药",), ["不吃"]),
        ("不能吃降压药，不要服阿司匹林。", ("降压药", "阿司匹林"), ["", ""]),
        ("发烧、咳嗽都没有。", ("发烧", "咳嗽"), ["都没有"] * 2),
        ("肿瘤应该不是，平时注意。", ("肿瘤",), ["应该不是"]),
        # What is denied is another thing.
        ("没症状的大三阳，无传染性的乙肝。", ("大三阳", "乙肝"), ["", ""]),
        ("没比胆囊切除术更好的办法。", ("胆囊切除术",), [""]),
        ("不是胃炎引起的头痛。", ("胃炎", "头痛"), ["", ""]),
        ("不是因为胃炎。", ("胃炎",), [""]),
        ("不是胃炎，就是胃溃疡。", ("胃炎",), [""]),
        ("没有查出肺炎是什么引起的。", ("肺炎",), [""]),
        ("没有肝功能的异常。", ("肝功能",), [""]),
        ("没有治好胃病，没有控制血压。", ("胃病", "血压"), ["", ""]),
        ("无糖阿胶，无创伤性的胃镜。", ("阿胶", "胃镜"), ["", ""]),
        # 排除 is done, or still to do.
        ("到医院排除肺炎，已排除结核。", ("肺炎", "结核"), ["", "已排除"]),
        # Going, not gone.
        ("结节会消失吗？黄疸已消失。", ("结节", "黄疸"), ["", "消失"]),
        ("促进炎症消失。", ("炎症",), [""]),
        ("质疑是不是胃癌。", ("胃癌",), [""]),
        # Traditional characters, and what was not done.
        ("患者否認胸悶、氣促，未見血腫。", ("胸悶", "氣促", "血腫"), ["否認", "否認", "未見"]),
        ("沒有人得肝炎，OGTT未做，無糖尿病。", ("肝炎", "OGTT", "糖尿病"), ["沒有人得", "未做", "無"]),
        ("尚无证据支持阿司匹林。", ("阿司匹林",), [""]),
    ],
)  # fmt: skip
def test_what_chinese_denies(text: str, names: tuple[str, ...], expected: list[str]) -> None:
    assert denied(text, *names) == expected


def test_a_test_is_negative_and_a_disease_is_not() -> None:
    assert denied("A negative brain MRI was seen.", "brain MRI", category="test") == ["negative"]
    assert denied("They had negative myoclonus.", "myoclonus") == [""]
    assert denied("One B27 negative patient fell.", "B27", category="gene") == ["negative"]


def test_a_long_clause_without_a_comma_takes_no_time() -> None:
    """What a comma ends is looked for once, whatever stands before it."""
    assert denied("There was no " + "very " * 20_000 + "gout.", "gout") == [""]
