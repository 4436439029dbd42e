"""Every error medkg raises on purpose, in one tree.

::

    MedkgError
    ├── InputError             what came in cannot be used (file, position, what to do)
    │   ├── SourceError            a source file is damaged or of another format
    │   │   ├── TruncatedInput         it ends too early
    │   │   ├── EncodingError          its bytes are not the text it says it is
    │   │   └── ForbiddenXml           it declares entities or asks for the network
    │   ├── RecordError            one record of a source cannot be used
    │   └── IdentifierError        a CURIE or IRI is not one
    ├── ConfigError            settings, build files or options do not fit
    ├── UnknownName            no such plug-in, graph, job
    │   ├── NotFound               no such concept, document
    │   └── UnknownGeneration      ``as_of`` names none that is kept
    ├── MissingExtra           an optional library is not installed
    ├── StoreError             the store cannot do its work
    │   ├── StoreLocked            another process holds it
    │   ├── BaseMismatch           a patch does not fit the graph it is meant for
    │   └── StorageFull            no room left on the device
    ├── IntegrityError         what is on disk is not what the manifest says
    ├── IndexMismatch          an index was made with another encoder or generation
    └── QueryError             a query cannot be answered
        ├── QueryRefused           it is not allowed here (update, SERVICE, too deep)
        ├── QuerySyntax            it is not SPARQL
        ├── QueryTimeout           it ran out of time
        ├── QueryTooLarge          it ran out of memory or rows
        └── Overloaded             no worker was free in time

No class here knows HTTP or the command line: ``api.problems`` and ``api.cli`` translate.
The text of each error stands in ``kg/locale/{en,zh}.toml`` under the class's ``slug``;
``str(error)`` is the English form, ``error.text("zh")`` the Chinese one.
"""

from __future__ import annotations

from typing import ClassVar

from kg.messages import Catalogue

_CATALOGUE = Catalogue("kg")


class MedkgError(Exception):
    """Base of all errors; built from named parameters that its message uses.

    >>> str(NotFound(name="MESH:D000000"))
    'There is nothing named MESH:D000000 in this generation. Check the identifier, or search for it.'
    """

    slug: ClassVar[str] = "internal"

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(params)

    def text(self, language: str = "en") -> str:
        """The message in ``language`` (``en`` or ``zh``): what, where, what to do.

        With a parameter ``why`` the reason is the text ``reason.<why>``, so that it is in ``language``, too.
        """
        params = dict(self.params)
        if "why" in params:
            params["reason"] = _CATALOGUE.text(f"reason.{params['why']}", language, **params)
        return _CATALOGUE.text(f"error.{self.slug}", language, **params)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders (pool workers), so they must pickle by keyword.
        return (_rebuild, (type(self), self.params))


def _rebuild(kind: type[MedkgError], params: dict[str, object]) -> MedkgError:
    return kind(**params)


class InputError(MedkgError):
    """Parameters: ``path``, ``position``, ``reason``."""

    slug = "input"


class SourceError(InputError):
    slug = "source"


class TruncatedInput(SourceError):
    slug = "truncated"


class EncodingError(SourceError):
    slug = "encoding"


class ForbiddenXml(SourceError):
    slug = "forbidden-xml"


class RecordError(InputError):
    """Parameters: ``path``, ``position``, ``key``, ``reason``."""

    slug = "record"


class IdentifierError(InputError):
    """Parameters: ``value``, ``reason``."""

    slug = "identifier"


class ConfigError(MedkgError):
    """Parameters: ``where``, ``reason``."""

    slug = "config"


class UnknownName(MedkgError):
    """Parameters: ``kind``, ``name``, ``known``."""

    slug = "unknown-name"


class NotFound(UnknownName):
    """Parameters: ``name``."""

    slug = "not-found"


class UnknownGeneration(UnknownName):
    """Parameters: ``name``, ``known``."""

    slug = "unknown-generation"


class MissingExtra(MedkgError):
    """Parameters: ``what``, ``extra``, ``library``."""

    slug = "missing-extra"


class StoreError(MedkgError):
    """Parameters: ``path``, ``reason``."""

    slug = "store"


class StoreLocked(StoreError):
    slug = "store-locked"


class BaseMismatch(StoreError):
    """Parameters: ``graph``, ``expected``, ``found``."""

    slug = "base-mismatch"


class StorageFull(StoreError):
    slug = "storage-full"


class IntegrityError(MedkgError):
    """Parameters: ``path``, ``reason``."""

    slug = "integrity"


class IndexMismatch(MedkgError):
    """Parameters: ``path``, ``expected``, ``found``."""

    slug = "index-mismatch"


class QueryError(MedkgError):
    """Parameters: ``reason``, or ``why`` (a key of ``[reason]`` in ``kg/locale``) with what that text needs."""

    slug = "query"


class QueryRefused(QueryError):
    slug = "query-refused"


class QuerySyntax(QueryError):
    slug = "query-syntax"


class QueryTimeout(QueryError):
    """Parameters: ``seconds``."""

    slug = "query-timeout"


class QueryTooLarge(QueryError):
    slug = "query-too-large"


class Overloaded(QueryError):
    slug = "overloaded"
