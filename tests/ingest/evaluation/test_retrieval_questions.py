"""The bilingual questions: what is asked, how documents are pooled, how two passes are packed, and what is refused."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from benchmarks.question_passes import figures, kappa, packed, sheets
from benchmarks.question_pool import DEEP, MOST, best, pooled, sheet
from benchmarks.question_pool import sheets as pool_sheets
from ingest.evaluation.retrieval import questions
from ingest.evaluation.retrieval.collection import Item, Question
from ingest.evaluation.retrieval.questions import Judged, Need, digest, documents, needs
from ingest.evaluation.retrieval.running import measured, named
from ingest.evaluation.retrieval.searching import SearchedCollection
from kg.errors import CorpusError, UnknownName
from kg.index.analysis import has_han

OURS = Path(__file__).resolve().parents[3] / questions.FOLDER
_ABSTRACTS = (
    ("1", "Mockamine and hearing", "Two people heard less. An invented text."),
    ("2", "On mockamine", "It was given to fish. An invented text."),
    ("3", "Of birds", "Nothing is said of it. An invented text."),
)
_ID = {"open": "b", "sealed": "e"}
"""An id in each half."""
_QUESTION = {
    "kind": "adverse-effect", "wording": "lay", "zh": "虚构药会影响听力吗？", "en": "Does mockamine harm hearing?",
    "relevant": "2: hearing; 1: mockamine; 0: anything else",
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "bc5cdr" / "CDR_DevelopmentSet.PubTator.txt"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{one}|t|{title}\n{one}|a|{text}\n\n" for one, title, text in _ABSTRACTS), "utf-8")
    return tmp_path / "data"


@pytest.fixture
def items(data: Path) -> Mapping[str, Item]:
    return documents(data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two questions, one in each half."""
    folder = tmp_path / "questions"
    folder.mkdir()
    _write(folder / "questions.jsonl", [{"id": one, **_QUESTION} for one in _ID.values()])
    return folder


