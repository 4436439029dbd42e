"""Reports of gene tests (invented): findings with what their line says, and every other line told as unread."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.annotate import Annotator
from ingest.text.genetic_report import genetic_report
from ontology.lexicon import LabelRow, Lexicon

ANNOTATOR = Annotator(
    Lexicon.build(
        LabelRow(concept, "gene", "en", "preferred", "made-up", name)
        for concept, name in (("NCBIGENE:673", "BRAF"), ("NCBIGENE:1956", "EGFR"), ("NCBIGENE:7157", "TP53"))
    )
)


@pytest.mark.parametrize(
    ("line", "gene", "variants", "share", "classification"),
    [
        ("BRAF\tNM_004333.4:c.1799T>A\tp.(Val600Glu)\t23.5%\tTier I", "BRAF",
         ["NM_004333.4:c.1799T>A", "p.(Val600Glu)"], 23.5, "Tier I"),
        ("EGFR 基因 c.2573T>G（p.L858R），丰度 12.30％，致病", "EGFR", ["c.2573T>G", "p.L858R"], 12.3, "致病"),
        ("TP53 c.743G>A p.Arg248Gln VAF 4% likely pathogenic", "TP53",
         ["c.743G>A", "p.Arg248Gln"], 4.0, "likely pathogenic"),
        ("EGFR L858R 突变，意义未明", "EGFR", ["L858R"], None, "意义未明"),
        ("TP53 c.743G>A 4% 30% benign or pathogenic", "TP53", ["c.743G>A"], None, ""),
    ],
)  # fmt: skip
def test_a_line_is_read(line: str, gene: str, variants: list[str], share: float | None, classification: str) -> None:
    report = genetic_report(f"报告\n\n  {line}\n", ANNOTATOR)
    [found] = report.findings
    assert (found.gene.surface, [one.surface for one in found.variants]) == (gene, variants)
    assert (found.share, found.classification) == (share, classification)


@pytest.mark.parametrize(
    "line",
    [
        "BRAF V600E 未检出",
        "EGFR c.2573T>G not detected",
        "c.2573T>G 12%",
        "EGFR 突变",
        "EGFR与BRAF：c.2573T>G",
        "结论：建议随访",
    ],
)
def test_what_is_not_read_is_listed(line: str) -> None:
    text = f"Header\r\n{line}\r\n\r\n"
    report = genetic_report(text, ANNOTATOR)
    assert report.findings == ()
    assert [text[start:end] for start, end in report.unread] == ["Header", line]


@given(st.text("BRAFEGcp.0123456789>T%致病\n\r V600E，", max_size=80))
@settings(max_examples=100)
def test_each_line_is_told_once(text: str) -> None:
    report = genetic_report(text, ANNOTATOR)
    spans = sorted([*report.unread, *((one.start, one.end) for one in report.findings)])
    assert [text[start:end] for start, end in spans] == [
        line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()
    ]
