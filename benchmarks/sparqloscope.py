"""The queries of Sparqloscope for a given graph, made by its own rules (query-templates.yaml).

The template file names tables to compute first, placeholders that are chosen from them by SPARQL, and
queries that hold placeholders. The big tables (sizes of predicates and of all their joins) are counted
here with sparse matrices, because as SPARQL they take any engine minutes; the choices are then run
as the file writes them, with those tables as VALUES.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec
import numpy as np
import pyoxigraph as ox
import yaml
from scipy import sparse

LIMIT = 10
"""What ``%LIMIT%`` stands for: rows of a sorted list."""
Ask = Callable[[str], list[dict[str, str]] | None]
"""A query to the graph: rows of terms in N-Triples form; None where it did not end in time."""


class Query(msgspec.Struct, frozen=True):
    name: str
    group: str
    text: str


class Table(msgspec.Struct, frozen=True):
    """Rows of terms, as SPARQL writes them, in order."""

    names: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def values(self, limit: int | None = None) -> str:
        head = " ".join(f"?{name}" for name in self.names)
        return f"{{ VALUES ({head}) {{ {' '.join('(' + ' '.join(row) + ')' for row in self.rows[:limit])} }} }}"


class Statistics:
    """Counts over the default graph: sizes of predicates, of joins, multiplicities, datatypes."""

    def __init__(self, statements: Iterable[str]) -> None:
        terms: dict[int, int] = {}
        names: dict[str, int] = {}
        kinds: list[str] = []
        kind_of: dict[str, int] = {}
        subjects, predicates, objects, types = [], [], [], []
        for line in statements:
            subject, predicate, value = line.split(" ", 2)
            subjects.append(terms.setdefault(hash(subject), len(terms)))
            predicates.append(names.setdefault(predicate, len(names)))
            objects.append(terms.setdefault(hash(value), len(terms)))
            kind = _datatype(value)
            if kind not in kind_of:
                kind_of[kind] = len(kinds)
                kinds.append(kind)
            types.append(kind_of[kind])
        self.names, self.kinds = list(names), kinds
        p = np.array(predicates)
        ones = np.ones(len(p))
        shape = (len(terms), len(names))
        self._subject = sparse.csr_matrix((ones, (np.array(subjects), p)), shape)
        self._object = sparse.csr_matrix((ones, (np.array(objects), p)), shape)
        self._sizes = np.bincount(p, minlength=len(names))
        self._types = sparse.coo_matrix((ones, (p, np.array(types))), (len(names), len(kinds))).toarray()

    def tables(self) -> dict[str, Table]:
        """The precomputed queries by name."""
        sizes = sorted(((int(size), at) for at, size in enumerate(self._sizes)), reverse=True)
        numeric = [at for at, kind in enumerate(self.kinds) if kind.rpartition("#")[2][:-1] in _NUMERIC]
        numbers = sorted(((int(self._types[at, numeric].sum()), at) for at in range(len(self.names))), reverse=True)
        return {
            "PREDICATE_SIZE_QUERY": self._sized(sizes),
            "PREDICATE_SIZE_SMALL_QUERY": self._sized([row for row in sizes if row[0] <= 1_000]),
            "PREDICATE_LARGE_WITH_NUMERIC_QUERY": self._sized([row for row in numbers if row[0]]),
            "JOIN_ON_SUBJECT_SIZE_QUERY": self._joins(self._subject, self._subject),
            "JOIN_DIAGONAL_SIZE_QUERY": self._joins(self._object, self._subject),
            "JOIN_ON_OBJECT_SIZE_QUERY": self._joins(self._object, self._object),
            "MULTIPLICITY_ON_OBJECT_QUERY": self._multiplicity(self._object),
            "MULTIPLICITY_ON_SUBJECT_QUERY": self._multiplicity(self._subject),
            "TRANSITIVE_PATH_PREDICATES_QUERY": self._transitive(),
            "PREDICATE_DATATYPES_QUERY": self._datatypes(),
        }

    def _sized(self, rows: Iterable[tuple[int, int]]) -> Table:
        return Table(("p", "count"), [(self.names[at], str(size)) for size, at in rows])

    def _joins(self, left: sparse.csr_matrix, right: sparse.csr_matrix) -> Table:
        product = (left.T @ right).tocoo()
        rows = [
            (int(value), int(one), int(other))
            for one, other, value in zip(product.row, product.col, product.data, strict=True)
            if one != other and value
        ]
        rows.sort(reverse=True)
        return Table(
            ("p1", "p2", "count_join", "count_p1", "count_p2"),
            [
                (self.names[one], self.names[other], str(value), str(self._sizes[one]), str(self._sizes[other]))
                for value, one, other in rows[:1_000]
            ],
        )

    def _multiplicity(self, matrix: sparse.csr_matrix) -> Table:
        distinct = np.asarray((matrix > 0).sum(axis=0)).ravel()
        rows = sorted(((int(self._sizes[at]) / int(distinct[at]), at) for at in range(len(self.names))), reverse=True)
        return Table(
            ("p", "count", "count_distinct", "multiplicity"),
            [(self.names[at], str(self._sizes[at]), str(distinct[at]), f"{ratio:.6f}") for ratio, at in rows],
        )

    def _transitive(self) -> Table:
        diagonal = (self._object.T @ self._subject).diagonal()
        rows = [(int(diagonal[at]) / int(self._sizes[at]), at) for at in range(len(self.names)) if diagonal[at]]
        return Table(
            ("p1", "count_p1", "count", "x"),
            [
                (self.names[at], str(self._sizes[at]), str(int(diagonal[at])), f"{ratio:.6f}")
                for ratio, at in sorted(rows, reverse=True)
            ],
        )

    def _datatypes(self) -> Table:
        rows = []
        for at in np.argsort(-self._sizes):
            most = max((self._types[at, kind], kind) for kind in range(len(self.kinds)))
            if self.kinds[most[1]] and most[0]:
                share = most[0] / self._sizes[at]
                rows.append((self.names[at], self.kinds[most[1]], f"{share:.6f}", str(self._sizes[at])))
        return Table(("p", "dt", "percent", "p_count"), rows)


_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMERIC = {"integer", "decimal", "double", "float"}


def _datatype(value: str) -> str:
    """The datatype of an object as an IRI term, empty for an IRI."""
    if not value.startswith('"'):
        return ""
    tail = value[value.rindex('"') + 1 :]
    if tail.startswith("@"):
        return "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"
    return tail[2:] if tail else f"<{_XSD}string>"


class Maker:
    """Fills the templates in; placeholders that nothing fits stay out, with the queries that need them."""

    def __init__(self, templates: Path, tables: Mapping[str, Table], ask: Ask) -> None:
        self._file = yaml.safe_load(templates.read_text("utf-8"))
        self._tables = tables
        self._ask = ask
        self.chosen: dict[str, str | list[str]] = {}
        self.left_out: dict[str, str] = {}

    def queries(self) -> list[Query]:
        """Every query that could be made; ``left_out`` says why others could not."""
        for placeholder in self._file["placeholders"]:
            self._choose(placeholder)
        made = []
        for query in self._file["queries"]:
            condition = query.get("condition")
            if condition and self.chosen.get(condition) != "true":
                self.left_out[query["name"]] = f"{condition} does not hold"
                continue
            text = self._filled(self._repeated(query["query"])).replace("%LIMIT%", str(LIMIT))
            if missing := re.search(r"%[A-Z#]\w*", text):
                self.left_out[query["name"]] = f"nothing fits {missing[0]}"
            else:
                made.append(Query(query["name"], query.get("group", ""), " ".join(text.split())))
        return made

    def _choose(self, placeholder: dict[str, object]) -> None:
        name = str(placeholder["name"])
        text = self._filled(str(placeholder["query"]))
        if re.search(r"%[A-Z]\w*%", text):
            return
        if text.lstrip().startswith("ASK") or "\nASK" in text:
            rows = self._ask(re.sub(r"\bASK\b", "SELECT (1 AS ?yes)", text) + " LIMIT 1")
            self.chosen[name] = "true" if rows else "false"
            return
        rows = self._ask(text)
        if not rows:
            return
        if placeholder.get("multiplaceholder"):
            self.chosen[name] = [_first(row) for row in rows]
            return
        best = rows[0]
        if "argmax" in placeholder:
            best = self._best(placeholder, rows)
        self._take(placeholder, best)

    def _take(self, placeholder: dict[str, object], row: dict[str, str]) -> None:
        name = str(placeholder["name"])
        children = placeholder.get("children")
        if isinstance(children, list):
            for child in children:
                self.chosen[name + child["suffix"]] = row[child["variable"].lstrip("?")]
        else:
            self.chosen[name] = _first(row)

    def _best(self, placeholder: dict[str, object], rows: list[dict[str, str]]) -> dict[str, str]:
        """The row with the greatest value of the file's ``argmax`` query, among those it can be had for."""
        scored = []
        for row in rows:
            self._take(placeholder, row)
            found = self._ask(self._filled(str(placeholder["argmax"])))
            if found and (value := next(iter(found[0].values()), "")):
                scored.append((float(value.split('"')[1]), row))
        return max(scored, key=lambda item: item[0])[1] if scored else rows[0]

    def _filled(self, text: str) -> str:
        for name, table in self._tables.items():
            text = text.replace(f"%{name}%", table.values())
        # The longest names first: one placeholder's name may begin another's.
        for name in sorted(self.chosen, key=len, reverse=True):
            value = self.chosen[name]
            if isinstance(value, str):
                text = text.replace(f"%{name}%", value)
        return text

    def _repeated(self, text: str) -> str:
        def lines(match: re.Match[str]) -> str:
            values = self.chosen.get(match[1], [])
            assert isinstance(values, list)
            return "".join(
                match[2].replace(f"%{match[1]}_%#i%%", value).replace("%#i+1%", str(at + 1)).replace("%#i%", str(at))
                for at, value in enumerate(values, 1)
            )

        return re.sub(r"%begin-foreach:(\w+)%(.*?)%end-foreach:\1%", lines, text, flags=re.DOTALL)


def _first(row: dict[str, str]) -> str:
    """The value that a placeholder stands for: of ``SELECT *`` the predicate, else the only other term."""
    return next((row[name] for name in ("p", "p1", "s", "o") if name in row), next(iter(row.values())))


def solutions(store: ox.Store, text: str) -> list[dict[str, str]]:
    """Rows of a SELECT query."""
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: str(value) for at, name in enumerate(names) if (value := row[at]) is not None} for row in found]
