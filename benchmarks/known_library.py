"""The library in which ``known_items.py`` looks for papers: real abstracts, the records that ship with medkg, and
invented records in two languages with names, journals and years.

The works that readers look for are those of ``tests/ingest/works``; beside each stands its sibling, another work of
the same authors in the same journal that differs by a word or two. Works with a PubMed number come twice, as a
Chinese database and as PubMed would give them. Made-up records take their words from the starter pack, and names,
journals and years from the same stock as the works, so that none of these is rare.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORKS = ROOT / "tests" / "ingest" / "works"
MADE_UP = {"zh": 2_000, "en": 1_000}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "海涛小燕国强思远芳文杰敏立新洁翔宇晓东明静怡骏丽雅琴宏伟志刚晴"
_FAMILIES = ("Harper", "Whitfield", "Novak", "Okafor", "Müller", "Wang", "Zhang", "Rossi", "Smith", "Guo", "Bao")
_FIRST = ("Anna", "Daniel J", "Wei", "Petra", "Martin", "Ebba", "Chidi", "Jörg", "Yi", "Li")
_TITLES = {
    "zh": (
        "{drug}治疗{disease}的临床观察",
        "{drug}联合{other}治疗{disease}的Meta分析",
        "{disease}患者{test}检测的临床意义",
        "{disease}的危险因素分析：多中心回顾性研究",
        "{disease}与{second}的相关性研究",
        "老年{disease}患者的护理干预",
        "{disease}{number}例临床分析",
        "儿童{disease}的诊治进展",
    ),
    "en": (
        "{drug} for {disease}: a randomised controlled trial",
        "{drug} versus {other} in patients with {disease}",
        "Risk factors of {disease} in adults with {second}",
        "Prevalence of {disease} and {second}: a cohort study",
        "{test} in the diagnosis of {disease}",
        "{drug}-associated {disease}: a case report",
    ),
}
_ABSTRACTS = {
    "zh": "目的 探讨{disease}患者应用{drug}的效果。方法 选取{number}例患者，检测{test}。本文为虚构，并无真实研究。",
    "en": "Invented. {number} patients with {disease} were given {drug}; {test} was measured before and after.",
}
_TESTED = (
    ("bc5cdr", "pubtator.v1", "bc5cdr/CDR_*.PubTator.txt"),
    ("ncbi-disease", "pubtator.v1", "ncbi-disease/NCBI*_corpus.txt"),
    ("bioner", "pubtator.v1", "pubtator-bioner/*.PubTator"),
    ("pubmed-samples", "pubmed.v1", "pubmed-xml/*pubmed*.xml"),
    ("pmc-samples", "jats.v1", "jats/*.nxml"),
    ("references", "ris.v1", "ris/example_wos.ris"),
)
Work = dict[str, Any]


def write(folder: Path, data: Path) -> Path:
    """The invented files, and the build file that reads them with those of ``data``; returns the latter."""
    found = works()
    chinese = [work for work in found if "title_en" in work]
    english = [work for work in found if "title_en" not in work]
    _save(folder / "works.net", map(noteexpress, chinese))
    _save(folder / "works.nbib", map(nbib, [work for work in found if work.get("pmid")]))
    _save(folder / "works.ris", map(ris, [work for work in english if not work.get("pmid")]))
    _save(folder / "made-up.net", map(noteexpress, made_up("zh")))
    _save(folder / "made-up.ris", map(ris, made_up("en")))
    inputs = [
        _input("starter", "starter.v1", "package:ontology/starter", "terminology", "\n[input.options.checks]\npath = "
               '"checks.tsv"'),
        _input("starter-records", "records.v1", "package:ingest/starter/documents.jsonl"),
        *(_input(name, form, f"{data.resolve()}/{path}") for name, form, path in _TESTED),
        *(_input(f"{name}-{form}", f"{form}.v1", f"{name}.{end}") for name, form, end in (
            ("works", "noteexpress", "net"), ("works", "nbib", "nbib"), ("works", "ris", "ris"),
            ("made-up", "noteexpress", "net"), ("made-up", "ris", "ris"))),
    ]  # fmt: skip
    config = folder / "library.toml"
    config.write_text("\n".join(inputs), "utf-8")
    return config


def works() -> list[Work]:
    """Every work, and its sibling of the year after."""
    rows: list[Work] = [json.loads(line) for line in (WORKS / "works.jsonl").read_text("utf-8").splitlines()]
    of = {row["name"]: row for row in rows}
    for line in (WORKS / "siblings.jsonl").read_text("utf-8").splitlines():
        sibling = json.loads(line)
        work = of[sibling.pop("of")]
        later = {"year": work["year"] + 1, "doi": "", "pmid": "", "pages": f"{100 + work['year'] % 90}-199"}
        rows.append(work | later | sibling)
    return rows


def made_up(language: str) -> Iterable[Work]:
    """Records of one language, the same on any machine."""
    dice = random.Random(20261121)
    names = {kind: _labels(kind, language) for kind in ("diseases", "drugs", "tests")}
    journals = sorted({work["journal"] for work in works() if ("title_en" in work) == (language == "zh")})
    for number in range(MADE_UP[language]):
        words = {
            "disease": dice.choice(names["diseases"]), "second": dice.choice(names["diseases"]),
            "drug": dice.choice(names["drugs"]), "other": dice.choice(names["drugs"]),
            "test": dice.choice(names["tests"]), "number": dice.randint(12, 600),
        }  # fmt: skip
        title = dice.choice(_TITLES[language]).format(**words)
        page = dice.randint(1, 3_000)
        yield {
            "title": title[0].upper() + title[1:],
            "abstract": _ABSTRACTS[language].format(**words),
            "authors": [_person(dice, language) for _ in range(dice.randint(1, 4))],
            "journal": dice.choice(journals),
            "year": dice.randint(2008, 2024),
            "volume": str(dice.randint(1, 60)),
            "issue": str(dice.randint(1, 12)),
            "pages": f"{page}-{page + 5}",
            "doi": f"10.5555/made-up.{language}.{number}",
        }


def _person(dice: random.Random, language: str) -> str:
    if language == "en":
        return f"{dice.choice(_FAMILIES)}, {dice.choice(_FIRST)}"
    return dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=dice.randint(1, 2)))


def _labels(kind: str, language: str) -> list[str]:
    with (ROOT / "ontology" / "starter" / f"{kind}.tsv").open(encoding="utf-8", newline="") as rows:
        return [row[language] for row in csv.DictReader(rows, delimiter="\t") if "-class-" not in row["id"]]


def noteexpress(work: Work) -> str:
    """As SinoMed gives it, with the translated title, for every other work; as CNKI does without, for the rest."""
    translated = work.get("title_en", "") if work.get("name", "z02")[-1] in "13579" else ""
    rows = {
        "Reference Type": "Journal Article", "Title": work["title"], "Translated Title": translated,
        "Author": ";".join(work["authors"]), "Journal": work["journal"], "Year": work["year"],
        "Volume": work["volume"], "Issue": work["issue"], "Pages": work["pages"],
        "Abstract": work.get("abstract", ""), "ISBN/ISSN": work.get("issn", ""), "DOI": work.get("doi", ""),
    }  # fmt: skip
    return "".join(f"{{{name}}}: {value}\n" for name, value in rows.items() if value)


def nbib(work: Work) -> str:
    """As PubMed gives it: a Chinese work under its English title, authors in pinyin."""
    chinese = "title_en" in work
    rows = [
        ("PMID", work["pmid"]),
        ("TI", f"{work['title_en' if chinese else 'title']}."),
        ("TT", f"{work['title']}." if chinese else ""),
        *(("FAU", name.replace(" ", ", ", 1) if chinese else name) for name in work.get("roman", work["authors"])),
        ("JT", work["journal_en" if chinese else "journal"]),
        ("TA", work.get("abbreviation", "")),
        ("IS", f"{work['issn']} (Print)"),
        ("DP", work["year"]),
        ("VI", work["volume"]),
        ("IP", work["issue"]),
        ("PG", work["pages"]),
        ("LID", f"{work['doi']} [doi]" if work["doi"] else ""),
        ("LA", "chi" if chinese else "eng"),
    ]
    return "".join(f"{name:<4}- {value}\n" for name, value in rows if value)


def ris(work: Work) -> str:
    """As a publisher's site gives it."""
    rows = [
        ("TY", "JOUR"),
        ("TI", work["title"]),
        *(("AU", name) for name in work["authors"]),
        ("JO", work["journal"]),
        ("JA", work.get("abbreviation", "")),
        ("PY", work["year"]),
        ("VL", work["volume"]),
        ("IS", work["issue"]),
        ("SP", work["pages"]),
        ("AB", work.get("abstract", "")),
        ("DO", work.get("doi", "")),
        ("SN", work.get("issn", "")),
    ]
    return "".join(f"{name}  - {value}\n" for name, value in rows if value) + "ER  - \n"


def _save(path: Path, records: Iterable[str]) -> None:
    path.write_text("\n".join(records), "utf-8")


def _input(name: str, form: str, path: str, kind: str = "source", more: str = "") -> str:
    return (
        f'[[input]]\nname = "{name}"\nformat = "{form}"\nkind = "{kind}"\npaths = ["{path}"]\n'
        f'version = "1"\ntitle = {{ zh = "{name}", en = "{name}" }}{more}\n'
    )
