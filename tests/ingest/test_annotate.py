"""Annotation of documents: exact offsets always, short forms through the document, both languages."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.annotate import Annotator
from ingest.text.attributes import VERSION
from kg.model.document import Document, Passage
from kg.model.evidence import Mention
from kg.vocab import CATEGORIES
from ontology.lexicon import LabelRow, Lexicon

NAMES = [
    ("DOID:3083", "disease", "en", "chronic obstructive pulmonary disease"),
    ("DOID:3083", "disease", "zh", "慢性阻塞性肺疾病"),
    ("DOID:2841", "disease", "en", "asthma"),
    ("DOID:2841", "disease", "zh", "哮喘"),
    ("DOID:9352", "disease", "zh", "2型糖尿病"),
    ("NCBIGENE:1956", "gene", "en", "EGFR"),
    ("NCBIGENE:7124", "gene", "en", "TNF"),
    ("NCBIGENE:9", "gene", "en", "COPD"),
    ("NCBITaxon:562", "organism", "en", "E. coli"),
    ("DOID:1", "disease", "en", "Sjögren's syndrome"),
]
LEXICON = Lexicon.build(
    LabelRow(concept, category, language, "preferred", "made-up", name) for concept, category, language, name in NAMES
)


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(LEXICON)


def article(*texts: str, language: str = "en") -> Document:
    passages = tuple(Passage(f"abstract.{i}", "abstract", language, text) for i, text in enumerate(texts))
    return Document("doc:illustration", passages)


def brief(mentions: list[Mention]) -> list[tuple[str, str]]:
    return [(mention.surface, mention.candidates[0].concept) for mention in mentions]


def test_a_mention_record_is_complete(annotator: Annotator) -> None:
    document = article("We treated asthma. It helped.")
    [mention] = annotator.document(document)
    assert mention == Mention(
        "doc:illustration", document.passages[0].key, 11, 17, "asthma", "disease", mention.candidates, sentence=(0, 18)
    )
    assert mention.candidates[0].concept == "DOID:2841"


def test_short_forms_mean_their_long_form_in_every_passage(annotator: Annotator) -> None:
    document = article("COPD today", "Chronic obstructive pulmonary disease (COPD) and COPDs, not COPDX.")
    got = brief(annotator.document(document))
    assert got == [
        ("COPD", "DOID:3083"), ("Chronic obstructive pulmonary disease", "DOID:3083"), ("COPD", "DOID:3083"),
        ("COPDs", "DOID:3083"),
    ]  # fmt: skip
    assert annotator.document(document)[0].candidates[0].reason.startswith("abbreviation·")


@pytest.mark.parametrize(
    "text",
    [
        "患者确诊慢性阻塞性肺疾病（COPD），COPD加重",
        "患者COPD（慢性阻塞性肺疾病），COPD加重",
        "慢性阻塞性肺疾病 (COPD)后COPD",
    ],
)
def test_chinese_brackets_define_short_forms(annotator: Annotator, text: str) -> None:
    got = brief(annotator.text(text))
    assert [concept for _, concept in got] == ["DOID:3083"] * 3


def test_a_short_form_defined_as_something_unknown_is_doubted(annotator: Annotator) -> None:
    plain = annotator.text("TNF rose.")[0].candidates[0]
    doubted = annotator.text("The new fixture (TNF) rose.")[0].candidates[0]
    assert doubted.score == pytest.approx(plain.score / 2)
    assert doubted.reason.startswith("redefined·")


def test_mixed_text_and_numerals(annotator: Annotator) -> None:
    assert brief(annotator.text("EGFR突变伴Ⅱ型糖尿病和哮喘。", "zh")) == [
        ("EGFR", "NCBIGENE:1956"), ("Ⅱ型糖尿病", "DOID:9352"), ("哮喘", "DOID:2841"),
    ]  # fmt: skip


def test_decomposed_text_keeps_raw_offsets(annotator: Annotator) -> None:
    text = unicodedata.normalize("NFD", "With Sjögren’s syndrome\u200b.")
    [mention] = annotator.text(text)
    assert text[mention.start : mention.end] == mention.surface == unicodedata.normalize("NFD", "Sjögren’s syndrome")


def test_a_name_with_a_full_stop_keeps_one_sentence(annotator: Annotator) -> None:
    [mention] = annotator.text("We grew E. Coli there. It died.")
    assert mention.sentence is not None
    assert mention.sentence[0] <= mention.start < mention.end <= mention.sentence[1]


def test_options(annotator: Annotator) -> None:
    plain = Annotator(LEXICON, with_sentences=False, with_abbreviations=False)
    text = "Chronic obstructive pulmonary disease (COPD)."
    assert all(mention.sentence is None for mention in plain.text(text))
    assert brief(plain.text(text))[1] == ("COPD", "NCBIGENE:9")
    assert Annotator(LEXICON, floor=1.1).text(text) == []
    [absent], [told] = (Annotator(LEXICON, with_attributes=on).text("No asthma.") for on in (True, False))
    assert [found.kind for found in absent.attributes] == ["negated"]
    assert told.attributes == ()
    assert absent.sentence == told.sentence == (0, 10)
    assert annotator.version == f"grounding.v2+{LEXICON.digest}.{VERSION}"
    assert len({annotator.version, plain.version, Annotator(LEXICON, floor=0.5).version}) == 3


def test_documents_come_with_their_mentions(annotator: Annotator) -> None:
    documents = [article("asthma"), article("nothing"), article("哮喘", language="zh")]
    assert [(d, len(found)) for d, found in annotator.documents(documents)] == list(
        zip(documents, (1, 0, 1), strict=True)
    )


WILD = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.sampled_from(
            ["asthma", "哮喘", "2型糖尿病", "Ⅱ型糖尿病", "２型糖尿病", "EGFR", "ＥＧＦＲ",
             "Sjo\u0308gren’s syndrome", "E. Coli", " ", "(", ")", "（", "）", "COPD", "慢性阻塞性肺疾病",
             "chronic obstructive pulmonary disease", ". ", "。", "\u200b", "\u0301", "ﬁ", "\ud800"]
        ),
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(st.lists(WILD, max_size=3), st.sampled_from(["en", "zh", ""]))
@settings(max_examples=400)
def test_offsets_quote_the_raw_text(texts: list[str], language: str) -> None:
    document = article(*texts, language=language)
    passages = {passage.key: passage.text for passage in document.passages}
    ends = dict.fromkeys(passages, 0)
    for mention in _shared().document(document):
        text = passages[mention.passage]
        assert text[mention.start : mention.end] == mention.surface
        assert mention.start >= ends[mention.passage], "mentions of a passage do not overlap"
        ends[mention.passage] = mention.end
        assert mention.category in CATEGORIES
        assert list(mention.candidates) == sorted(mention.candidates, key=lambda candidate: -candidate.score)
        assert 0 < mention.candidates[0].score <= 1
        assert mention.sentence is not None
        assert 0 <= mention.sentence[0] <= mention.start < mention.end <= mention.sentence[1] <= len(text)


_ONE: list[Annotator] = []


def _shared() -> Annotator:
    if not _ONE:
        _ONE.append(Annotator(LEXICON))
    return _ONE[0]
