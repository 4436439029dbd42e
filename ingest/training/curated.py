"""What a build file offers for weak labels: pairs of drug and disease that its curated tables state, and its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from ingest.base import SOURCES
from ingest.config import InputSpec, input_files, read_config
from ingest.evaluation.crosswalk import Crosswalk
from ingest.evaluation.relations import Pair
from ingest.labelled import LabelledDocument
from ingest.sniffing import sniff
from kg.model.document import Document
from kg.model.evidence import Claim
from ontology.base import TERMINOLOGIES
from ontology.reading.raw import describe

TREATED = frozenset({"biolink:treats", "biolink:ameliorates_condition", "biolink:preventative_for_condition"})
_READ = ("title", "abstract")
"""Kinds of passages that are like those of the labelled documents."""


def indications(config: Path, variables: Mapping[str, str], crosswalk: Crosswalk, prefix: str) -> frozenset[Pair]:
    """(drug, disease) that a curated table says helps, in the ids that begin with ``prefix``; what a table denies is
    left out. Raises what reading the build file raises."""
    build = read_config(config)
    return frozenset(
        pair
        for spec in build.input
        if spec.kind == "curated"
        for path in input_files(spec, build.folder, variables)
        for claim in _claims(spec, path)
        if claim.predicate in TREATED and claim.direction == "supports"
        for pair in product(crosswalk.within(claim.subject, (prefix,)), crosswalk.within(claim.object, (prefix,)))
    )


def texts(config: Path, variables: Mapping[str, str]) -> Iterator[LabelledDocument]:
    """English titles and abstracts of the build file's sources, in its order, each document once; without mentions,
    whatever the files say of them."""
    build = read_config(config)
    seen: set[str] = set()
    for spec in build.input:
        if spec.kind != "source":
            continue
        for path in input_files(spec, build.folder, variables):
            for item in SOURCES.load(spec.format or sniff(path))().parse(describe(path), spec.options):
                if isinstance(item, Document) and item.id not in seen:
                    seen.add(item.id)
                    passages = tuple(one for one in item.passages if one.kind in _READ and one.language == "en")
                    yield LabelledDocument(item.id, passages, ())


def _claims(spec: InputSpec, path: Path) -> Iterator[Claim]:
    """Of a table; curated inputs of other kinds (standings) state nothing of drugs."""
    name = spec.format or sniff(path)
    if name in TERMINOLOGIES.names():
        for item in TERMINOLOGIES.load(name)().parse(describe(path), spec.options):
            if isinstance(item, Claim):
                yield item
