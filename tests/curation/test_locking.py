"""4 clients, 250 edits each, with If-Match, on one concept: none is lost, none is there twice."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import httpx
import pytest

from api import wiring
from tests.api.serving import served
from tests.curation.conftest import settings_of

CLIENTS, EACH = 4, 250
FEVER = "DOID:9000002"
P = "/api/v1/proposals"


@pytest.mark.slow
def test_a_thousand_edits_of_one_concept(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library / "data", tmp_path / "data")
    settings = settings_of(tmp_path / "data")
    key = wiring.keys(settings).create("clerk", "curator").text
    accepted, refused = [0] * CLIENTS, [0] * CLIENTS
    headers = {"Authorization": f"Bearer {key}"}
    with served(settings.data, people="false") as server, httpx.Client(base_url=server.address, headers=headers) as one:
        first = {"edit": "addlabel", "concept": FEVER, "label": {"value": "n", "language": "en", "kind": "exact"}}
        number = one.post(P, json={"edits": [first]}).json()["proposal"]["id"]

        def work(client: int) -> None:
            with httpx.Client(base_url=server.address, headers=headers, timeout=60) as opened:
                for turn in range(EACH):
                    shown = opened.get(f"{P}/{number}")
                    label = {"value": f"n {client} {turn}", "language": "en", "kind": "exact"}
                    edits = [*shown.json()["edits"], {"edit": "addlabel", "concept": FEVER, "label": label}]
                    answer = opened.put(
                        f"{P}/{number}", json={"edits": edits}, headers={"If-Match": shown.headers["etag"]}
                    )
                    assert answer.status_code in (200, 412), answer.text
                    accepted[client] += answer.status_code == 200
                    refused[client] += answer.status_code == 412

        threads = [threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = one.get(f"{P}/{number}").json()
    print(f"accepted {sum(accepted)}, refused {sum(refused)}")
    assert sum(accepted) + sum(refused) == CLIENTS * EACH
    assert found["proposal"]["edits"] == 1 + sum(accepted)
    assert found["proposal"]["version"] == 1 + sum(accepted)
    assert len({edit["label"]["value"] for edit in found["edits"]}) == 1 + sum(accepted)
    assert list(wiring.audit(settings).check()) == []
