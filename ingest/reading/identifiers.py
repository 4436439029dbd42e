"""Identifiers of documents and people, in one spelling each."""

from __future__ import annotations

import re

_ORCID = re.compile(r"([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9Xx])\s*/?\s*$").search
_ORCID_HYPHENS = re.compile(r"(?:[0-9]{4}-){3}[0-9]{3}[0-9X]").fullmatch
_CN = re.compile(r"[0-9]{2}-[0-9]{4}(?:/[A-Z0-9.\-]+)?").fullmatch
_ISSN = re.compile(r"[0-9]{7}[0-9X]").fullmatch
_PLAIN_DOI = re.compile(r"10\.[0-9]{4,9}/[a-z0-9._()/-]*[a-z0-9]").fullmatch
_OPENALEX = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?([Ww][0-9]{1,15})").fullmatch
_DOI = re.compile(r"10\.\d{4,9}/\S+").search
_NCT = re.compile(r"NCT[0-9]{8}").fullmatch
_CHICTR = re.compile(r"CHICTR(?:-[A-Z]{2,6}-)?[0-9]{8,10}").fullmatch


def pmid(value: str | None) -> str:
    """A PubMed number without leading zeros; empty when it is none.

    >>> pmid(" 0012 "), pmid("x1")
    ('12', '')
    """
    value = (value or "").strip()
    return value.lstrip("0") if value.isascii() and value.isdecimal() else ""


def pmcid(value: str) -> str:
    """A PubMed Central number with its letters.

    >>> pmcid("8435807"), pmcid("PMC8435807.1"), pmcid("PMC")
    ('PMC8435807', 'PMC8435807', '')
    """
    digits = pmid(value.strip().upper().removeprefix("PMC").partition(".")[0])
    return f"PMC{digits}" if digits else ""


def doi(value: str) -> str:
    """A DOI in lower case (DOIs ignore case: DOI Handbook 2.4) without resolver or label.

    >>> doi("https://doi.org/10.5555/ABC.1"), doi("doi: 10.5555/x"), doi("none")
    ('10.5555/abc.1', '10.5555/x', '')
    """
    if _PLAIN_DOI(value):
        return value
    found = _DOI(value)
    return found[0].lower().rstrip(".,;") if found else ""


def nct(value: str) -> str:
    """A number of ClinicalTrials.gov; empty when it is none.

    >>> nct(" nct99999901"), nct("NCT9999")
    ('NCT99999901', '')
    """
    value = value.strip().upper()
    return value if _NCT(value) else ""


def chictr(value: str) -> str:
    """A number of the Chinese Clinical Trial Registry, with or without the kind of study in older ones.

    >>> chictr("CHICTR9900099901"), chictr("ChiCTR-TRC-99099901"), chictr("ChiCTR")
    ('ChiCTR9900099901', 'ChiCTR-TRC-99099901', '')
    """
    value = value.strip().upper()
    return f"ChiCTR{value[6:]}" if _CHICTR(value) else ""


def openalex(value: str) -> str:
    """The number of a work of OpenAlex; empty when it is none.

    >>> openalex("https://openalex.org/W99"), openalex("w99"), openalex("https://openalex.org/A99")
    ('W99', 'W99', '')
    """
    found = _OPENALEX(value.strip())
    return found[1].upper() if found else ""


def issn(value: str) -> str:
    """An ISSN with its hyphen; empty when it is none or its check digit is wrong (ISO 3297, annex B).

    >>> issn("0317-8471"), issn("03178471"), issn("issn 0317-8472")
    ('0317-8471', '0317-8471', '')
    """
    digits = value.strip().upper().removeprefix("ISSN").strip(" :").replace("-", "")
    if not _ISSN(digits):
        return ""
    weighted = sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), digits[:7], strict=True))
    check = -weighted % 11
    return f"{digits[:4]}-{digits[4:]}" if digits[7] == ("X" if check == 10 else str(check)) else ""


def is_cn(value: str) -> bool:
    """Whether ``value`` is a Chinese serial number: region, number, class (GB/T 9999).

    >>> is_cn("11-1958/O4"), is_cn("2021-13")
    (True, False)
    """
    return bool(_CN(value))


def orcid(value: str) -> str:
    """The sixteen digits of an ORCID with hyphens, empty when there are none.

    >>> orcid("https://orcid.org/0000000245907461")
    '0000-0002-4590-7461'
    """
    tail = value[-19:]
    if _ORCID_HYPHENS(tail):
        return tail
    found = _ORCID(value)
    return "-".join(found.groups()).upper() if found else ""


def curie(scheme: str, value: str) -> str:
    """The CURIE of an identifier of a document or trial; empty for schemes that name no document.

    >>> curie("pubmed", "12"), curie("pmc", "PMC5"), curie("doi", "10.5555/A"), curie("pii", "S0")
    ('PMID:12', 'PMC:PMC5', 'DOI:10.5555/a', '')
    """
    if scheme == "pubmed" and value.isdecimal() and value.isascii() and value[0] != "0":
        return f"PMID:{value}"
    match scheme.lower():
        case "pubmed" | "pmid":
            return f"PMID:{number}" if (number := pmid(value)) else ""
        case "pmc" | "pmcid" | "pmcaid":
            return f"PMC:{number}" if (number := pmcid(value)) else ""
        case "doi":
            return f"DOI:{number}" if (number := doi(value)) else ""
        case "nct":
            return f"NCT:{number}" if (number := nct(value)) else ""
        case "openalex":
            return f"OPENALEX:{number}" if (number := openalex(value)) else ""
        case "chictr":
            return f"ChiCTR:{number}" if (number := chictr(value)) else ""
    return ""
