"""What the fields of BioC say: which document it is, what its passages are called here, which concepts are meant."""

from __future__ import annotations

import re
from collections import Counter

from ingest.reading.annotations import curies
from ingest.reading.bioc import BiocDocument, BiocPassage, value
from ingest.reading.identifiers import curie, pmcid, pmid
from ingest.reading.languages import of_text
from kg.model.document import Document, Identifier, Passage, Text

_PMC = re.compile(r"PMC[0-9]+", re.IGNORECASE).fullmatch
_OWN = re.compile(r"(?:PMID|PMC|DOI|OPENALEX|NCT|ChiCTR|doc):\S+").fullmatch
_TERMINOLOGIES = {
    "mesh": "MESH", "omim": "OMIM", "ncbi_gene": "NCBIGENE", "ncbi gene": "NCBIGENE", "ncbi_taxonomy": "NCBITaxon",
    "ncbi taxonomy": "NCBITaxon", "chebi": "CHEBI", "dbsnp": "DBSNP",
}  # fmt: skip
"""Infons that name a terminology instead of ``identifier``."""
_SEPARATORS = re.compile(r"[|+,;\s]+")


def identifier(document: BiocDocument) -> str:
    """The CURIE of a document. A bare number is PubMed's, unless the file says that it is PubMed Central's."""
    stated = str(document.id).strip()
    infons = [document.infons, *(passage.infons for passage in document.passages)]
    for told in infons:
        if number := pmid(value(told, "article-id_pmid")):
            return f"PMID:{number}"
    if _PMC(stated) or pmcid(stated) in {pmcid(value(told, "article-id_pmc")) for told in infons} - {""}:
        return curie("pmc", stated)
    if number := pmid(stated):
        return f"PMID:{number}"
    if _OWN(stated):
        return stated
    return curie("doi", stated)


def record(curie_: str, texts: list[Passage]) -> Document:
    """The document with what the file says of it."""
    scheme, _, local = curie_.partition(":")
    title = next((one for one in texts if one.kind == "title" and one.text), None)
    return Document(
        id=curie_,
        passages=tuple(one for one in texts if one.text),
        identifiers=(Identifier({"PMC": "pmcid"}.get(scheme, scheme.lower()), local),) if scheme != "doc" else (),
        languages=(texts[0].language,),
        titles=(Text(title.text, title.language),) if title else (),
    )


def passages(stated: tuple[BiocPassage, ...]) -> list[Passage]:
    """Named as our own readers name them: the first title, parts of the abstract, sections."""
    language = of_text("".join(passage.text or "" for passage in stated))
    counts: Counter[str] = Counter()
    found = []
    for passage in stated:
        kinds = {value(passage.infons, name).lower() for name in ("type", "section_type", "section")}
        text = passage.text or ""
        if kinds & {"title", "front"} and not counts["title"]:
            counts["title"] += 1
            found.append(Passage("title", "title", language, text))
        elif "abstract" in kinds:
            counts["abstract"] += 1
            found.append(Passage(f"abstract.{counts['abstract']}", "abstract", language, text))
        else:
            counts["section"] += 1
            found.append(Passage(f"section.{counts['section']}", "section", language, text))
    return found


def concepts(kind: str, infons: dict[str, object]) -> tuple[str, ...]:
    """The CURIEs that an annotation has, in order."""
    if stated := value(infons, "identifier"):
        return curies(kind, stated)
    found = (
        f"{prefix}:{part.removeprefix(prefix + ':')}"
        for name, prefix in ((name, _TERMINOLOGIES.get(name.lower())) for name in infons)
        if prefix
        for part in _SEPARATORS.split(value(infons, name))
        if part not in ("", "-", "-1")
    )
    return tuple(dict.fromkeys(found))


def score(infons: dict[str, object]) -> float:
    """The score that the tool states, 0 where it states none between 0 and 1."""
    try:
        found = float(value(infons, "score"))
    except ValueError:
        return 0.0
    return found if 0.0 <= found <= 1.0 else 0.0
