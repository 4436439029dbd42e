"""SNOMED CT Release Format 2: its files, its columns, and the concepts of the model that they refer to.

SNOMED CT Release File Specification, https://docs.snomed.org/snomed-ct-specifications/snomed-ct-release-file-specification.
Identifiers of the metadata hierarchy are part of the format; nothing of the content is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from ontology.prefixes import Match
from ontology.reading.release import Member, Release

FOLDERS = frozenset({
    "Terminology", "Refset", "Language", "Map", "Content", "Metadata", "Snapshot", "Full", "Delta", "RF2Release",
})  # fmt: skip
"""Folders inside a release (section 3.3)."""
Kind = Literal["Snapshot", "Full"]

IS_A = "116680003"
FULLY_SPECIFIED = "900000000000003001"
PREFERRED = "900000000000548007"
STATED = "900000000000010007"
ENGLISH = ("900000000000509007", "900000000000508004")
"""Language reference sets of the United States and of Great Britain."""

REPLACES = frozenset({"900000000000526001", "900000000000527005"})
"""Association reference sets REPLACED BY and SAME AS: one concept stands for the inactive one."""
ALIKE = frozenset({"900000000000523009", "900000000000530003", "1186924009", "1186921001"})
"""POSSIBLY EQUIVALENT TO, ALTERNATIVE, PARTIALLY EQUIVALENT TO, POSSIBLY REPLACED BY: one of several may be it."""
WAS_A = "900000000000528000"

MAPS = {"447562003": "ICD10", "6011000124106": "ICD10CM", "447563008": "ICD9CM"}
"""Map reference sets of the international and the United States editions -> prefix of the codes."""
CORRELATIONS: dict[str, Match] = {
    "447557004": "exactMatch", "447558009": "broadMatch", "447559001": "narrowMatch", "447560006": "relatedMatch",
}  # fmt: skip
"""Map correlations (exact, narrow to broad, broad to narrow, partial overlap); others do not say how close."""

TAGS = {
    "disorder": "disease", "procedure": "procedure", "regime/therapy": "procedure", "body structure": "anatomy",
    "cell structure": "anatomy", "cell": "anatomy", "organism": "organism", "substance": "chemical",
    "product": "drug", "medicinal product": "drug", "medicinal product form": "drug", "clinical drug": "drug",
    "real medicinal product": "drug", "real clinical drug": "drug", "packaged clinical drug": "drug",
}  # fmt: skip
"""Semantic tag -> category, where one tag is of one kind. Findings and observable entities are of many."""

_HEAD = ("id", "effectiveTime", "active", "moduleId")
_REFSET = (*_HEAD, "refsetId", "referencedComponentId")
COLUMNS: dict[str, tuple[str, ...]] = {
    "Concept": (*_HEAD, "definitionStatusId"),
    "Description": (*_HEAD, "conceptId", "languageCode", "typeId", "term"),
    "TextDefinition": (*_HEAD, "conceptId", "languageCode", "typeId", "term"),
    "Relationship": (*_HEAD, "sourceId", "destinationId", "relationshipGroup", "typeId", "characteristicTypeId"),
    "Language": (*_REFSET, "acceptabilityId"),
    "Association": _REFSET,
    "Map": _REFSET,
}
"""The columns that a file of each kind begins with, of those that are read."""
REQUIRED = ("Concept", "Description", "Relationship", "Language")
"""Without these no concept has its names and its place."""
_TIME = re.compile(r"\d{8}").fullmatch


def files(release: Release, kind: Kind) -> dict[str, tuple[Member, ...]]:
    """The members of a release by what they hold (file names: section 3.3.2)."""
    rest = r"(?:-[A-Za-z-]+)?_.*\.txt"
    names = {
        **{what: rf"x?sct2_{what}_{kind}" for what in ("Concept", "Description", "TextDefinition", "Relationship")},
        "Language": rf"x?der2_cRefset_Language{kind}",
        "Association": rf"x?der2_cRefset_Association(?:Reference)?{kind}",
        "Map": rf"x?der2_\w+_(?:Simple|Complex|Extended)Map\w*?{kind}",
    }
    return {what: release.find(name + rest) for what, name in names.items()}


class Unfit(msgspec.Struct, frozen=True):
    """A line that is not as the format says; ``reason`` as in a Reject."""

    line: int
    key: str
    reason: str
    detail: str


def header(member: Member, what: str) -> str:
    """What is wrong with the first line of a file; empty where it begins with the columns of its kind."""
    wanted = list(COLUMNS[what])
    for _, cells in member.rows():
        # Older releases write targetComponent for targetComponentId; what comes behind is looked for by place.
        return "" if cells[: len(wanted)] == wanted else ", ".join(cells)[:120]
    return "-"


def rows(member: Member, what: str, at: str, full: bool) -> Iterator[tuple[int, list[str]] | Unfit]:
    """(line, cells) of each component as it is now, or as it was ``at`` a day (YYYYMMDD, empty for now).

    A snapshot has one row for each; of a full release it is the row with the newest effective time.
    """
    width = len(COLUMNS[what])
    newest = _newest(member, at) if full else None
    for line, cells in member.rows():
        if line == 1:
            continue
        if len(cells) < width or not _TIME(cells[1]):
            yield Unfit(line, cells[0], "columns", f"{len(cells)} / {width}")
        elif newest is None or newest.get(cells[0]) == cells[1]:
            yield line, cells


def _newest(member: Member, at: str) -> dict[str, str]:
    """Component -> effective time of the row that holds."""
    newest: dict[str, str] = {}
    times: dict[str, str] = {}
    for line, cells in member.rows():
        if line > 1 and len(cells) > 3 and (not at or cells[1] <= at):
            time = times.setdefault(cells[1], cells[1])
            if newest.get(cells[0], "") < time:
                newest[cells[0]] = time
    return newest


def tag_of(term: str) -> str:
    """The semantic tag that a fully specified name ends with; empty where it has none.

    >>> tag_of("Illustrative gout (disorder)"), tag_of("Illustrative gout")
    ('disorder', '')
    """
    head, mark, tail = term.rpartition("(")
    return tail[:-1].strip() if mark and head.strip() and tail.endswith(")") else ""


def without_tag(term: str) -> str:
    """A fully specified name without its semantic tag."""
    return term.rpartition("(")[0].strip() if tag_of(term) else term
