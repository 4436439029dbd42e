"""BioC and PubTator files of other tools: attached to the texts that the tool read, beside ours, or rejected."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.settings import Settings
from api.wiring import Building
from ingest.adhoc import adhoc_config
from ingest.base import SourceItem
from ingest.config import read_config
from ingest.pipeline import Listener
from ingest.reading.tools import KnownTexts, crossing
from ingest.sources.bioc import Bioc
from ingest.sources.pubtator import PubTator
from kg.errors import ConfigError
from kg.exchange.annotated import AnnotatedText
from kg.exchange.formats import FORMATS
from kg.generation.pointer import Shelf
from kg.model.document import Deletion, Document, Identifier, Passage
from kg.model.evidence import Claim, Mention
from kg.model.source import Reject
from kg.store.base import STORES, Snapshot
from ontology.reading.raw import describe
from tests.conftest import ROOT
from tests.contract.source import SourceContract
from tests.corpus import record, write_build, write_records
from tests.golden_files import FOLDER
from tests.kg.annotated import ORIGIN, TEXTS, annotated

TOOL = {"tool": "ExampleTagger", "release": "0.1"}
TITLE = "An illustrative 😀 title about sample fever"


def document(number: str, *annotations: dict[str, Any], text: str = TITLE, **more: object) -> dict[str, Any]:
    passage = {"offset": 0, "infons": {"type": "title"}, "text": text, "annotations": annotations}
    return {"id": number, "passages": [passage]} | more


def annotation(start: int, surface: str, number: str = "1", **infons: object) -> dict[str, Any]:
    place = {"offset": start, "length": len(surface)}
    return {"id": number, "infons": {"type": "Disease"} | infons, "text": surface, "locations": [place]}


def read(folder: Path, *documents: dict[str, Any], **options: object) -> list[SourceItem]:
    path = folder / "tool.json"
    path.write_text(json.dumps({"documents": documents}, ensure_ascii=False), "utf-8")
    return list(Bioc().parse(describe(path), TOOL | options))


def reasons(items: list[SourceItem]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Reject)]


class TestBiocJson(SourceContract):
    plugin = "bioc.v1"
    sample_name = "collection.json"
    options = TOOL
    evidence = "text-mined"
    records = 2 + 7 + 2 + 2 + 16
    """Documents, mentions of the first and of the fourth, relations, rejects."""
    sure = 0.9

    def long(self, count: int) -> bytes:
        rows = (json.dumps(document(str(900_000_000 + at), text=f"Title {at * 7919}")) for at in range(count))
        return f'{{"documents": [{",".join(rows)}]}}'.encode()


class TestBiocXml(SourceContract):
    plugin = "bioc.v1"
    sample_name = "tool.xml"
    options = TOOL
    evidence = "text-mined"
    records = 1 + 2 + 1 + 3
    sure = 0.9

    def long(self, count: int) -> bytes:
        rows = (
            f"<document><id>{900_000_000 + at}</id><passage><offset>0</offset>"
            f"<text>T {at * 7919}</text></passage></document>"
            for at in range(count)
        )
        return f"<collection><source>x</source>{''.join(rows)}</collection>".encode()


class TestPubTatorOfATool(SourceContract):
    plugin = "pubtator.v1"
    sample_name = "tool.txt"
    options = TOOL
    evidence = "text-mined"
    records = 2 + 4 + 1 + 7
    sure = 1.0

    def long(self, count: int) -> bytes:
        return "".join(
            f"{900_000_000 + at}|t|Title {at * 7919}\n{900_000_000 + at}|a|Abstract.\n\n" for at in range(count)
        ).encode()


@pytest.mark.parametrize("source", [Bioc, PubTator])
@pytest.mark.parametrize(
    "options", [{"tool": "A"}, {"release": "1"}, {"tool": " ", "release": "1"}, {"tool": 1, "release": "1"},
                {**TOOL, "documents": "a.xml"}, {**TOOL, "documents": [{"path": "a.xml"}]}],
)  # fmt: skip
def test_a_tool_without_name_or_release_is_refused(
    tmp_path: Path, source: type[Bioc] | type[PubTator], options: dict[str, object]
) -> None:
    path = tmp_path / "a"
    path.write_text("1|t|a\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        list(source().parse(describe(path), options))
    assert "release" in caught.value.text("en")
    assert "release" in caught.value.text("zh")


def test_what_does_not_fit_is_rejected_by_name_and_nothing_is_moved(tmp_path: Path) -> None:
    at = TITLE.index("sample fever")
    byte = len(TITLE[:at].encode())
    unit = len(TITLE[:at].encode("utf-16-le")) // 2
    wrong = {
        "offsets in bytes": annotation(byte, "sample fever", "bytes"),
        "offsets in UTF-16": annotation(unit, "sample fever", "units"),
        "past the end": annotation(at, "sample fever!", "end"),
        "far": annotation(10**15, "sample fever", "far"),
        "negative": annotation(-1, "A", "negative"),
        "empty": annotation(3, "", "empty"),
        "other case": annotation(at, "Sample fever", "case"),
        "decomposed": annotation(at, "sample fe\u0301ver"[:12], "form"),
        "bidi": annotation(at, "sample\u202efever", "bidi"),
    }
    items = read(tmp_path, document("900000001", annotation(at, "sample fever", "good"), *wrong.values()))
    assert [type(item).__name__ for item in items].count("Mention") == 1
    rejects = [item for item in items if isinstance(item, Reject)]
    assert len(rejects) == len(wrong)
    for one, reject in zip(wrong.values(), rejects, strict=True):
        assert reject.position.endswith(f", {one['id']}")
        assert reject.key == "PMID:900000001"
        assert reject.reason in ("outside-text", "surface-mismatch")


def test_crossing_spans_are_rejected_and_nested_ones_kept(tmp_path: Path) -> None:
    at = TITLE.index("sample fever")
    spans = {
        "whole": (at, "sample fever", "Disease"), "part": (at + 7, "fever", "Disease"),
        "same": (at, "sample fever", "Chemical"), "again": (at, "sample fever", "disease"),
        "cross": (at - 6, "about sample", "Disease"), "before": (at - 6, "about", "Disease"),
    }  # fmt: skip
    rows = [annotation(start, surface, name, type=kind) for name, (start, surface, kind) in spans.items()]
    items = read(tmp_path, document("900000001", *rows))
    told = {item.position.rpartition(", ")[2]: item.reason for item in items if isinstance(item, Reject)}
    assert told == {"whole": "crossing-span", "same": "crossing-span", "again": "crossing-span"}
    items = read(tmp_path, document("900000001", *(row for row in rows if row["id"] != "cross")))
    assert reasons(items) == ["repeated-span"]
    assert [item.surface for item in items if isinstance(item, Mention)] == [
        "sample fever", "fever", "sample fever", "about",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=20))
def test_what_is_left_never_crosses(spans: list[tuple[int, int]]) -> None:
    places = [(start, start + length) for start, length in spans]
    out = crossing(places)
    kept = [place for number, place in enumerate(places) if number not in out]
    assert not any(a < c < b < d for a, b in kept for c, d in kept)
    for number in out:
        start, end = places[number]
        assert any(a < start < b < end for a, b in kept)


def test_known_texts_are_found_by_what_they_say(tmp_path: Path) -> None:
    parts = (
        Passage("title", "title", "en", TITLE),
        Passage("abstract.1", "abstract", "en", "Sample fever is rare.", "BACKGROUND"),
        Passage("abstract.2", "abstract", "en", "We looked at 𝒙 drug A.", "METHODS"),
    )
    known = KnownTexts()
    known.add(Document("PMID:900000001", parts, (Identifier("doi", "10.5555/x"), Identifier("pii", "S1"))))
    assert known.id("PMID:900000001") == known.id("DOI:10.5555/x") == "PMID:900000001"
    assert known.id("PMID:2") == known.id("") == ""
    for text in (
        "BACKGROUND: Sample fever is rare. METHODS: We looked at 𝒙 drug A.",
        "Sample fever is rare. We looked at 𝒙 drug A.",
        "We looked at 𝒙 drug A.",
        TITLE,
    ):
        wordings = known.wordings("PMID:900000001", text)
        texts = {part.key: part.text for part in parts}
        assert wordings
        assert all(texts[one.key] == text[one.start : one.end] for one in wordings)
    for text in ("", "Sample fever is rare.  We looked at 𝒙 drug A.", TITLE.upper(), TITLE + " "):
        assert known.wordings("PMID:900000001", text) == ()
    known.add(Document("PMID:900000001", parts[:1], (Identifier("doi", "10.5555/x"),)))
    assert known.wordings("PMID:900000001", parts[1].text) == ()
    known.drop(Deletion("PMID:900000001").id)
    assert known.id("DOI:10.5555/x") == ""


PUBMED = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>900000001</PMID><Article>
<ArticleTitle>An illustrative title</ArticleTitle><Abstract>
<AbstractText Label="BACKGROUND">Sample fever is rare.</AbstractText>
<AbstractText Label="METHODS">Drug A helped.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>
</PubmedArticleSet>"""


