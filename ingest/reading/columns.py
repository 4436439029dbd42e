"""The header of a table whose columns people name in more than one way, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from kg.errors import ConfigError
from kg.model.source import RawFile
from ontology.reading.raw import head


def header(start: bytes) -> set[str]:
    """The cells of the first line in lower case, of UTF-8 or GB18030, with commas or tabs; none for other bytes.

    >>> sorted(header("刊名,ISSN\\n".encode("gb18030")))
    ['issn', '刊名']
    """
    first = start.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    for encoding in ("utf-8", "gb18030"):
        try:
            return {cell.strip(' "\r').lower() for cell in re.split(r"[,\t]", first.decode(encoding))}
        except UnicodeDecodeError:
            continue
    return set()


def delimiter(raw: RawFile) -> str:
    """What stands more often in the first line, whatever the file is called."""
    first = head(raw.path).partition(b"\n")[0]
    return "," if first.count(b",") > first.count(b"\t") else "\t"


def chosen(
    columns: Collection[str], named: object, known: Mapping[str, str], fields: Collection[str]
) -> dict[str, str]:
    """Column -> field: as the option ``columns`` names it, else as it is ``known`` by; empty for no field.

    Raises ConfigError for a column that is not there and a field that nobody knows.
    """
    if not isinstance(named, dict):
        raise ConfigError(where="columns", reason="it is a table: column = field")
    for column, field in named.items():
        if field not in fields or column not in columns:
            raise ConfigError(
                where=f"columns: {column}", reason=f"columns: {', '.join(columns)}; fields: {', '.join(fields)}"
            )
    return {name: str(named.get(name, known.get(name.lower(), ""))) for name in columns}
