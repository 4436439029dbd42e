"""Word and PDF files of the illustrative guidelines, written from their texts; always the same bytes.

Binary files are not kept: what they say stands in ``files/*.toml``, where it can be read and reviewed.
"""

from __future__ import annotations

import tomllib
import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import msgspec
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

FOLDER = Path(__file__).resolve().parent
FILES = FOLDER / "files"
_PLAIN = (".xml", ".html", ".md")
_WRITTEN = {"moon-node.zh": ".docx", "amber-anaemia.zh": ".pdf", "tide-cramp.en": ".pdf"}


class Block(msgspec.Struct, frozen=True):
    """A heading, paragraph, list item or table of a text to be written."""

    text: str = ""
    heading: int = 0
    list: bool = False
    table: tuple[tuple[str, ...], ...] = ()


class Script(msgspec.Struct, frozen=True):
    """A whole text to be written."""

    title: str
    block: tuple[Block, ...]
    header: str = ""


def guidelines(folder: Path) -> list[Path]:
    """The six guidelines as files in ``folder``."""
    found = []
    for path in sorted(FILES.iterdir()):
        if path.suffix in _PLAIN:
            target = folder / path.name
            target.write_bytes(path.read_bytes())
        else:
            script = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Script)
            suffix = _WRITTEN[path.stem]
            target = folder / f"{path.stem}{suffix}"
            target.write_bytes(word(script) if suffix == ".docx" else pdf(script))
        found.append(target)
    return found


def word(script: Script) -> bytes:
    """A Word file with heading styles, lists and tables."""
    file = docx.Document()
    file.add_heading(script.title, 0)
    for block in script.block:
        if block.heading:
            file.add_heading(block.text, block.heading)
        elif block.table:
            table = file.add_table(rows=0, cols=len(block.table[0]))
            for row in block.table:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    first, *rest = text.split("\n")
                    cell.paragraphs[0].add_run(first)
                    for line in rest:
                        cell.add_paragraph(line)
        else:
            file.add_paragraph(block.text, style="List Bullet" if block.list else None)
    stream = BytesIO()
    file.save(stream)
    return _undated(stream.getvalue())


def pdf(script: Script) -> bytes:
    """A PDF of small pages, with the header and the page number on each."""
    font, bold = "Times-Roman", "Times-Bold"
    if not script.title.isascii():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        font = bold = "STSong-Light"
    wrap = "CJK" if font == "STSong-Light" else None
    body = ParagraphStyle("body", fontName=font, fontSize=10, leading=13, spaceAfter=5, wordWrap=wrap)
    styles = {
        0: ParagraphStyle("title", body, fontName=bold, fontSize=16, leading=20, spaceAfter=9),
        1: ParagraphStyle("heading", body, fontName=bold, fontSize=13, leading=16, spaceBefore=7, spaceAfter=5),
    }

    def margins(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(font, 8)
        canvas.drawString(40, A5[1] - 25, script.header)
        canvas.drawString(A5[0] / 2, 20, str(canvas.getPageNumber()))

    stream = BytesIO()
    template = SimpleDocTemplate(
        stream, pagesize=A5, leftMargin=40, rightMargin=40, topMargin=45, bottomMargin=45, invariant=1
    )
    flow = [Paragraph(escape(script.title), styles[0])]
    flow += [Paragraph(escape(block.text), styles[1] if block.heading else body) for block in script.block]
    template.build(flow, onFirstPage=margins, onLaterPages=margins)
    return stream.getvalue()


def _undated(data: bytes) -> bytes:
    """A zip file without the times at which it was made."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), source.read(entry))
    return stream.getvalue()
