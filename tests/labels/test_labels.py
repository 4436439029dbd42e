"""Sections of labelled inserts and monographs, and files that are none."""

from __future__ import annotations

import gzip
import tomllib
from pathlib import Path

import msgspec
import pytest

from ingest.base import SOURCES, SourceItem
from ingest.sniffing import sniff
from ingest.sources.label import LabelFile
from kg.errors import ConfigError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.messages import Catalogue
from kg.model.document import Document, Identifier
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.golden_files import FOLDER as GOLDEN
from tests.guidelines.making import Block, Script, pdf, word

FOLDER = Path(__file__).resolve().parent


class Labelled(msgspec.Struct, frozen=True):
    """One label with its sections as (kind, text); ``other`` is any that has no kind."""

    file: str
    title: str
    revised: str
    section: tuple[tuple[str, str], ...]


LABELS = msgspec.convert(tomllib.loads((FOLDER / "labels.toml").read_text("utf-8"))["label"], list[Labelled])


def place(name: str) -> Path:
    """Two of the labels are golden inputs, too."""
    return next(path for path in (FOLDER / "files" / name, GOLDEN / "label.v1" / name) if path.exists())


def content(name: str) -> bytes:
    if name.endswith(".docx"):
        script = place(name.replace(".docx", ".toml")).read_text("utf-8")
        return word(msgspec.convert(tomllib.loads(script), Script))
    return place(name).read_bytes()


def read(path: Path, data: bytes) -> list[SourceItem]:
    path.write_bytes(data)
    return list(LabelFile().parse(describe(path), {}))


@pytest.mark.parametrize("label", LABELS, ids=lambda item: item.file)
def test_sections_are_named_after_what_they_are_about(label: Labelled, tmp_path: Path) -> None:
    (document,) = read(tmp_path / label.file, content(label.file))
    assert isinstance(document, Document)
    assert document.titles[0].value == label.title
    assert dict(document.dates).get("revised", "") == label.revised
    placed = [passage for passage in document.passages if passage.label]
    names = [passage.name.partition(".")[0].replace("section", "other") for passage in placed]
    assert list(zip(names, (passage.text for passage in placed), strict=True)) == list(label.section)
    assert len({passage.name for passage in document.passages}) == len(document.passages)
    rows = statements(document, Context())
    assert len(rows) == len(set(rows))


def test_the_seven_sections_that_clinicians_ask_for_are_found_in_every_label() -> None:
    wanted = {"indication", "contraindication", "dose", "interaction", "pregnancy", "children", "elderly"}
    for label in LABELS:
        assert wanted <= {kind for kind, _ in label.section}, label.file


@pytest.mark.parametrize("name", ["insert.html", "monograph.txt", "casparol.en.md"])
def test_labels_are_known_without_being_named(name: str) -> None:
    assert sniff(place(name)) == "label.v1"
    head = content(name)[:8192]
    assert max(SOURCES.load(other)().sniff(head) for other in SOURCES.names() if other != "label.v1") < 0.65


def test_chinese_text_in_gb18030_is_the_same(tmp_path: Path) -> None:
    text = content("monograph.txt")
    packed = text.decode().encode("gb18030")
    assert LabelFile().sniff(packed) > 0.5
    assert read(tmp_path / "a.txt", packed) == read(tmp_path / "b.txt", text)


def test_a_label_has_its_number_and_keeps_its_id_when_it_is_revised(tmp_path: Path) -> None:
    text = content("insert.html").decode()
    (first,) = read(tmp_path / "a.html", text.encode())
    (second,) = read(tmp_path / "b.html", text.replace("2023年11月20日", "2025年01月02日").encode())
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.id == second.id
    assert (first.version, second.version) == ("2023-11-20", "2025-01-02")
    assert Identifier("approval", "国药准字H00000001") in first.identifiers


def test_headings_in_capitals_on_lines_of_their_own(tmp_path: Path) -> None:
    text = "Brulin (illustrative)\nINDICATIONS AND USAGE\nVernal gout.\nCONTRAINDICATIONS\nStone wrist.\n"
    (document,) = read(tmp_path / "a.txt", text.encode())
    assert isinstance(document, Document)
    assert [(item.name, item.text) for item in document.passages[1:]] == [
        ("indication.1", "Vernal gout."),
        ("contraindication.1", "Stone wrist."),
    ]


def test_a_pdf_label(tmp_path: Path) -> None:
    text = (
        "Stone wrist, and any other disease of which this invented text says that it must not be treated with Brulin."
    )
    blocks = (Block(heading=1, text="4 CONTRAINDICATIONS"), Block(text=text))
    (document,) = read(tmp_path / "a.pdf", pdf(Script("Brulin (illustrative)", blocks)))
    assert isinstance(document, Document)
    assert [(item.name, item.label, item.text) for item in document.passages[1:]] == [
        ("contraindication.1", "4 CONTRAINDICATIONS", text)
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# Opening hours\n\nOn weekdays.\n", "no-section"),
        ("x" * 200, "no-title"),
        ('<article article-type="other"><front></front></article>', "bad-record"),
    ],
)
def test_what_is_no_label_is_rejected(text: str, reason: str, tmp_path: Path) -> None:
    (only,) = read(tmp_path / "a.md", text.encode())
    assert isinstance(only, Reject)
    assert only.reason == reason
    for language in ("en", "zh"):
        assert f"reject.{reason}" in Catalogue("kg").tables[language]


@pytest.mark.parametrize("name", [label.file for label in LABELS])
def test_damage_is_never_an_exception_and_a_gzipped_file_is_the_same(name: str, tmp_path: Path) -> None:
    sample = content(name)
    assert read(tmp_path / "a.gz", gzip.compress(sample)) == read(tmp_path / name, sample)
    for at in range(0, len(sample), max(1, len(sample) // 25)):
        for junk in (b"", b"<", b"\xff\xfe", b"\0"):
            for item in read(tmp_path / name, sample[:at] + junk + sample[at + 9 :]):
                if not isinstance(item, Reject):
                    statements(item, Context())


def test_an_unknown_option_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# A\n")
    with pytest.raises(ConfigError, match="no_such_option"):
        list(LabelFile().parse(describe(path), {"no_such_option": 1}))
