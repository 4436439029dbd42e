"""PubTator: one line a mention, offsets in a title, one line end and an abstract.

Format: https://www.ncbi.nlm.nih.gov/research/pubtator3/tutorial (section on file formats). It has no way to quote, so
it holds only what needs none: a PubMed number as id, and a text of one line, or of two, which become title and
abstract. Of a mention it holds the place, the type and the best concept; of a claim, what supports it. Offsets count
code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.exchange.annotated import AnnotatedText, Origin
from kg.model.evidence import Mention

_NUMBER = re.compile(r"[1-9][0-9]{0,8}").fullmatch
_UNHELD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]").search
"""What splits a line or a column for some reader, and control characters, which some readers drop."""
_JOINED = re.compile(r"[|+,;\s]").search
"""What joins several ids in the last column."""
_TYPES = {
    "disease": "Disease", "drug": "Chemical", "chemical": "Chemical", "gene": "Gene", "gene-family": "FamilyName",
    "organism": "Species", "variant": "Variant",
}  # fmt: skip
"""Types that the format knows; other categories keep their own names."""
_BARE = {"Gene": "NCBIGENE:", "FamilyName": "NCBIGENE:", "Species": "NCBITaxon:", "Variant": "DBSNP:"}
"""Prefixes that the format leaves out."""


def misfit(texts: Sequence[AnnotatedText]) -> tuple[int, str] | None:
    """The place of the first text that cannot be held, and why (a key of ``[reason]``); None where all can."""
    ids: set[str] = set()
    for place, item in enumerate(texts):
        if why := _misfit(item, ids):
            return place, why
        ids.add(item.id)
    return None


def _misfit(item: AnnotatedText, others: set[str]) -> str:
    if not _NUMBER(item.id):
        return "pubtator-id"
    if item.id in others:
        return "pubtator-same-id"
    if _UNHELD(item.text) or item.text.count("\n") > 1 or item.text.endswith("\n"):
        return "pubtator-lines"
    if any("\n" in mention.surface for mention in item.mentions):
        return "pubtator-across"
    if any(_JOINED(mention.candidates[0].concept) for mention in item.mentions if mention.candidates):
        return "pubtator-concept"
    return ""


def write(texts: Sequence[AnnotatedText], origin: Origin) -> str:
    """A block a text, with an empty line between them; ``misfit(texts)`` is None."""
    return "\n".join("".join(f"{line}\n" for line in _lines(item)) for item in texts)


def _lines(item: AnnotatedText) -> Iterator[str]:
    title, _, abstract = item.text.partition("\n")
    yield f"{item.id}|t|{title}"
    yield f"{item.id}|a|{abstract}"
    columns = {}
    for mention in item.mentions:
        kind = _TYPES.get(mention.category, mention.category)
        columns[mention.start, mention.end, mention.category] = column = _identifier(mention, kind)
        yield f"{item.id}\t{mention.start}\t{mention.end}\t{mention.surface}\t{kind}\t{column}"
    for claim in item.claims:
        # A line has no place for a direction, and what is denied must not be read as said.
        if claim.ends and claim.direction == "supports":
            ends = [columns[end.start, end.end, end.category] for end in claim.ends]
            yield f"{item.id}\t{claim.predicate}\t{ends[0]}\t{ends[1]}"


def _identifier(mention: Mention, kind: str) -> str:
    if not mention.candidates:
        return "-"
    return mention.candidates[0].concept.removeprefix(_BARE.get(kind, "\0"))
