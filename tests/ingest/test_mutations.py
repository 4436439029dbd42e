"""Sequence variants in texts: what is one, what is none, and where it stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.annotate import Annotator
from ingest.text.mutations import mutations
from ontology.lexicon import LabelRow, Lexicon

ANNOTATOR = Annotator(Lexicon.build([LabelRow("NCBIGENE:673", "gene", "en", "preferred", "made-up", "BRAF")]))


@pytest.mark.parametrize(
    "name",
    [
        "c.1799T>A", "c.35delG", "c.76_77insT", "c.88+2T>G", "c.-12G>A", "c.*30A>C", "c.112_117delinsTG", "g.123dup",
        "m.3243A>G", "NM_004333.4:c.1799T>A", "NM_004333.4(BRAF):c.1799T>A", "p.Val600Glu", "p.(Val600Glu)", "p.V600E",
        "p.Arg97fs", "p.Arg97ProfsTer23", "p.R97Pfs*23", "p.Lys23_Val25del", "p.Trp24Ter", "p.W24*", "rs113488022",
    ],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["We found {}.", "检出{}突变", "({}), and", "{}"])
def test_names_are_found_whole(name: str, frame: str) -> None:
    text = frame.format(name)
    [found] = mutations(text)
    assert found[2] == name == text[found[0] : found[1]]


@pytest.mark.parametrize(
    "text", ["i.p. injection", "p. 600", "years 1999", "etc.12", "rs12", "xrs1234567", "c.f. 12", "H1N1", "V600E"]
)
def test_others_are_not(text: str) -> None:
    assert mutations(text) == []


def test_short_forms_need_a_gene_in_the_passage() -> None:
    assert [one.surface for one in ANNOTATOR.text("BRAF V600E was seen.", "en")] == ["BRAF", "V600E"]
    assert [one.surface for one in ANNOTATOR.text("检出BRAF基因V600E突变", "zh")] == ["BRAF", "V600E"]
    assert ANNOTATOR.text("Strain V600E was seen.", "en") == []


def test_only_rs_numbers_have_an_id() -> None:
    number, name = ANNOTATOR.text("Carriers of rs113488022 and c.1799T>A.", "en")
    assert [one.concept for one in number.candidates] == ["DBSNP:rs113488022"]
    assert (name.category, name.candidates) == ("variant", ())


@given(st.text("BRAF cpgmrsN_.:()>*+-0123456789ACGTValEdlinsfuprx，突变", max_size=50))
@settings(max_examples=200)
def test_every_offset_quotes_its_surface_and_none_overlap(text: str) -> None:
    free = 0
    for one in ANNOTATOR.text(text, "en"):
        assert text[one.start : one.end] == one.surface
        assert one.start >= free
        free = one.end
