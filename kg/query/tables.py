"""Tables of solutions as bytes, for those that come as terms and not from the embedded engine.

Formats: SPARQL 1.1 Query Results JSON, XML, CSV and TSV (https://www.w3.org/TR/sparql11-overview/).
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import msgspec

from kg.model.terms import Term, language, lexical
from kg.store.base import Row

_XML = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
_NOT_IN_XML = {code: None for code in range(0x20) if code not in (0x9, 0xA, 0xD)}


def written(names: Sequence[str], rows: Sequence[Row], format_: str) -> bytes:
    """A table in a format of ``kg.query.frames.RESULT_FORMATS``; raises ValueError for what XML cannot carry.

    >>> written(["n"], [{"n": Term('"1"^^<x:integer>')}, {}], "tsv")
    b'?n\\n"1"^^<x:integer>\\n\\n'
    """
    return {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}[format_](names, rows)


def _json(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    bindings = [{name: _object(row[name]) for name in names if name in row} for row in rows]
    return msgspec.json.encode({"head": {"vars": names}, "results": {"bindings": bindings}})


def _object(term: Term) -> dict[str, str]:
    if term.startswith("<"):
        return {"type": "uri", "value": lexical(term)}
    found = {"type": "literal", "value": lexical(term)}
    if tag := language(term):
        return found | {"xml:lang": tag}
    return found | {"datatype": kind} if (kind := _datatype(term)) else found


def _datatype(term: Term) -> str:
    """The datatype of a literal, empty for a plain string."""
    return term[term.rindex('"') + 1 :].removeprefix("^^<").removesuffix(">")


def _xml(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    head = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    body = "".join(
        "<result>" + "".join(f"<binding name={quoteattr(n)}>{_element(row[n])}</binding>" for n in names if n in row)
        + "</result>"
        for row in rows
    )  # fmt: skip
    return f"{_XML}<head>{head}</head><results>{body}</results></sparql>".encode()


def _element(term: Term) -> str:
    value = lexical(term)
    if value != value.translate(_NOT_IN_XML):
        raise ValueError("a control character")
    text = escape(value, {"\r": "&#13;"})
    if term.startswith("<"):
        return f"<uri>{text}</uri>"
    tag, kind = language(term), ""
    if not tag and (kind := _datatype(term)):
        kind = f" datatype={quoteattr(kind)}"
    return f"<literal{f' xml:lang={quoteattr(tag)}' if tag else kind}>{text}</literal>"


def _csv(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    lines = [",".join(names), *(",".join(_cell(row.get(name)) for name in names) for row in rows)]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _cell(term: Term | None) -> str:
    value = "" if term is None else lexical(term)
    return '"' + value.replace('"', '""') + '"' if any(char in value for char in '",\r\n') else value


def _tsv(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    lines = ["\t".join(f"?{name}" for name in names), *("\t".join(row.get(n, "") for n in names) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode()
