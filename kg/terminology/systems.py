"""Which code system a CURIE belongs to, and what its code is there: the one table of URIs.

URIs are those that HL7 assigned (https://hl7.org/fhir/R4/terminologies-systems.html and
https://terminology.hl7.org); every other code system is named by the namespace IRI of its CURIE prefix.
"""

from __future__ import annotations

import msgspec

from kg.model.ids import Ids, digest, slug


class Assigned(msgspec.Struct, frozen=True):
    """What HL7 says of a code system. ``prefixed``: its codes are written as CURIEs (``HP:0001250``)."""

    url: str
    prefixed: bool = False


ASSIGNED: dict[str, Assigned] = {
    "SNOMED": Assigned("http://snomed.info/sct"),
    "LOINC": Assigned("http://loinc.org"),
    "RXNORM": Assigned("http://www.nlm.nih.gov/research/umls/rxnorm"),
    "ATC": Assigned("http://www.whocc.no/atc"),
    "ICD10": Assigned("http://hl7.org/fhir/sid/icd-10"),
    "ICD10CM": Assigned("http://hl7.org/fhir/sid/icd-10-cm"),
    "ICD9CM": Assigned("http://hl7.org/fhir/sid/icd-9-cm"),
    "MESH": Assigned("http://terminology.hl7.org/CodeSystem/MSH"),
    "UMLS": Assigned("http://terminology.hl7.org/CodeSystem/umls"),
    "NCIT": Assigned("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"),
    "HGNC": Assigned("http://www.genenames.org/geneId", prefixed=True),
    "OMIM": Assigned("http://www.omim.org"),
    "NCBIGENE": Assigned("http://www.ncbi.nlm.nih.gov/gene"),
    "ENSEMBL": Assigned("http://www.ensembl.org"),
    "DBSNP": Assigned("http://www.ncbi.nlm.nih.gov/projects/SNP"),
    "HP": Assigned("http://human-phenotype-ontology.org", prefixed=True),
    "SO": Assigned("http://www.sequenceontology.org", prefixed=True),
    "NDFRT": Assigned("http://hl7.org/fhir/ndfrt"),
    "UNII": Assigned("http://fdasis.nlm.nih.gov"),
}
"""CURIE prefix -> what HL7 assigned."""


def place(curie: str) -> tuple[str, str]:
    """The name of the code system (a CURIE prefix, or the beginning of an IRI) and the local part.

    >>> place("DOID:9352"), place("https://example.org/terms#x")
    (('DOID', '9352'), ('https://example.org/terms#', 'x'))
    """
    if curie.startswith(("http://", "https://", "urn:")):
        cut = max(curie.rfind("/"), curie.rfind("#"), curie.rfind(":")) + 1
        return curie[:cut], curie[cut:]
    prefix, _, local = curie.partition(":")
    return prefix, local


def joined(name: str, local: str) -> str:
    """The way back from ``place``."""
    return name + local if ":" in name else f"{name}:{local}"


def url_of(name: str, ids: Ids) -> str:
    """The canonical URL of a code system by its name.

    >>> url_of("HP", Ids()), url_of("DOID", Ids())
    ('http://human-phenotype-ontology.org', 'http://purl.obolibrary.org/obo/DOID_')
    """
    if name in ASSIGNED:
        return ASSIGNED[name].url
    return ids.prefixes.get(name, name)


def written(name: str, local: str) -> str:
    """The code as FHIR writes it.

    >>> written("HP", "0001250"), written("DOID", "9352")
    ('HP:0001250', '9352')
    """
    return f"{name}:{local}" if name in ASSIGNED and ASSIGNED[name].prefixed else local


def local_of(name: str, code: str) -> str | None:
    """The local part of a code as FHIR writes it; None where it lacks the prefix that its system asks for."""
    if name not in ASSIGNED or not ASSIGNED[name].prefixed:
        return code
    prefix, colon, local = code.partition(":")
    return local if colon and prefix == name else None


def resource_id(text: str) -> str:
    """An id as FHIR allows it (``[A-Za-z0-9.-]{1,64}``): the text itself where that fits, else its digest.

    >>> resource_id("ICD10CM"), resource_id("mapping/biomappings"), resource_id("https://example.org/x#")
    ('icd10cm', 'mapping-biomappings', 'x18b362bd4186e49d9272')
    """
    plain = text.lower().replace("/", "-")
    fits = 0 < len(plain) <= 64 and ":" not in plain and slug(plain) == plain and "_" not in plain and "~" not in plain
    return plain if fits else f"x{digest(text)}"
