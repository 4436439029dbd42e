"""Every row of the table of FHIR is asked over HTTP, and its answer is FHIR."""

from __future__ import annotations

import pytest

from tests.fhir.conftest import RECORDED, Fhir
from tests.fhir.rows import ROWS, Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_row(row: Row, asking: Fhir, pytestconfig: pytest.Config) -> None:
    headers = {"accept_language": row.language} if row.language else {}
    if row.body is None:
        found = asking.get(row.path, row.status, **headers)
    else:
        found = asking.post(row.path, row.body, row.status, **headers)
    assert row.good(found), found
    pytestconfig.stash.setdefault(RECORDED, set()).add(row.key)
