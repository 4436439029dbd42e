"""RDF terms as their canonical N-Triples text.

Between mapping and store a term is a string in canonical N-Quads form (RDF Dataset
Canonicalization, section 5: https://www.w3.org/TR/rdf-canon/#canonical-quads). That is what is
hashed, sorted, diffed and loaded, so no engine's object stands in between, and one f-string
makes one statement.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NewType

Term = NewType("Term", str)
Statement = NewType("Statement", str)
"""One triple, ``subject predicate object`` without graph or full stop."""

XSD = "http://www.w3.org/2001/XMLSchema#"

_ESCAPES = {chr(code): f"\\u{code:04X}" for code in [*range(0x20), 0x7F]} | {
    "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\",
}  # fmt: skip
_ESCAPE_TABLE = str.maketrans(_ESCAPES)
_NEEDS_ESCAPE = re.compile(r'[\x00-\x1f\x7f"\\]').search
_NONCHARACTERS = "".join(chr(plane << 16 | last) for plane in range(1, 15) for last in (0xFFFE, 0xFFFF))
# Everything but the reserved and unreserved characters of RFC 3987, section 2.2; brackets belong to
# hosts only, and a percent sign stands before two hexadecimal digits.
_NOT_IN_IRI = re.compile(
    r"[^!#$&'()*+,\-./0-9:;=?@A-Z_a-z~%\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000dffff"
    rf"\U000e1000-\U000efffd]|[{_NONCHARACTERS}]|%(?![0-9A-Fa-f]{{2}})"
)
_PLAIN = r"[!$&'()*+,\-./0-9:;=?@A-Z_a-z~%]*"
# One run over a character class for nearly every IRI; what it does not take is looked at closely.
_IS_PLAIN = re.compile(f"{_PLAIN}(?:#{_PLAIN})?").fullmatch
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})").search
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*").fullmatch
_COMMON_LANGUAGES = frozenset({"en", "zh"})
_SURROGATE = re.compile(r"[\ud800-\udfff]").search
_ESCAPED = re.compile(r'\\(?:([tbnrf"\'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))')
_UNESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def iri(value: str) -> Term:
    """An IRI term; characters that an IRI may not hold are percent-encoded (RFC 3987, section 3.1).

    Raises ValueError for lone surrogates.

    >>> iri("https://example.org/a b"), iri("https://example.org/100%")
    ('<https://example.org/a%20b>', '<https://example.org/100%25>')
    """
    if not _IS_PLAIN(value) or ("%" in value and _BARE_PERCENT(value)):
        value = _mended(value)
    return f"<{value}>"  # type: ignore[return-value]  # calling Term costs a third of this function


def _mended(value: str) -> str:
    head, mark, fragment = _NOT_IN_IRI.sub(_percent, value).partition("#")
    return head + mark + fragment.replace("#", "%23")


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def literal(value: str, language: str | None = None) -> Term:
    """A plain or language-tagged string. Codes, doses and hashes are plain strings, never typed.

    Raises ValueError for lone surrogates, which no RDF text can hold.

    >>> literal('5"', "en")
    '"5\\\\""@en'
    """
    # Printable text has no control character and no surrogate: one fast test for nearly every value.
    if not value.isprintable() or '"' in value or "\\" in value:
        if _SURROGATE(value):
            raise ValueError("a lone surrogate is not text")
        if _NEEDS_ESCAPE(value):
            value = value.translate(_ESCAPE_TABLE)
    if language is None:
        return f'"{value}"'  # type: ignore[return-value]  # calling Term costs a third of this function
    if language not in _COMMON_LANGUAGES and not _LANGUAGE(language):
        raise ValueError(f"{language!r} is not a lower-case language tag")
    return f'"{value}"@{language}'  # type: ignore[return-value]


def integer(value: int) -> Term:
    """An ``xsd:integer`` in canonical form."""
    return Term(f'"{value}"^^<{XSD}integer>')


def boolean(value: bool) -> Term:
    return Term(f'"{"true" if value else "false"}"^^<{XSD}boolean>')


def decimal(value: float, places: int = 4) -> Term:
    """An ``xsd:decimal``, rounded and in the form that stores give back (no trailing zeros).

    >>> decimal(0.50), decimal(1.0)
    ('"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"1"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    """
    text = format(Decimal(f"{value:.{places}f}").normalize() + 0, "f")  # adding 0 drops the sign of -0
    return Term(f'"{text}"^^<{XSD}decimal>')


def date(value: str) -> Term:
    """``2015``, ``2015-03`` or ``2015-03-01`` as gYear, gYearMonth or date; checked by the caller."""
    kind = ("gYear", "gYearMonth", "date")[value.count("-")]
    return Term(f'"{value}"^^<{XSD}{kind}>')


def statement(subject: Term, predicate: Term, obj: Term) -> Statement:
    return Statement(f"{subject} {predicate} {obj}")


def quad(triple: Statement, graph: Term) -> str:
    """One N-Quads line, line feed included."""
    return f"{triple} {graph} .\n"


def lexical(term: Term) -> str:
    """The text of a literal, or the IRI of an IRI term: the way back from ``literal`` and ``iri``.

    >>> lexical(literal('5"', "en")), lexical(iri("https://example.org/a"))
    ('5"', 'https://example.org/a')
    """
    if term.startswith("<"):
        return term[1:-1]
    body = term[1 : term.rindex('"')]
    if "\\" not in body:
        return body
    # Bodies of JSON have thousands of escaped quotation marks and little else that is escaped: three times as fast.
    parts = [part.replace('\\"', '"').replace("\\n", "\n") for part in body.split("\\\\")]
    return _ESCAPED.sub(_unescape, body) if any("\\" in part for part in parts) else "\\".join(parts)


def _unescape(match: re.Match[str]) -> str:
    short, four, eight = match.groups()
    return _UNESCAPES.get(short, short) if short else chr(int(four or eight, 16))


def language(term: Term) -> str:
    """The language tag of a literal, empty where it has none.

    >>> language(literal("gout", "en")), language(integer(1))
    ('en', '')
    """
    tail = term[term.rindex('"') + 1 :]
    return tail[1:] if tail.startswith("@") else ""
