"""The quotes of the shipped packs against the files that they were taken from, and files that are others."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from ingest.config import BuildConfig, input_files, read_config
from ingest.quotes.files import FileSources, QuotedFile, read_list, shipped
from ingest.sources.rule_table import RuleTable
from kg.errors import ConfigError, InputError
from kg.model.rule import PackedRule, Rule
from kg.model.source import Reject
from kg.rules.quotes import looked_at
from ontology.reading.raw import describe

ROOT = Path(__file__).resolve().parents[2]
PACKS = ("example-pharmacogenomics", "example-quoted-reports")
TEXT = "1|t|An invented title\n1|a|An invented patient had gout. The end.\n\n2|t|Second\n2|a|\n"


def packed(config: BuildConfig) -> dict[str, list[Rule]]:
    """The rules of the packs with quotes, which every row of theirs is."""
    found: dict[str, list[Rule]] = {}
    for spec in config.input:
        if spec.name in PACKS:
            (path,) = input_files(spec, config.folder, {})
            items = list(RuleTable().parse(describe(path), spec.options))
            found[spec.name] = [item.rule for item in items if isinstance(item, PackedRule)]
            assert len(found[spec.name]) == len(items)
    return found


RULES = packed(read_config(ROOT / "api" / "starter.toml"))
RETRACTED = "PMID:20067456"
EVERY = [rule for rules in RULES.values() for rule in rules]


def test_every_row_of_the_packs_has_a_quote() -> None:
    assert {name: len(rules) for name, rules in RULES.items()} == {
        "example-pharmacogenomics": 44, "example-quoted-reports": 58,
    }  # fmt: skip
    assert {part.basis for rule in EVERY for part in rule.evidence} == {"quoted"}


def test_a_report_of_a_few_patients_never_does_more_than_warn_and_says_how_little_it_is() -> None:
    assert {rule.tier for rule in EVERY} <= {"inform", "warn"}
    for rule in RULES["example-quoted-reports"]:
        (evidence,) = rule.evidence
        assert evidence.strength
        assert not evidence.grade
        assert evidence.document.removeprefix("PMID:") in rule.message.en
        assert ("one case" in rule.message.en.casefold()) or ("one study" in rule.message.en.casefold()) or (
            "one review" in rule.message.en.casefold()
        )  # fmt: skip


def test_a_quote_is_one_sentence_and_no_copy_of_the_data() -> None:
    for rule in EVERY:
        assert len(rule.evidence[0].quote) <= 300, rule.id
    per_document = Counter(rule.evidence[0].document for rule in RULES["example-quoted-reports"])
    assert max(per_document.values()) == 1


@pytest.fixture(scope="module")
def sources(data_folder: Path) -> FileSources:
    return FileSources(data_folder, shipped(), {RETRACTED, *(rule.evidence[0].document for rule in EVERY)})


@pytest.mark.data
def test_every_quote_stands_where_it_says(sources: FileSources) -> None:
    assert sources.absent == ()
    results = list(looked_at(EVERY, sources))
    assert [one for one in results if one.state != "found"] == []
    assert len(results) == 102 >= 60


@pytest.mark.data
def test_planted_errors_are_found_in_the_real_files(sources: FileSources) -> None:
    rules = [planted(number, rule) for number, rule in enumerate(EVERY)]
    results = list(looked_at(rules, sources))
    assert [one.state for one in results if one.state != "fault"] == []
    assert set(Counter(one.reason for one in results)) == {"moved", "wording", "passage"}


def planted(number: int, rule: Rule) -> Rule:
    """A rule with its quote moved by one, one letter changed, or of the next rule's document."""
    (evidence,) = rule.evidence
    assert evidence.start is not None
    wrong: dict[str, object] = {"start": evidence.start + 1}
    if number % 3 == 1:
        wrong = {"quote": evidence.quote[:-2] + "#" + evidence.quote[-1:], "grade": ""}
    elif number % 3 == 2:
        other = next(
            one
            for one in EVERY
            if one.evidence[0].document != evidence.document and one.evidence[0].passage != evidence.passage
        )
        wrong = {"document": other.evidence[0].document}
    return msgspec.structs.replace(rule, evidence=(msgspec.structs.replace(evidence, **wrong),))


@pytest.mark.data
def test_a_retracted_paper_is_found_out(sources: FileSources) -> None:
    """One of the training set stands in the list of retracted papers."""
    rule = EVERY[-1]
    evidence = msgspec.structs.replace(rule.evidence[0], document=RETRACTED)
    (found,) = looked_at([msgspec.structs.replace(rule, evidence=(evidence,))], sources)
    assert (found.state, found.reason, found.detail) == ("fault", "standing", "retracted")


HEAD = (
    "id,family,drugs,others,tier,title_zh,title_en,message_zh,message_en,organisation,source,"
    "document,passage,start,quote,grade\n"
)
ROW = "t:1,reported-harm,medkg:drug-a,medkg:disease-b,inform,例,Example,例,Example,medkg,Illustration,"
TOLD = {"pack": "p", "release": "1", "licence": "CC0-1.0"}


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ("PMID:1,title-0,3,Words.,", []),
        ("PMID:1,title-0,-1,Words.,", ["start"]),
        (",,x,Words.,", ["document", "passage", "start"]),
        ("PMID:1,title-0,3,,A", ["grade needs a quote"]),
        (",,,,", []),
    ],
)
def test_a_row_with_half_a_quote_is_rejected_with_what_is_missing(tmp_path: Path, cells: str, wrong: list[str]) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(HEAD + ROW + cells + "\n", "utf-8")
    (item,) = RuleTable().parse(describe(path), TOLD)
    if not wrong:
        assert isinstance(item, PackedRule)
        assert (item.rule.evidence[0].basis == "quoted") == ("Words" in cells)
        return
    assert isinstance(item, Reject)
    assert item.position == "line 2"
    assert all(part in item.detail for part in wrong)


def listing(path: Path, **more: str) -> tuple[QuotedFile, ...]:
    own = {"path": path.name, "format": "pubtator.v1", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    return (msgspec.convert(own | more, QuotedFile),)


def test_texts_come_with_their_standing_and_only_for_whom_they_are_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    sources = FileSources(tmp_path, listing(path), {"PMID:1", "PMID:9"})
    held = sources.held("PMID:1")
    assert held is not None
    assert sorted(held.passages.values()) == ["An invented patient had gout. The end.", "An invented title"]
    assert held.standings == {"published"}
    assert sources.held("PMID:2") is sources.held("PMID:9") is None


def test_another_file_of_the_same_name_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    other = FileSources(tmp_path, listing(path, sha256="0" * 64), {"PMID:1"})
    with pytest.raises(InputError, match="SHA-256"):
        other.held("PMID:1")
    path.write_bytes(TEXT.encode() + b"\xff\n")
    with pytest.raises(InputError):
        FileSources(tmp_path, listing(path), {"PMID:1"}).held("PMID:1")


def test_a_file_that_is_not_there_is_told_and_a_list_that_does_not_fit_refused(tmp_path: Path) -> None:
    listed = (QuotedFile("b.txt", "pubtator.v1", "0" * 64),)
    assert FileSources(tmp_path, listed, {"PMID:1"}).absent == ("b.txt",)
    assert FileSources(tmp_path, listed, {"PMID:1"}).held("PMID:1") is None
    with pytest.raises(ConfigError):
        read_list('[[file]]\npath = "x"\n')
