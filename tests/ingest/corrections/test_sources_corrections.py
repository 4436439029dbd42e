"""Tables of corrections: what is read, what is refused and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sources.corrections import Corrections
from kg.model.correction import Correction
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

_HEAD = "document,passage,start,end,surface,verdict,category,by\n"


class TestCorrections(SourceContract):
    plugin = "corrections.v1"
    sample_name = "table.csv"
    records = 19

    def long(self, count: int) -> bytes:
        rows = (
            f"PMID:{at},title-{at * 7919:010d},{at},{at + 6},Sample,missing,disease,A\n" for at in range(1, count + 1)
        )
        return (_HEAD + "".join(rows)).encode()


class TestChineseTable(SourceContract):
    plugin = "corrections.v1"
    sample_name = "chinese.tsv"
    records = 2

    def long(self, count: int) -> bytes:
        rows = (
            f"PMID:{at}\ttitle-{at * 7919:010d}\t{at}\t{at + 2}\t示例\t遗漏\tdisease\t甲\n"
            for at in range(1, count + 1)
        )
        return ("文献\t文段\t起\t止\t原文\t结论\t类别\t标注者\n" + "".join(rows)).encode()


def test_the_forms_of_a_table_say_the_same(tmp_path: Path) -> None:
    row = next(Corrections().parse(describe(FOLDER / "corrections.v1" / "lines.jsonl"), {}))
    assert isinstance(row, Correction)
    path = tmp_path / "a.csv"
    path.write_text(
        "文献,文段,起,止,原文,结论,类别,概念,标注者,审核者,中文备注\n"
        "doc:illustrative-a,title-0123456789,0,3,SF2,遗漏,gene,ncbigene:6426,Curator A,Reviewer B,示例\n",
        "gb18030",
    )
    (other,) = Corrections().parse(describe(path), {})
    assert isinstance(other, Correction)
    assert (other, other.identity) == (
        Correction(**{name: getattr(row, name) for name in row.__struct_fields__} | {"position": "line 2"}),
        row.identity,
    )


def test_a_table_without_the_columns_says_which(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("document,start,end\nPMID:1,0,1\n")
    (only,) = Corrections().parse(describe(path), {})
    assert isinstance(only, Reject)
    assert (only.fatal, only.position, only.detail) == (True, "line 1", "passage, surface, verdict, by")


@pytest.mark.parametrize("reviewer", ["Curator A", "curator  a", "ＣＵＲＡＴＯＲ A"])
def test_nobody_reviews_themselves(tmp_path: Path, reviewer: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(_HEAD.replace("by", "by,reviewer") + f"PMID:1,title-0,0,3,SF2,missing,gene,Curator A,{reviewer}\n")
    (only,) = Corrections().parse(describe(path), {})
    assert isinstance(only, Reject)
    assert (only.position, only.reason) == ("line 2", "own-review")


def test_offsets_count_code_points(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(_HEAD + "PMID:1,title-0,0,2,𝛼𝛽,missing,gene,A\nPMID:1,title-0,0,4,𝛼𝛽,missing,gene,A\n")
    first, second = Corrections().parse(describe(path), {})
    assert isinstance(first, Correction)
    assert isinstance(second, Reject)
    assert second.reason == "surface-mismatch"
