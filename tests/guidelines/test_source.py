"""The source under its contract, and files that are damaged, locked, scanned or out to harm."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.base import SourceItem
from ingest.extraction import pdf, reading
from ingest.extraction.html import page_text
from ingest.extraction.reading import file_kind
from ingest.sniffing import sniff
from ingest.sources.guideline import GuidelineFile
from kg.errors import ConfigError, SourceError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.messages import Catalogue
from kg.model.document import Document
from kg.model.guideline import Recommendation
from kg.model.source import Reject
from ontology.reading import package
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.guidelines.labelled import found_in, labels
from tests.guidelines.making import FILES, Block, Script, guidelines, word

_ARTICLE = (
    '<article article-type="guideline"><front><article-meta><article-id pub-id-type="pmid">{number}</article-id>'
    "<title-group><article-title>Illustrative guideline {number}</article-title></title-group></article-meta></front>"
    "<body><p>We recommend rest {number} (strong recommendation, low certainty).</p></body></article>\n"
)


class TestGuidelineFile(SourceContract):
    plugin = "guideline.v1"
    sample_name = "set.xml"
    records = 8

    def long(self, count: int) -> bytes:
        rows = (_ARTICLE.format(number=900_000_000 + at * 7919) for at in range(count))
        return f"<pmc-articleset>\n{''.join(rows)}</pmc-articleset>\n".encode()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("files")
    return {path.name: path.read_bytes() for path in guidelines(folder)}


def read(path: Path, data: bytes) -> list[SourceItem]:
    path.write_bytes(data)
    return list(GuidelineFile().parse(describe(path), {}))


@pytest.mark.parametrize("name", [item.file for item in labels()])
def test_random_damage_is_never_an_exception(name: str, files: dict[str, bytes], tmp_path: Path) -> None:
    sample = files[name]
    for at in range(0, len(sample), max(1, len(sample) // 25)):
        for junk in (b"", b"<", b"\xff\xfe", b"\0"):
            for item in read(tmp_path / name, sample[:at] + junk + sample[at + 9 :]):
                if not isinstance(item, Reject):
                    statements(item, Context())


@pytest.mark.parametrize("name", [item.file for item in labels()])
def test_a_gzipped_file_gives_the_same(name: str, files: dict[str, bytes], tmp_path: Path) -> None:
    assert read(tmp_path / f"{name}.gz", gzip.compress(files[name])) == read(tmp_path / name, files[name])


@pytest.mark.parametrize("name", ["moon-node.zh.docx", "tide-cramp.en.pdf", "river-cough.zh.html"])
def test_a_cut_archive_is_one_fatal_reject(name: str, files: dict[str, bytes], tmp_path: Path) -> None:
    packed = gzip.compress(files[name])
    (only,) = read(tmp_path / f"{name}.gz", packed[: len(packed) // 2])
    assert isinstance(only, Reject)
    assert (only.fatal, only.reason) == (True, "truncated")


@pytest.mark.parametrize("name", ["moon-node.zh.docx", "tide-cramp.en.pdf"])
def test_a_cut_file_is_not_taken_for_a_whole_one(name: str, files: dict[str, bytes], tmp_path: Path) -> None:
    (only,) = read(tmp_path / name, files[name][:-600])
    assert isinstance(only, Reject)
    assert (only.fatal, only.reason) == (True, "truncated")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("lumen-fever.en.xml", "jats"), ("river-cough.zh.html", "html"), ("stone-wrist.en.md", "markdown"),
        ("moon-node.zh.docx", "word"), ("amber-anaemia.zh.pdf", "pdf"),
    ],
)  # fmt: skip
def test_the_kind_follows_from_the_bytes(name: str, kind: str, files: dict[str, bytes]) -> None:
    assert file_kind(files[name][:8192]) == kind


@pytest.mark.parametrize("name", ["lumen-fever.en.xml", "river-cough.zh.html", "stone-wrist.en.md"])
def test_guidelines_are_known_without_being_named(name: str) -> None:
    assert sniff(FILES / name) == "guideline.v1"


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html><html><head><title>Opening hours</title></head><body><p>We recommend the guideline.</p>",
        b'<article article-type="research-article"><front><article-meta><title-group><article-title>Sepsis',
        b"# Notes\n\nThe guideline says that rest is recommended (1A).\n",
        b"%PDF-1.7\n/Title (Guideline)",
        b"",
    ],
)
def test_what_shows_no_sign_of_a_guideline_is_left_alone(head: bytes) -> None:
    assert GuidelineFile().sniff(head) == 0.0


def test_chinese_pages_in_gb18030(files: dict[str, bytes], tmp_path: Path) -> None:
    text = files["river-cough.zh.html"].decode().replace('charset="utf-8"', 'charset="gb2312"')
    same = [item for item in read(tmp_path / "a.html", text.encode("gb18030")) if isinstance(item, Recommendation)]
    (tmp_path / "b.html").write_bytes(files["river-cough.zh.html"])
    assert same == found_in(tmp_path / "b.html")


def test_a_text_without_title_is_rejected(tmp_path: Path) -> None:
    (only,) = read(tmp_path / "a.md", b"We recommend rest (strong recommendation, low certainty).\n")
    assert isinstance(only, Reject)
    assert only.reason == "no-title"


def test_scripts_and_hidden_text_are_no_text(tmp_path: Path) -> None:
    page = (
        "<html><head><title>Guideline</title></head><body><h1>Guideline</h1><script>We recommend a (1A).</script>"
        "<template><p>We recommend b (strong recommendation).</p></template>"
        "<!-- We recommend c (strong recommendation). -->"
        "<p onclick='x()'>We recommend d (strong recommendation, low certainty).</p></body></html>"
    )
    document, *found = read(tmp_path / "a.html", page.encode())
    assert isinstance(document, Document)
    assert [item.intervention for item in found if isinstance(item, Recommendation)] == ["d"]
    assert not any("We recommend a" in passage.text for passage in document.passages)


def test_what_is_nested_too_deeply_is_said_and_not_left_out(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="depth"):
        page_text(b"<p>a</p>" + b"<div>" * 5000 + b"<p>b</p>", "utf-8", Path("a.html"))


def test_insertions_count_and_deletions_do_not(tmp_path: Path) -> None:
    tracked = (
        "<w:p><w:r><w:t>We </w:t></w:r><w:del><w:r><w:delText>do not </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>strongly </w:t></w:r></w:ins><w:r><w:t>recommend rest (strong recommendation, low certainty)."
        "</w:t></w:r></w:p>"
    )
    data = changed(word(Script("Guideline", (Block(text="Replace"),))), tracked)
    (found,) = [item for item in read(tmp_path / "a.docx", data) if isinstance(item, Recommendation)]
    assert found.sentence == "We strongly recommend rest (strong recommendation, low certainty)."


def changed(data: bytes, paragraph: str, more: dict[str, bytes] | None = None) -> bytes:
    """A Word file whose paragraph ``Replace`` is another, with ``more`` parts."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == "word/document.xml":
                text = part.decode()
                start, end = text.index("<w:p><w:r><w:t>Replace"), text.index("</w:p>", text.index("Replace")) + 6
                part = (text[:start] + paragraph + text[end:]).encode()
            target.writestr(entry, part)
        for name, part in (more or {}).items():
            target.writestr(name, part)
    return stream.getvalue()


