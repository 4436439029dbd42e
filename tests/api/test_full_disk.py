"""``medkg build`` where there is no room: one sentence, exit code 1, the old generation; then it goes on."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

import pytest

from kg.generation.pointer import Shelf
from tests.api.serving import MEDKG, environment
from tests.corpus import record, write_build, write_records


def build(config: Path, data: Path, language: str, size: int = resource.RLIM_INFINITY) -> tuple[int, str]:
    """Exit code and standard error of a build whose files may not grow beyond ``size``."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = subprocess.run(
        [*MEDKG, "build", "--config", str(config), "--data", str(data)], capture_output=True, encoding="utf-8",
        env=environment(encoder="none", language=language), preexec_fn=limit, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.slow
def test_a_build_without_room_keeps_the_old_generation(tmp_path: Path) -> None:
    config, data = write_build(tmp_path / "in"), tmp_path / "data"
    assert build(config, data, "en")[0] == 0
    shelf = Shelf(data)
    first = shelf.current()
    rows = [record(index, text=f"word{index} of sample fever.") for index in range(40)]
    write_records(config.parent / "records-00.jsonl", rows)
    # The lock and the list of jobs, a batch, the store of the new generation.
    for size, language, what in [(0, "en", "writer.lock"), (4_096, "zh", ""), (400_000, "en", "generations")]:
        code, said = build(config, data, language, size)
        assert code == 1, said
        assert ("磁盘已满" if language == "zh" else "No room left on the device") in said
        assert what in said
        assert "Traceback" not in said
        assert (shelf.current(), shelf.ids()) == (first, [first])
    code, said = build(config, data, "en")
    assert code == 0, said
    assert len(shelf.ids()) == 2
    assert shelf.current() == shelf.ids()[-1]


@pytest.mark.slow
def test_no_limit_ends_a_build_with_anything_but_the_sentence(tmp_path: Path) -> None:
    config, data = write_build(tmp_path / "in", size=40), tmp_path / "data"
    sizes = [round(100 * 1.8**step) for step in range(18)]
    for size in sizes:
        code, said = build(config, data, "en", size)
        assert code in {0, 1}, said
        assert (code == 0) == (Shelf(data).current() is not None)
        if code == 0:
            break
        assert "No room left on the device" in said, (size, said)
        assert "Traceback" not in said, said
    code, said = build(config, data, "en")
    assert code == 0, said
