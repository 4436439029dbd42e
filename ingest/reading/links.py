"""What a PubMed record points to: references, comments and corrections, grants."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.reading.identifiers import curie, pmid
from kg.model.document import Grant, Reference, Relation, Standing
from ontology.reading.xml import Element, text

_STANDINGS: dict[str, Standing] = {
    "RetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "ExpressionOfConcernIn": "concern",
    "PartialRetractionIn": "concern",
    "CorrectedandRepublishedIn": "superseded",
    "UpdateIn": "superseded",
}
_STRENGTH: tuple[Standing, ...] = ("retracted", "concern", "superseded")


def references(element: Element) -> list[Reference]:
    """``<ReferenceList>``, nested lists included.

    One flat walk over the tags that matter: this list is the longest of most records.
    """
    found: list[Reference] = []
    citation = ""
    ids: list[str] = []
    for node in element.iter("Reference", "Citation", "ArticleId"):
        tag = node.tag
        if tag == "ArticleId":
            if value := curie(node.get("IdType") or "", node.text or ""):
                ids.append(value)
        elif tag == "Citation":
            citation = text(node)
        else:
            if citation or ids:
                found.append(Reference(citation, tuple(ids)))
            citation, ids = "", []
    if citation or ids:
        found.append(Reference(citation, tuple(ids)))
    return found


def comments(element: Element) -> tuple[list[Relation], list[Reference]]:
    """``<CommentsCorrectionsList>``: relations, and the cited works that older records list here."""
    relations: list[Relation] = []
    cited: list[Reference] = []
    for item in element:
        kind = item.get("RefType") or ""
        citation = target = ""
        for child in item:
            if child.tag == "RefSource":
                citation = text(child)
            elif child.tag == "PMID" and (number := pmid(child.text)):
                target = f"PMID:{number}"
        if kind == "Cites":
            cited.append(Reference(citation, (target,) if target else ()))
        elif kind:
            relations.append(Relation(kind, target, citation))
    return relations, cited


def merged(listed: list[Reference], cited: list[Reference]) -> tuple[Reference, ...]:
    """References of both lists; those in ``cited`` only where ``listed`` does not have their id."""
    if not listed or not cited:
        return tuple(listed or cited)
    known = {identifier for reference in listed for identifier in reference.ids}
    return (*listed, *(reference for reference in cited if not known.intersection(reference.ids)))


def grants(element: Element) -> list[Grant]:
    """``<GrantList>``; ``NULL`` is what NLM writes where nothing is known."""
    found: list[Grant] = []
    for item in element:
        values = {child.tag: text(child) for child in item}
        values = {tag: value for tag, value in values.items() if value != "NULL"}
        grant = Grant(
            values.get("GrantID", ""), values.get("Agency", ""), values.get("Acronym", ""), values.get("Country", "")
        )
        if grant != Grant():
            found.append(grant)
    return found


def standing(relations: Iterable[Relation], types: Iterable[str]) -> Standing:
    """The gravest standing that corrections and publication types give.

    >>> standing([Relation("ExpressionOfConcernIn"), Relation("RetractionIn")], [])
    'retracted'
    >>> standing([], ["Preprint"])
    'preprint'
    """
    types = tuple(types)
    said = {_STANDINGS[relation.kind] for relation in relations if relation.kind in _STANDINGS}
    if "Retracted Publication" in types:
        said.add("retracted")
    for value in _STRENGTH:
        if value in said:
            return value
    return "preprint" if "Preprint" in types else "published"
