"""Whether the parts of a generation belong together: no index answers for the store of another one.

The manifest of a generation lists its files. A part that is whole, but whose own list of files is not the one listed
there, comes from elsewhere. Damage is another thing: ``open_indexes`` and the store find it.
"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

from kg.errors import GenerationMismatch
from kg.generation.manifest import GenerationManifest, file_sum
from kg.index.sealed import MANIFEST, intact

INDEXES = ("text", "suggest", "vectors", "words", "terminology")
_TELLING = ("store/CURRENT", "store/IDENTITY", "store/MANIFEST-*")
"""Small files of the embedded store that no two stores have in common, or that name those of one."""


def check_identity(folder: Path, manifest: GenerationManifest) -> None:
    """Raise GenerationMismatch for an index or a store in ``folder`` that belongs to another generation."""
    for file in manifest.files:
        part = file.name.partition("/")[0]
        path = folder / file.name
        telling = (part in INDEXES and path.name == MANIFEST) or any(fnmatch(file.name, name) for name in _TELLING)
        if not telling or not path.is_file() or file_sum(folder, path) == file:
            continue
        if part == "store" or intact(path.parent):
            raise GenerationMismatch(path=folder / part, generation=manifest.id)


def sound(folder: Path, manifest: GenerationManifest) -> bool:
    """Whether the indexes of a generation are all there, and as they were written."""
    sealed = [folder / file.name for file in manifest.files if file.name.partition("/")[0] in INDEXES]
    return all(path.is_file() for path in sealed) and all(intact(folder / part) for part in INDEXES)