def test_parts_of_an_abstract_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "known.xml").write_text(PUBMED, "utf-8")
    joined = "BACKGROUND: Sample fever is rare. METHODS: Drug A helped."
    surfaces = ("Sample fever", "Drug A", "rare. METHODS: Drug", "METHODS")
    rows = [annotation(joined.index(surface), surface, surface) for surface in surfaces]
    table = {"path": "known.xml", "format": "pubmed.v1"}
    items = read(tmp_path, document("900000001", *rows, text=joined), documents=[table])
    assert not any(isinstance(item, Document) for item in items)
    assert reasons(items) == ["outside-text", "outside-text"]
    mentions = [(item.surface, item.start, item.passage[:10]) for item in items if isinstance(item, Mention)]
    assert mentions == [("Sample fever", 0, "abstract.1"), ("Drug A", 0, "abstract.2")]


def test_a_document_with_another_text_gets_nothing(tmp_path: Path) -> None:
    write_records(tmp_path / "known.jsonl", [record(1)])
    table = {"path": "known.jsonl", "format": "records.v1"}
    own = "An illustrative record about sample fever, number 1"
    rows = (annotation(own.index("sample fever"), "sample fever"),)
    for text, told in ((own, []), (own + ".", ["other-text"]), (own.replace(" ", "\u00a0", 1), ["other-text"])):
        items = read(tmp_path, document("doc:T00001", *rows, text=text), documents=[table])
        assert reasons(items) == told
        assert len(items) == 1
    items = read(tmp_path, document("doc:T00002", *rows, text=own), documents=[table])
    assert [type(item).__name__ for item in items] == ["Document", "Mention"]


