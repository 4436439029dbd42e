"""Promises about the whole: plug-in tables, packages, what the wheel holds."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from ingest.base import SOURCES
from kg.index.base import INDEXES
from kg.registry import Table
from kg.store.base import STORES
from ontology.base import TERMINOLOGIES

ROOT = Path(__file__).resolve().parent.parent
TABLES: list[tuple[Table[object], str]] = [
    (SOURCES, "ingest."),  # type: ignore[list-item]
    (TERMINOLOGIES, "ontology."),  # type: ignore[list-item]
    (STORES, "kg."),  # type: ignore[list-item]
    (INDEXES, "kg."),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("table", "room"), TABLES)
def test_built_in_plug_ins_live_in_their_own_room_and_load(table: Table[object], room: str) -> None:
    for name, target in table.targets().items():
        assert target.startswith(room)
        assert table.load(name)


def test_listing_plug_ins_imports_none_of_them() -> None:
    code = (
        "import sys; from ingest.base import SOURCES; from ontology.base import TERMINOLOGIES;"
        "SOURCES.names(); TERMINOLOGIES.names();"
        "print([m for m in sys.modules if m.startswith(('ingest.sources.', 'ontology.terminologies.'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_our_package_names_belong_to_us_alone() -> None:
    owners = packages_distributions()
    for name in ("kg", "ontology", "ingest", "api"):
        assert set(owners.get(name, ["medkg"])) == {"medkg"}


@pytest.mark.slow
def test_the_wheel_holds_code_and_data_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", str(tmp_path), str(ROOT)],
        check=True,
    )
    (wheel,) = tmp_path.glob("medkg-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"kg", "ontology", "ingest", "api"}
    for data in (
        "ontology/starter/drugs.tsv",
        "ontology/starter/checks.tsv",
        "ingest/starter/documents.jsonl",
        "ontology/medkg.ttl",
        "kg/shapes/concept.ttl",
        "kg/locale/zh.toml",
        "api/locale/zh.toml",
        "api/starter.toml",
        "kg/query/derive/claims.rq",
        "kg/search/ranker.json",
    ):
        assert data in names, data


def test_a_service_starts_without_what_only_curation_and_trained_linkers_need() -> None:
    code = "import sys, api.app; print(sorted({'pyshacl', 'rdflib', 'scipy'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
