"""What stands behind a hit: licence, access, the design of the study, and where the document is found.

All of it is what sources said when they were read; nothing is fetched, and no address is guessed that a source or the
form of an identifier does not give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal
from urllib.parse import quote

import msgspec

from kg.generation.pages import about
from kg.model.ids import Ids
from kg.model.licences import UNKNOWN, shared
from kg.model.terms import iri, lexical
from kg.search.hints.designs import table
from kg.store.base import Reader

LinkKind = Literal["record", "doi", "pmid", "pmcid", "trial", "licence", "full-text"]
_ADDRESSES: dict[str, tuple[LinkKind, str]] = {
    "doi": ("doi", "https://doi.org/{}"),
    "pmid": ("pmid", "https://pubmed.ncbi.nlm.nih.gov/{}/"),
    "pmcid": ("pmcid", "https://pmc.ncbi.nlm.nih.gov/articles/{}/"),
    "nct": ("trial", "https://clinicaltrials.gov/study/{}"),
}
"""Scheme of an identifier -> kind of link and its address."""
_CURIES = {"DOI": "doi", "PMID": "pmid", "PMC": "pmcid", "NCT": "nct"}
_WEB = ("https://", "http://")


class Link(msgspec.Struct, frozen=True):
    """``record`` is the path of the document's own page and RDF at this service; others are addresses elsewhere.
    ``full-text`` is told only where the licence lets anybody have a copy or a source says that access is open."""

    kind: LinkKind
    url: str


class Backing(msgspec.Struct, frozen=True):
    """``licence`` and ``access`` are ``unknown`` where no source says. ``design`` is that of the study, empty where
    nothing tells; ``design_by`` says what tells it: ``types`` (the publication types of a catalogue) or ``text`` (the
    words of title or abstract, as claims that were read from it carry it)."""

    licence: str = UNKNOWN
    access: str = UNKNOWN
    design: str = ""
    design_by: str = ""
    links: tuple[Link, ...] = ()


def backings(reader: Reader, ids: Ids, documents: Sequence[str]) -> dict[str, Backing]:
    """CURIE of each document -> what stands behind it."""
    nodes = {iri(ids.expand(curie)): curie for curie in documents}
    told: dict[str, dict[str, list[str]]] = {curie: defaultdict(list) for curie in documents}
    rows = about(reader, "index/backing", nodes) if nodes else ()
    for name, value, document in sorted((name, row[name], row["document"]) for row in rows for name in row):
        told[nodes[document]][name].append(lexical(value))
    typed = {curie: best(by_type().get(name.lower(), "") for name in found["type"]) for curie, found in told.items()}
    worded = _worded(reader, ids, [curie for curie, design in typed.items() if not design])
    return {
        curie: Backing(
            licence=next(iter(found["licence"]), UNKNOWN),
            access=next(iter(found["access"]), UNKNOWN),
            design=typed[curie] or worded.get(curie, ""),
            design_by="types" if typed[curie] else "text" if curie in worded else "",
            links=tuple(_links(curie, ids, found)),
        )
        for curie, found in told.items()
    }


@cache
def by_type() -> dict[str, str]:
    """Publication type, in lower case -> the design that it names."""
    return {kind: row.name for row in table().values() for kind in row.types}


def best(designs: Iterable[str]) -> str:
    """The first of some designs in the order of the table; empty where none is known.

    >>> best(["", "case-report", "randomised-trial"]), best([])
    ('randomised-trial', '')
    """
    known = set(designs)
    return next((name for name in table() if name in known), "")


def _worded(reader: Reader, ids: Ids, documents: Sequence[str]) -> dict[str, str]:
    nodes = {iri(ids.expand(curie)): curie for curie in documents}
    found: dict[str, set[str]] = defaultdict(set)
    for row in about(reader, "index/designs", nodes) if nodes else ():
        found[nodes[row["document"]]].add(lexical(row["design"]))
    return {curie: design for curie, designs in found.items() if (design := best(designs))}


def _links(curie: str, ids: Ids, found: Mapping[str, list[str]]) -> Iterator[Link]:
    own = ids.expand(curie)
    # An own IRI stands there without its base, as it is written; others by their CURIEs.
    path = own.removeprefix(ids.base) if own.startswith(ids.base) else quote(curie, safe=":/")
    yield Link("record", f"/id/{path}")
    prefix, _, local = curie.partition(":")
    pairs = [(_CURIES[prefix], local)] if prefix in _CURIES else []
    pairs += [(scheme.lower(), value) for scheme, _, value in (text.partition(":") for text in found["id"])]
    seen: dict[Link, None] = {}
    for scheme, value in pairs:
        if scheme in _ADDRESSES and value:
            kind, form = _ADDRESSES[scheme]
            seen[Link(kind, form.format(quote(_numbered(kind, value), safe="/:;().-_")))] = None
    yield from seen
    if licence := next((address for text in found["licence"] if (address := licence_address(text))), ""):
        yield Link("licence", licence)
    if any(shared(text) for text in found["licence"]) or "open" in found["access"]:
        pages = [url for url in found["page"] if url.startswith(_WEB)]
        archived = [link.url for link in seen if link.kind == "pmcid"]
        if address := next(iter([*archived, *pages]), ""):
            yield Link("full-text", address)


def _numbered(kind: LinkKind, value: str) -> str:
    return f"PMC{value}" if kind == "pmcid" and value.isdecimal() else value


def licence_address(licence: str) -> str:
    """Where a licence stands: those of Creative Commons by their names, an address as it is; else empty.

    >>> licence_address("CC-BY-NC-4.0"), licence_address("CC0-1.0"), licence_address("unknown")
    ('https://creativecommons.org/licenses/by-nc/4.0/', 'https://creativecommons.org/publicdomain/zero/1.0/', '')
    """
    if licence.startswith(_WEB):
        return licence
    if licence.startswith("CC0-"):
        return f"https://creativecommons.org/publicdomain/zero/{licence.removeprefix('CC0-')}/"
    name, _, version = licence.removeprefix("CC-").lower().rpartition("-")
    known = licence.startswith("CC-BY") and version.replace(".", "").isdecimal()
    return f"https://creativecommons.org/licenses/{name}/{version}/" if known else ""
