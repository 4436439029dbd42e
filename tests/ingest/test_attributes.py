"""Attributes of mentions: cues, how far they reach, and what only looks like one. No labelled sentence stands here."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.attributes import TextAttributes, attributes
from ingest.text.cues import cues
from ingest.text.sentences import sentences
from ingest.text.signs import SignPlaces, signs_of


def told(text: str, *names: str) -> list[list[str]]:
    """``kind cue`` of each name, each at its first place."""
    spans = [(text.index(name), text.index(name) + len(name), "disease") for name in names]
    found = attributes(text, (0, len(text)), spans, "zh" if not text.isascii() else "en")
    return [[f"{one.kind} {text[one.start : one.end]}" for one in marks] for marks in found]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("There was no evidence of pneumonia in patients with asthma.", ("pneumonia", "asthma"),
         [["negated no evidence of"], []]),
        ("She denied chest pain, nausea or vomiting but had fever.", ("chest pain", "nausea", "vomiting", "fever"),
         [["negated denied"], ["negated denied"], ["negated denied"], []]),
        ("Renal failure was not observed.", ("Renal failure",), [["negated not observed"]]),
        ("Seizures did not occur.", ("Seizures",), [["negated not occur"]]),
        ("No significant difference in hypertension was found.", ("hypertension",), [[]]),
        ("Lithium may cause tremor.", ("Lithium", "tremor"), [[], ["uncertain may cause"]]),
        ("Pulmonary embolism could not be excluded.", ("Pulmonary embolism",), [["uncertain could not be excluded"]]),
        ("Her mother had breast cancer and she has diabetes.", ("breast cancer",), [["family mother"]]),
        ("A man with a history of epilepsy developed hepatitis.", ("epilepsy", "hepatitis"),
         [["history history of"], []]),
        ("A previously healthy woman with influenza.", ("influenza",), [[]]),
        ("Stop the drug if hepatitis develops; treat asthma.", ("hepatitis", "asthma"), [["conditional if"], []]),
        ("A gram-negative sepsis with or without shock.", ("sepsis", "shock"), [[], []]),
        ("患者无头痛、头晕，既往有高血压病史，否认糖尿病。", ("头痛", "头晕", "高血压", "糖尿病"),
         [["negated 无"], ["negated 无"], ["history 既往有"], ["negated 否认"]]),
        ("不排除肺癌的可能。", ("肺癌",), [["uncertain 不排除"]]),
        ("我父亲有糖尿病，头晕。", ("糖尿病", "头晕"), [["family 父亲"], ["family 父亲"]]),
        ("是不是得了甲亢？", ("甲亢",), [["uncertain 是不是得了"]]),
        ("这是糖尿病吗？", ("糖尿病",), [["uncertain 是"]]),
        ("如果出现发热，请及时就医。", ("发热",), [["conditional 如果出现"]]),
        ("没有治疗癫痫的特效药。", ("癫痫",), [[]]),
        ("无论有无高血压，非小细胞肺癌都要检查。", ("非小细胞肺癌",), [[]]),
        ("考虑吃降压药。", ("降压药",), [[]]),
        ("考虑为肺炎，无力。", ("肺炎", "无力"), [["uncertain 考虑为"], []]),
        ("乙肝表面抗原阴性，血压正常。", ("乙肝表面抗原", "血压"), [["negated 阴性"], []]),
    ],
)  # fmt: skip
def test_what_a_sentence_says(text: str, names: tuple[str, ...], expected: list[list[str]]) -> None:
    assert told(text, *names) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        # A list goes on beyond the words that a cue reaches over, as long as it is one.
        ("There was no other sign of illness, including gout, chronic kidney disease, heart failure, and colitis.",
         ("gout", "kidney disease", "heart failure", "colitis"), [["negated no other sign of"]] * 4),
        ("Neither group had gout, and treated asthma was common.", ("gout",), [["negated Neither group had"]]),
        ("没有发热，头痛，咳嗽的症状，血压正常。", ("发热", "头痛", "咳嗽", "血压"), [["negated 没有"]] * 3 + [[]]),
        ("没有发热，头痛三天。", ("发热", "头痛"), [["negated 没有"], []]),
        ("考虑肺炎，咳嗽。", ("肺炎", "咳嗽"), [["uncertain 考虑"], []]),
        # What is denied is another word than the mention.
        ("There was no increase in asthma without headache.", ("asthma", "headache"), [[], ["negated without"]]),
        ("It passed without complications such as gout.", ("gout",), [["negated without"]]),
        ("In the absence of gout, asthma is mild.", ("gout", "asthma"), [["negated In the absence of"], []]),
        ("Both lack other gout symptoms including fever, cough and colitis.", ("gout", "fever", "cough", "colitis"),
         [[], *[["negated lack other"]] * 3]),
        ("No sign of gout, suggestive of asthma.", ("gout", "asthma"),
         [["negated No sign of"], ["uncertain suggestive of"]]),
        ("There was no drug other than lithium.", ("lithium",), [[]]),
        ("无症状乙肝；并不是诊断肝炎的标准。", ("乙肝", "肝炎"), [[], []]),
        ("还不确定是不是癫痫。", ("癫痫",), [["uncertain 不确定是不是"]]),
        ("No risk factors for gout, including asthma.", ("gout", "asthma"), [[], ["negated No"]]),
        ("The gene does not appear to be responsible for gout.", ("gout",), [[]]),
        ("No drug-induced hepatitis was seen.", ("drug", "hepatitis"), [[], ["negated No"]]),
        ("这里没有专门的癫痫医院。", ("癫痫",), [[]]),
        # A verb that denies nothing, and one that says what did not come.
        ("It acts without causing gout.", ("gout",), [["negated without causing"]]),
        ("Gout, which was not observed, is rare.", ("Gout",), [["negated which was not observed"]]),
        ("Gout has not been described.", ("Gout",), [["negated not been described"]]),
        ("Neither lithium nor valproate changed the outcome.", ("lithium", "valproate"), [[], []]),
        ("Biopsy was done to rule out lymphoma.", ("lymphoma",), [["uncertain to rule out"]]),
        ("检查，排除肺炎。", ("肺炎",), [["uncertain 排除"]]),
        ("已排除肺炎；排除了结核。", ("肺炎", "结核"), [["negated 已排除"], ["negated 排除了"]]),
        ("检查。排除肺炎。", ("肺炎",), [["negated 排除"]]),
        ("待排除肺炎，需排除结核；为排除肾炎行活检，有助于排除肿瘤。", ("肺炎", "结核", "肾炎", "肿瘤"),
         [["uncertain 待排除"], *[["uncertain 排除"]] * 3]),
        ("肺炎待排除，咳嗽。", ("肺炎", "咳嗽"), [["uncertain 待排除"], []]),
        ("方可排除肺炎，排除标准：结核。", ("肺炎", "结核"), [[], []]),
        # Chinese: what is denied behind its name, and where that ends.
        ("未诉胸痛、心悸。", ("胸痛", "心悸"), [["negated 未诉"]] * 2),
        ("高血压患者恶心、呕吐均无。", ("高血压", "恶心", "呕吐"), [[], *[["negated 均无"]] * 2]),
        ("恶心、呕吐等症状均未见，均无力。", ("恶心", "呕吐"), [["negated 等症状均未见"]] * 2),
        ("腹痛不明显，腹胀不明显加重，胃炎症状不明显。", ("腹痛", "腹胀", "胃炎"), [["negated 不明显"], [], []]),
        ("非糖尿病患者；非洲高血压患者。", ("糖尿病", "高血压"), [["negated 非"], []]),
        ("无发热、咳嗽，伴头痛。", ("发热", "咳嗽", "头痛"), [["negated 无"]] * 2 + [[]]),
        ("无发热 咳嗽 有头痛。", ("发热", "咳嗽", "头痛"), [["negated 无"]] * 2 + [[]]),
        ("没有高血压有糖尿病。", ("高血压", "糖尿病"), [["negated 没有"], []]),
        ("无皮疹出现瘙痒。", ("皮疹", "瘙痒"), [["negated 无"], []]),
        ("没有伴发热，不伴有咳嗽。", ("发热", "咳嗽"), [["negated 没有"], ["negated 不伴有"]]),
        ("否认患有高血压、家中有哮喘。", ("高血压", "哮喘"), [["negated 否认"]] * 2),
        ("腹痛伴腹胀不明显。", ("腹痛", "腹胀"), [[], ["negated 不明显"]]),
        ("无关节痛，无意识障碍，无痛风，没有精神分裂症。", ("关节痛", "意识障碍", "痛风", "精神分裂症"),
         [["negated 无"]] * 3 + [["negated 没有"]]),
        ("无关的头痛，无意中发现血肿，无痛胃镜。", ("头痛", "血肿", "胃镜"), [[], [], []]),
        ("考虑多发性骨髓瘤。", ("多发性骨髓瘤",), [["uncertain 考虑"]]),
        ("考虑多吃蔬菜预防便秘。", ("便秘",), [[]]),
        # A diagnosis with a question mark, not a question about one.
        ("肝癌？", ("肝癌",), [["uncertain ？"]]),
        ("诊断：1.慢性胃炎?2.肝囊肿？", ("胃炎", "肝囊肿"), [["uncertain ?"], ["uncertain ？"]]),
        ("胸痛待查：心绞痛？", ("胸痛", "心绞痛"), [[], ["uncertain ？"]]),
        ("占位（左肺癌？）。", ("占位", "肺癌"), [[], ["uncertain ？"]]),
        ("怎么治疗肺炎？", ("肺炎",), [[]]),
        ("肺炎怎么办？", ("肺炎",), [[]]),
        ("得了肺炎？", ("肺炎",), [[]]),
        ("?肺炎，？结核", ("肺炎", "结核"), [["uncertain ?"], ["uncertain ？"]]),
        ("血压高?肺炎", ("肺炎",), [[]]),
        ("不能完全除外肺癌，结核不能除外。", ("肺癌", "结核"), [["uncertain 不能完全除外"], ["uncertain 不能除外"]]),
        # Behind the name of a disease, a family history is of this disease.
        ("有高血压、糖尿病家族史。", ("高血压", "糖尿病"), [["family 家族史"]] * 2),
        ("高血压患者否认糖尿病的家族史。", ("高血压", "糖尿病"), [[], ["family 的家族史", "negated 否认"]]),
        ("无家族史，有糖尿病。", ("糖尿病",), [[]]),
        ("家族史有糖尿病。", ("糖尿病",), [["family 家族史"]]),
        # Years ago, and as a child.
        ("5年前患肺结核，3年前诊断为高血压。", ("肺结核", "高血压"), [["history 年前患"], ["history 年前诊断为"]]),
        ("3年前患者头痛，半年前诊断肺癌，2年前诊断标准改变，哮喘增多。", ("头痛", "肺癌", "哮喘"), [[], [], []]),
        ("幼年时患麻疹。", ("麻疹",), [["history 幼年时患"]]),
        ("少年时患者有哮喘。", ("哮喘",), [[]]),
        # What is to be done when it comes.
        ("发生头痛、恶心时停用阿司匹林。", ("头痛", "恶心", "阿司匹林"), [["conditional 发生"]] * 2 + [[]]),
        ("出现严重头痛时应就诊。", ("头痛",), [["conditional 出现严重"]]),
        ("出现头痛时服用了阿司匹林，发生高血压时间长。", ("头痛", "高血压"), [[], []]),
        # What stands in brackets speaks within them.
        ("Pindolol (no intrinsic action), asthma.", ("asthma",), [[]]),
        ("Occult hepatitis (HBsAg-negative) was seen.", ("hepatitis", "HBsAg"), [[], ["negated -negative"]]),
        ("The surface antigen (HBsAg) was negative.", ("surface antigen", "HBsAg"), [["negated was negative"]] * 2),
        ("甲肝抗体阴性，戊肝抗体阳性。", ("甲肝抗体", "戊肝抗体"), [["negated 阴性"], []]),
        ("甲肝抗体、戊肝抗体均为阴性。", ("甲肝抗体", "戊肝抗体"), [["negated 阴性"]] * 2),
        ("乙肝正常，甲肝抗体阴性。", ("乙肝",), [[]]),
        # Relatives, unless they are the ones described or no people.
        ("The gene was found in a sister with gout.", ("gout",), [["family sister"]]),
        ("Two sisters had gout.", ("gout",), [[]]),
        ("A Bcl2 family member is lost in gout.", ("gout",), [[]]),
        ("父65岁，高血压，糖尿病。", ("高血压", "糖尿病"), [["family 父"]] * 2),
        ("想要孩子，糖尿病会遗传吗？", ("糖尿病",), [[]]),
        # A complaint that has lasted is no history.
        ("A man with 5 days' history of fever and a history of gout.", ("fever", "gout"), [[], ["history history of"]]),
        ("我以前没得过肝炎，打过疫苗。", ("肝炎", "疫苗"), [["history 以前", "negated 没得"], ["history 打过"]]),
        # Conditions, and advice for those who have it.
        ("Patients with gout should not take aspirin.", ("gout",), [["conditional Patients with"]]),
        ("如果是肝炎，转氨酶升高的话，就要治疗胃炎。", ("肝炎", "转氨酶", "胃炎"),
         [["conditional 如果"], ["conditional 的话"], []]),
        ("糖尿病患者应注意饮食。", ("糖尿病",), [["conditional 患者"]]),
        ("糖尿病对患者应有影响。", ("糖尿病",), [[]]),
        ("这主要是肺炎。", ("肺炎",), [[]]),
        # Questions.
        ("这是肺炎还是结核？", ("肺炎", "结核"), [["uncertain 是"]] * 2),
        ("恶心吗？", ("恶心",), [["uncertain 吗"]]),
        ("肺炎会传染吗？", ("肺炎",), [[]]),
        ("肺炎的可能性大吗？", ("肺炎",), [["uncertain 的可能"]]),
        # Words that are set apart by more than one blank, or by the end of a line.
        ("Asthma was \n  absent; gout did  not\n occur.", ("Asthma", "gout"),
         [["negated was \n  absent"], ["negated not\n occur"]]),
    ],
)  # fmt: skip
def test_rules_of_reach(text: str, names: tuple[str, ...], expected: list[list[str]]) -> None:
    assert told(text, *names) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Family history: gout, asthma. Colitis in the mother.\nHe has fever.", ("gout", "asthma", "Colitis", "fever"),
         ["family", "family", "family", ""]),
        ("Family history: gout. Medications: none. Asthma.", ("gout", "Asthma"), ["family", ""]),
        ("家族史：糖尿病。高血压。\n咳嗽。", ("糖尿病", "高血压", "咳嗽"), ["family", "family", ""]),
        ("既往史：哮喘。现病史：咳嗽。", ("哮喘", "咳嗽"), ["history", ""]),
    ],
)  # fmt: skip
def test_a_heading_speaks_for_its_line(text: str, names: tuple[str, ...], expected: list[str]) -> None:
    spoken = TextAttributes(text, "en" if text.isascii() else "zh")
    found = []
    for name in names:
        start = text.index(name)
        ((*marks,),) = [spoken.of(span, [(start, start + len(name), "disease")])[0] for span in sentences(text)
                        if span[0] <= start < span[1]]  # fmt: skip
        found.append(" ".join(one.kind for one in marks))
        assert all("istory" in text[one.start : one.end] or "mother" in text[one.start : one.end]
                   or "史" in text[one.start : one.end] for one in marks)  # fmt: skip
    assert found == expected


def test_several_kinds_hold_at_once() -> None:
    assert told("No family history of breast cancer.", "breast cancer") == [["family family history of", "negated No"]]
    assert told("His father may have had gout.", "gout") == [["family father", "uncertain may have"]]


def test_offsets_are_those_of_the_passage() -> None:
    text = "Asthma. No fever. 无咳嗽。"
    ((one,),) = attributes(text, (8, 17), [(11, 16, "symptom")], "en")
    assert (one.kind, text[one.start : one.end]) == ("negated", "No")
    assert attributes(text, (0, 7), [(0, 6, "disease")], "en") == [()]


PIECES = st.sampled_from(
    ["no ", "not found ", "denies ", "asthma", "asthma ", "gout", ", ", ". ", "; ", "if ", "mother ", "无", "没有",
     "否认", "哮喘", "肺炎", "，", "。", "可能", "？", "既往有", "(-)", "\n", "history of ", "  ", "\u202e", "é"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30), st.sampled_from(["en", "zh"]))
def test_cues_are_quoted_and_stand_beside_the_mention(pieces: list[str], language: str) -> None:
    text = "".join(pieces)
    spans, at = [], 0
    for piece in pieces:
        if piece.strip() in ("asthma", "gout", "哮喘", "肺炎"):
            spans.append((at, at + len(piece.strip()), "disease"))
        at += len(piece)
    found = attributes(text, (0, len(text)), spans, language)
    assert len(found) == len(spans)
    for (start, end, _), marks in zip(spans, found, strict=True):
        assert len({one.kind for one in marks}) == len(marks)
        for one in marks:
            assert 0 <= one.start < one.end <= len(text)
            assert one.end <= start or one.start >= end


@given(st.text(max_size=120), st.sampled_from(["en", "zh"]), st.data())
def test_any_text_can_be_asked(text: str, language: str, data: st.DataObject) -> None:
    """Mentions that overlap, sentences that do not fit, unpaired surrogates: a cue is still one of the text."""
    place = st.integers(0, len(text))
    spans = [(min(pair), max(pair), "disease") for pair in data.draw(st.lists(st.tuples(place, place), max_size=4))]
    sentence = tuple(sorted(data.draw(st.tuples(place, place))))
    spoken = TextAttributes(text, language)
    for marks in spoken.of((sentence[0], sentence[1]), spans):
        for one in marks:
            assert text[one.start : one.end]
    assert spoken.of((0, len(text)), spans) == attributes(text, (0, len(text)), spans, language)


@given(st.lists(PIECES, max_size=30), st.sampled_from(["en", "zh"]))
def test_one_pass_over_a_text_tells_what_each_sentence_does(pieces: list[str], language: str) -> None:
    text = "".join(pieces)
    spans = [(at, at + 2, "disease") for at in range(0, max(0, len(text) - 2), 7)]
    spoken = TextAttributes(text, language)
    for sentence in sentences(text):
        within = [span for span in spans if sentence[0] <= span[0] and span[1] <= sentence[1]]
        assert spoken.of(sentence, within) == attributes(text, sentence, within, language)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_row_is_passed_over_for_how_it_begins(language: Literal["en", "zh"]) -> None:
    """Every row is tried at every place, against the rows that the automaton lets through."""
    texts = [
        "There was no sign of it, if not found.", "Not only that; absence of fever", "没有得过，不排除，家里人有",
        "h/o gout, it was absent two years ago", "乙肝（-），可能性大",
        "He\nhad\nno\nhistory\nof\tgout", "DIDN'T HAVE NO GOUT",
    ]  # fmt: skip
    known = cues(language)
    for text in texts:
        slow = []
        for at in range(len(text)):
            if language == "en" and at and (text[at - 1].isalnum() or text[at - 1] in "_-"):
                continue
            fits = ((cue, at, here.end()) for cue, match in known._rows if (here := match(text, at, len(text))))
            slow += [one for one in [next(fits, None)] if one]
        speaks = any(cue.speaks for cue, _, _ in slow)
        assert known.found(text, 0, len(text), known.places(text)) == (slow if speaks else [])


def test_nitric_oxide_is_no_negation() -> None:
    assert told("Inhibition of NO synthesis induces hypertension.", "hypertension") == [[]]
    assert told("NO HYPERTENSION WAS FOUND.", "HYPERTENSION") == [["negated NO"]]


def test_rules_alone_deny_no_class_of_drugs() -> None:
    """What the weights get wrong (ADR 9): they take 非 for the denial of what stands behind it."""
    text = "非肿瘤药物。"
    assert attributes(text, (0, 6), [(1, 3, "disease")], "zh", weighs=False) == [()]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("He had fever but no rash, and aspirin was given.", ("rash", "aspirin"), [["negated no"], []]),
        ("Rats not treated with aspirin developed gout.", ("aspirin", "gout"), [["negated not treated with"], []]),
        ("Patients without asthma received aspirin.", ("asthma", "aspirin"), [["negated without"], []]),
        ("Aspirin should not be used in asthma.", ("Aspirin", "asthma"), [[], []]),
        ("Cultures were negative for sepsis.", ("sepsis",), [["negated negative for"]]),
        ("There was no gout flare.", ("gout",), [[]]),
        ("There were no previous reports of gout.", ("gout",), [[]]),
        ("He had never had gout.", ("gout",), [["negated never had"]]),
        ("No patient in the placebo group had gout.", ("gout",), [["negated No patient in the placebo group had"]]),
        ("Disappearance of gout was noted.", ("gout",), [["negated Disappearance of"]]),
        ("The tinnitus may not disappear.", ("tinnitus",), [[]]),
    ],
)
def test_clauses_end_what_is_denied(text: str, names: tuple[str, ...], expected: list[list[str]]) -> None:
    assert told(text, *names) == expected


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("The patients had no BRCA1 mutations.", True),
        ("We found no mutations in BRCA1 in gout.", True),
        ("BRCA1 was not expressed in the tissue.", True),
        ("BRCA1 was not detected.", True),
        ("There was no change in BRCA1 expression.", False),
        ("Aspirin had no effect on BRCA1 expression.", False),
    ],
)
def test_a_gene_is_denied_with_its_product_or_its_mutation(text: str, denied: bool) -> None:
    """Not with an effect, a change or a role of it (docs/annotation.md)."""
    at = text.index("BRCA1")
    (found,) = attributes(text, (0, len(text)), [(at, at + 5, "gene")], "en", weighs=False)
    assert [one.kind for one in found] == (["negated"] if denied else [])


@pytest.mark.parametrize(
    ("text", "name", "denied"),
    [
        ("确诊为非萎缩性胃炎。", "萎缩性胃炎", True),
        ("非胰岛素依赖型。", "胰岛素", False),
        ("我没打过乙肝疫苗。", "乙肝疫苗", True),
        ("一直没吃降压药。", "降压药", True),
        ("绝不会感染乙肝的。", "乙肝", True),
        ("没有高血压的危险。", "高血压", False),
        ("咖啡不是高血压的主要原因。", "高血压", False),
        ("绝不会引起血压升高。", "血压", False),
        ("病人无意识抽动。", "抽动", False),
    ],
)
def test_chinese_denials_of_the_fourth_draw(text: str, name: str, denied: bool) -> None:
    at = text.index(name)
    (found,) = attributes(text, (0, len(text)), [(at, at + len(name), "disease")], "zh", weighs=False)
    assert [one.kind for one in found if one.kind == "negated"] == (["negated"] if denied else [])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Whether asthma was absent is not known.", ["conditional"]),
        ("It is not known whether asthma was absent.", ["conditional"]),
        ("We asked whether asthma was not present.", ["conditional"]),
        ("Whether patients without asthma fared better is not known.", ["conditional", "negated"]),
        ("If asthma is absent, treat the gout.", ["conditional", "negated"]),
        ("Asthma was absent, whether or not gout was treated.", ["negated"]),
    ],
)
@pytest.mark.parametrize("weighs", [False, True])
def test_what_is_asked_is_not_denied(text: str, kinds: list[str], weighs: bool) -> None:
    at = text.lower().index("asthma")
    (found,) = attributes(text, (0, len(text)), [(at, at + 6, "disease")], "en", weighs=weighs)
    assert [one.kind for one in found] == kinds


@pytest.mark.parametrize("text", [
    "No fever.", "anti-NO-like, non-smoker", "HIV\tnegative", "TNF(-/-) mice", "doesn't", "(lack  of", "tumour-free",
    "in a drug-naïve one", "RULED OUT", "culture (-)", "NEITHER;nor", "unable", "TNF knock-out",
    "a dental known adenoma",
])  # fmt: skip
def test_no_sign_stands_where_the_automaton_saw_none(text: str) -> None:
    for before in ("", "Well. ", "Ünïcode İ text, "):
        whole = before + text
        found = signs_of(whole, "en", (0, len(whole)), [])
        assert not found or SignPlaces(whole).may(0, len(whole))
    assert signs_of(text, "en", (0, len(text)), []) or text == "a dental known adenoma"
