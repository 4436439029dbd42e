"""Numbers that registries of trials give: whose is it, by its form.

Registries of the WHO network: https://www.who.int/clinical-trials-registry-platform/network. Their numbers go by
prefix; EudraCT's are year, number, check (2009-012345-12), those of CTIS begin with the year of its law's start.
"""

from __future__ import annotations

import re

from ingest.reading.identifiers import chictr, curie, nct

_FORMS = tuple(
    (scheme, re.compile(form, re.IGNORECASE).fullmatch)
    for scheme, form in (
        ("isrctn", r"ISRCTN\d{8}"),
        ("ctis", r"(?:EUCTR|CTIS)?20(?:2[2-9]|[3-9]\d)-5\d{5}-\d{2}-\d{2}"),
        ("eudract", r"(?:EUCTR)?\d{4}-\d{6}-\d{2}(?:-[A-Z]{2,3})?"),
        ("actrn", r"ACTRN\d{14}p?"),
        ("jprn", r"(?:JPRN-)?(?:jRCTs?\d{9,10}|UMIN\d{9}|JapicCTI-?\d{6}|JMA-IIA\d{5})"),
        ("drks", r"DRKS\d{8}"),
        ("ctri", r"CTRI/\d{4}/\d{2,3}/\d{6}"),
        ("irct", r"IRCT\d{8,14}N\d{1,3}"),
        ("pactr", r"PACTR\d{15,16}"),
        ("rebec", r"RBR-[0-9a-z]{6,8}"),
        ("cris", r"KCT\d{7}"),
        ("tctr", r"TCTR\d{11}"),
        ("slctr", r"SLCTR/\d{4}/\d{3}"),
        ("rpcec", r"RPCEC\d{8}"),
        ("repec", r"PER-\d{3}-\d{2}"),
        ("lbctr", r"LBCTR\d{10}"),
        ("itmctr", r"ITMCTR\d{10}"),
        ("ntr", r"NTR\d{1,5}|NL-OMON\d{1,6}"),
        ("utn", r"U\d{4}-\d{4}-\d{4}"),
    )
)


def number(value: str) -> tuple[str, str]:
    """(scheme, number in its one spelling) where a registry is known by the form, else empty and the value.

    >>> number("nct99999901"), number("2099-999999-99"), number("U1111-9999-9901"), number("ABC-1")
    (('nct', 'NCT99999901'), ('eudract', '2099-999999-99'), ('utn', 'U1111-9999-9901'), ('', 'ABC-1'))
    """
    value = value.strip()
    if known := nct(value):
        return "nct", known
    if known := chictr(value):
        return "chictr", known
    return next(((scheme, value) for scheme, form in _FORMS if form(value)), ("", value))


def registration(value: str) -> str:
    """The CURIE of the trial that a number names; empty for registries without a prefix of their own.

    >>> registration("ChiCTR9900099901"), registration("ISRCTN99999901")
    ('ChiCTR:ChiCTR9900099901', '')
    """
    return curie(*number(value))
