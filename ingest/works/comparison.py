"""Whether two records are one work, and why. Conservative: what stays open is not the same.

A preprint and its article, a meeting abstract and its paper, a thesis and what came of it are works of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import product
from typing import Literal

import msgspec

from ingest.works.citation import Citation
from ingest.works.names import alike
from ingest.works.places import Agreement, Place
from ingest.works.titles import Title
from kg.model.document import DocumentKind

_SIMILAR = 0.87
"""Likeness of titles (2M/T of difflib) from which a difference may be a slip, given the same place and author."""
_RELATED = 0.5
"""Likeness below which titles in one language contradict a shared identifier."""
_ONE_SORT: dict[DocumentKind, str] = {"guideline": "article", "newspaper": "article", "report": "article"}
"""Sources disagree on these kinds; all others are kept apart."""

Reason = Literal[
    "curator", "identifier", "title", "place", "translation",
    "identifiers-differ", "kinds-differ", "years-differ", "editions-differ", "parts-differ", "notice",
    "publishers-differ", "titles-differ", "authors-differ", "places-differ", "too-little",
]  # fmt: skip


class Verdict(msgspec.Struct, frozen=True):
    """``reason``: the rule that decided. ``evidence``: what agrees, ``doi 10.5555/x``, ``title``, ``first author``."""

    same: bool
    reason: Reason
    evidence: tuple[str, ...] = ()


def compare(a: Citation, b: Citation) -> Verdict:
    """Symmetric: ``compare(a, b) == compare(b, a)``."""
    veto = apart(a, b)
    if veto:
        return Verdict(False, veto)
    titles = _Titles(a.titles, b.titles)
    shared = _shared(a, b)
    if shared:
        # One DOI may stand on a whole supplement, or on a correction beside its article.
        return Verdict(False, "titles-differ") if titles.unrelated else Verdict(True, "identifier", shared)
    authors = _authors(a, b)
    place = Place(a, b)
    evidence = (*(["first author"] if authors is Agreement.YES else []), *place.evidence)
    if titles.telling and (place.full or (place.slip and (authors is Agreement.YES or _share_author(a, b)))):
        # Names are spelled in more ways than one: they do not part one title at one place.
        return Verdict(True, "title", ("title", *evidence))
    if authors is Agreement.NO:
        return Verdict(False, "authors-differ")
    if place.conflict:
        return Verdict(False, "places-differ")
    if titles.equal:
        enough = (titles.telling and (authors is Agreement.YES or place.found)) or (place.found and place.host)
        return Verdict(True, "title", ("title", *evidence)) if enough else Verdict(False, "too-little")
    if authors is Agreement.OPEN or not place.found or (a.years and b.years and not set(a.years) & set(b.years)):
        return Verdict(False, "titles-differ" if titles.comparable else "too-little")
    if titles.close:
        return Verdict(True, "place", ("similar title", *evidence))
    if titles.languages_differ and (place.host or (place.whole and len(a.authors) == len(b.authors) > 1)):
        if all(alike(one, other) for one, other in zip(a.authors, b.authors, strict=False)):
            return Verdict(True, "translation", evidence)
        return Verdict(False, "authors-differ")
    return Verdict(False, "titles-differ" if titles.comparable else "too-little")


def apart(a: Citation, b: Citation) -> Reason | None:
    """What forbids that two records are one work, whatever else agrees; None where nothing does."""
    if _clash(a.pmids, b.pmids) or _clash(a.dois, b.dois) or _clash(a.pmcs, b.pmcs):
        return "identifiers-differ"
    if "other" not in (a.kind, b.kind) and _ONE_SORT.get(a.kind, a.kind) != _ONE_SORT.get(b.kind, b.kind):
        return "kinds-differ"
    if a.years and b.years and min(abs(one - other) for one, other in product(a.years, b.years)) > 1:
        return "years-differ"
    if a.edition and b.edition and a.edition != b.edition:
        return "editions-differ"
    if a.kind == b.kind == "thesis" and a.publisher and b.publisher and a.publisher != b.publisher:
        return "publishers-differ"
    if a.titles and b.titles:
        # Titles in other languages say less: one record may have the part in one language only.
        pairs = [(one, other) for one, other in product(a.titles, b.titles) if one.han == other.han]
        if pairs and all(one.notices != other.notices for one, other in pairs):
            return "notice"
        if pairs and all(one.parts != other.parts for one, other in pairs):
            return "parts-differ"
    return None


def _clash(a: Sequence[str], b: Sequence[str]) -> bool:
    return bool(a and b) and not set(a) & set(b)


def _shared(a: Citation, b: Citation) -> tuple[str, ...]:
    numbers = (("pmid", a.pmids, b.pmids), ("pmc", a.pmcs, b.pmcs), ("doi", a.dois, b.dois))
    return tuple(f"{scheme} {value}" for scheme, ours, theirs in numbers for value in sorted(set(ours) & set(theirs)))


def _authors(a: Citation, b: Citation) -> Agreement:
    if not a.authors or not b.authors:
        return Agreement.OPEN
    return Agreement.YES if alike(a.authors[0], b.authors[0]) else Agreement.NO


def _share_author(a: Citation, b: Citation) -> bool:
    return any(alike(one, other) for one, other in product(a.authors, b.authors))


class _Titles:
    """How the titles of two records stand to each other."""

    def __init__(self, a: Sequence[Title], b: Sequence[Title]) -> None:
        pairs = [(one, other) for one, other in product(a, b) if one.han == other.han]
        same = [one for one, other in pairs if one.key == other.key]
        self.comparable = bool(pairs)
        self.equal = bool(same)
        self.telling = any(title.telling for title in same)
        self._pairs = pairs
        self.languages_differ = {title.han for title in a} != {title.han for title in b} and self._crossed(a, b)

    @staticmethod
    def _crossed(a: Sequence[Title], b: Sequence[Title]) -> bool:
        """Whether one record is Chinese and the other is not: two translations of a title may differ."""
        return any(title.han for title in a) != any(title.han for title in b)

    @property
    def close(self) -> bool:
        """A slip, or one title cut short: never another number."""
        return any(_close(one, other) for one, other in self._pairs)

    @property
    def unrelated(self) -> bool:
        if self.languages_differ:
            return False
        return bool(self._pairs) and all(_likeness(one.key, other.key) < _RELATED for one, other in self._pairs)


def _close(a: Title, b: Title) -> bool:
    if a.generic or b.generic:
        return False
    short, long = sorted((a.key, b.key), key=lambda key: (len(key), key))
    if long.startswith(short) and (a.telling and b.telling):
        return True
    return a.numbers == b.numbers and _likeness(short, long) >= _SIMILAR


def _likeness(a: str, b: str) -> float:
    # difflib is not symmetric, so the order is fixed.
    first, second = sorted((a, b))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