def test_damage_of_the_known_documents_is_told(tmp_path: Path) -> None:
    (tmp_path / "known.xml").write_bytes(b"<PubmedArticleSet><PubmedArticle>")
    items = read(tmp_path, document("900000001"), documents=[{"path": "known.xml", "format": "pubmed.v1"}])
    assert isinstance(items[0], Reject)
    assert (items[0].path, items[0].fatal) == ("known.xml", True)


@pytest.mark.parametrize(
    ("number", "infons", "wanted"),
    [
        ("900000001", {}, "PMID:900000001"), (900000001, {}, "PMID:900000001"), ("PMC900001", {}, "PMC:PMC900001"),
        ("900001", {"article-id_pmc": "900001"}, "PMC:PMC900001"),
        ("900001", {"article-id_pmc": "PMC900001", "article-id_pmid": "900000002"}, "PMID:900000002"),
        ("10.5555/X1", {}, "DOI:10.5555/x1"), ("doc:T00001", {}, "doc:T00001"), ("PMID:12", {}, "PMID:12"),
        ("x1", {}, ""), ("", {}, ""), ("0", {}, ""), ("٣", {}, ""),
    ],
)  # fmt: skip
def test_ids_of_documents(tmp_path: Path, number: object, infons: dict[str, str], wanted: str) -> None:
    one = document("", id=number, infons=infons)
    items = read(tmp_path, one)
    if wanted:
        assert isinstance(items[0], Document)
        assert items[0].id == wanted
    else:
        assert reasons(items) == ["no-identifier"]


