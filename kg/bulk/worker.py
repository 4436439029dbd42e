"""A process that writes one export to standard output: ``python -m kg.bulk.worker FOLDER WANTED``.

The service runs it, so that a long export takes no time from requests and can be killed. Exit code 0 means
that the whole was written; anything else that what came must not be used.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from kg.bulk.export import Wanted, opened

_NICE = 5


def main(folder: str, wanted: str) -> None:
    """Write the export of the generation in ``folder``; ``wanted`` is a Wanted as JSON."""
    os.nice(_NICE)
    with opened(Path(folder), msgspec.json.decode(wanted, type=Wanted)) as export:
        for block in export.dump():
            sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
