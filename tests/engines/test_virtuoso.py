"""The store contract over a real Virtuoso: by updates, and by its bulk loader."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from kg.errors import EngineFailed
from kg.store.endpoint import Endpoint
from kg.store.remote import Remote
from tests.contract.store import A, B, O, P, Q, S, StoreContract, make_batch

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("remote")
class TestByUpdates(StoreContract):
    kind = Remote

    @pytest.mark.parametrize("calls", range(12))
    def test_a_batch_that_was_cut_is_applied_again_whole(
        self, calls: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The engine goes away after so many updates of a patch and a replacement."""
        shared, old, new = f"{S} {P} {O}", f"{S} {P} {Q}", f"{S} {Q} {O}"
        store = self.kind.create(tmp_path / "store")
        store.apply(
            make_batch(
                tmp_path / "b1",
                (A, "replace", [shared, old], [], "", "1"),
                (B, "replace", [shared, old], [], "", "1"),
            )
        )
        batch = make_batch(
            tmp_path / "b2", (A, "patch", [new], [shared], "1", "2"), (B, "replace", [new, shared], [], "", "2")
        )
        left = iter(range(calls))
        update = Endpoint.update

        def failing(self: Endpoint, text: str) -> None:
            if next(left, None) is None:
                raise EngineFailed(path="stub", why="engine-down")
            update(self, text)

        with monkeypatch.context() as patched:
            patched.setattr(Endpoint, "update", failing)
            with contextlib.suppress(EngineFailed):
                store.apply(batch)
        store.apply(batch)
        assert store.states() == {A: "2", B: "2"}
        assert sorted(store.statements(A)) == sorted([old, new])
        assert sorted(store.statements(B)) == sorted([shared, new])
        assert sorted(store.statements()) == sorted([shared, old, new])
        store.close()


@pytest.mark.usefixtures("loading")
class TestByLoader(StoreContract):
    kind = Remote
