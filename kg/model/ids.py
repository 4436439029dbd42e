"""CURIEs, IRIs and the minting of our own identifiers: same input, same id, on any machine.

Own IRIs start with the configured base and never hold blank nodes, clocks or random numbers.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from urllib.parse import quote

import msgspec

from kg.errors import IdentifierError
from kg.vocab import CURIE_PREFIXES, DEFAULT_BASE

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch
_PRECEDENCE = ("PMID:", "PMC:", "DOI:")
_SAFE_LOCAL = re.compile(r"[A-Za-z0-9._~:/@!$&'()*+,;=%-]*").fullmatch


def digest(*parts: str) -> str:
    """20 hexadecimal digits that stand for ``parts``, in order, unambiguously joined.

    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    state = hashlib.blake2b(digest_size=10)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(4, "big"))
        state.update(data)
    return state.hexdigest()


def slug(value: str) -> str:
    """``value`` as one IRI path segment: letters and digits kept, the rest percent-encoded.

    >>> slug("bc5cdr train/1")
    'bc5cdr%20train%2F1'
    """
    return value if _PLAIN(value) else quote(value, safe="")


def canonical(identifier: str) -> tuple[int, int, str]:
    """Sort key of ids: PMID before PMC before DOI before our own, then the smallest (numbers by length).

    >>> sorted(["doc:1", "PMID:10", "DOI:10.5555/x", "PMID:9"], key=canonical)
    ['PMID:9', 'PMID:10', 'DOI:10.5555/x', 'doc:1']
    """
    rank = next((rank for rank, prefix in enumerate(_PRECEDENCE) if identifier.startswith(prefix)), len(_PRECEDENCE))
    return rank, len(identifier) if rank < 2 else 0, identifier


class Ids(msgspec.Struct, frozen=True, dict=True):
    """Expands, contracts and mints identifiers for one base IRI.

    >>> ids = Ids()
    >>> ids.expand("DOID:9352")
    'http://purl.obolibrary.org/obo/DOID_9352'
    >>> ids.contract("http://purl.obolibrary.org/obo/DOID_9352")
    'DOID:9352'
    >>> ids.expand("medkg:drug-metformin")
    'https://w3id.org/medkg/concept/drug-metformin'
    """

    base: str = DEFAULT_BASE

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Every CURIE prefix -> IRI prefix, ours included."""
        return CURIE_PREFIXES | {
            "medkg": f"{self.base}concept/",
            "doc": f"{self.base}document/",
            "claim": f"{self.base}claim/",
            "assertion": f"{self.base}assertion/",
            "mention": f"{self.base}mention/",
            "recommendation": f"{self.base}recommendation/",
            "journal": f"{self.base}journal/",
        }

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {prefix.lower(): prefix for prefix in self.prefixes}

    @cached_property
    def _by_length(self) -> list[tuple[str, str]]:
        return sorted(((iri, prefix) for prefix, iri in self.prefixes.items()), key=lambda row: -len(row[0]))

    def expand(self, curie: str) -> str:
        """The IRI of a CURIE; a full IRI passes through. The prefix may be in any case."""
        if curie.startswith(("http://", "https://")):
            return curie
        prefix, colon, local = curie.partition(":")
        known = self.prefixes.get(prefix) or self.prefixes.get(self._folded.get(prefix.lower(), ""))
        if not colon or known is None:
            raise IdentifierError(value=curie, reason=f"the prefix {prefix!r} is not known")
        if not local:
            raise IdentifierError(value=curie, reason="nothing follows the prefix")
        return known + (local if _SAFE_LOCAL(local) else quote(local, safe="._~:/@!$&'()*+,;=%-"))

    def contract(self, iri: str) -> str | None:
        """The CURIE of an IRI, None where no prefix fits."""
        for start, prefix in self._by_length:
            if iri.startswith(start) and len(iri) > len(start):
                return f"{prefix}:{iri[len(start) :]}"
        return None

    def curie(self, iri: str) -> str:
        """The CURIE of an IRI, or the IRI itself where no prefix fits."""
        return self.contract(iri) or iri

    def graph(self, kind: str, name: str, release: str = "") -> str:
        """IRI of a named graph; kinds: source, terminology, annotation, gold, tool, curated, mapping, provenance.

        >>> Ids().graph("source", "pubmed", "2026")
        'https://w3id.org/medkg/graph/source/pubmed/2026'
        """
        tail = f"/{slug(release)}" if release else ""
        return f"{self.base}graph/{kind}/{slug(name)}{tail}"

    def mint(self, kind: str, *parts: str) -> str:
        """An own IRI whose local name is the digest of what it stands for."""
        return f"{self.base}{kind}/{digest(*parts)}"
