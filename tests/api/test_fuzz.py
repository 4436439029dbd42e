"""Random requests of every role to every operation of the OpenAPI document (schemathesis): no failure of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from httpx2 import InvalidURL
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as profile
from hypothesis.errors import Unsatisfiable
from starlette.testclient import TestClient

from api.access.rights import ROLES
from api.app import create_app
from api.settings import Settings
from tests.api.roles import Callers

if TYPE_CHECKING:
    import schemathesis

pytestmark = pytest.mark.slow
EXAMPLES = 8
"""Of each operation, for each role, that fit its description and that do not."""


@pytest.fixture(scope="module")
def callers(settings: Settings) -> Iterator[Callers]:
    free = msgspec.structs.replace(
        settings, denials=1_000_000, query_budget_seconds=0.0, query_budget_errors=0, upload_bytes=0
    )
    with TestClient(create_app(free), raise_server_exceptions=False) as client:
        yield Callers(client, free)


def tried(client: TestClient, operation: Any, mode: schemathesis.GenerationMode) -> int:
    """Send what is made for an operation; 0 where nothing can be made, as without a parameter to get wrong."""
    asked = 0

    @seed(20261121)
    @profile(
        max_examples=EXAMPLES, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        nonlocal asked
        asked += 1
        sent = case.as_transport_kwargs(base_url="http://testserver")
        sent.pop("cookies", None)
        try:
            answer = client.request(**sent)
        except InvalidURL:
            # The client writes no URL of more than 65,536 characters; long heads are for test_hardening.
            return
        # A query that runs out of time or finds no worker is told so; that is no failure.
        assert answer.status_code < 500 or answer.status_code in (503, 504), (sent, answer.text)

    with suppress(Unsatisfiable):
        run()
    return asked


@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_random_requests(callers: Callers, role: str) -> None:
    import schemathesis  # here: every process of either suite lists this file

    client = callers.of(role)
    schema = schemathesis.openapi.from_dict(callers.inner.get("/openapi.json").json())
    asked: dict[str, int] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        asked[operation.label] = sum(tried(client, operation, mode) for mode in schemathesis.GenerationMode)
    assert [label for label, number in asked.items() if number == 0] == []
    assert sum(asked.values()) > 5 * len(asked)
