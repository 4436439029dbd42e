"""A new release of a terminology takes the place of the old one, and what it changes is told; what looks odd, too."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ingest.config import read_config
from ingest.journal import Journal
from ingest.pipeline import BuildReport, Pipeline, Settings
from kg.generation.diff import Change, read_changes
from kg.generation.replacement import WAYS, Replacement, ways
from kg.messages import Catalogue
from kg.model.source import Notice
from kg.vocab import DEFAULT_BASE

BEFORE = """format-version: 1.2
data-version: 1

[Term]
id: DOID:9990001
name: illustrative disease
[Term]
id: DOID:9990002
name: illustrative gout
is_a: DOID:9990001
[Term]
id: DOID:9990003
name: illustrative mumps
is_a: DOID:9990001
[Term]
id: DOID:9990004
name: illustrative grue
is_a: DOID:9990001
[Term]
id: DOID:9990005
name: to be lost
[Term]
id: DOID:9990006
name: as ever
def: "It says the same." []
"""
AFTER = """format-version: 1.2
data-version: 2

[Term]
id: DOID:9990001
name: illustrative disease
[Term]
id: DOID:9990002
name: illustrative podagra
is_a: DOID:9990007
[Term]
id: DOID:9990003
name: obsolete illustrative mumps
is_obsolete: true
replaced_by: DOID:9990002
[Term]
id: DOID:9990004
name: illustrative grue
synonym: "bleen" EXACT []
is_a: DOID:9990001
[Term]
id: DOID:9990006
name: as ever
def: "It says the same." []
[Term]
id: DOID:9990007
name: a new | class
is_a: DOID:9990001
"""


def build(folder: Path, text: str, version: str) -> BuildReport:
    (folder / "t.obo").write_text(text)
    config = folder / "build.toml"
    config.write_text(
        f'[[input]]\nname = "t"\nformat = "obo.v1"\nkind = "terminology"\npaths = ["t.obo"]\nversion = "{version}"\n'
    )
    journal = Journal(folder / "data" / "journal.sqlite")
    try:
        return Pipeline(Settings(data=folder / "data", base=DEFAULT_BASE), journal).build(read_config(config))
    finally:
        journal.close()


def told(folder: Path, name: str = "1..2") -> dict[str, Change]:
    file = folder / "data" / "replacements" / "t" / name / "changes.jsonl"
    return {change.id: change for change in read_changes(file)}


def test_what_became_of_each_concept_is_told(tmp_path: Path) -> None:
    assert build(tmp_path, BEFORE, "1").outcomes[0].changes is None
    found = build(tmp_path, AFTER, "2").outcomes[0].changes
    assert found == Replacement(
        "t", "1", "2", 6, 6,
        {"new": 1, "gone": 1, "deprecated": 1, "reinstated": 0, "replaced": 1, "relabelled": 1, "moved": 2, "other": 1},
    )  # fmt: skip
    assert {one: ways(change) for one, change in told(tmp_path).items()} == {
        "DOID:9990002": ("relabelled", "moved"),
        "DOID:9990003": ("deprecated", "replaced", "moved"),
        "DOID:9990004": ("other",),
        "DOID:9990005": ("gone",),
        "DOID:9990007": ("new",),
    }
    summary = msgspec.json.decode(
        (tmp_path / "data" / "replacements" / "t" / "1..2" / "summary.json").read_bytes(), type=Replacement
    )
    assert summary == found


def test_the_report_stands_in_both_languages_with_the_same_concepts(tmp_path: Path) -> None:
    build(tmp_path, BEFORE, "1")
    build(tmp_path, AFTER, "2")
    folder = tmp_path / "data" / "replacements" / "t" / "1..2"
    texts = {language: (folder / f"report.{language}.md").read_text("utf-8") for language in ("en", "zh")}
    lines = {
        language: [line for line in text.splitlines() if line.startswith("- `")] for language, text in texts.items()
    }
    assert lines["en"] == lines["zh"]
    assert "- `DOID:9990007` a new \\| class" in lines["en"]
    assert "## renamed" in texts["en"]
    assert "## 改名" in texts["zh"]
    assert "  - parent: − DOID:9990001; + DOID:9990007" in texts["en"]
    assert "parent" not in texts["zh"]
    catalogue = Catalogue("kg").tables
    assert all(f"replacement.{way}" in catalogue[language] for way in WAYS for language in ("en", "zh"))


def test_the_old_release_is_gone_and_the_same_one_again_tells_nothing(tmp_path: Path) -> None:
    build(tmp_path, BEFORE, "1")
    build(tmp_path, AFTER, "2")
    again = build(tmp_path, AFTER, "2").outcomes[0]
    assert (again.batch, again.changes) == (None, None)
    journal = Journal(tmp_path / "data" / "journal.sqlite")
    try:
        graph = journal.graph("t", "main")
    finally:
        journal.close()
    assert graph is not None
    assert graph.graph.endswith("/t/2")


def test_a_release_taken_back_tells_the_way_back(tmp_path: Path) -> None:
    build(tmp_path, BEFORE, "1")
    build(tmp_path, AFTER, "2")
    back = build(tmp_path, BEFORE, "1").outcomes[0].changes
    assert back is not None
    assert (back.counts["reinstated"], back.counts["gone"], back.counts["new"]) == (1, 1, 1)


def test_circles_and_look_alikes_are_noticed_and_kept(tmp_path: Path) -> None:
    text = BEFORE.replace("name: illustrative disease\n", "name: illustrative disease\nis_a: DOID:9990002\n", 1)
    text += "[Term]\nid: DOID:9990008\nname: illustrative gоut\n[Term]\nid: DOID:9990009\nname: caf\u00e9 sign\n"
    text += "[Term]\nid: DOID:9990010\nname: cafe\u0301 sign\n"
    report = build(tmp_path, text, "1")
    assert report.rejected == 0
    lines = (tmp_path / "data" / "notices" / "t.jsonl").read_bytes().splitlines()
    found = [msgspec.json.decode(line, type=Notice) for line in lines]
    assert [(notice.key, notice.reason) for notice in found] == [
        ("DOID:9990002", "circle"),
        ("DOID:9990008", "look-alike"),
        ("DOID:9990010", "look-alike"),
    ]
    assert "U+043E CYRILLIC SMALL LETTER O" in found[1].detail
    assert "U+0301 COMBINING ACUTE ACCENT" in found[2].detail
