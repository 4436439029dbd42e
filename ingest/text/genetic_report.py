"""Reports of gene tests: which variant of which gene, its share of reads, its class; what was not read is listed.

Reports have no common form, so a line counts where it names a gene of the dictionary and a variant (HGVS, rs number, or
a short protein form). Classes and tiers are told in the words of the report; nothing is concluded from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from ingest.text.annotate import Annotator
from kg.model.evidence import Mention

_SHARE = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s*[%％]")
_CLASS = re.compile(
    r"likely pathogenic|pathogenic|likely benign|benign|(?:variant of )?uncertain significance|\bVUS\b"
    r"|\btier\s*(?:I{1,3}|IV)\b|(?:可能|疑似)致病|致病|可能良性|良性|(?:临床)?意义(?:未明|不明|不明确)"
    r"|(?:[ⅠⅡⅢⅣ]|I{1,3}V?|[一二三四])\s*[类级](?![型别])",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"未检出|未发现|未见|阴性|not detected|no (?:variants?|mutations?)|negative|wild[- ]?type|野生型", re.IGNORECASE
)
_GENES = frozenset({"gene", "gene-family"})


class GeneticFinding(msgspec.Struct, frozen=True):
    """One line: ``start`` and ``end`` are its offsets in the report. ``variants`` as the report has them; ``share`` in
    per cent, None where none or several stand there; ``classification`` in its words, empty where it gives none."""

    start: int
    end: int
    gene: Mention
    variants: tuple[Mention, ...]
    share: float | None = None
    classification: str = ""


class GeneticReport(msgspec.Struct, frozen=True):
    """``unread``: (start, end) of each line that is not empty and no finding, in order."""

    findings: tuple[GeneticFinding, ...]
    unread: tuple[tuple[int, int], ...]


def genetic_report(text: str, annotator: Annotator, language: str = "") -> GeneticReport:
    """What a report says, line by line; every line that is not empty is a finding, or listed as not read.

    A line that says that nothing was found, or that names several genes, is not read: whose variant it is stands open.
    """
    mentions = [one for one in annotator.text(text, language) if one.category in _GENES or one.category == "variant"]
    findings: list[GeneticFinding] = []
    unread: list[tuple[int, int]] = []
    for start, end in _lines(text):
        within = [one for one in mentions if start <= one.start and one.end <= end]
        found = _finding(text, start, end, within)
        if found is None:
            unread.append((start, end))
        else:
            findings.append(found)
    return GeneticReport(tuple(findings), tuple(unread))


def _finding(text: str, start: int, end: int, mentions: Sequence[Mention]) -> GeneticFinding | None:
    line = text[start:end]
    genes = [one for one in mentions if one.category in _GENES]
    variants = tuple(one for one in mentions if one.category == "variant")
    concepts = {one.candidates[0].concept for one in genes if one.candidates}
    if not variants or len(concepts) != 1 or _DENIED.search(line):
        return None
    shares = [float(share) for share in _SHARE.findall(line) if float(share) <= 100]
    classes = [match[0] for match in _CLASS.finditer(line)]
    return GeneticFinding(
        start, end, genes[0], variants,
        shares[0] if len(shares) == 1 else None,
        classes[0] if len({one.lower() for one in classes}) == 1 else "",
    )  # fmt: skip


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines that are not empty, without white space around."""
    for match in re.finditer(r"[^\r\n]+", text):
        if line := match[0].strip():
            start = match.start() + match[0].index(line)
            yield start, start + len(line)
