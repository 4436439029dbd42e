"""PubMed XML: the real edge cases, and what a damaged or hostile file does."""

from __future__ import annotations

import gzip
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from ingest.sources.pubmed import PubMed
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Deletion, Document
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract

ARTICLE = (
    '<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>'
    "<ArticleTitle>{title}</ArticleTitle><Language>eng</Language></Article></MedlineCitation></PubmedArticle>\n"
)


def article(pmid: int, title: str = "An illustrative title") -> str:
    return ARTICLE.format(pmid=pmid, title=title)


def wrap(body: str, head: str = "") -> str:
    return f"{head}<PubmedArticleSet>\n{body}</PubmedArticleSet>\n"


def read(path: Path, data: str | bytes) -> list[object]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(PubMed().parse(describe(path), {}))


def documents(items: list[object]) -> list[Document]:
    return [item for item in items if isinstance(item, Document)]


class TestPubMed(SourceContract):
    plugin = "pubmed.v1"
    sample_name = "articles.xml"
    records = 6
    sure = 1.0

    def long(self, count: int) -> bytes:
        return wrap("".join(article(900_000_000 + at, f"Title {at * 7919}") for at in range(count))).encode()


def test_the_real_records_are_read_whole(data_folder: Path) -> None:
    found = {}
    for path in sorted((data_folder / "pubmed-xml").glob("*pubmed*.xml")):
        for item in PubMed().parse(describe(path), {}):
            assert isinstance(item, Document)
            found[item.id] = item
    assert len(found) == 9
    assert {item.standing for item in found.values()} == {"published"}
    spring = found["PMID:12091962"]
    assert (spring.year, spring.date_text, dict(spring.dates)["published"]) == (1990, "1990 Spring", "1990")
    assert [text.value for text in spring.keywords] == ["Health Care and Public Health", "Legal Approach"]
    telomere = found["PMID:27797938"]
    assert "variants at the TERT gene region" in telomere.titles[0].value
    assert [passage.label for passage in telomere.passages[1:]] == ["OBJECTIVE", "DESIGN", "RESULTS", "CONCLUSIONS"]
    assert "; ptrend=0.048)" in telomere.passages[3].text
    assert len(telomere.references) == 48
    assert telomere.references[0].ids == ("PMID:2657958",)
    assert len(found["PMID:29963580"].references) == 49
    assert telomere.rights.startswith("Published by the BMJ Publishing Group")
    assert dict(telomere.dates) == {
        "published": "2017-06",
        "epub": "2016-10-21",
        "received": "2016-06-27",
        "revised": "2016-08-22",
        "accepted": "2016-10-01",
        "indexed": "2017-08-05",
    }
    assert [heading.label for heading in telomere.headings if heading.major] == ["Telomere Shortening"]
    adenocarcinoma = telomere.headings[0]
    assert [(item.curie, item.major) for item in adenocarcinoma.qualifiers] == [
        ("MESH:Q000453", True),
        ("MESH:Q000235", True),
    ]
    imaging = found["PMID:29963580"]
    assert imaging.authors[-1].collective == "Canadian Respiratory Research Network"
    assert [author.orcid for author in imaging.authors if author.orcid] == [
        "0000-0002-4590-7461",
        "0000-0003-3525-2788",
    ]
    assert "inhaled He3/Xe129" in imaging.passages[1].text
    asthma = found["PMID:29768149"]
    assert ("nct", "NCT02149199") in [(item.scheme, item.value) for item in asthma.identifiers]
    assert [(relation.kind, relation.target) for relation in asthma.relations] == [
        ("CommentIn", "PMID:29768146"),
        ("CommentIn", "PMID:30242404"),
    ]


def test_duplicate_numbers_are_both_handed_out(tmp_path: Path) -> None:
    found = documents(read(tmp_path / "a.xml", wrap(article(900000001, "Old") + article(900000001, "New"))))
    assert [item.titles[0].value for item in found] == ["Old", "New"]
    assert {item.id for item in found} == {"PMID:900000001"}


@pytest.mark.parametrize("text", ["<PubmedArticleSet></PubmedArticleSet>", "<PubmedArticleSet/>"])
def test_an_empty_set_is_no_error(tmp_path: Path, text: str) -> None:
    assert read(tmp_path / "a.xml", text) == []


