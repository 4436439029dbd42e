"""Making a proposal of what a workspace holds: its statements are frozen in a file that nothing changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kg.store.disk import storage, sync_folder, write_atomic
from kg.workflow.proposals import Person, Proposal, Proposals


def propose(proposals: Proposals, data: Path, name: str, author: Person, quads: bytes) -> Proposal:
    """Record the statements of a workspace, given as sorted N-Quads.

    The same statements as in its newest proposal give that one again. Raises StorageFull, StoreError.
    """
    digest = hashlib.sha256(quads).hexdigest()
    before = proposals.newest(name)
    if before is not None and before.digest == digest:
        return before
    path = data / "proposals" / f"{digest}.nq"
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sync_folder(data)
        old = set((data / before.path).read_bytes().splitlines()) if before else set()
    write_atomic(path, quads)
    new = set(quads.splitlines())
    return proposals.add(
        Proposal(
            name=name, author=author.name, digest=digest, added=len(new - old), removed=len(old - new),
            path=str(path.relative_to(data)), kind="workspace", state="submitted",
        ),
        author,
    )  # fmt: skip