@pytest.fixture
def work(tmp_path: Path, folder: Path, items: Mapping[str, Item]) -> Path:
    """Sheets of both questions with two documents each, and both passes."""
    work = tmp_path / "work"
    work.mkdir()
    lines = [sheet(one, lambda question: [["PMID:1", "PMID:2"]], items) for one in needs(folder).values()]
    (work / "questions-1.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    for which, (first, second) in enumerate([(2, 0), (1, 0)], 1):
        _write(
            work / f"questions-pass{which}-1.jsonl",
            [
                {"question": one, "document": document, "grade": grade}
                for one in _ID.values()
                for document, grade in (("PMID:1", first), ("PMID:2", second))
            ],
        )
    return work


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")


def _pack(work: Path, folder: Path, items: Mapping[str, Item]) -> None:
    every = needs(folder)
    for half in ("open", "sealed"):
        rows = [one for one in packed(work, every, items) if every[one.question].sealed is (half == "sealed")]
        _write(folder / f"{half}.jsonl", [msgspec.to_builtins(one) for one in rows])


def test_a_hundred_questions_in_two_languages() -> None:
    found = needs(OURS)
    assert len(found) == 100
    for one in found.values():
        # An id follows from the texts, so who wrote them could not choose a half.
        assert one.id == hashlib.sha256(f"{one.zh}\n{one.en}".encode()).hexdigest()[:12]
        assert (has_han(one.zh), has_han(one.en)) == (True, False)
        assert re.fullmatch("2: .+; 1: .+; 0: anything else", one.relevant)
    assert list(found) == sorted(found)
    assert len({one.zh for one in found.values()}) == len({one.en for one in found.values()}) == 100
    kinds = Counter(one.kind for one in found.values())
    assert set(kinds) == set(get_args(questions.Kind))
    assert min(kinds.values()) >= 6
    wordings = Counter(one.wording for one in found.values())
    assert wordings["lay"] + wordings["synonym"] >= 33
    assert wordings["keywords"] >= 10
    assert sum(one.sealed for one in found.values()) == 43


@pytest.mark.data
def test_no_question_is_made_of_a_title(data_folder: Path) -> None:
    """None has six words in a row that a title has (five may be one term: very long chain fatty acids)."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = "".join(one if one.isalnum() else " " for one in text.lower()).split()
        return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}

    titles = set().union(*(runs(one.title) for one in documents(data_folder).values()))
    assert len(titles) > 10_000
    assert [one.en for one in needs(OURS).values() if runs(one.en) & titles] == []


def test_pools_take_from_each_ranking_in_turn() -> None:
    rankings = [[f"a{at}" for at in range(9)], ["a0", "b1"], [], [f"c{at}" for at in range(9)]]
    assert pooled(rankings)[:5] == ["a0", "c0", "a1", "b1", "c1"]
    assert set(pooled(rankings)) == {*(f"{name}{at}" for name in "ac" for at in range(DEEP)), "b1"}
    assert len(pooled([[f"{name}{at}" for at in range(9)] for name in "abcdef"])) == MOST
    assert best({"one": 0.5, "two": 1.0, "also": 0.5}) == ["two", "also", "one"]


def test_sheets_say_nothing_of_what_found_a_document(folder: Path, items: Mapping[str, Item]) -> None:
    asked: list[str] = []

    def ranked(question: Question) -> list[list[str]]:
        asked.append(question.text)
        return [["PMID:3", "PMID:1"], ["PMID:2"]]

    made = list(pool_sheets(needs(folder), ranked, items))
    rows = [json.loads(line) for lines in made for line in lines]
    assert [row["question"] for row in rows] == sorted(_ID.values())
    assert asked[:2] == [_QUESTION["en"], _QUESTION["zh"]]
    for row in rows:
        assert set(row) == {"question", "en", "zh", "relevant", "documents"}
        assert {tuple(one.values()) for one in row["documents"]} == {
            (f"PMID:{number}", title, text) for number, title, text in _ABSTRACTS
        }
    assert made == list(pool_sheets(needs(folder), lambda one: ranked(one)[::-1], items))


def test_passes_are_packed_by_halves(work: Path, folder: Path, data: Path, items: Mapping[str, Item]) -> None:
    _pack(work, folder, items)
    for half, question in _ID.items():
        rows = [msgspec.json.decode(one, type=Judged) for one in (folder / f"{half}.jsonl").read_bytes().splitlines()]
        assert [(one.question, one.document, one.first, one.second, one.grade) for one in rows] == [
            (question, "PMID:1", 2, 1, 1),
            (question, "PMID:2", 0, 0, 0),
        ]
        assert (
            rows[0].sha256
            == hashlib.sha256(b"Mockamine and hearing\nTwo people heard less. An invented text.").hexdigest()[:16]
        )
        assert "heard" not in (folder / f"{half}.jsonl").read_text("utf-8")
        found = questions.read("questions-en", data, folder, sealed=half == "sealed")
        assert found.judged == {question: {"PMID:1": 1, "PMID:2": 0}}
        assert found.name == ("questions-en:sealed" if half == "sealed" else "questions-en")


def test_both_languages_ask_the_same(
    work: Path, folder: Path, data: Path, items: Mapping[str, Item], tmp_path: Path
) -> None:
    _pack(work, folder, items)
    english, chinese = (questions.read(name, data, folder) for name in ("questions-en", "questions-zh"))
    assert english.questions == (Question("b", _QUESTION["en"]),)
    assert chinese.questions == (Question("b", _QUESTION["zh"], other=_QUESTION["en"]),)
    assert (english.items, english.judged, english.family) == (chinese.items, chinese.judged, chinese.family)
    assert [one.title for one in english.items] == [title for _, title, _ in _ABSTRACTS]
    searched = SearchedCollection(tmp_path, chinese)
    told = named(measured(chinese, searched.rankings(100)))
    searched.close()
    # No dictionary leads from the Chinese words to the English text; the English question finds it first.
    assert (told["bm25.ndcg@10"], told["english.ndcg@10"]) == (0.0, 1.0)


def test_questions_without_an_answer_are_left_out(
    work: Path, folder: Path, data: Path, items: Mapping[str, Item]
) -> None:
    for which in (1, 2):
        path = work / f"questions-pass{which}-1.jsonl"
        path.write_text(path.read_text("utf-8").replace('"grade": 2', '"grade": 0').replace('"grade": 1', '"grade": 0'))
    _pack(work, folder, items)
    with pytest.raises(CorpusError, match="no question with a judged answer"):
        questions.read("questions-zh", data, folder)


def test_agreement_by_hand() -> None:
    pairs = [(0, 0), (1, 1), (2, 2), (0, 1)]
    # Two at random with these shares would differ by 14/16 a document, or by 20/16 squared.
    assert kappa(pairs, lambda a, b: abs(a - b)) == pytest.approx(1 - 0.25 / (14 / 16), abs=1e-3)
    assert kappa(pairs, lambda a, b: (a - b) ** 2) == pytest.approx(1 - 0.25 / (20 / 16), abs=1e-3)
    assert kappa([(0, 0), (0, 0)], lambda a, b: a != b) == 1.0
    rows = [Judged("q", str(at), "", first, second, second) for at, (first, second) in enumerate(pairs)]
    told = figures(rows)
    assert (told["same"], told["apart_by_2"], told["grade_1"], told["documents"]) == (0.75, 0, 2, 4)
    # Answer or not: three of four alike; at random 1/2 * 1/4 + 1/2 * 3/4 are.
    assert told["kappa_answer"] == pytest.approx((0.75 - 0.5) / 0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"question": "b", "document": "PMID:1", "grade": 2}', "line 5.*doubled"),
        ('{"question": "b", "document": "PMID:3", "grade": 2}', "line 5.*unknown"),
        ('{"question": "c", "document": "PMID:1", "grade": 2}', "line 5.*unknown"),
        ('{"question": "b"', "line 5"),
        ("[]", "line 5: no object"),
    ],
)
def test_a_pass_that_grades_something_else_ends_the_work(
    work: Path, folder: Path, items: Mapping[str, Item], line: str, told: str
) -> None:
    with (work / "questions-pass2-1.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")
    with pytest.raises(SystemExit, match=told):
        list(packed(work, needs(folder), items))


@pytest.mark.parametrize("grade", ["3", "-1", "true", '"2"', "1.0", "null"])
def test_what_is_no_grade_ends_the_work(work: Path, folder: Path, items: Mapping[str, Item], grade: str) -> None:
    path = work / "questions-pass1-1.jsonl"
    path.write_text(path.read_text("utf-8").replace('"grade": 2', f'"grade": {grade}', 1), "utf-8")
    with pytest.raises(SystemExit, match=r"line 1: .* is no grade"):
        list(packed(work, needs(folder), items))


def test_a_document_without_a_grade_ends_the_work(work: Path, folder: Path, items: Mapping[str, Item]) -> None:
    path = work / "questions-pass1-1.jsonl"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    with pytest.raises(SystemExit, match="pass 1: 1 without a grade"):
        list(packed(work, needs(folder), items))


def test_sheets_of_another_text_end_the_work(work: Path, folder: Path, items: Mapping[str, Item]) -> None:
    other = {**items, "PMID:1": Item("PMID:1", "Mockamine and hearing", "Changed.")}
    with pytest.raises(SystemExit, match="another question or text"):
        list(packed(work, needs(folder), other))
    with pytest.raises(SystemExit, match="no sheet"):
        sheets(folder)


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("questions.jsonl", ("", ""), "b stands here a second time"),
        ("questions.jsonl", ('"lay"', '"rude"'), "rude"),
        ("open.jsonl", ("", ""), "b PMID:1 stands here a second time"),
        ("open.jsonl", ('"b"', '"e"'), "e is not in questions.jsonl"),
        ("open.jsonl", ("PMID:1", "PMID:9"), "PMID:9 is not in title-abstract"),
        ("open.jsonl", ('"sha256": "', '"sha256": "0'), "another than the labelled one"),
        ("open.jsonl", ('"grade": 1', '"grade": 5'), "grade"),
        ("open.jsonl", ("{", "\udc80{"), "line 3"),
    ],
)
def test_a_damaged_set_is_told_with_file_and_line(
    work: Path, folder: Path, data: Path, items: Mapping[str, Item], file: str, change: tuple[str, str], told: str
) -> None:
    """The first line again at the end, with a change."""
    _pack(work, folder, items)
    path = folder / file
    lines = [line for line in path.read_text("utf-8").splitlines() if '"b"' in line]
    kept = path.read_text("utf-8") + lines[0].replace(*change, 1) + "\n"
    path.write_bytes(kept.encode("utf-8", "surrogateescape"))
    with pytest.raises(CorpusError) as error:
        questions.read("questions-en", data, folder)
    assert path.name in str(error.value)
    assert "line 3" in str(error.value)
    assert told in str(error.value)


def test_what_is_not_there_is_told(work: Path, folder: Path, data: Path, items: Mapping[str, Item]) -> None:
    with pytest.raises(CorpusError, match=r"open\.jsonl.*no such file"):
        questions.read("questions-en", data, folder)
    with pytest.raises(CorpusError, match=r"questions\.jsonl.*no such file"):
        questions.read("questions-en", data, data)
    with pytest.raises(UnknownName, match="questions-en, questions-zh"):
        questions.read("questions-fr", data, folder)


def test_half_of_an_id_is_its_digest() -> None:
    need = Need("b", "treatment", "plain", "", "", "")
    assert need.sealed is (hashlib.sha256(b"b").digest()[0] % 2 == 1)
    assert digest(Item("x", "T", "A")) == hashlib.sha256(b"T\nA").hexdigest()[:16]