def test_relations_of_annotations_with_one_id_are_not_guessed(tmp_path: Path) -> None:
    at = TITLE.index("sample fever")
    rows = [annotation(at, "sample fever", "1", identifier="MESH:D900001"),
            annotation(at - 6, "about", "1", identifier="MESH:D900002"),
            annotation(0, "An", "2", identifier="MESH:D900003")]  # fmt: skip
    nodes = [{"refid": "1", "role": "a"}, {"refid": "2", "role": "b"}]
    items = read(tmp_path, document("900000001", *rows, relations=[{"id": "R", "infons": {}, "nodes": nodes}]))
    assert reasons(items) == ["unknown-relation-end"]


def test_ten_megabytes_of_text_are_read(tmp_path: Path) -> None:
    text = "sample fever, 样例热 " * 600_000
    rows = [
        annotation(start, "sample fever", str(start)) for start in range(0, len(text), len(text) // 1_000 // 18 * 18)
    ]
    items = read(tmp_path, document("900000001", *rows, text=text))
    assert Counter(type(item).__name__ for item in items) == {"Document": 1, "Mention": len(rows)}


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b'{"documents": []}', b'{"documents": [1, "a", null, [], {}]}', b"\xff\xfe\x00\x01" * 99,
     b'{"documents": [' + b"[" * 100_000,
     b'{"documents": [{"id": "1", "passages": [{"offset": 0, "text": "\\ud800"}]}]}',
     b'{"documents": [{"id": "1", "passages": [{"offset": 1e400, "text": "a"}]}]}',
     b"<collection>", b'<!DOCTYPE a [<!ENTITY b "c">]><collection><document/></collection>',
     b"<collection><document><id>1</id><passage><offset>\xd9\xa3</offset></passage></document></collection>"],
)  # fmt: skip
def test_no_file_is_a_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "tool.json"
    path.write_bytes(data or b" ")
    assert not any(isinstance(item, Mention) for item in Bioc().parse(describe(path), TOOL))


@given(item=annotated())
def test_what_we_write_as_bioc_is_read_again(tmp_path_factory: pytest.TempPathFactory, item: AnnotatedText) -> None:
    path = tmp_path_factory.mktemp("bioc") / "ours.json"
    path.write_text(FORMATS["bioc"].write([item], ORIGIN), "utf-8")
    items = list(Bioc().parse(describe(path), TOOL))
    found = {(one.start, one.end, one.category): one for one in items if isinstance(one, Mention)}
    out = crossing([(one.start, one.end) for one in item.mentions])
    wanted = {(one.start, one.end, one.category): one for n, one in enumerate(item.mentions) if n not in out}
    assert set(found) == set(wanted)
    for place, one in wanted.items():
        assert found[place].surface == one.surface
        assert [c.concept for c in found[place].candidates] == [c.concept for c in one.candidates[:1]]


def test_our_own_texts_go_out_and_in(tmp_path: Path) -> None:
    for name, source in (("bioc", Bioc), ("pubtator", PubTator)):
        path = tmp_path / name
        path.write_text(FORMATS[name].write(TEXTS, ORIGIN), "utf-8")
        items = list(source().parse(describe(path), TOOL))
        kinds = [(one.surface, one.category) for one in items if isinstance(one, Mention)]
        wanted = [(one.surface, one.category) for text in TEXTS for one in text.mentions]
        if name == "pubtator":
            wanted = [(surface, "chemical" if kind == "drug" else kind) for surface, kind in wanted]
        assert kinds == wanted
        [claim] = [one for one in items if isinstance(one, Claim)]
        assert (claim.subject, claim.predicate, claim.object, claim.direction, claim.tool) == (
            "medkg:drug-demonstratin", "biolink:treats", "DOID:9000002", "supports", "ExampleTagger 0.1",
        )  # fmt: skip


