"""Whether two records stand at one place: journal, volume, issue, pages."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from itertools import product

from ingest.works.citation import Citation


class Agreement(Enum):
    """Of a field that both records may have."""

    YES = "yes"
    OPEN = "open"
    NO = "no"


class Place:
    """How the places of two records stand to each other.

    ``found``: first page and volume or issue agree, nothing contradicts. ``whole``: volume, issue and both pages.
    ``host``, ``full``, ``slip``: the journal, all four, all four but one (in one year). ``conflict``: one contradicts.
    """

    def __init__(self, a: Citation, b: Citation) -> None:
        host = _hosts(a, b)
        volume, issue = _field(a.volumes, b.volumes), _field(a.issues, b.issues)
        first = _field([page for page, _ in a.pages], [page for page, _ in b.pages])
        last = _field([page for _, page in a.pages if page], [page for _, page in b.pages if page])
        self.host = host is Agreement.YES
        fields = (host, volume, issue, first)
        self.conflict = Agreement.NO in fields
        agreed = fields.count(Agreement.YES)
        self.full = agreed == len(fields)
        # One of journal, volume, issue and page may be wrong or named otherwise when the rest agrees, in one year.
        self.slip = agreed >= len(fields) - 1 and bool(set(a.years) & set(b.years))
        self.found = first is Agreement.YES and Agreement.YES in (volume, issue) and not self.conflict
        self.whole = self.found and volume is issue is last is Agreement.YES
        names = (("journal", host), ("volume", volume), ("issue", issue), ("first page", first))
        self.evidence = tuple(name for name, agreement in names if agreement is Agreement.YES)


def _field(a: Iterable[str], b: Iterable[str]) -> Agreement:
    ours, theirs = set(a), set(b)
    if not ours or not theirs:
        return Agreement.OPEN
    return Agreement.YES if ours & theirs else Agreement.NO


def _hosts(a: Citation, b: Citation) -> Agreement:
    if set(a.issns) & set(b.issns):
        return Agreement.YES
    pairs = [(one, other) for one, other in product(a.hosts, b.hosts) if one.isascii() == other.isascii()]
    if not pairs:
        return Agreement.OPEN
    return Agreement.YES if any(_one_host(one, other) for one, other in pairs) else Agreement.NO


def _one_host(a: str, b: str) -> bool:
    """Equal, one within the other, or one the abbreviation of the other (ISO 4: words cut, small ones left out)."""
    if a in b or b in a:
        return True
    short, long = sorted((a.split(), b.split()), key=lambda words: sum(map(len, words)))
    at = 0
    for word in long:
        if at < len(short) and word.startswith(short[at]):
            at += 1
    return at == len(short)
