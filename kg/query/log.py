"""The query log: one line for each query, without anything that its text says of a person or a case.

A line holds a digest of the text, its shape (keywords of SPARQL and terms of the vocabularies that the
graph is written in, both from closed lists), a digest of the client, milliseconds of work, rows,
outcome and generation. Literals, numbers, variables, comments, language tags and every other IRI are
left out. Digests are keyed with a random key of this process, so that nobody can try out addresses or
names against them; the same query has the same digest until the service is started again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from secrets import token_bytes

from kg.errors import MedkgError
from kg.sparql import next_token

log = logging.getLogger("medkg.query")

READ = 4_096
"""Characters of a text that its shape is taken from."""
MOST = 60
"""Words of a shape."""
_RDF_TYPE = "rdf:type"
_WORDS = frozenset(
    """
    as asc ask avg bind bound by coalesce concat construct contains count datatype desc describe distinct exists filter
    from graph group group_concat having if in insert iri isblank isiri isliteral lang langmatches lateral lcase limit
    max min minus named not offset optional order reduced regex replace sample select separator service silent str
    strafter strbefore strends strlen strstarts substr sum ucase undef union using values where year
    """.split()  # noqa: SIM905
)


class QueryLog:
    """Writes to the logger ``medkg.query``. ``terms``: IRI -> short name of every term that may be named."""

    def __init__(self, terms: Mapping[str, str], generation: str = "", key: bytes | None = None) -> None:
        self._terms = terms
        self._generation = generation
        self._key = key or token_bytes(16)

    def of(self, generation: str) -> QueryLog:
        """The same log for queries on ``generation``."""
        return QueryLog(self._terms, generation, self._key)

    def note(self, text: str, client: str, seconds: float, rows: int | None, error: BaseException | None) -> None:
        """Write the line of a query that ended."""
        if not log.isEnabledFor(logging.INFO):
            return
        failure = error.slug if isinstance(error, MedkgError) else "cut"
        outcome = "ok" if error is None else failure
        log.info(
            'query=%s shape="%s" client=%s ms=%.1f rows=%s outcome=%s generation=%s',
            self._digest(text), self.shape(text), self._digest(client) if client else "-", seconds * 1000,
            "-" if rows is None else rows, outcome, self._generation or "-",
        )  # fmt: skip

    def shape(self, text: str) -> str:
        """The keywords and known terms of a query, in order.

        >>> QueryLog({"http://x/label": "x:label"}).shape('SELECT ?a { ?a <http://x/label> "Li Lei" } LIMIT 5')
        'SELECT x:label LIMIT'
        """
        found = list(self._words(text[:READ]))
        return " ".join([*found[:MOST], "..."] if len(found) > MOST or len(text) > READ else found)

    def _words(self, text: str) -> Iterator[str]:
        prefixes: dict[str, str] = {}
        at, before, earlier = 0, "", ""
        while token := next_token(text, at):
            kind, at = token.lastgroup, token.end()
            if kind == "end":
                return
            value = token[kind] if kind else ""
            if kind == "word":
                if value == "a":
                    yield _RDF_TYPE
                elif value.lower() in _WORDS:
                    yield value.upper()
            elif kind == "iri":
                if earlier == "prefix":
                    prefixes[before] = value[1:-1]
                elif name := self._terms.get(value[1:-1]):
                    yield name
            elif kind == "name" and before != "prefix":
                prefix, _, local = value.partition(":")
                if name := self._terms.get(prefixes.get(f"{prefix}:", "") + local):
                    yield name
            earlier, before = before, value.lower() if kind == "word" else value

    def _digest(self, text: str) -> str:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=8).hexdigest()