INPUT = """
[[input]]
name = "tagger"
format = "bioc.v1"
kind = "source"
paths = ["tool.json"]
version = "0.1"
licence = "CC0-1.0"
title = { zh = "示例工具的标注", en = "Annotations of an example tool" }
illustrative = true
[input.options]
tool = "ExampleTagger"
release = "0.1"
[[input.options.documents]]
path = "records-00.jsonl"
format = "records.v1"
"""


def test_in_a_build_they_stand_beside_ours_and_count_nowhere(tmp_path: Path) -> None:
    """One place, found by us and by the tool: two nodes in two graphs, and only ours in the default graph."""
    folder = tmp_path / "in"
    config = write_build(folder, files=1, size=3)
    [records] = folder.glob("records-*.jsonl")
    first = json.loads(records.read_text("utf-8").splitlines()[0])
    title = first["title"]["en"]
    rows = (
        annotation(title.index("sample fever"), "sample fever", "1", identifier="DOID:9000002"),
        annotation(title.index("illustrative"), "illustrative", "2", identifier="DOID:9000001"),
    )
    found = document(f"doc:{first['id']}", *rows, text=title)
    (folder / "tool.json").write_text(json.dumps({"documents": [found]}), "utf-8")
    config.write_text(config.read_text("utf-8") + INPUT.replace("records-00.jsonl", records.name), "utf-8")
    settings = Settings(data=str(tmp_path / "data"), encoder="none", workers=1)
    report = Building(settings).run(read_config(config), {}, Listener(), lambda *step: None).report
    assert report.rejected == 0
    kept = Shelf(settings.folder)
    folder = kept.path(kept.find())
    store = kept.manifest(folder.name).store
    reader = STORES.load(store).open(Snapshot(store, folder / "store"))
    for guide in ("guide.md", "guide.zh.md"):
        text = (ROOT / "docs" / guide).read_text("utf-8").partition("PubTator3 2024-05")
        query = text[0].rpartition("```sparql\n")[2] + "ExampleTagger 0.1" + text[2].partition("```")[0]
        both = {row["exact"]: row for row in reader.select(query)}
        assert set(both) == {'"sample fever"', '"illustrative"'}
        assert both['"sample fever"']["ours"] != both['"sample fever"']["theirs"]
        assert "ours" not in both['"illustrative"']
    prefix = "PREFIX mkg: <https://w3id.org/medkg/vocab#> PREFIX oa: <http://www.w3.org/ns/oa#> "
    graph = "GRAPH <https://w3id.org/medkg/graph/tool/tagger/0.1>"
    assert len(list(reader.select(prefix + f"SELECT ?m {{ {graph} {{ ?m a oa:Annotation }} }}"))) == 2
    assert not list(reader.select(prefix + "SELECT ?m { ?m mkg:method 'ExampleTagger 0.1' }"))
    assert not list(reader.select(prefix + "SELECT ?m { ?m oa:exact 'illustrative' }"))
    reader.close()


def test_on_the_command_line_name_and_version_are_those_of_the_tool() -> None:
    path = FOLDER / "bioc.v1" / "tool.xml"
    [spec] = adhoc_config([path], name="ExampleTagger", version="0.1").input
    assert (spec.format, spec.options) == ("bioc.v1", TOOL)
    [spec] = adhoc_config([path]).input
    assert spec.options == {}
    [spec] = adhoc_config([FOLDER / "pubtator.v1" / "corpus.txt"], name="gold", version="1").input
    assert (spec.format, spec.options) == ("pubtator.v1", {})


def test_the_golden_files_hold_every_reason() -> None:
    told = "".join(path.read_text("utf-8") for path in (FOLDER / "bioc.v1").glob("*.rejects.jsonl"))
    for reason in ("outside-text", "surface-mismatch", "crossing-span", "repeated-span", "discontinuous", "other-text",
                   "relation-ends", "unknown-relation-end", "no-identifier", "nul", "bad-record"):  # fmt: skip
        assert f'"reason":"{reason}"' in told
