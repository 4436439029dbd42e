"""Checks the starter pack against tables of others and writes ``checks.tsv``.

``python -m ontology.attestation --data FOLDER [--starter FOLDER] [--write]``

A cross-reference is ``verified`` when a table gives its identifier one of the concept's English
names (case, punctuation and MeSH inversion aside), else ``unverified``; where a table that names
the identifier gives it another name only, the evidence says which (``differs:``). A Chinese name is
``attested`` when it stands in HPO zh, THUOCL or zh-medical-qa, else ``unattested``. ICD10CM and
ICD10 are different vocabularies: one never confirms the other.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.errors import InputError, MedkgError
from kg.model.source import Reject
from ontology.evidence import Found, NameTables, folds, read_names, terms_in_use
from ontology.prefixes import identifier
from ontology.reading.raw import describe
from ontology.reading.starter import CHECK_COLUMNS, CHECKS, Check, Entry, entries, starter_files

STARTER = Path(__file__).parent / "starter"
DIFFERS = "differs: "
_CHINESE = {
    "xref verified": "交叉引用 已核实",
    "xref unverified": "交叉引用 未核实",
    "xref differs": "其中名称与表不符",
    "label attested": "中文名称 有出处",
    "label unattested": "中文名称 未见出处",
}


def read_pack(folder: Path) -> list[Entry]:
    """Every entry of the pack; raises InputError for the first row that cannot be read."""
    found = []
    for path in starter_files(folder):
        for entry in entries(describe(path)):
            if isinstance(entry, Reject):
                raise InputError(path=path, position=entry.position, reason=entry.detail or entry.reason)
            found.append(entry)
    return found


def check_pack(pack: Sequence[Entry], tables: NameTables, data: Path) -> list[Check]:
    """All findings, sorted by concept, kind and value; ``tables`` are those of ``data``."""
    in_use = terms_in_use(data, (name for entry in pack for name in entry.names("zh")))
    found = {}
    for entry in pack:
        names = set().union(*(folds(name) for name in entry.names("en")))
        for written in entry.xrefs:
            found[entry.id, "xref", written] = _xref(entry.id, written, names, tables)
        for name in entry.names("zh"):
            status = "attested" if name in in_use else "unattested"
            found[entry.id, "label", name] = Check(entry.id, "label", name, status, in_use.get(name, ""))
    return [found[key] for key in sorted(found)]


def _xref(concept: str, written: str, names: set[str], tables: NameTables) -> Check:
    target = identifier(written) or written
    named = tables.naming(target)
    known = _first(named, names)
    if known is not None:
        return Check(concept, "xref", written, "verified", str(known))
    if named:
        other = next(iter(named.values()))
        return Check(concept, "xref", written, "unverified", f"{DIFFERS}{other}")
    known = _first(tables.linked(target), names)
    return Check(concept, "xref", written, "verified" if known else "unverified", str(known or ""))


def _first(known: dict[str, Found], names: set[str]) -> Found | None:
    """The first of the known names, in the order of the tables, that is among ``names``."""
    return next((found for form, found in known.items() if form in names), None)


def write_checks(folder: Path, checks: Iterable[Check]) -> None:
    """``checks.tsv`` in ``folder``."""
    (folder / CHECKS).write_text(render(checks), encoding="utf-8", newline="\n")


def render(checks: Iterable[Check]) -> str:
    """The text of ``checks.tsv``."""
    rows = [(check.concept, check.kind, check.value, check.status, check.evidence) for check in checks]
    return "".join("\t".join(row) + "\n" for row in [CHECK_COLUMNS, *rows])


def counts(checks: Iterable[Check]) -> dict[str, int]:
    """How many findings of each kind; ``xref differs`` are part of ``xref unverified``."""
    found: Counter[str] = Counter(dict.fromkeys(_CHINESE, 0))
    for check in checks:
        found[f"{check.kind} {check.status}"] += 1
        if check.evidence.startswith(DIFFERS):
            found["xref differs"] += 1
    return dict(found)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ontology.attestation", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of test data 测试数据目录")
    parser.add_argument("--starter", type=Path, default=STARTER, help="the folder of the pack 词表目录")
    parser.add_argument("--write", action="store_true", help="write checks.tsv 写入 checks.tsv")
    options = parser.parse_args(arguments)
    try:
        pack = read_pack(options.starter)
        checks = check_pack(pack, read_names(options.data), options.data)
    except MedkgError as error:
        sys.stderr.write(f"{error.text('en')}\n{error.text('zh')}\n")
        return 1
    if options.write:
        write_checks(options.starter, checks)
    sys.stdout.write(f"concepts 概念\t{len(pack)}\n")
    for name, count in counts(checks).items():
        sys.stdout.write(f"{name} {_CHINESE[name]}\t{count}\n")
    for check in checks:
        if check.evidence.startswith(DIFFERS):
            sys.stdout.write(f"{check.concept}\t{check.value}\t{check.evidence}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
