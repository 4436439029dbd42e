"""Sequence variants as texts write them: HGVS names, rs numbers, and short protein forms beside a gene.

Recommendations: https://hgvs-nomenclature.org (substitutions, deletions, duplications, insertions, inversions, frame
shifts; with or without a reference sequence). *V600E* means a variant only where the passage names a gene, because
cell lines, strains and wells are written like that, too. An rs number is an id of dbSNP; other forms have no id here.
"""

from __future__ import annotations

import re

from ingest.text.extent import Named
from kg.model.evidence import Candidate
from ontology.scoring import Meaning

_AMINO = "Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Sec|Ter"
_AMINOS = frozenset(_AMINO.split("|"))
_LETTER = "ACDEFGHIKLMNPQRSTVWY"
_REFERENCE = r"(?:[NL][CGMPRT]_\d+(?:\.\d+)?(?:\([A-Za-z0-9-]+\))?:)?"
_PLACE = r"[-*]?\d+(?:[+-]\d+)?"
_BASES = r"(?:[ACGTUacgtu]+>[ACGTUacgtu]+|delins[ACGTacgt0-9]+|(?:del|dup|ins|inv)[ACGTacgt0-9]*|=)"
_RESIDUE = rf"(?:{_AMINO}|[{_LETTER}X])"
_CHANGE = (
    rf"(?:delins(?:{_RESIDUE})+|ins(?:{_RESIDUE})+|del|dup|fs(?:(?:\*|Ter|X)\d*)?|"
    rf"(?:{_RESIDUE}|\*)(?:fs(?:(?:\*|Ter|X)\d*)?)?|=|\?)"
)
_PROTEIN = rf"(?:{_RESIDUE}|\*)\d+(?:_{_RESIDUE}\d+)?{_CHANGE}"
_NAMED = re.compile(
    rf"(?<![A-Za-z0-9_.])(?:(?P<rs>[rR]s\d{{3,12}})"
    rf"|{_REFERENCE}(?:[cgmnr]\.{_PLACE}(?:_{_PLACE})?{_BASES}|p\.(?:\({_PROTEIN}\)|{_PROTEIN})))(?![A-Za-z0-9])"
)
_SHORT = re.compile(rf"[{_LETTER}](?:[1-9]\d{{1,3}}[{_LETTER}*]|[a-z][a-z][1-9]\d{{0,3}}(?:{_AMINO}))(?![A-Za-z0-9])")
_DOT, _NUMBER = re.compile(r"\.[\d(*A-Z_-]"), re.compile(r"s\d\d\d")
"""What every name has: asked first, because most texts have none.."""
_KINDS = frozenset("cgmnrp")
_SURE, _LIKELY = 0.95, 0.7
_GENES = frozenset({"gene", "gene-family"})


def mutations(text: str, *, beside_gene: bool = False) -> list[Named]:
    """The variants that ``text`` names, in order; short protein forms only ``beside_gene``.

    >>> [found[2] for found in mutations("BRAF c.1799T>A (p.Val600Glu), rs113488022", beside_gene=True)]
    ['c.1799T>A', 'p.Val600Glu', 'rs113488022']
    """
    found = [_named(match) for match in _NAMED.finditer(text)] if _may_have(text) else []
    if beside_gene:
        taken = [(one[0], one[1]) for one in found]
        found += [
            (match.start(), match.end(), match[0], Meaning("variant", (), _LIKELY, _LIKELY))
            for match in _SHORT.finditer(text)
            if _free(text, match) and not any(start < match.end() and match.start() < end for start, end in taken)
        ]
        found.sort(key=lambda one: one[0])
    return found


def with_mutations(text: str, named: list[Named]) -> list[Named]:
    """``named`` in order, with the variants of the text; a name that crosses one is left out."""
    found = mutations(text, beside_gene=any(one[3].category in _GENES for one in named))
    if not found:
        return named
    left = [one for one in named if not any(one[0] < made[1] and made[0] < one[1] for made in found)]
    return sorted([*left, *found], key=lambda one: one[0])


def _may_have(text: str) -> bool:
    if "." in text and any(text[match.start() - 1 : match.start()] in _KINDS for match in _DOT.finditer(text)):
        return True
    return "s" in text and _NUMBER.search(text) is not None


def _free(text: str, match: re.Match[str]) -> bool:
    """Whether a short form is a word of its own, and its letters are amino acids."""
    start = match.start()
    stands = start == 0 or not (text[start - 1].isascii() and (text[start - 1].isalnum() or text[start - 1] in "_./-"))
    return stands and (match[0][1].isdigit() or match[0][:3] in _AMINOS)


def _named(match: re.Match[str]) -> Named:
    number = match["rs"]
    candidates = (Candidate(f"DBSNP:{number.lower()}", _SURE, "rs"),) if number else ()
    return match.start(), match.end(), match[0], Meaning("variant", candidates, _SURE, _SURE)