def test_macros_pictures_and_outside_links_are_not_touched(tmp_path: Path) -> None:
    words = "<w:r><w:t>We recommend rest (strong recommendation).</w:t></w:r>"
    link = f'<w:p><w:hyperlink r:id="rId99">{words}</w:hyperlink></w:p>'
    outside = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId99" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="http://127.0.0.1:9/template.dotm" TargetMode="External"/></Relationships>'
    )
    more = {"word/vbaProject.bin": b"\0macro" * 100, "word/_rels/settings.xml.rels": outside}
    data = changed(word(Script("Guideline", (Block(text="Replace"),))), link, more)
    document, found = read(tmp_path / "a.docx", data)
    assert isinstance(document, Document)
    assert isinstance(found, Recommendation)


def test_entities_in_word_files_are_refused(tmp_path: Path) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        target.writestr("word/document.xml", b'<!DOCTYPE a [<!ENTITY x "aaa">]><a>&x;</a>')
    (only,) = read(tmp_path / "a.docx", stream.getvalue())
    assert isinstance(only, Reject)
    assert (only.fatal, only.reason) == (True, "forbidden-xml")


@pytest.mark.parametrize("bomb", ["part", "total", "entries"])
def test_zip_bombs_are_refused_before_they_are_unpacked(
    bomb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("word/document.xml", b" " * (package.PART + 1 if bomb == "part" else 10))
        if bomb == "entries":
            for number in range(package.ENTRIES):
                target.writestr(f"word/{number}.xml", b"")
        if bomb == "total":
            monkeypatch.setattr(package, "TOTAL", 1 << 20)
            target.writestr("word/media/a.bin", b"\0" * (2 << 20))
    (only,) = read(tmp_path / "a.docx", stream.getvalue())
    assert isinstance(only, Reject)
    assert (only.fatal, only.reason) == (True, "damaged")
    assert any(word in only.detail for word in ("unpacks", "entries"))


def scan(pages: int) -> bytes:
    """Pages that hold a picture each and no text."""
    stream = BytesIO()
    canvas = Canvas(stream, invariant=1)
    picture = ImageReader(Image.new("L", (8, 8), 200))
    for _ in range(pages):
        canvas.drawImage(picture, 0, 0, 400, 600)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def test_a_scanned_pdf_says_so(tmp_path: Path) -> None:
    (only,) = read(tmp_path / "a.pdf", scan(3))
    assert isinstance(only, Reject)
    assert (only.reason, only.detail) == ("scanned-pdf", "3")
    for language in ("en", "zh"):
        assert {"reject.scanned-pdf", "reject.encrypted-pdf"} <= set(Catalogue("kg").tables[language])


def locked(data: bytes, password: str) -> bytes:
    writer = PdfWriter()
    for page in PdfReader(BytesIO(data)).pages:
        writer.add_page(page)
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_an_encrypted_pdf_says_so_and_one_without_password_is_read(files: dict[str, bytes], tmp_path: Path) -> None:
    (only,) = read(tmp_path / "a.pdf", locked(files["tide-cramp.en.pdf"], "secret"))
    assert isinstance(only, Reject)
    assert only.reason == "encrypted-pdf"
    found = read(tmp_path / "b.pdf", locked(files["tide-cramp.en.pdf"], ""))
    assert len([item for item in found if isinstance(item, Recommendation)]) == 8


@pytest.mark.parametrize("limit", ["PAGES", "OBJECTS", "OPERATIONS"])
def test_pdf_files_beyond_the_limits_are_refused(
    limit: str, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, limit, 1)
    (only,) = read(tmp_path / "a.pdf", files["tide-cramp.en.pdf"])
    assert isinstance(only, Reject)
    assert (only.fatal, only.reason) == (True, "damaged")
    assert "more than 1" in only.detail


def test_pages_without_text_are_named(tmp_path: Path, files: dict[str, bytes]) -> None:
    writer = PdfWriter()
    for data in (files["tide-cramp.en.pdf"], scan(1)):
        for page in PdfReader(BytesIO(data)).pages:
            writer.add_page(page)
    stream = BytesIO()
    writer.write(stream)
    document = read(tmp_path / "a.pdf", stream.getvalue())[0]
    assert isinstance(document, Document)
    assert document.unread == (("pages without text", "3"),)


@pytest.mark.parametrize("value", [7, "gout", ["PMID:1", 3]])
def test_what_is_replaced_is_named_by_curies(value: object, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Guideline\n")
    with pytest.raises(ConfigError, match="replaces"):
        list(GuidelineFile().parse(describe(path), {"replaces": value}))


def test_merged_cells_do_not_multiply() -> None:
    rows = "<tr><td colspan=9999 rowspan=9999>a</td></tr>" * 500
    (table,) = page_text(f"<table>{rows}</table>".encode(), "utf-8", Path("a.html")).blocks
    assert len(table.text) < 500 * 300


def test_merged_cells_keep_the_columns() -> None:
    rows = "<tr><td rowspan=2>a</td><td colspan=2>b</td><td>c</td></tr><tr><td>d</td><td>e</td><td>f</td></tr>"
    (table,) = page_text(f"<table>{rows}</table>".encode(), "utf-8", Path("a.html")).blocks
    assert table.text == "a\tb\t\tc\n\td\te\tf"


def test_a_text_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MARKDOWN_LIMIT", 100)
    (only,) = read(tmp_path / "a.md", b"# Guideline\n" * 20)
    assert isinstance(only, Reject)
    assert (only.fatal, only.reason) == (True, "damaged")
