"""The build files that medkg brings: complete, in both languages, and readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.base import SOURCES
from ingest.config import BuildConfig, InputSpec, input_files, read_config
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.source import Reject
from ontology.base import TERMINOLOGIES
from ontology.reading.raw import describe

ROOT = Path(__file__).resolve().parents[2]
REAL, STARTER = ROOT / "benchmarks" / "real.toml", ROOT / "api" / "starter.toml"


def specs() -> Iterator[tuple[BuildConfig, InputSpec]]:
    for path in (REAL, STARTER):
        config = read_config(path)
        for spec in config.input:
            yield config, spec


INPUTS = list(specs())
NAMES = [f"{config.folder.name}-{spec.name}" for config, spec in INPUTS]


@pytest.mark.parametrize(("config", "spec"), INPUTS, ids=NAMES)
def test_every_input_says_what_it_is(config: BuildConfig, spec: InputSpec) -> None:
    assert spec.format in {*SOURCES.names(), *TERMINOLOGIES.names()}
    assert spec.version
    assert spec.licence != "unknown"
    assert set(spec.title) == {"zh", "en"}
    assert re.search(r"[\u4e00-\u9fff]", spec.title["zh"])
    assert not re.search(r"[\u4e00-\u9fff]", spec.title["en"])


@pytest.mark.data
@pytest.mark.parametrize(("config", "spec"), INPUTS, ids=NAMES)
def test_every_terminology_gives_records_at_once(config: BuildConfig, spec: InputSpec, data_folder: Path) -> None:
    files = input_files(spec, config.folder, {"MEDKG_TEST_DATA": str(data_folder)})
    assert files
    if spec.format not in TERMINOLOGIES.names():
        return
    for path in files:
        found = next(iter(TERMINOLOGIES.load(spec.format)().parse(describe(path), spec.options)), None)
        if found is not None:  # findings beside the starter pack are no records
            assert not isinstance(found, Reject)
            assert statements(found, Context())


@pytest.mark.data
def test_no_table_of_the_test_data_is_forgotten(data_folder: Path) -> None:
    """Folders that a build can use are used, or stand here with the reason."""
    left_out = {
        "cds-hooks": "requests and cards, no knowledge",
        "cmekg-example": "annotated sentences, for relation extraction",
        "rdf-tests": "conformance tests",
        "ris": "import formats",
        "sparqloscope": "query templates",
        "synthea-fhir": "patients",
        "thuocl-medical": "words without concepts, for attestation and matching",
        "zh-medical-qa": "scraped questions, for tests only",
    }
    text = REAL.read_text("utf-8")
    folders = {folder.name for folder in data_folder.iterdir() if folder.is_dir()}
    assert {name for name in folders if f"/{name}/" not in text} == set(left_out) & folders
