"""The labelled set: pairs of bibliographic records that are, or are not, one work.

    python -m tests.ingest.works.labelling

writes ``labelled.jsonl`` from works of our own invention (``works.jsonl``), near but other works of the same
authors (``siblings.jsonl``) and pairs written one by one (``written.jsonl``). Each perturbation below is
something that exports of PubMed, CNKI, Wanfang, VIP or reference managers do. The label follows from the
perturbation. A pair belongs to the half of its work, so that nothing tuned on one half has seen the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import opencc

HERE = Path(__file__).parent
FILE = HERE / "labelled.jsonl"
Row = dict[str, Any]
Change = Callable[[Row, Row], Row]


def _rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def half(name: str) -> str:
    """``dev`` or ``test``, by the digest of the work's name."""
    return "dev" if hashlib.sha256(name.encode()).digest()[0] % 2 else "test"


# ---------------------------------------------------------------- one work, two records


def full(row: Row, work: Row) -> Row:
    """Nothing changed."""
    return row


def loud(row: Row, work: Row) -> Row:
    """Title in capitals with a full stop, as old MEDLINE-derived files print it."""
    return row | {"title": row["title"].upper().replace("<I>", "<i>").replace("</I>", "</i>") + "."}


def plain(row: Row, work: Row) -> Row:
    """Markup left out, Greek letters spelled."""
    title = row["title"].replace("<i>", "").replace("</i>", "")
    for letter, name in (("α", "alpha"), ("β", "beta"), ("é", "e"), ("ø", "o")):
        title = title.replace(letter, name)
    return row | {"title": title}


def wide(row: Row, work: Row) -> Row:
    """Digits, letters and punctuation of full width."""
    table = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code) not in "<>/i"}
    return row | {"title": row["title"].translate(table), "pages": row["pages"].translate(table)}


def traditional(row: Row, work: Row) -> Row:
    """Traditional characters, as catalogues in Taiwan and Hong Kong write them."""
    convert = opencc.OpenCC("s2t").convert
    return row | {"title": convert(row["title"]), "authors": [convert(name) for name in row["authors"]]}


def spaced(row: Row, work: Row) -> Row:
    """Spaces between characters or for hyphens, a footnote mark after the title."""
    if row["language"] == "zh":
        return row | {"title": " ".join(row["title"][:6]) + row["title"][6:] + "△"}
    return row | {"title": row["title"].replace("-", " ") + "*"}


def separated(row: Row, work: Row) -> Row:
    """Another separator before the subtitle, a full stop where there is none."""
    mark = "——" if row["language"] == "zh" else " - "
    return row | {"title": row["title"].replace(": ", mark).replace(":", mark) + " ."}


def numbered(row: Row, work: Row) -> Row:
    """Leading zeros of volume and issue; the page range shortened."""
    first, dash, last = row["pages"].partition("-")
    last = last.partition("+")[0].partition(",")[0]
    kept = last[-2:] if dash and last.isdecimal() and first[:-2] == last[:-2] else last
    issue = f"0{row['issue']}" if row["issue"] else ""
    return row | {"volume": f"0{row['volume']}", "issue": issue, "pages": f"{first}{dash}{kept}"}


def volumeless(row: Row, work: Row) -> Row:
    """No volume, as CNKI exports journals; no ISSN."""
    return row | {"volume": "", "issn": ""}


def online(row: Row, work: Row) -> Row:
    """Ahead of print: the year before, no volume, issue or pages."""
    return row | {"year": row["year"] - 1, "volume": "", "issue": "", "pages": ""}


def bare(row: Row, work: Row) -> Row:
    """Title, authors, year: what a reference list keeps."""
    return row | {"issn": "", "journal": "", "volume": "", "issue": "", "pages": ""}


def abbreviated(row: Row, work: Row) -> Row:
    """The journal's abbreviation, initials of given names."""
    names = [_initials(name) for name in row["authors"]]
    return row | {"journal": work.get("abbreviation", row["journal"]), "authors": names, "issn": ""}


def first_only(row: Row, work: Row) -> Row:
    """First author only."""
    return row | {"authors": row["authors"][:1]}


def swapped(row: Row, work: Row) -> Row:
    """Given name taken for the family name."""
    swaps = [", ".join(reversed(name.split(", "))) for name in row["authors"]]
    return row | {"authors": swaps}


def misspelt(row: Row, work: Row) -> Row:
    """One character of the title lost."""
    at = len(row["title"]) * 2 // 3
    return row | {"title": row["title"][:at] + row["title"][at + 1 :]}


