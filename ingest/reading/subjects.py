"""PubMed's subject lists: MeSH headings, supplementary concepts, chemicals, keywords."""

from __future__ import annotations

from typing import Literal

from ingest.reading.languages import of_text
from kg.model.document import Heading, Qualifier, Text
from ontology.reading.xml import Element, text


def mesh_headings(element: Element, machine: bool) -> list[Heading]:
    """``<MeshHeadingList>``: descriptors with qualifiers and the major flags that the source sets.

    ``machine`` marks headings that no indexer has seen (``IndexingMethod="Automated"``).
    """
    found: list[Heading] = []
    label = curie = ""
    major = False
    qualifiers: list[Qualifier] = []
    for node in element.iter("MeshHeading", "DescriptorName", "QualifierName"):
        tag = node.tag
        if tag == "DescriptorName":
            label, curie, major = (node.text or "").strip(), _curie(node), node.get("MajorTopicYN") == "Y"
        elif tag == "QualifierName":
            qualifiers.append(Qualifier(_curie(node), (node.text or "").strip(), node.get("MajorTopicYN") == "Y"))
        else:
            if label:
                found.append(Heading(curie, label, major, tuple(qualifiers), "descriptor", machine))
            label, qualifiers = "", []
    if label:
        found.append(Heading(curie, label, major, tuple(qualifiers), "descriptor", machine))
    return found


def supplementary(element: Element) -> list[Heading]:
    """``<SupplMeshList>``: diseases, protocols and organisms that are no descriptors."""
    names = [((child.text or "").strip(), child) for child in element]
    return [Heading(_curie(child), name, kind="supplementary") for name, child in names if name]


def substances(element: Element) -> list[Heading]:
    """``<ChemicalList>``: descriptors (``D…``) and supplementary concepts (``C…``)."""
    found: list[Heading] = []
    for chemical in element:
        for child in chemical:
            if child.tag == "NameOfSubstance" and (label := (child.text or "").strip()):
                curie = _curie(child)
                kind: Literal["descriptor", "supplementary"] = (
                    "descriptor" if curie.startswith("MESH:D") else "supplementary"
                )
                found.append(Heading(curie, label, kind=kind))
    return found


def keywords(element: Element) -> list[Text]:
    """``<KeywordList>``; the language is the one that the script shows."""
    return [Text(value, of_text(value)) for child in element if (value := text(child))]


def _curie(element: Element) -> str:
    identifier = (element.get("UI") or "").strip()
    return f"MESH:{identifier}" if identifier.isalnum() else ""
