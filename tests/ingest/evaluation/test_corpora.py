"""Labelled corpora: their parts, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest

from ingest.evaluation.corpora import corpora, in_fifth, read
from ingest.evaluation.leaks import check_unseen, without_evaluated
from ingest.evaluation.sentences import in_sealed_half
from kg.errors import ConfigError, CorpusError, InputError, TrainedOnEvaluated, UnknownName

ROOT = Path(__file__).resolve().parents[3]
LABELS = ROOT / "benchmarks" / "annotated"
TITLE, ABSTRACT = "Gout and colchicine", "Colchicine helps in acute gout."
GOOD = ("0\t4\tGout\tDisease\tD006073", "9\t19\tcolchicine\tChemical\tD003078", "46\t50\tgout\tDisease\tD006073")
BC5CDR = "bc5cdr/CDR_DevelopmentSet.PubTator.txt"
NLM_GENE = "pubtator-bioner/NLMgene_part.PubTator"


def written(folder: Path, rows: tuple[str, ...], name: str = BC5CDR, pmid: str = "7", more: str = "") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{pmid}|t|{TITLE}", f"{pmid}|a|{ABSTRACT}", *(f"{pmid}\t{row}" for row in rows)]
    path.write_text("\n".join(lines) + f"\n\n{more}", "utf-8")
    return folder


def test_mentions_stand_where_they_are_said_to(tmp_path: Path) -> None:
    (one,) = read("bc5cdr", written(tmp_path, (*GOOD, "20\t20\t\tDisease\t-1")[:3]))
    assert one.pmid == "7"
    assert [(mention.type, mention.ids, one.surface(mention)) for mention in one.mentions] == [
        ("disease", ("MESH:D006073",), "Gout"), ("chemical", ("MESH:D003078",), "colchicine"),
        ("disease", ("MESH:D006073",), "gout"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "line", "english", "chinese"),
    [
        ("2\t6\tut a\tDisease\tD1", "line 6", "overlaps or crosses", "重叠或交叉"),
        ("0\t8\tGout and\tDisease\tD1", "line 6", "overlaps or crosses", "重叠或交叉"),
        ("0\t4\tGout\tChemical\tD1", "line 6", "overlaps or crosses", "重叠或交叉"),
        ("45\t99\tgout.\tDisease\tD1", "line 6", "outside the text", "超出文本范围"),
        ("15\t25\tcine Colch\tDisease\tD1", "line 6", "outside the text", "超出文本范围"),
        ("nonsense", "line 6", "nonsense", "nonsense"),
    ],
)
def test_what_does_not_fit_is_refused_with_file_and_line(
    tmp_path: Path, row: str, line: str, english: str, chinese: str
) -> None:
    with pytest.raises(CorpusError) as refused:
        read("bc5cdr", written(tmp_path, (*GOOD, row)))
    for text, part in ((refused.value.text("en"), english), (refused.value.text("zh"), chinese)):
        assert "CDR_DevelopmentSet.PubTator.txt" in text
        assert line in text
        assert part in text


def test_crossing_spans_in_the_abstract_are_told_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="line 6"):
        read("bc5cdr", written(tmp_path, (*GOOD, "40\t48\tacute go\tDisease\tD1")))


def test_nested_spans_are_read_where_a_corpus_has_them_and_crossing_ones_never(tmp_path: Path) -> None:
    pmid = next(number for number in map(str, range(1, 99)) if in_fifth(number))
    nested = ("20\t30\tColchicine\tGene\t1", "20\t25\tColch\tGene\t2")
    (one,) = read("nlm-gene", written(tmp_path, nested, NLM_GENE, pmid))
    assert [one.surface(mention) for mention in one.mentions] == ["Colchicine", "Colch"]
    with pytest.raises(CorpusError, match="line 5"):
        read("nlm-gene", written(tmp_path, (*nested, "27\t33\tine he\tGene\t3"), NLM_GENE, pmid))


def test_a_label_with_other_words_is_left_out_and_counted(tmp_path: Path) -> None:
    (one,) = read("bc5cdr", written(tmp_path, (*GOOD, "24\t28\tGout\tDisease\tD006073")))
    assert (len(one.mentions), one.unread) == (3, 1)


def test_a_document_that_is_listed_twice_counts_once(tmp_path: Path) -> None:
    again = f"7|t|{TITLE}\n7|a|{ABSTRACT}\n7\t{GOOD[0]}\n"
    (one,) = read("bc5cdr", written(tmp_path, (*GOOD, GOOD[0]), more=again))
    assert len(one.mentions) == 3


@pytest.mark.parametrize(
    ("content", "english", "chinese"), [("", "file is empty", "文件是空的"), ("\n\n", "no document", "没有任何文档")]
)
def test_an_empty_corpus_is_refused(tmp_path: Path, content: str, english: str, chinese: str) -> None:
    path = written(tmp_path, ()) / BC5CDR
    path.write_text(content)
    with pytest.raises(InputError) as refused:
        read("bc5cdr", tmp_path)
    assert english in refused.value.text("en")
    assert chinese in refused.value.text("zh")


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD) / BC5CDR
    path.write_bytes(path.read_bytes() + b"8|t|Gout \xff\xfe\x00\n8|a|More.\n")
    with pytest.raises(CorpusError, match=r"CDR_DevelopmentSet\.PubTator\.txt.*(line|byte) \d+"):
        read("bc5cdr", tmp_path)


def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD) / BC5CDR
    plain = read("bc5cdr", tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read("bc5cdr", tmp_path) == plain
    path.write_bytes(path.read_bytes().rstrip() + b"\r\n7\t2\t6\tut a\tDisease\tD1\r\n")
    with pytest.raises(CorpusError, match="line 6"):
        read("bc5cdr", tmp_path)


def test_a_part_without_documents_is_refused(tmp_path: Path) -> None:
    pmid = next(number for number in map(str, range(1, 99)) if not in_fifth(number))
    written(tmp_path, (), NLM_GENE, pmid)
    assert len(read("nlm-gene", tmp_path, "training")) == 1
    with pytest.raises(CorpusError, match="no document"):
        read("nlm-gene", tmp_path)


def test_unknown_names_list_the_known_ones(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    with pytest.raises(UnknownName, match=r"named bc5cdr-test.*bc5cdr, zh-mentions"):
        read("bc5cdr-test", tmp_path, labels=LABELS)
    with pytest.raises(UnknownName, match=r"named bc5cdr/test.*training, development, all"):
        read("bc5cdr", tmp_path, "test")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match=r"zh-mentions/training.*development"):
        read("zh-mentions", tmp_path, "training", labels=LABELS)
    with pytest.raises(ConfigError, match="nowhere"):
        corpora(tmp_path / "nowhere")


TEXT = "无头痛，有高血压。"


def labelled(folder: Path, mentions: list[object], digest: str = "", number: int = 0) -> Path:
    """A set of one sentence and the table that it stands in."""
    number = number or next(at for at in range(1, 99) if not in_sealed_half("zh-mentions", at))
    with (folder / "part.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["title", "ask"], ["", f"您好。{TEXT}"]])
    row = {
        "number": number, "file": "part.csv", "row": "1", "column": "ask", "start": 3, "end": 3 + len(TEXT),
        "sha256": digest or hashlib.sha256(TEXT.encode()).hexdigest()[:16], "mentions": mentions, "relations": [],
    }  # fmt: skip
    (folder / "zh-mentions.jsonl").write_text(f"\n{json.dumps(row)}"[1:], "utf-8")
    return folder


def test_sentences_of_ours_are_read_from_where_they_stand(tmp_path: Path) -> None:
    folder = labelled(tmp_path, [[5, 8, "disease", ["DOID:10763"], []], [1, 3, "symptom", [], ["negated"]]])
    (one,) = read("zh-mentions", folder, labels=folder)
    assert [(one.surface(mention), mention.attributes) for mention in one.mentions] == [
        ("头痛", ("negated",)), ("高血压", ()),
    ]  # fmt: skip
    with pytest.raises(CorpusError, match="no document"):
        read("zh-mentions", folder, labels=folder, sealed=True)


def test_what_was_decided_later_holds(tmp_path: Path) -> None:
    folder = labelled(tmp_path, [[1, 3, "symptom", [], []], [5, 8, "disease", [], ["history"]]])
    number = json.loads((folder / "zh-mentions.jsonl").read_text("utf-8"))["number"]
    place = {"number": number, "start": 1, "end": 3, "before": [], "after": ["negated"], "rule": "…"}
    lines = [json.dumps({"set": name} | place) for name in ("zh-mentions", "en-negations")]
    (folder / "decisions.jsonl").write_text("\n".join(lines), "utf-8")
    (one,) = read("zh-mentions", folder, labels=folder)
    assert [mention.attributes for mention in one.mentions] == [("negated",), ("history",)]


@pytest.mark.parametrize(
    ("mentions", "digest", "told"),
    [
        ([[5, 99, "disease", [], []]], "", "outside the text"),
        ([[-1, 3, "disease", [], []]], "", "outside the text"),
        ([[3, 3, "disease", [], []]], "", "outside the text"),
        ([[1, 6, "disease", [], []], [5, 8, "disease", [], []]], "", "overlaps"),
        ([[1, 3]], "", "Expected"),
        ([], "0" * 16, "another than the labelled"),
    ],
)
def test_sentences_that_do_not_fit_are_refused(tmp_path: Path, mentions: list[object], digest: str, told: str) -> None:
    folder = labelled(tmp_path, mentions, digest)
    with pytest.raises(CorpusError, match=rf"zh-mentions\.jsonl.*line 1.*{told}"):
        read("zh-mentions", folder, labels=folder)


def test_a_half_that_is_sealed_is_not_read_unless_asked_for(tmp_path: Path) -> None:
    closed = next(at for at in range(1, 99) if in_sealed_half("zh-mentions", at))
    folder = labelled(tmp_path, [], number=closed)
    with pytest.raises(CorpusError, match="no document"):
        read("zh-mentions", folder, labels=folder)
    assert len(read("zh-mentions", folder, labels=folder, sealed=True)) == 1


PARTS = {
    # corpus: documents of the training and of the development part
    "bc5cdr": (500, 500),
    "ncbi-disease": (592, 100),
    "biored": (274, 55),
    "nlm-gene": (355, 74),
}


@pytest.mark.parametrize("name", PARTS)
def test_parts_are_fixed_and_share_no_document(data_folder: Path, name: str) -> None:
    training, development = (read(name, data_folder, part) for part in ("training", "development"))
    assert (len(training), len(development)) == PARTS[name]
    assert without_evaluated(training, development).removed == ()
    assert {one.id for one in read(name, data_folder, "all")} == {one.id for one in (*training, *development)}
    for one in (*training, *development):
        texts = {passage.key: passage.text for passage in one.passages}
        assert all(0 <= mention.start < mention.end <= len(texts[mention.passage]) for mention in one.mentions)


def test_open_halves_of_our_own_sets(data_folder: Path) -> None:
    counts = [len(read(name, data_folder, labels=LABELS)) for name in ("zh-mentions", "en-attributes")]
    assert counts == [198, 137]


def test_corpora_share_documents_and_the_guard_removes_them(data_folder: Path) -> None:
    measured = read("bc5cdr", data_folder)
    training = (*read("bc5cdr", data_folder, "training"), *read("biored", data_folder, "all"))
    kept = without_evaluated(training, measured)
    assert len(kept.removed) == 50
    assert len(kept.documents) == len({one.id for one in training}) - 50
    check_unseen("a model", [one.id for one in kept.documents], measured)
    with pytest.raises(TrainedOnEvaluated) as refused:
        check_unseen("a model", [one.id for one in training], measured)
    assert "a model was trained on 50 of the documents" in refused.value.text("en")
    assert "50 篇文档" in refused.value.text("zh")