def _initials(name: str) -> str:
    family, comma, given = name.partition(", ")
    return f"{family}, {given[:1]}" if comma else name


def romanised(row: Row, work: Row) -> Row:
    """The same article in an English-language index: translated title, names in Latin letters."""
    names = [f"{name.split()[0]}, {name.split()[1]}" for name in work["roman"]]
    return row | {"title": work["title_en"], "journal": work["journal_en"], "authors": names, "language": "en"}


def paired(row: Row, work: Row) -> Row:
    """The Chinese record with its English parallel title."""
    return row | {"parallel": work["title_en"]}


DUPLICATES: dict[str, tuple[tuple[Change, Change], ...]] = {
    "zh": (
        (full, traditional), (wide, numbered), (spaced, volumeless), (separated, bare), (online, full),
        (misspelt, full), (first_only, traditional), (numbered, spaced), (bare, wide), (volumeless, misspelt),
    ),
    "en": (
        (full, loud), (plain, numbered), (abbreviated, full), (online, plain), (bare, abbreviated), (swapped, full),
        (misspelt, numbered), (loud, separated), (spaced, abbreviated), (numbered, loud), (first_only, volumeless),
    ),
    "cross": (
        (full, romanised), (paired, romanised), (numbered, romanised), (traditional, romanised),
    ),
}  # fmt: skip
"""Perturbations of both records of a pair."""


# ---------------------------------------------------------------- two works, near each other


def part(row: Row, work: Row) -> Row:
    """The second part, in the next issue."""
    tail = "(二)" if row["language"] == "zh" else ", part II"
    return _later(row) | {"title": row["title"] + tail}


def erratum(row: Row, work: Row) -> Row:
    """The correction of the article."""
    title = f"《{row['title']}》一文更正" if row["language"] == "zh" else f"Erratum: {row['title']}"
    return _later(row) | {"title": title}


def comment(row: Row, work: Row) -> Row:
    """A letter about the article, which carries its title."""
    title = f"与《{row['title']}》一文作者商榷" if row["language"] == "zh" else f"Re: {row['title']}"
    return _later(row) | {"title": title, "authors": ["钱进"] if row["language"] == "zh" else ["Quill, Zoe"]}


def preprint(row: Row, work: Row) -> Row:
    """The preprint of the article: a version, linked but not merged."""
    return row | {
        "kind": "preprint", "doi": "10.5555/preprint." + work["name"], "pmid": "", "journal": "Invented Preprints",
        "issn": "", "volume": "", "issue": "", "pages": "",
    }  # fmt: skip


def abstract(row: Row, work: Row) -> Row:
    """The meeting abstract of the article."""
    return _bare(row) | {
        "kind": "conference",
        "series": "虚拟医学年会" if row["language"] == "zh" else "Invented Meeting",
    }


def thesis(row: Row, work: Row) -> Row:
    """The thesis that the article was made from."""
    return _bare(row) | {"kind": "thesis", "authors": row["authors"][:1]}


def others(row: Row, work: Row) -> Row:
    """The same title by other people in another journal."""
    names = ["钱进", "戚文"] if row["language"] == "zh" else ["Quill, Zoe", "Xander, Bo"]
    return _bare(row) | {"authors": names, "journal": "另一虚拟杂志", "volume": "9", "issue": "9", "pages": "901-905"}


def follow_up(row: Row, work: Row) -> Row:
    """The same authors report again under the same title, three years on."""
    return _later(row) | {"year": row["year"] + 3, "volume": str(int(row["volume"]) + 3)}


def elsewhere(row: Row, work: Row) -> Row:
    """The same text printed in another journal in the same year, with a DOI of its own."""
    return row | {
        "doi": "10.5555/elsewhere." + work["name"], "pmid": "", "journal": "另一虚拟杂志", "issn": "9003-0015",
        "volume": "7", "issue": "2", "pages": "70-77",
    }  # fmt: skip


def neighbour(row: Row, work: Row) -> Row:
    """Another letter that begins on the same page of the same issue."""
    title, name = (
        ("一次性注射器回收的思考", "戚文") if row["language"] == "zh" else ("Recycling of syringes", "Xander, Bo")
    )
    return row | {"title": title, "authors": [name], "doi": "", "pmid": "", "parallel": ""}


def sibling(row: Row, work: Row) -> Row:
    """A study of the same authors, in the same issue, that differs by a word."""
    return _later(row) | {"title": work["sibling"]["title"], "issue": row["issue"]}


