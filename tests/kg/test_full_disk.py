"""No room left on the device at any stage of publishing: said so, nothing half made, and then mended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kg.generation.manifest import GenerationManifest, read_manifest
from tests.conftest import ROOT
from tests.corpus import write_build
from tests.kg.full_disk import STAGES, Attempt
from tests.kg.graph import WordEncoder
from tests.kg.test_generation import build, graphs
from tests.requirement import absent

MOUNT = 'mount -t tmpfs -o size=64m none "$0" || exit 77; "$@"; code=$?; cp -r "$0" "$0.after"; exit $code'
"""``cp``: the device is gone with its process, and the test looks at what was made on it."""
NO_MOUNT = 77


def attempts(kind: str, folder: Path, every: int, *before: str) -> list[Attempt]:
    command = [*before, sys.executable, "-m", "tests.kg.full_disk", kind, str(folder), str(every)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=900)
    if done.returncode == NO_MOUNT:
        absent(f"this machine does not allow a device of its own: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return [msgspec.json.decode(line, type=Attempt) for line in done.stdout.splitlines()]


def check(found: list[Attempt], stages: set[str]) -> None:
    """Every attempt either succeeds or says that there is no room; each of ``stages`` does so at least once."""
    *rest, last = found
    assert [attempt for attempt in found if attempt.faults] == []
    assert {attempt.error for attempt in found} == {"", "StorageFull"}, [a for a in found if a.error != "StorageFull"]
    failed = [attempt for attempt in rest if attempt.error]
    assert all("No room left on the device" in attempt.message for attempt in failed)
    assert {attempt.stage for attempt in failed} >= stages
    assert last.made, "with room again it succeeds, in the same process"


def contents(data: Path, name: str) -> dict[str, object]:
    """What two generations of the same batches have in common (tantivy and RocksDB name files at random)."""
    manifest: GenerationManifest = read_manifest(data / "generations" / name)
    same = {file.name: file.digest for file in manifest.files if file.name.startswith(("suggest/", "vectors/"))}
    assert len(same) > 10
    return {
        "graphs": graphs(data, name), "counts": manifest.counts, "states": manifest.states, "files": same,
        "indexes": manifest.indexes, "batches": manifest.batches,
    }  # fmt: skip


def clean(folder: Path, inputs: Path) -> dict[str, object]:
    """What the same two builds make where there is always room."""
    config = write_build(folder / "in", files=2, size=60)
    assert build(folder / "data", config, encoder=WordEncoder()) is not None
    records = "records-00.jsonl"
    (folder / "in" / records).write_bytes((inputs / records).read_bytes())
    made = build(folder / "data", config, encoder=WordEncoder())
    assert made is not None
    return contents(folder / "data", made.id)


@pytest.mark.slow
@pytest.mark.parametrize("every", [6, 1])
def test_files_that_may_not_grow(tmp_path: Path, every: int) -> None:
    folder = tmp_path / "limited"
    folder.mkdir()
    found = attempts("limit", folder, every)
    check(found, set(STAGES))
    places = {attempt.place.partition(".")[0] for attempt in found if attempt.error}
    # What is written late, such as FAISS's file, is smaller than what comes before it: the last test of this file
    # tries it at each of its bytes.
    assert places >= {"oxigraph", "embeddings", "textwriter", "publish", "disk"} | ({"rows"} if every == 1 else set())
    assert contents(folder / "data", found[-1].made) == clean(tmp_path / "clean", folder / "in")


@pytest.mark.slow
def test_a_device_that_is_full(tmp_path: Path) -> None:
    folder = tmp_path / "device"
    folder.mkdir()
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    found = attempts("device", folder, 1, *own, "sh", "-c", MOUNT, str(folder))
    # When checksums are made the drafts are about to go, which is room enough for what is left to write.
    check(found, set(STAGES) - {"checksums"})
    after = folder.with_name("device.after")
    assert contents(after / "data", found[-1].made) == clean(tmp_path / "clean", after / "in")


WRITERS = """
import errno, resource, sys
from pathlib import Path
import numpy as np
from kg.index.faiss import build
from kg.index.originals import Originals
from kg.index.rows import RowWriter
from kg.index.sealed import save_array
from kg.model.document import Text
folder = Path(sys.argv[1])
save_array(folder / "vectors.npy", np.ones((20, 8), dtype=np.float32))
index = build("graph", Originals(folder / "vectors.npy"))
def rows():
    writer = RowWriter(folder, "texts")
    for number in range(100):
        writer.add(Text(str(number), "en"))
    writer.finish()
writers = {
    "texts.rows": rows,
    "array.npy": lambda: save_array(folder / "array.npy", np.arange(100)),
    "shortlist.faiss": lambda: index.save(folder),
}
for name, write in writers.items():
    write()
    whole = (folder / name).stat().st_size
    for size in range(whole):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        try:
            write()
            raise AssertionError(f"{name}: {size} of {whole} bytes were enough")
        except OSError as error:
            assert error.errno == errno.EFBIG, error
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(name, whole)
"""


def test_no_library_cuts_a_file_short_in_silence(tmp_path: Path) -> None:
    """NumPy's and FAISS's own writers both do, where the last bytes do not fit: C closes the file, nobody asks."""
    command = [sys.executable, "-c", WRITERS, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["texts.rows", "2190", "array.npy", "928", "shortlist.faiss", "4674"]
