"""How HL7 v2 and CDA name code systems -> how a case names them. What no table knows stays as it is written, so that
the name of a registered local dictionary may stand there, too."""

from __future__ import annotations

from ingest.cases.national import SYSTEMS

_TABLE_0396 = {
    "LN": "LOINC", "SCT": "SNOMED", "SNM": "SNOMED", "I10": "ICD10", "I10C": "ICD10CM", "I9C": "ICD9CM",
    "RXNORM": "RXNORM", "ATC": "ATC", "WC": "ATC", "MSH": "MESH", "UMLS": "UMLS", "HGNC": "HGNC", "NCIT": "NCIT",
}  # fmt: skip
"""HL7 v2 table 0396, as far as rules use it."""
_OIDS = {
    "2.16.840.1.113883.6.1": "LOINC", "2.16.840.1.113883.6.96": "SNOMED", "2.16.840.1.113883.6.88": "RXNORM",
    "2.16.840.1.113883.6.73": "ATC", "2.16.840.1.113883.6.3": "ICD10", "2.16.840.1.113883.6.90": "ICD10CM",
    "2.16.840.1.113883.6.103": "ICD9CM", "2.16.840.1.113883.6.177": "MESH", "2.16.840.1.113883.4.9": "UNII",
    "2.16.840.1.113883.3.26.1.1": "NCIT", "2.16.840.1.113883.6.281": "HGNC",
}  # fmt: skip
"""Object identifiers of https://terminology.hl7.org."""
_WRITTEN = {"icd-10": "ICD10", "icd10": "ICD10", "icd-10-cm": "ICD10CM", "snomed ct": "SNOMED", "snomed-ct": "SNOMED",
            "loinc": "LOINC", "rxnorm": "RXNORM", "atc": "ATC", "mesh": "MESH"}  # fmt: skip


def of_v2(name: str) -> str:
    """The system that CWE.3 names.

    >>> of_v2("I10"), of_v2("HIS-DX"), of_v2("")
    ('ICD10', 'HIS-DX', '')
    """
    return _TABLE_0396.get(name.upper()) or _WRITTEN.get(name.lower(), name)


def of_cda(oid: str, name: str) -> str:
    """The system of a CDA code: by its object identifier, else by its name, else the identifier as a URN.

    >>> of_cda("2.16.840.1.113883.6.1", ""), of_cda("1.2.3", "HIS-DX"), of_cda("1.2.3", "")
    ('LOINC', 'HIS-DX', 'urn:oid:1.2.3')
    """
    return _OIDS.get(oid) or SYSTEMS.get(oid) or _WRITTEN.get(name.lower(), name) or (f"urn:oid:{oid}" if oid else "")
