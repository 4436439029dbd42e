"""The lexicon: label rows, filters, variants, digest, and the file."""

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError, IntegrityError
from kg.model.concept import Concept, Label
from kg.model.ids import digest
from ontology import admission
from ontology.lexicon import LabelRow, Lexicon, label_rows, read_labels
from ontology.variants import symbol_variants, variants


def row(
    surface: str, language: str = "en", category: str = "disease", kind: str = "preferred", concept: str = "X:1"
) -> LabelRow:
    return LabelRow(concept, category, language, kind, "made-up", surface)


def test_label_rows_skip_deprecated_concepts_and_tidy_white_space() -> None:
    labels = (Label("breast\tcancer ", "en"), Label("乳腺癌", "zh"), Label(" ", "en", "exact"))
    assert [r.surface for r in label_rows(Concept("X:1", "disease", labels), "made-up")] == ["breast cancer", "乳腺癌"]
    assert list(label_rows(Concept("X:1", "disease", labels, deprecated=True), "made-up")) == []


def test_rows_survive_the_side_table(tmp_path: Path) -> None:
    rows = [row("哮喘", "zh"), row("asthma")]
    path = tmp_path / "labels.tsv"
    path.write_text("".join(r.line() for r in rows), "utf-8")
    assert list(read_labels(path)) == rows
    path.write_text("X:1\tdisease\n", "utf-8")
    with pytest.raises(InputError, match="line 1"):
        list(read_labels(path))
    with pytest.raises(InputError):
        list(read_labels(tmp_path / "absent.tsv"))


@pytest.mark.parametrize("surface", ["disease", "12", "x", "痛", "病人", "?", "Patients", "3.5", "a" * 121])
def test_useless_names_are_left_out(surface: str) -> None:
    assert len(Lexicon.build([row(surface, "zh" if surface > "~" else "en")])) == 0


def test_gene_synonyms_that_are_words_are_left_out_but_symbols_kept_exact() -> None:
    lexicon = Lexicon.build([row("CAT", category="gene"), row("REST", category="gene", kind="exact", concept="X:2")])
    assert lexicon.names == ["cat"]
    assert lexicon.senses[0][0].exact == "CAT"


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("leukemia, myeloid, acute", "en", "acute myeloid leukemia"),
        ("diabetes mellitus, type 2", "en", "type ii diabetes mellitus"),
        ("lung neoplasms", "en", "lung neoplasm"),
        ("metastasis", "en", "metastases"),
        ("biopsy", "en", "biopsies"),
        ("parkinson s disease", "en", "parkinson disease"),
        ("crohn disease", "en", "crohn s disease"),
        ("alpha thalassemia", "en", "α thalassemia"),
        ("anemia", "en", "anaemia"),
        ("brain tumor", "en", "brain tumours"),
        ("ii型糖尿病", "zh", "2型糖尿病"),
        ("2型糖尿病", "zh", "二型糖尿病"),
        ("2型糖尿病", "zh", "糖尿病ii型"),
        ("神经纤维瘤病1型", "zh", "一型神经纤维瘤病"),
        ("慢性乙型肝炎", "zh", "慢性b型肝炎"),
        ("阑尾切除术", "zh", "阑尾切除"),
        ("抗磷脂综合征", "zh", "抗磷脂症候群"),
        ("egfr 突变", "zh", "egfr突变"),
    ],
)
def test_variants(name: str, language: str, expected: str) -> None:
    assert expected in [variant for _, variant in variants(name, language)]


def test_what_is_no_name_of_a_disease_or_operation_is_left() -> None:
    assert "胶原c末端肽1型" not in [variant for _, variant in variants("1型胶原c末端肽", "zh")]
    assert "全切除" not in [variant for _, variant in variants("全切除术", "zh")]


def test_symbol_variants_join_and_split_numbers() -> None:
    assert ("spacing", "il6") in list(symbol_variants("il 6"))
    assert ("spacing", "cox 2") in list(symbol_variants("cox2"))
    assert ("greek", "tnf α") in list(symbol_variants("tnf alpha"))


@given(st.lists(st.builds(row, st.text(max_size=12)), max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_and_repetition_of_rows_do_not_matter(rows: list[LabelRow], random: object) -> None:
    shuffled = [*rows, *rows]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = Lexicon.build(rows), Lexicon.build(shuffled)
    assert (one.names, one.senses, one.digest) == (other.names, other.senses, other.digest)


def test_the_file_gives_back_the_lexicon(tmp_path: Path) -> None:
    lexicon = Lexicon.build([row("asthma"), row("哮喘", "zh"), row("WAS", category="gene", concept="X:2")])
    path = tmp_path / "one.lexicon"
    lexicon.save(path)
    first = path.read_bytes()
    loaded = Lexicon.load(path)
    assert (loaded.names, loaded.senses, loaded.digest) == (lexicon.names, lexicon.senses, lexicon.digest)
    loaded.save(path)
    assert path.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == ["one.lexicon"]


def test_the_digest_stands_for_the_content() -> None:
    assert Lexicon.build([row("asthma")]).digest != Lexicon.build([row("asthma", kind="exact")]).digest


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.lexicon"
    Lexicon.build([row("asthma"), row("gout")]).save(path)
    whole = path.read_bytes()
    for damaged in (
        whole[:-7],
        whole.replace(b"gout", b"goat"),
        b"",
        b"\xc1" * 40,
        whole.replace(b"lexicon.v1", b"lexicon.v0"),
    ):
        path.write_bytes(damaged)
        with pytest.raises(IntegrityError):
            Lexicon.load(path)
    with pytest.raises(IntegrityError):
        Lexicon.load(tmp_path / "absent")


def test_the_rules_name_the_word_lists_they_were_made_with() -> None:
    folder = files("ontology") / "words"
    lists = digest(*((folder / f"{name}.txt").read_text("utf-8") for name in ("common", "en", "zh")))
    assert admission.RULES.endswith(f"+{lists[:8]}"), "a word list changed: put its digest into admission.RULES"
