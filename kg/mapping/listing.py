"""Entries of lists of journals to statements. Which journals they name is found at publishing
(``kg.generation.listings``): the nodes of journals are named after other numbers than a list may have."""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import Context, is_a, predicate
from kg.model.serial import JournalListing
from kg.model.terms import Statement, literal

_IS_LISTING = is_a(vocab.MEDKG, "JournalListing")
_LIST = predicate(vocab.MEDKG, "journalList")
_EDITION = predicate(vocab.BIBO, "edition")
_CATEGORY = predicate(vocab.MEDKG, "listCategory")
_TITLE = predicate(vocab.DCTERMS, "title")
_ISSN = predicate(vocab.BIBO, "issn")
_EISSN = predicate(vocab.BIBO, "eissn")
_CN = predicate(vocab.MEDKG, "cnNumber")
_UNREAD = predicate(vocab.MEDKG, "unread")


def listing_statements(listing: JournalListing, context: Context) -> list[Statement]:
    """What a list says of one journal, about a node of its own."""
    named = listing.issn or listing.eissn or listing.cn or listing.title
    node = f"<{context.ids.mint('listing', listing.list, listing.edition, named, listing.category)}>"
    values = (
        (_LIST, listing.list), (_EDITION, listing.edition), (_CATEGORY, listing.category), (_TITLE, listing.title),
        (_ISSN, listing.issn), (_EISSN, listing.eissn), (_CN, listing.cn),
        *((_UNREAD, f"{label}: {value}") for label, value in dict.fromkeys(listing.unread)),
    )  # fmt: skip
    return [
        Statement(f"{node}{_IS_LISTING}"),
        *(Statement(f"{node}{name}{literal(value)}") for name, value in values if value),
    ]
