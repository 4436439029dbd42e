"""Short forms of tests with their values written on: ALT34, TBIL20.5. Chinese texts only.

English texts leave a blank there, and letters with a number are a name of their own in them (CD4, HER2): so only the
whole of it is looked for elsewhere. Here it counts where no name takes it and the letters alone are a test.
"""

from __future__ import annotations

import re

from ingest.text.composites import Lookup
from ingest.text.extent import Named
from ingest.text.insertions import taking
from ontology.scoring import respelled

# What stands before is asked behind the first letter, because the engine then skips to the next capital.
# A report may have one after the other without a blank (ALB45.1GLB35.3), where a decimal says where a value ends.
_READING = re.compile(
    r"([A-Z](?:(?<![A-Za-z0-9.-].)|(?<=\d\.\d.)|(?<=\d\.\d\d.))[A-Za-z/]{1,5})"
    r"(?=\d{1,4}(?:\.\d+)?(?![A-Za-z0-9])|\d{1,4}\.\d{1,2}[A-Z])"
)


def with_readings(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order, with the tests whose value follows them without a blank."""
    found: list[Named] = []
    for match in _READING.finditer(text):
        meaning = lookup(match[1], language)
        if (
            meaning is not None
            and meaning.category == "test"
            and not any(one[0] < match.end() and match.start() < one[1] for one in named)
        ):
            found.append((*match.span(1), match[1], respelled(meaning)))
    return taking(named, found) if found else named
