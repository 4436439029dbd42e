"""Reads dumps back: N-Quads and TriG, plain or as gzip, statement by statement."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from kg.errors import InputError, TruncatedInput
from kg.model.terms import Statement

_FORMATS = {".nq": ox.RdfFormat.N_QUADS, ".nquads": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG}
_GZIP = b"\x1f\x8b"


def is_dump(path: Path) -> bool:
    """Whether the name says that a file is one."""
    return _ending(path) in _FORMATS


def read_quads(path: Path) -> Iterator[tuple[str, Statement]]:
    """(graph IRI, statement in canonical form) of a dump, in its order.

    Raises InputError naming the place: for another format, for blank nodes, for statements outside of named
    graphs; TruncatedInput where the file ends too early.
    """
    format_ = _FORMATS.get(_ending(path))
    if format_ is None:
        raise InputError(path=path, position="", why="unknown-format", known=", ".join(_FORMATS))
    number = 0
    try:
        with _opened(path) as stream:
            for found in ox.parse(stream, format=format_):
                number += 1
                terms = (found.subject, found.object)
                if not isinstance(found.graph_name, ox.NamedNode):
                    raise InputError(path=path, position=f"statement {number}", why="no-graph")
                if any(isinstance(term, ox.BlankNode | ox.Triple) for term in terms):
                    raise InputError(path=path, position=f"statement {number}", why="blank-node")
                yield found.graph_name.value, Statement(f"{found.subject} {found.predicate} {found.object}")
    except SyntaxError as error:
        raise InputError(path=path, position=f"line {error.lineno}", reason=error.msg) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TruncatedInput(path=path, position=f"statement {number}", reason=str(error)) from error
    except OSError as error:
        raise InputError(path=path, position=f"statement {number}", reason=error.strerror or str(error)) from error


def _ending(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _opened(path: Path) -> IO[bytes]:
    """The content is looked at, not the name: a browser may have unpacked what it fetched."""
    stream = path.open("rb")
    packed = stream.read(len(_GZIP)) == _GZIP
    stream.seek(0)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream)) if packed else stream
