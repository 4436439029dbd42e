"""What a test needs of its machine: skipped with a reason where it is absent, and a failure in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

VARIABLE = "MEDKG_REQUIRE_ALL"
"""Set to 1 where nothing may be skipped for want of data, programs or rights."""


def absent(what: str) -> NoReturn:
    """Ends the test: skipped because of ``what``, or failed where :data:`VARIABLE` is 1."""
    if os.environ.get(VARIABLE) == "1":
        pytest.fail(what)
    pytest.skip(what)
