"""What the scripts of CPIC's database look like, and what their drugs and genes are called elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ontology.prefixes import curie, identifier

ROWS = ("drug", "gene")
"""Tables of concepts; the others are of documents."""
SNIFF = re.compile(
    rb"(?:--[^\n]*\n|\s)*(?:COPY|insert into|update) (?:drug|gene|guideline|pair)\b", re.IGNORECASE
).match
"""How the scripts begin."""


def concept_id(table: str, cells: Mapping[str, str]) -> str:
    """The CURIE of a drug or gene row; empty where it has none.

    >>> concept_id("drug", {"drugid": "RxNorm:2670"}), concept_id("gene", {"ncbiid": "1565"}), concept_id("gene", {})
    ('RXNORM:2670', 'NCBIGENE:1565', '')
    """
    if table == "drug":
        return identifier(cells.get("drugid", "")) or ""
    return curie("NCBIGENE", cells.get("ncbiid", "")) or ""
