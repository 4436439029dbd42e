"""Crosswalk conventions: how the prefixes that sources write become ours, in one place.

Sources spell the same namespace in many ways (``MSH``, ``MeSH``, ``UMLS_CUI``,
``SNOMEDCT_US_2025_09_01``, ``MIM``), repeat it (``HGNC:HGNC:5``) or hide it in an IRI. Everything
that reads identifiers asks here. Prefixes follow ``kg.vocab.CURIE_PREFIXES``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

from kg.model.ids import Ids
from kg.vocab import CURIE_PREFIXES

ALIASES: dict[str, str] = {
    "msh": "MESH",
    "meshd": "MESH",
    "nci": "NCIT",
    "ncit": "NCIT",
    "nci_thesaurus": "NCIT",
    "umls_cui": "UMLS",
    "mim": "OMIM",
    "mimid": "OMIM",
    "ordo": "Orphanet",
    "orpha": "Orphanet",
    "orphanet": "Orphanet",
    "icd9": "ICD9CM",
    "icd-10": "ICD10",
    "icd10who": "ICD10",
    "icd-10-cm": "ICD10CM",
    "entrez": "NCBIGENE",
    "entrezgene": "NCBIGENE",
    "egid": "NCBIGENE",
    "geneid": "NCBIGENE",
    "ncbi_gene": "NCBIGENE",
    "up": "UNIPROT",
    "uniprotkb": "UNIPROT",
    "pf": "PFAM",
    "rxcui": "RXNORM",
    "db": "DRUGBANK",
    "snomedct": "SNOMED",
    "snomedct_us": "SNOMED",
    "sctid": "SNOMED",
    "sct": "SNOMED",
    "hpo": "HP",
    "do": "DOID",
    "taxid": "NCBITaxon",
    "chembl.compound": "CHEMBL",
    "lnc": "LOINC",
    "mdr": "MEDDRA",
    "pubchem.compound": "PUBCHEM",
}
"""Lower-case spelling in a source -> prefix of ours."""

_FOLDED = {prefix.lower(): prefix for prefix in [*CURIE_PREFIXES, "medkg"]} | ALIASES
_DATED = re.compile(r"(snomedct(?:_us)?|nci|mthicd9|umls_cui)_?\d{4}_\d{2}[_\d]*[a-z]?").fullmatch
_IDS = Ids()
_USUAL = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):(?!//|ORPHA|_)([^\s:<>]+)").fullmatch

STATISTICAL = frozenset({"ICD9CM", "ICD10", "ICD10CM", "GBT14396", "ICD10CNC", "ICD10CNI"})
"""Classifications: a rubric is a class for counting, so an ontology's cross-reference to one is
read as ``closeMatch``, never as the same concept."""

CATEGORY_OF_PREFIX: dict[str, str] = {
    "DOID": "disease", "MONDO": "disease", "Orphanet": "disease", "OMIM": "disease",
    "HP": "symptom", "SYMP": "symptom", "CHEBI": "chemical", "CHEMBL": "chemical",
    "DRUGBANK": "drug", "RXNORM": "drug", "ATC": "drug", "NCBIGENE": "gene", "HGNC": "gene",
    "ENSEMBL": "gene", "FPLX": "gene-family", "LOINC": "test", "UBERON": "anatomy",
    "CL": "anatomy", "NCBITaxon": "organism", "YBDRUG": "drug", "NMPA": "drug", "NEML": "drug",
    "ICD9CM3": "procedure", "ICD9CM3CNC": "procedure", "ICD9CM3CNI": "procedure",
}  # fmt: skip
"""What a concept is where its source does not say so, by the prefix of its id."""

MESH_TREES: dict[str, str] = {
    "C": "disease", "F03": "disease", "C23.888": "symptom", "C10.597": "symptom",
    "D08.811": "gene-family", "D12.776": "gene-family", "D12.644.276": "gene-family",
    "D12.644.548.691.525": "gene-family",
    "D": "chemical", "D12.776.641.650": "chemical", "D12.776.467.812": "chemical", "D12.644.276.812": "chemical",
    "D12.776.124.486": "chemical", "D12.776.124.790": "chemical", "D12.776.377.715.548": "chemical",
    "E01": "test", "E05.200": "test", "E": "procedure",
    "A": "anatomy", "B": "organism",
}  # fmt: skip
"""MeSH tree numbers (https://www.nlm.nih.gov/mesh/intro_trees.html): start -> category. C23.888 are
the signs and symptoms, C10.597 the neurologic ones. Enzymes (D08.811), proteins (D12.776), signalling
peptides (D12.644.276) and the hormones of the anterior pituitary are classes of gene products; small
peptides among them (neuropeptides, kinins) and antibodies stay chemicals. See ``category_of_codes``."""


@lru_cache(maxsize=4096)
def prefix_of(spelling: str) -> str | None:
    """The prefix of ours that a source's ``spelling`` stands for; None where there is none.

    >>> prefix_of("MeSH"), prefix_of("SNOMEDCT_US_2015_03_01"), prefix_of("CSP")
    ('MESH', 'SNOMED', None)
    """
    folded = spelling.strip().lower()
    dated = _DATED(folded)
    return _FOLDED.get(dated[1] if dated else folded)


def curie(prefix: str, local: str) -> str | None:
    """``prefix`` and ``local`` as a CURIE of ours; None where the prefix is unknown or nothing is left.

    A prefix repeated in ``local`` is dropped, and so is ``ORPHA`` before Orphanet's numbers.

    >>> curie("HGNC", "HGNC:5"), curie("UP", "Q13085"), curie("Orphanet", "ORPHA2608")
    ('HGNC:5', 'UNIPROT:Q13085', 'Orphanet:2608')
    """
    known = prefix_of(prefix)
    if known is None:
        return None
    local = local.strip()
    if ":" in local:
        head, _, rest = local.partition(":")
        if prefix_of(head) == known:
            local = rest.strip()
    if len(local.split()) != 1:
        return None
    if known == "Orphanet":
        local = local.removeprefix("ORPHA").lstrip(":_") or local
    return f"{known}:{local}"


@lru_cache(maxsize=1 << 15)
def identifier(text: str) -> str | None:
    """A CURIE or IRI in any source's spelling as a CURIE of ours; other absolute IRIs stay IRIs.

    >>> identifier("<http://purl.obolibrary.org/obo/HP_0002648>"), identifier("msh:D000001"), identifier("BEL:x")
    ('HP:0002648', 'MESH:D000001', None)
    """
    if found := _USUAL(text):
        # Nine of ten are written so, and need none of what follows.
        known = prefix_of(found[1])
        return f"{known}:{found[2]}" if known else None
    text = text.strip().removeprefix("<").removesuffix(">")
    if text.startswith(("http://", "https://")):
        return _IDS.curie(text)
    prefix, colon, local = text.partition(":")
    return curie(prefix, local) if colon else None


def category_of(identifier: str) -> str:
    """The category that the prefix of a CURIE implies, ``other`` where it implies none.

    >>> category_of("DOID:9352"), category_of("EFO:1")
    ('disease', 'other')
    """
    return CATEGORY_OF_PREFIX.get(identifier.partition(":")[0], "other")


def category_of_codes(codes: Iterable[str], starts: Mapping[str, str]) -> str:
    """The category of a concept with these hierarchical codes; ``other`` where no start fits.

    Each code counts with its longest start. Where codes disagree, the category that ``starts``
    names first wins: a disease that is also listed among the symptoms stays a disease.

    >>> category_of_codes(["C10.597.617", "C23.888.592"], MESH_TREES)
    'symptom'
    >>> category_of_codes(["C10.228.140", "C23.888.592"], MESH_TREES)
    'disease'
    """
    found = set()
    for code in codes:
        fits = [start for start in starts if code.startswith(start)]
        if fits:
            found.add(starts[max(fits, key=len)])
    return next((category for category in starts.values() if category in found), "other")


Match = Literal["exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"]


def match_of(target: str, same_prefix: int) -> Match:
    """How close an ontology's untyped cross-reference is, when it has ``same_prefix`` of that prefix.

    Of several targets in one vocabulary at most one can be the same concept, and the source does
    not say which, so they are ``closeMatch``; so are statistical rubrics. A single one is exact.

    >>> match_of("MESH:D003924", 1), match_of("OMIM:266600", 40), match_of("ICD10CM:E11", 1)
    ('exactMatch', 'closeMatch', 'closeMatch')
    """
    single = same_prefix == 1 and target.partition(":")[0] not in STATISTICAL
    return "exactMatch" if single else "closeMatch"
