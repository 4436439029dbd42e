"""Words that are nobody's name, from running text: what ``ontology/deidentification`` reads as its two word lists.

    python benchmarks/ordinary_words.py ../shared/data [FOLDER]

writes ``ordinary.txt``, words that running text has without a capital: of abstracts (training parts of BC5CDR, NCBI
disease, BioRED and NLM-Gene, and DrugProt's), and of docstrings of the Python that runs this where two packages have
them; and ``labelled.txt``, other words of names and synonyms of diseases and drugs (DOID, MeSH, DrugCentral) or with a
capital within a sentence of these abstracts: eponyms, brands, places of studies. Single words without their text or
their order. ``medical.zh.txt``: Chinese words of medicine (THUOCL). Without a folder the lists of the package are
written over; docstrings differ with what is installed.
"""

from __future__ import annotations

import ast
import re
import sys
import sysconfig
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ontology.deidentification.chinese_words import likeness
from ontology.deidentification.words import words

_FOLDER = Path(__file__).parents[1] / "ontology" / "deidentification"
_ABSTRACTS = (
    "bc5cdr/CDR_TrainingSet.PubTator.txt",
    "ncbi-disease/NCBItrainset_corpus.txt",
    "pubtator-bioner/BioRED_part.PubTator",
    "pubtator-bioner/NLMgene_part.PubTator",
    "pubtator-bioner/DrugProt_abstracts.PubTator",
)
_ONTOLOGIES = (
    "doid/doid-2016-03-04.obo",
    "doid/DO_rare_slim.obo",
    "doid/DO_cancer_slim.obo",
    "doid/DO_infectious_disease_slim.obo",
    "doid/NCIthesaurus.obo",
)
"""All of them subsets and releases of the Disease Ontology, which has synonyms here."""
_LABELS = (
    "mesh/terms.tsv",
    "doid/HumanDO.tsv",
    "drugcentral/targets.tsv",
    "drugcentral/indications.tsv",
    "drugcentral/drug-to-class.tsv",
)
_LOWER = re.compile(r"(?<![\w.'/-])[a-z]{2,}(?![\w/'(=_.-]*[\w(=_])")
_CAPITAL = re.compile(r"(?<=[a-z,;] )(?:[A-Z][a-zé]+(?:[-'][A-Za-z]+)*)|(?<=[a-z]-)[A-Z][a-z]+")
_CHINESE = "thuocl-medical/THUOCL_medical.txt"
_HAN = re.compile(r"[一-鿿]{2,8}")
_PERSON = 0.0
"""Likeness of given names from which on a word of that list is taken for somebody of the history of medicine."""
_NAMED = re.compile(r'^(?:name: |synonym: ")([^"\n]+)', re.M)
_LETTERS = re.compile(r"[^\W\d_]{3,}")


def _abstracts(data: Path) -> Iterator[str]:
    for name in _ABSTRACTS:
        for line in (data / name).read_text("utf-8").splitlines():
            if found := re.match(r"\d+\|[ta]\|(.*)", line):
                yield found[1]


def _documented() -> set[str]:
    """Words of docstrings that at least two packages have."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    packages = Path(sysconfig.get_paths()["purelib"])
    for root in (Path(sysconfig.get_paths()["stdlib"]), *(one for one in packages.iterdir() if one.is_dir())):
        for path in root.rglob("*.py"):
            if "site-packages" in path.relative_to(root).parts:
                continue
            try:
                nodes = list(ast.walk(ast.parse(path.read_bytes())))
            except (SyntaxError, ValueError):
                continue
            for node in nodes:
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    for word in _LOWER.findall(ast.get_docstring(node, clean=False) or ""):
                        users[word].add(root.name)
    return {word for word, of in users.items() if len(of) > 1}


def main(data: Path, folder: Path = _FOLDER) -> None:
    """Write both lists into a folder."""
    lists = tomllib.loads((_FOLDER / "words.toml").read_text("utf-8"))
    given = set(lists["given"].split()) - set(lists["both"].split())
    abstracts = list(_abstracts(data))
    used = {word for text in abstracts for word in _LOWER.findall(text)}
    ordinary = {word for word in (used | _documented()) - given if len(word) > 2 and re.search("[aeiouy]", word)}
    labelled = {
        word
        for text in (*(found for text in abstracts for found in _CAPITAL.findall(text)), *_names(data))
        for word in _LETTERS.findall(text.lower())
    }
    for name, kept in (("ordinary", ordinary), ("labelled", labelled - ordinary - given)):
        (folder / f"{name}.txt").write_text("\n".join(sorted(kept)) + "\n", "utf-8")
    (folder / "medical.zh.txt").write_text("\n".join(sorted(_chinese(data))) + "\n", "utf-8")


def _chinese(data: Path) -> set[str]:
    """Chinese words of medicine less names of people, which that list has, too."""
    listed = (line.split("\t")[0].strip() for line in (data / _CHINESE).read_text("utf-8").splitlines())
    frequent = words().surnames - words().rare
    return {
        word
        for word in listed
        if _HAN.fullmatch(word) and not (word[0] in frequent and len(word) < 4 and likeness(word[1:]) > _PERSON)
    }


def _names(data: Path) -> Iterator[str]:
    for name in _LABELS:
        for line in (data / name).read_text("utf-8").splitlines()[1:]:
            yield " ".join(cell for cell in line.split("\t") if not re.search(r"https?:|^[\d|]+$", cell))
    for name in _ONTOLOGIES:
        yield from _NAMED.findall((data / name).read_text("utf-8"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
