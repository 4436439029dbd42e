"""Tags and times: which generation ``as_of`` means, and that a tagged one is never pruned."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kg.errors import ConfigError, IntegrityError, NotYetPublished, TagTaken, UnknownGeneration, UnknownName
from kg.generation.manifest import FILE, FORMAT, GenerationManifest
from kg.generation.pointer import Shelf

TIMES = {
    "g00001-aaaaaaaa": "2026-01-01T10:00:00+00:00",
    "g00002-bbbbbbbb": "2026-02-01T10:00:00+00:00",
    "g00003-cccccccc": "2026-03-01T10:00:00+00:00",
}
FIRST, SECOND, THIRD = TIMES


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Three generations that hold nothing but their manifests."""
    made = Shelf(tmp_path)
    for number, (name, published) in enumerate(TIMES.items(), 1):
        put(made, name, number, published)
    made.point(THIRD)
    return made


def put(shelf: Shelf, name: str, number: int, published: str) -> None:
    shelf.path(name).mkdir(parents=True)
    manifest = GenerationManifest(
        id=name, sequence=number, format=FORMAT, base="https://e.org/", store="oxigraph", batches=(),
        counts={"": number}, states={}, indexes={"documents": "7", "concepts": "2"}, published=published,
    )  # fmt: skip
    (shelf.path(name) / FILE).write_bytes(msgspec.json.encode(manifest))


def test_a_tag_names_the_current_generation_or_any_other(shelf: Shelf) -> None:
    assert shelf.tag("2026.11") == THIRD
    assert shelf.tag("paper", SECOND) == SECOND
    assert shelf.tag("paper-again", "paper") == SECOND
    assert shelf.tag("january", "2026-01-31") == FIRST
    assert [shelf.find(tag) for tag in ("2026.11", "paper", "paper-again", "january")] == [THIRD, SECOND, SECOND, FIRST]
    assert [row.tags for row in shelf.kept()] == [("january",), ("paper", "paper-again"), ("2026.11",)]
    assert [row.current for row in shelf.kept()] == [False, False, True]
    assert shelf.kept()[1].counts == {"": 2}
    assert (shelf.kept()[1].documents, shelf.kept()[1].concepts) == (7, 2)


@pytest.mark.parametrize(
    "name",
    ["", "a" * 65, "a b", "a/b", "..\n", "标签", FIRST, "g1-0", "2026-11", "2026-11-20", "2026-11-20T10", "20261120"],
)
def test_what_cannot_be_a_tag(shelf: Shelf, name: str) -> None:
    with pytest.raises(ConfigError, match="a tag is"):
        shelf.tag(name)


@pytest.mark.parametrize("name", ["2026.11", "a" * 64, "v1", "..", "2026", "g1", "release_2-3"])
def test_what_can_be_a_tag(shelf: Shelf, name: str) -> None:
    shelf.tag(name)
    assert shelf.find(name) == THIRD


def test_a_tag_is_moved_by_force_only(shelf: Shelf) -> None:
    shelf.tag("paper", FIRST)
    shelf.tag("paper", FIRST)
    with pytest.raises(TagTaken, match=FIRST):
        shelf.tag("paper", SECOND)
    assert shelf.find("paper") == FIRST
    shelf.tag("paper", SECOND, move=True)
    assert shelf.find("paper") == SECOND
    assert shelf.untag("paper") == SECOND
    with pytest.raises(UnknownName):
        shelf.untag("paper")
    with pytest.raises(UnknownGeneration):
        shelf.find("paper")
    with pytest.raises(UnknownGeneration):
        shelf.tag("paper", "g00009-ffffffff")


def test_a_tagged_generation_is_never_pruned(shelf: Shelf) -> None:
    shelf.tag("paper", FIRST)
    assert shelf.prune(1) == [SECOND]
    assert shelf.ids() == [FIRST, THIRD]
    shelf.untag("paper")
    assert shelf.prune(1) == [FIRST]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-01-01", FIRST),
        ("2026-01-31", FIRST),
        ("2026-02-01", SECOND),
        ("2026-02-01T09:59:59", FIRST),
        ("2026-02-01T10:00:00", SECOND),
        ("2026-02-01T10:00:00Z", SECOND),
        ("2026-02-01T17:59:59+08:00", FIRST),
        ("2026-02-01T18:00:00+08:00", SECOND),
        ("2026-02-01T18:00:00 08:00", SECOND),
        ("2999-12-31", THIRD),
    ],
)
def test_a_time_means_the_newest_generation_until_then(shelf: Shelf, as_of: str, expected: str) -> None:
    assert shelf.find(as_of) == expected


def test_times_are_those_of_publishing_not_the_order_of_names(shelf: Shelf) -> None:
    put(shelf, "g00004-dddddddd", 4, "2026-01-15T00:00:00+00:00")
    assert shelf.find("2026-01-20") == "g00004-dddddddd"
    put(shelf, "g00005-eeeeeeee", 5, "2026-01-15T00:00:00+00:00")
    assert shelf.find("2026-01-20") == "g00005-eeeeeeee", "of two published in one second the later"


def test_before_the_first_the_oldest_is_named(shelf: Shelf) -> None:
    with pytest.raises(NotYetPublished, match=rf"{FIRST}.*2026-01-01T10") as caught:
        shelf.find("2025-12-31")
    assert FIRST in caught.value.text("zh")


@pytest.mark.parametrize(
    "as_of", ["", " ", "none", "2026-13-01", "2026-02-30", "2026-01-01T99:00", "20261301", "CURRENT"]
)
def test_what_names_nothing_is_an_error_that_says_what_there_is(shelf: Shelf, as_of: str) -> None:
    shelf.tag("paper", SECOND)
    with pytest.raises(UnknownGeneration) as caught:
        shelf.find(as_of)
    for name in (*TIMES, f"{SECOND} (paper)"):
        assert name in str(caught.value.params["known"])


def test_nothing_published_yet(tmp_path: Path) -> None:
    for as_of in (None, "2026-01-01", "g00001-aaaaaaaa"):
        with pytest.raises(UnknownGeneration):
            Shelf(tmp_path).find(as_of)


def test_damaged_tags_are_an_error(shelf: Shelf) -> None:
    shelf.tag("paper", FIRST)
    file = shelf.folder / "TAGS"
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(IntegrityError):
        shelf.find("paper")
    with pytest.raises(IntegrityError):
        shelf.prune(1)
    assert shelf.find(FIRST) == FIRST


def test_tags_set_at_once_are_all_kept(shelf: Shelf) -> None:
    code = (
        "import sys; from pathlib import Path; from kg.generation.pointer import Shelf\n"
        "for n in range(20): Shelf(Path(sys.argv[1])).tag(f'{sys.argv[2]}-{n}')"
    )
    data = str(shelf.folder.parent)
    running = [subprocess.Popen([sys.executable, "-c", code, data, f"p{n}"], env=os.environ) for n in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert len(shelf.kept()[2].tags) == 60
