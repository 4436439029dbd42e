"""The types and identifiers of labelled corpora and of other tools as our categories and CURIEs."""

from __future__ import annotations

import re

from kg.vocab import CATEGORIES, CURIE_PREFIXES

_CATEGORIES = {
    "disease": "disease diseaseclass specificdisease modifier compositemention diseaseorphenotypicfeature "
    "t047 t048 t191 t046 t019 t020 t037 t190",
    "chemical": "chemical chemicalentity t103 t104 t109 t116 t121 t123 t125 t126 t129 t130 t131 t195 t196 t197 t200",
    "gene": "gene geneorgeneproduct t028 t114",
    "gene-family": "familyname",
    "organism": "species organismtaxon t001 t002 t004 t005 t007 t010 t011 t012 t013 t014 t015 t016 t194 t204",
    "variant": "variant sequencevariant dnamutation proteinmutation snp mutation dnaallele proteinallele acidchange",
    "symptom": "t184",
    "anatomy": "t017 t018 t021 t022 t023 t024 t025 t029 t030 t031",
    "test": "t034 t059 t060",
    "procedure": "t058 t061",
}
_CATEGORY_OF = {name: name for name in CATEGORIES} | {
    name: category for category, names in _CATEGORIES.items() for name in names.split()
}
_GENE_TYPES = frozenset({"gene", "geneorgeneproduct", "familyname", "domainmotif"})

PREDICATES = {
    "CID": "biolink:causes",
    "Association": "biolink:associated_with",
    "Positive_Correlation": "biolink:positively_correlated_with",
    "Negative_Correlation": "biolink:negatively_correlated_with",
    "Bind": "biolink:physically_interacts_with",
}
"""Relation type -> Biolink predicate; every other type is ``biolink:related_to``."""

_SEPARATORS = re.compile(r"[|+,;]")
_MESH = re.compile(r"[DC]\d{6,9}").fullmatch
_RS = re.compile(r"rs\d+", re.IGNORECASE).fullmatch
_TAXON_NOTE = re.compile(r"\(tax:\d+\)", re.IGNORECASE)
_PREFIXES = {prefix.lower(): prefix for prefix in (*CURIE_PREFIXES, "medkg")}
"""Concepts of our own among them: what we wrote is read again."""


def category(name: str) -> str:
    """Our category of an annotation type or a UMLS semantic type (``T047``).

    >>> category("SpecificDisease"), category("T103"), category("CellLine")
    ('disease', 'chemical', 'other')
    """
    return _CATEGORY_OF.get(name.strip().lower(), "other")


def curies(kind: str, value: str) -> tuple[str, ...]:
    """The CURIEs of an identifier column, in order; composites (``A|B``, ``A+B``, ``A,B``) give several.

    ``-1``, ``-`` and forms without a prefix of ours (tmVar strings) give none.

    >>> curies("Disease", "D003866|OMIM:164400"), curies("Gene", "50489;3479"), curies("Disease", "-1")
    (('MESH:D003866', 'OMIM:164400'), ('NCBIGENE:50489', 'NCBIGENE:3479'), ())
    """
    kind = kind.strip().lower()
    if _CATEGORY_OF.get(kind) == "variant" and not _RS(value.strip()):
        return ()
    found = (_curie(kind, part) for part in _SEPARATORS.split(_TAXON_NOTE.sub("", value)))
    return tuple(dict.fromkeys(curie for curie in found if curie))


def _curie(kind: str, value: str) -> str:
    value = value.strip()
    prefix, colon, local = value.partition(":")
    if colon:
        known = _PREFIXES.get(prefix.strip().lower())
        return f"{known}:{local.strip()}" if known and local.strip() else ""
    if _MESH(value):
        return f"MESH:{value}"
    if value.isascii() and value.isdecimal():
        if kind in _GENE_TYPES:
            return f"NCBIGENE:{value}"
        return f"NCBITaxon:{value}" if _CATEGORY_OF.get(kind) == "organism" else ""
    if _RS(value):
        return f"DBSNP:{value.lower()}"
    return f"CELLOSAURUS:{value}" if value.startswith("CVCL_") else ""
