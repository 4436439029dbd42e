"""Makes one form of a diff as a file, in a process of its own where a service asks for it.

``python -m kg.generation.differ DATA BEFORE AFTER FORM FOLDER`` writes ``FOLDER/FORM`` in one step, and
``FOLDER/summary.json`` for a form that is made of changes. Forms: ``changes``, ``patch``, ``markdown-zh``,
``markdown-en``. It ends with 1 and one line on stderr when it cannot.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from kg.errors import MedkgError
from kg.generation.diff import Summary, read_changes, write_changes
from kg.generation.diff_markdown import markdown
from kg.generation.edits import Edits
from kg.generation.rdf_patch import patch_lines
from kg.store.disk import storage

CHANGES, PATCH, SUMMARY = "changes", "patch", "summary.json"
FORMS = (CHANGES, PATCH, "markdown-zh", "markdown-en")


def make(data: Path, before: str, after: str, form: str, folder: Path) -> Path:
    """Make a form of the diff of two kept generations in ``folder``, unless it is there; its path.

    Raises IntegrityError, StoreError, StorageFull.
    """
    target = folder / form
    if target.exists():
        return target
    with storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        work = Path(name)
        made = work / form
        if form.startswith("markdown-"):
            changes = make(data, before, after, CHANGES, folder)
            summary = read_summary(folder)
            _write(made, markdown(summary, read_changes(changes), form.removeprefix("markdown-")))
        else:
            edits = Edits(data, before, after, work)
            try:
                if form == PATCH:
                    _write(made, patch_lines(edits))
                else:
                    (work / SUMMARY).write_bytes(msgspec.json.encode(write_changes(edits, work, made)))
                    os.replace(work / SUMMARY, folder / SUMMARY)
            finally:
                edits.close()
        os.replace(made, target)
    return target


def read_summary(folder: Path) -> Summary:
    """What was counted when the changes were made."""
    return msgspec.json.decode((folder / SUMMARY).read_bytes(), type=Summary)


def _write(path: Path, lines: Iterable[str]) -> None:
    with storage(path), path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(lines)


def main() -> int:
    data, before, after, form, folder = sys.argv[1:]
    try:
        make(Path(data), before, after, form, Path(folder))
    except MedkgError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
