"""Authorships of a document to statements (ADR 2)."""

from __future__ import annotations

from collections.abc import Iterable

from kg import vocab
from kg.mapping.base import is_a, predicate
from kg.model.document import Author
from kg.model.terms import XSD, iri, literal

_AUTHORSHIP = predicate(vocab.MEDKG, "authorship")
_IS_AUTHORSHIP = is_a(vocab.MEDKG, "Authorship")
_ORDER = predicate(vocab.MEDKG, "order")
_FAMILY = predicate(vocab.FOAF, "familyName")
_GIVEN = predicate(vocab.FOAF, "givenName")
_INITIALS = predicate(vocab.MEDKG, "initials")
_SUFFIX = predicate(vocab.MEDKG, "suffix")
_COLLECTIVE = predicate(vocab.MEDKG, "collectiveName")
_ORCID = predicate(vocab.MEDKG, "orcid")
_AFFILIATION = predicate(vocab.MEDKG, "affiliation")
_ROLE = predicate(vocab.MEDKG, "role")
_CREATOR = predicate(vocab.DCTERMS, "creator")
_INTEGER = f"^^<{XSD}integer>"
_ORCID_BASE = vocab.CURIE_PREFIXES["ORCID"]


def authorships(authors: Iterable[Author], node: str, own: str, rows: list[str]) -> None:
    """Into ``rows``: one authorship node a person or group, in order from 1, and each author's plain name.

    ``own`` is the IRI (bare) below which the document's parts stand.
    """
    names: dict[str, None] = {}
    for number, author in enumerate(authors, 1):
        sub = f"<{own}/author/{number}>"
        rows += (
            f"{node}{_AUTHORSHIP}{sub}",
            f"{sub}{_IS_AUTHORSHIP}",
            f'{sub}{_ORDER}"{number}"{_INTEGER}',
        )
        if author.family:
            rows.append(f"{sub}{_FAMILY}{literal(author.family)}")
        if author.given:
            rows.append(f"{sub}{_GIVEN}{literal(author.given)}")
        if author.initials:
            rows.append(f"{sub}{_INITIALS}{literal(author.initials)}")
        if author.suffix:
            rows.append(f"{sub}{_SUFFIX}{literal(author.suffix)}")
        if author.collective:
            rows.append(f"{sub}{_COLLECTIVE}{literal(author.collective)}")
        if author.orcid:
            rows.append(f"{sub}{_ORCID}{iri(_ORCID_BASE + author.orcid)}")
        if author.affiliations:
            rows += [f"{sub}{_AFFILIATION}{literal(value)}" for value in dict.fromkeys(author.affiliations)]
        if author.role == "author":
            names[display(author)] = None
        else:
            rows.append(f"{sub}{_ROLE}{literal(author.role)}")
    rows += [f"{node}{_CREATOR}{literal(name)}" for name in names if name]


def display(author: Author) -> str:
    """The name in one line: family name and initials, Chinese names without a space.

    >>> display(Author("Zhang", "Wei", "W")), display(Author("张", "伟")), display(Author(collective="A Group"))
    ('Zhang W', '张伟', 'A Group')
    """
    if author.collective:
        return author.collective
    given = author.initials or author.given
    gap = "" if given and "\u4e00" <= given[0] <= "\u9fff" else " "
    return f"{author.family}{gap}{given}".strip()