def test_deletions_are_records(tmp_path: Path) -> None:
    body = "<DeleteCitation><PMID>900000001</PMID><PMID>900000002</PMID></DeleteCitation>"
    assert read(tmp_path / "a.xml", wrap(body)) == [Deletion("PMID:900000001"), Deletion("PMID:900000002")]
    assert statements(Deletion("PMID:900000001"), Context()) == []


def test_unknown_elements_and_missing_parts_are_passed_over(tmp_path: Path) -> None:
    body = (
        "<Unknown><PubmedThing/></Unknown><PubmedArticle><New/><MedlineCitation><PMID>900000001</PMID>"
        "<Article><Journal/><AuthorList><Foo/></AuthorList><Abstract><New>x</New></Abstract></Article>"
        "<MeshHeadingList><MeshHeading/></MeshHeadingList></MedlineCitation></PubmedArticle>"
    )
    (found,) = documents(read(tmp_path / "a.xml", wrap(body)))
    assert (found.id, found.passages, found.authors, found.headings) == ("PMID:900000001", (), (), ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gb18030", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    title = "Müller" if encoding == "iso-8859-1" else "二甲双胍 𝒙"
    declared = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + wrap(article(900000001, title))
    (found,) = documents(read(tmp_path / "a.xml", text.encode(encoding)))
    assert found.titles[0].value == title


@pytest.mark.parametrize(
    ("declared", "actual"), [("utf-8", "gb18030"), ("utf-16", "utf-8"), ("utf-7", "utf-8"), ("ebcdic-cp-us", "utf-8")]
)
def test_a_wrong_encoding_is_named(tmp_path: Path, declared: str, actual: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + wrap(article(900000001) + article(900000002, "二甲双胍"))
    items = read(tmp_path / "a.xml", text.encode(actual))
    assert isinstance(items[-1], Reject)
    assert items[-1].fatal
    assert items[-1].reason in ("encoding", "damaged")


@pytest.mark.parametrize("cut", [2, 20, 100, 150, 200, 400])
def test_a_cut_file_gives_every_complete_record(tmp_path: Path, cut: int) -> None:
    text = wrap("".join(article(900000001 + at) for at in range(5)))
    items = read(tmp_path / "a.xml", text[:-cut])
    assert isinstance(items[-1], Reject)
    assert items[-1].reason == "truncated"
    assert items[-1].position.startswith("line ")
    assert len(documents(items)) == text[:-cut].count("</PubmedArticle>")


def test_nul_bytes_stop_the_file_at_their_line(tmp_path: Path) -> None:
    text = wrap(article(900000001) + article(900000002, "a\0b") + article(900000003))
    items = read(tmp_path / "a.xml", text)
    assert [item.id for item in documents(items)] == ["PMID:900000001"]
    assert isinstance(items[-1], Reject)
    assert (items[-1].reason, items[-1].position.partition(",")[0]) == ("damaged", "line 3")


BOMBS = {
    "laughs": "<!DOCTYPE s [" + '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' + "]>",
    "quadratic": '<!DOCTYPE s [<!ENTITY a "' + "a" * 60_000 + '">]>',
    "external": '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    "parameter": '<!DOCTYPE s [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    "bare parameter": "<!DOCTYPE s [ %p; ]>",
    "after a comment": '<!-- <!DOCTYPE x> --><!DOCTYPE s PUBLIC "-//]>" "[" [<!-- ]> --><!ENTITY a "x">]>',
    "attribute default": '<!DOCTYPE s [<!ATTLIST PMID Version CDATA "' + "9" * 1000 + '">]>',
    "conditional": "<!DOCTYPE s [<![INCLUDE[]]>]>",
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_documents_that_declare_entities_are_refused(tmp_path: Path, name: str, encoding: str) -> None:
    text = wrap(article(900000001, "&a;" * 1000), f'<?xml version="1.0" encoding="{encoding}"?>' + BOMBS[name])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    items = read(tmp_path / "a.xml", text.encode(encoding))
    assert [item.reason for item in items if isinstance(item, Reject)] == ["forbidden-xml"]
    assert len(items) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_harmless_internal_subset_is_allowed(tmp_path: Path) -> None:
    subset = "<!DOCTYPE s [<!ELEMENT s ANY><!-- nothing --><!ATTLIST s a CDATA #IMPLIED>]>"
    assert len(documents(read(tmp_path / "a.xml", wrap(article(900000001), subset)))) == 1


def test_undeclared_names_of_the_missing_dtd_are_read_as_in_html(tmp_path: Path) -> None:
    head = '<!DOCTYPE s SYSTEM "http://127.0.0.1:9/none.dtd">'
    (found,) = documents(read(tmp_path / "a.xml", wrap(article(900000001, "A &beta;-blocker"), head)))
    assert found.titles[0].value == "A β-blocker"


NO_OUTSIDE = """
import sys
from pathlib import Path
from ingest.sources.pubmed import PubMed
from ontology.reading.raw import describe
import lxml.etree, gzip, encodings.utf_16_le, encodings.latin_1
seen = []
def watch(event, arguments):
    if event == "open" or event.startswith(("socket.", "urllib", "http", "ftplib")):
        seen.append((event, str(arguments[0])))
raw = describe(Path(sys.argv[1]))
sys.addaudithook(watch)
items = list(PubMed().parse(raw, {}))
assert [row for row in seen if row != ("open", sys.argv[1])] == [], seen
print(len(items))
"""


def test_an_external_dtd_is_neither_fetched_nor_opened(tmp_path: Path) -> None:
    """A listener that the DTD names gets no connection; a pipe that it names would block whoever opens it."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        port = canary.getsockname()[1]
        dtd = tmp_path / "local.dtd"
        dtd.write_text('<!ENTITY a "from the file">')
        pipe = tmp_path / "pipe.dtd"
        os.mkfifo(pipe)
        for number, address in enumerate((f"http://127.0.0.1:{port}/x.dtd", dtd.as_uri(), str(dtd), str(pipe))):
            path = tmp_path / f"{number}.xml"
            path.write_text(wrap(article(900000001, "x&a;y"), f'<!DOCTYPE PubmedArticleSet SYSTEM "{address}">'))
            done = subprocess.run(
                [sys.executable, "-c", NO_OUTSIDE, str(path)], capture_output=True, text=True, check=False, timeout=60
            )
            assert done.stdout.strip() == "1", done.stderr
            (found,) = documents(list(PubMed().parse(describe(path), {})))
            assert "from the file" not in found.titles[0].value
        with pytest.raises(TimeoutError):
            canary.accept()


def test_an_include_is_not_followed_and_a_text_has_an_end(tmp_path: Path) -> None:
    """XInclude is a name like another; one text of more than 10 MB is damage. lxml alone follows the one, if asked."""
    secret = tmp_path / "secret.txt"
    secret.write_text("from the file")
    include = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    body = article(900000001, "AAAA").replace("AAAA", include)
    (found,) = documents(read(tmp_path / "a.xml", wrap(body)))
    assert "from the file" not in str(found)
    bare = etree.fromstring(f"<r>{include}</r>").getroottree()
    bare.xinclude()
    assert bare.getroot().text == "from the file"
    items = read(tmp_path / "b.xml", wrap(article(900000001) + article(900000002, "x" * 12_000_000)))
    assert [item.id for item in documents(items)] == ["PMID:900000001"]
    assert isinstance(items[-1], Reject)
    assert items[-1].fatal


def test_one_record_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ontology.reading.xml.RECORD_LIMIT", 1 << 20)
    body = article(900000001) + "<PubmedArticle>" + "<MedlineCitation></MedlineCitation>" * 100_000
    items = read(tmp_path / "a.xml", wrap(body))
    assert [item.id for item in documents(items)] == ["PMID:900000001"]
    assert isinstance(items[-1], Reject)
    assert (items[-1].reason, items[-1].fatal) == ("damaged", True)


MEMORY = """
import sys
from pathlib import Path
from ingest.sources.pubmed import PubMed
from ontology.reading.raw import describe
count = sum(1 for _ in PubMed().parse(describe(Path(sys.argv[1])), {}))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, peak.split()[1])
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = {}
    for count in (2_000, 20_000):
        path = tmp_path / f"{count}.xml.gz"
        body = "".join(article(900_000_000 + at, "A title " * 40) for at in range(count))
        path.write_bytes(gzip.compress(wrap(body).encode(), 1))
        done = subprocess.run([sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True)
        read_count, peaks[count] = map(int, done.stdout.split())
        assert read_count == count
    assert peaks[20_000] < peaks[2_000] + 8_000