def twin(row: Row, work: Row) -> Row:
    """The sibling as a reference list keeps it: nothing but title, authors and year tells them apart."""
    return _bare(row) | {"title": work["sibling"]["title"]}


def foreign_sibling(row: Row, work: Row) -> Row:
    """The sibling, in an English-language index, further on in the same issue."""
    return romanised(_later(row), work) | {"title": work["sibling"]["title_en"], "issue": row["issue"]}


def foreign_neighbour(row: Row, work: Row) -> Row:
    """An English record of another letter that begins on the same page."""
    letter = {"title": "Recycling of syringes", "authors": ["Qi, Wen"], "doi": "", "pmid": ""}
    return romanised(row, work) | letter


def _later(row: Row) -> Row:
    issue = str(int(row["issue"]) + 1) if row["issue"] else ""
    return row | {"doi": "", "pmid": "", "issue": issue, "pages": f"{_first(row) + 40}-{_first(row) + 46}"}


def _first(row: Row) -> int:
    digits = "".join(letter for letter in row["pages"].partition("-")[0] if letter.isdecimal())
    return int(digits)


def _bare(row: Row) -> Row:
    return row | {"doi": "", "pmid": "", "issn": "", "journal": "", "volume": "", "issue": "", "pages": ""}


NEGATIVES: dict[str, tuple[Change, ...]] = {
    "one": (part, erratum, comment, preprint, abstract, thesis, others, follow_up, elsewhere, neighbour),
    "all": (sibling, twin),
    "cross": (foreign_sibling, foreign_neighbour),
}
KEPT = {
    "first": lambda row: row | {"pmid": ""}, "second": lambda row: row | {"doi": ""},
    "neither": lambda row: row | {"doi": "", "pmid": ""},
}  # fmt: skip
"""Which identifiers a record of a pair keeps: never the same one on both sides in most pairs."""


def pairs() -> Iterator[Row]:
    """Every pair of the set, with its name, half, language, label and what was done to either record."""
    siblings = {row["of"]: row for row in _rows("siblings.jsonl")}
    for number, work in enumerate(_rows("works.jsonl")):
        work["sibling"] = siblings[work["name"]]
        language = "zh" if work["name"][0] == "z" else "en"
        row = _record(work, language)
        changes = DUPLICATES[language]
        for turn in range(4):
            yield _same(work, row, language, changes[(number * 4 + turn * 3) % len(changes)], turn + number)
        if language == "zh":
            for turn, change in enumerate(DUPLICATES["cross"][number % 2 :: 2]):
                yield _same(work, row, "cross", change, turn + number)
        picked = [NEGATIVES["one"][(number * 3 + turn) % len(NEGATIVES["one"])] for turn in range(3)]
        for change in (*picked, *NEGATIVES["all"]):
            yield _pair(work["name"], language, False, change.__name__, row, change(row, work))
        if language == "zh":
            for change in NEGATIVES["cross"]:
                yield _pair(work["name"], "cross", False, change.__name__, row, change(row, work))
    for number, written in enumerate(_rows("written.jsonl")):
        yield _pair(
            f"w{number:02}", written["language"], written["same"], written["note"], written["a"], written["b"]
        )  # fmt: skip


def _record(work: Row, language: str) -> Row:
    names = ("title", "authors", "journal", "issn", "year", "volume", "issue", "pages", "doi", "pmid")
    return {name: work[name] for name in names} | {"language": language}


def _same(work: Row, row: Row, language: str, change: tuple[Change, Change], turn: int) -> Row:
    keeps = [("first", "second"), ("neither", "neither"), ("first", "neither"), ("first", "first")][turn % 4]
    made = [step(KEPT[keep](row), work) for step, keep in zip(change, keeps, strict=True)]
    note = f"{change[0].__name__}/{change[1].__name__}, {'/'.join(keeps)}"
    return _pair(work["name"], language, True, note, *made)


def _pair(work: str, language: str, same: bool, note: str, a: Row, b: Row) -> Row:
    kept = [{key: value for key, value in row.items() if value and key != "language"} for row in (a, b)]
    return {
        "work": work, "half": half(work), "language": language, "same": same, "note": note, "a": kept[0], "b": kept[1]
    }  # fmt: skip


def content() -> str:
    """The text of ``labelled.jsonl``: every pair once."""
    lines = (json.dumps(pair, ensure_ascii=False, separators=(",", ":")) for pair in pairs())
    return "".join(f"{line}\n" for line in dict.fromkeys(lines))


if __name__ == "__main__":
    FILE.write_text(content(), "utf-8")
