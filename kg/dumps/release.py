"""What every dump says of itself."""

from __future__ import annotations

import msgspec


class DumpHead(msgspec.Struct, frozen=True):
    """``scheme`` is a CURIE prefix, ``url`` its canonical URL; ``version`` a tag or the generation; ``date`` ISO 8601.

    ``licences`` are those of the graphs that state its concepts, as far as they say.
    """

    scheme: str
    url: str
    version: str
    generation: str
    date: str
    licences: tuple[str, ...] = ()
