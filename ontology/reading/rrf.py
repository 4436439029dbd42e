"""Rich Release Format, which UMLS and RxNorm are published in: files, columns, and the names of one concept.

UMLS Reference Manual, chapter 3 (https://www.ncbi.nlm.nih.gov/books/NBK9685/) and RxNorm technical documentation,
section 12 (https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html). ``|`` ends every cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from kg.model.concept import Label, LabelKind, Xref
from kg.model.source import Reject
from ontology.prefixes import curie, match_of
from ontology.reading.release import Member

WIDTHS = {
    "MRCONSO": 18, "MRSTY": 6, "MRREL": 16, "MRDEF": 8, "MRCUI": 7,
    "RXNCONSO": 18, "RXNREL": 16, "RXNSAT": 13, "RXNCUI": 5,
}  # fmt: skip
LANGUAGES = {
    "ENG": "en", "CHI": "zh", "CZE": "cs", "DAN": "da", "DUT": "nl", "FRE": "fr", "GER": "de", "ITA": "it",
    "JPN": "ja", "KOR": "ko", "POL": "pl", "POR": "pt", "RUS": "ru", "SPA": "es", "SWE": "sv",
}  # fmt: skip
"""LAT -> language tag."""
_KINDS: dict[str, LabelKind] = {
    "AB": "abbreviation", "ACR": "abbreviation", "BN": "brand", "PM": "spelling", "TMSY": "spelling",
    "CMN": "lay", "CSY": "lay", "OP": "old", "OAP": "old", "OAS": "old", "OET": "old", "OF": "old", "OAF": "old",
    "LO": "old", "OLC": "old", "MTH_OP": "old", "MTH_OAP": "old",
}  # fmt: skip
"""Term type -> kind of label; others are exact."""
_ENTRIES = frozenset({"ET", "PEP", "PM", "SY", "AB", "ACR", "LLT", "TMSY", "PSN", "DEV", "DSV", "NSY"})
"""Term types under a code that may name something narrower than the code."""


class Atom(msgspec.Struct, frozen=True, gc=False):
    """One name of a concept in one source, of ``MRCONSO`` or ``RXNCONSO``.

    ``rank``: 0 where it is the preferred name of the concept in its language, more the further from it.
    ``suppress``: ``N`` no, ``O`` obsolete, ``E`` by an editor, ``Y`` by its term type.
    """

    source: str
    kind: str
    code: str
    language: str
    text: str
    rank: int
    suppress: str


def rows(members: Iterable[Member], what: str) -> Iterator[tuple[int, list[str]] | Reject]:
    """(line, cells) of all members; a row of another width is a Reject."""
    width = WIDTHS[what] + 1
    for member in members:
        for line, cells in member.rows("|"):
            if len(cells) == width:
                yield line, cells
            else:
                detail = f"{len(cells) - 1} / {width - 1}"
                yield Reject(member.shown, f"line {line}", cells[0], "columns", detail)


def atom(cells: Sequence[str]) -> Atom:
    """The atom of a row: its rank is told by TS (P: preferred), STT (PF: preferred form) and ISPREF."""
    rank = 4 * (cells[2] != "P") + 2 * (cells[4] != "PF") + (cells[6] != "Y")
    return Atom(cells[11], cells[12], cells[13], LANGUAGES.get(cells[1], ""), cells[14].strip(), rank, cells[16])


def labels(atoms: Sequence[Atom]) -> tuple[Label, ...]:
    """The name with the lowest rank in each language as the preferred one, then the others in the order of the file."""
    best: dict[str, Atom] = {}
    for found in atoms:
        if found.language not in best or found.rank < best[found.language].rank:
            best[found.language] = found
    chosen = [Label(found.text, found.language) for found in best.values()]
    others = (
        Label(found.text, found.language, _KINDS.get(found.kind, "exact"))
        for found in atoms
        if found.text != best[found.language].text
    )
    return (*chosen, *_once(others))


def _once(labels: Iterable[Label]) -> Iterator[Label]:
    """One label a text and language, the first: sources name the same thing by the same words."""
    seen: set[tuple[str, str]] = set()
    for label in labels:
        if (key := (label.value, label.language)) not in seen:
            seen.add(key)
            yield label


def xrefs(own: str, atoms: Iterable[Atom]) -> Iterator[Xref]:
    """The codes of sources with a prefix of ours: the same concept, or close where a source has several."""
    codes: dict[str, bool] = {}
    for found in atoms:
        known = curie(found.source, found.code) if found.code and found.code != "NOCODE" else None
        if known and known != own:
            codes[known] = codes.get(known, True) and found.kind in _ENTRIES
    counts = Counter(code.partition(":")[0] for code in codes)
    for code, entry in codes.items():
        yield Xref(code, relation="closeMatch" if entry else match_of(code, counts[code.partition(":")[0]]))


def usable(atoms: Sequence[Atom], suppressed: bool) -> tuple[list[Atom], bool]:
    """The atoms that count, and whether all there is is obsolete: those are the names of a deprecated concept."""
    found = [one for one in atoms if suppressed or one.suppress == "N"]
    if found:
        return found, all(one.suppress == "O" for one in found)
    return [one for one in atoms if one.suppress == "O"], True
