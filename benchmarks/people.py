"""People behind names: precision and recall on the labelled sets, speed and memory on a made-up library.

    python benchmarks/people.py [--records 200000] [--stored 5000] [--json]

``names``: pairs of ``tests/people/names.toml`` that meet by a key and by comparison. ``merged``: pairs of authorships
of ``tests/people/authors.toml`` in one person; ``found``: the same with candidates. Both sets are written by who wrote
the rules, so they say that the rules do what they say, not how they fare on real records.
``library``: records of teams at made-up departments, 3.5 authors each, names by how frequent they are in China, from
authorships to people and candidates; since who is who is known there, too, pairs in one person are counted. ``stored``:
from a store to statements.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.scoring import Score  # noqa: E402
from ingest.people.authorship import Authorship  # noqa: E402
from ingest.people.derivation import people  # noqa: E402
from ingest.people.maybe import Candidates  # noqa: E402
from ingest.people.names import PersonName, person_name  # noqa: E402
from ingest.people.organisations import affiliations  # noqa: E402
from ingest.people.persons import Persons  # noqa: E402
from ingest.people.romanised import romanised  # noqa: E402
from kg.mapping.base import Context  # noqa: E402
from kg.mapping.document import document_statements  # noqa: E402
from kg.model.document import Author, Document, Text  # noqa: E402
from kg.model.terms import Statement, Term  # noqa: E402
from kg.store.base import STORES  # noqa: E402
from kg.vocab import DEFAULT_BASE  # noqa: E402
from tests.people.labelled import labelled_authors, met, name_pairs  # noqa: E402

_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英建华文玉红志国海秀晓春小云雪梅佳怡宇浩然子涵欣思雨梦琪家豪俊峰"
_WARDS = ("心内科", "呼吸科", "骨科", "肿瘤科", "儿科", "神经内科", "消化科", "肾内科")


def scores(rows: Iterable[tuple[bool, bool]]) -> Score:
    """From (is one, was called one)."""
    counts = Counter(rows)
    right = counts[True, True]
    return Score(right, right + counts[False, True], right + counts[True, False])


def quality() -> dict[str, Score]:
    """Of names, of people, and of people with candidates."""
    labelled = labelled_authors()
    persons = Persons(labelled.rows, labelled.works)
    root = persons.groups.root
    near = {frozenset((root(one.a), root(one.b))) for one in Candidates(persons).pairs()}
    pairs = [
        (labelled.who[a] == labelled.who[b], root(a) == root(b), frozenset((root(a), root(b))) in near)
        for a, b in combinations(range(len(labelled.rows)), 2)
    ]
    return {
        "names": scores((pair.same, met(pair) is not None) for pair in name_pairs()),
        "merged": scores((same, merged) for same, merged, _ in pairs),
        "found": scores((same, merged or maybe) for same, merged, maybe in pairs),
    }


class _Made(msgspec.Struct, frozen=True):
    """A made-up person."""

    han: Author
    pinyin: Author
    orcid: str
    line: str


def made_people(count: int) -> list[_Made]:
    """As many as records, in teams of eight; family names by a law of Zipf, as in the country."""
    random_ = random.Random(3)
    weights = [1 / (place + 3) for place in range(len(_FAMILY))]
    found: list[_Made] = []
    for number in range(max(count, 16)):
        family = random_.choices(_FAMILY, weights)[0]
        given = "".join(random_.choice(_GIVEN) for _ in range(1 if random_.random() < 0.15 else 2))
        read = romanised(family + given)[0]
        pinyin = Author(read.family.capitalize(), "".join(read.given).capitalize(), read.initials.upper())
        team = number // 8
        line = f"虚构市{team // 40}第{team // 8 % 5}人民医院{_WARDS[team % 8]}，虚构市{team // 40}"
        orcid = f"{number:016d}" if random_.random() < 0.1 else ""
        found.append(_Made(Author(family, given), pinyin, orcid, line))
    return found


def library(count: int, made: Sequence[_Made]) -> Iterator[tuple[str, list[tuple[int, Author]]]]:
    """(id, authors with the number of who they are) of ``count`` records; some of the authors from another team."""
    random_ = random.Random(7)
    for number in range(count):
        team = random_.randrange(len(made) // 8) * 8
        size = random_.choice((2, 3, 3, 4, 4, 5))
        chosen = random_.sample(range(team, team + 8), size)
        if random_.random() < 0.2:
            chosen[-1] = random_.randrange(len(made))
        kind = random_.random()
        authors: dict[int, Author] = {}
        for who in chosen:
            one = made[who]
            # Half in Chinese, two fifths in pinyin, a tenth with initials; one affiliation in four is not given.
            author = one.han if kind < 0.5 else one.pinyin
            author = msgspec.structs.replace(author, given="") if kind > 0.9 else author
            places = (one.line,) if random_.random() < 0.75 else ()
            authors[who] = msgspec.structs.replace(author, orcid=one.orcid, affiliations=places)
        yield f"PMID:{number + 1}", list(authors.items())


def speed(count: int) -> dict[str, float]:
    """Processor seconds and memory from authorships in memory to people and candidates, and how they turned out."""
    rows: list[Authorship] = []
    who: list[int] = []
    names: dict[tuple[str, ...], PersonName] = {}
    made = made_people(count)
    before = _megabytes()
    started = time.process_time()
    for document, authors in library(count, made):
        for place, (number, author) in enumerate(authors, 1):
            parts = author.family, author.given, author.initials
            if parts not in names and (name := person_name(author)):
                names[parts] = name
            lines = tuple(one for line in author.affiliations for one in affiliations(line))
            node = Term(f"<{DEFAULT_BASE}document/{document}/author/{place}>")
            rows.append(Authorship(node, document, place, names[parts], author.orcid, lines))
            who.append(number)
    read = time.process_time()
    persons = Persons(rows)
    joined = time.process_time()
    candidates = Candidates(persons)
    pairs = sum(1 for _ in candidates.pairs())
    done = time.process_time()
    merged = _pairs(who, persons.groups.root)
    return {
        "records": count, "authorships": len(rows), "reading_seconds": read - started,
        "people_seconds": joined - read, "candidates_seconds": done - joined, "megabytes": _megabytes() - before,
        "people": sum(1 for _ in persons.people), "joins": len(persons.joins), "candidates": pairs,
        "crowded_names": len(candidates.crowds), "precision": merged.precision, "recall": merged.recall,
    }  # fmt: skip


def _pairs(who: Sequence[int], root: Callable[[int], int]) -> Score:
    """Pairs in one person, counted by sizes of groups: there are too many to go through."""

    def pairs(groups: Iterable[Hashable]) -> int:
        return sum(size * (size - 1) // 2 for size in Counter(groups).values())

    both = pairs((number, root(at)) for at, number in enumerate(who))
    return Score(both, pairs(map(root, range(len(who)))), pairs(who))


def stored(count: int) -> dict[str, float]:
    """Records a second of processor time from a store to statements."""
    rows: list[Statement] = []
    for number, authors in library(count, made_people(count)):
        text = Text(f"Made-up record {number}", "en")
        one = Document(id=number, passages=(), titles=(text,), authors=tuple(author for _, author in authors))
        rows += document_statements(one, Context())
    with tempfile.TemporaryDirectory() as folder:
        store = STORES.load("oxigraph").create(Path(folder) / "store")
        store.derive(rows)
        started = time.process_time()
        made = sum(1 for _ in people(store, DEFAULT_BASE))
        seconds = time.process_time() - started
        store.close()
    return {"records": count, "statements": made, "seconds": seconds, "records_per_second": count / seconds}


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description="Precision, recall and speed of telling people apart")
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--stored", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows, pace, read = quality(), speed(arguments.records), stored(arguments.stored)
    if arguments.json:
        table = {
            name: {
                "same": row.labelled,
                "found": row.right,
                "wrong": row.wrong,
                "precision": row.precision,
                "recall": row.recall,
            }
            for name, row in rows.items()
        }
        figures = {"quality": table, "library": pace, "stored": read}
        print(json.dumps({"what": "pairs labelled by us, a made-up library", "figures": figures}))
        return
    print(f"{'':8}{'same':>7}{'found':>7}{'wrong':>7}{'precision':>11}{'recall':>8}")
    for name, row in rows.items():
        print(f"{name:8}{row.labelled:7}{row.right:7}{row.wrong:7}{row.precision:11.3f}{row.recall:8.3f}")
    for name, value in pace.items():
        print(f"{name:20}{value:12,.3f}")
    print(f"{read['records']:,} stored records in {read['seconds']:.1f} s: {read['records_per_second']:,.0f} a second")


if __name__ == "__main__":
    main()
