"""Which records are one work: precision and recall on the labelled set, records per second.

    python benchmarks/works.py [--records 100000] [--json]

The set is ``tests/ingest/works/labelled.jsonl``; a pair counts as found when the two share a blocking key and the
comparison calls them the same. The rules were widened by what the ``dev`` half
missed. Who wrote them had written all pairs, so the ``test`` half is not blind.
Speed: documents made here (a tenth of them a second record of another), from document to clusters, in one process.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.scoring import Score  # noqa: E402
from ingest.works.citation import citation  # noqa: E402
from ingest.works.clusters import clusters  # noqa: E402
from ingest.works.comparison import compare  # noqa: E402
from ingest.works.keys import keys  # noqa: E402
from kg.model.document import Author, Document, Identifier, Journal, Text  # noqa: E402
from tests.ingest.works.labelled import Pair, pairs  # noqa: E402

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
_DRUGS = ("阿司匹林", "二甲双胍", "氯吡格雷", "华法林", "胰岛素", "他汀", "缬沙坦", "利伐沙班", "甲氨蝶呤", "环孢素")
_DISEASES = ("高血压", "糖尿病", "脑梗死", "冠心病", "肺炎", "哮喘", "肝硬化", "胃癌", "抑郁症", "骨折")
_DESIGNS = ("随机对照试验", "队列研究", "病例对照研究", "回顾性分析", "临床观察", "系统评价")


def found(pair: Pair) -> bool:
    """Whether clustering would bring the two together."""
    return bool(set(keys(pair.a)) & set(keys(pair.b))) and compare(pair.a, pair.b).same


def scores(rows: Iterable[Pair]) -> dict[str, float]:
    """Counts of pairs, precision and recall."""
    counts = Counter((pair.same, found(pair)) for pair in rows)
    right = counts[True, True]
    score = Score(right, right + counts[False, True], right + counts[True, False])
    return {
        "pairs": counts.total(), "duplicates": score.labelled, "found": score.right, "wrong": score.wrong,
        "precision": score.precision, "recall": score.recall,
    }  # fmt: skip


def quality() -> dict[str, dict[str, float]]:
    """By half, language and in all."""
    rows = pairs()
    parts = {"all": rows}
    for half in ("dev", "test"):
        parts[half] = [pair for pair in rows if pair.half == half]
    for language in ("zh", "en", "cross"):
        parts[language] = [pair for pair in rows if pair.language == language]
    return {name: scores(part) for name, part in parts.items()}


def documents(count: int) -> Iterator[Document]:
    """``count`` records; every tenth describes the work of the one before it, in another spelling."""
    random_ = random.Random(7)
    last = _document(random_, 0)
    for number in range(count):
        if number % 10 == 9:
            title = Text(f"{last.titles[0].value}。", "zh")
            yield msgspec.structs.replace(
                last, id=f"doc:copy{number}", titles=(title,), identifiers=(), volume="", issue=f"0{last.issue}"
            )
        else:
            last = _document(random_, number)
            yield last


def _document(random_: random.Random, number: int) -> Document:
    drug, disease, design = (random_.choice(words) for words in (_DRUGS, _DISEASES, _DESIGNS))
    title = f"{drug}治疗{random_.randint(18, 90)}岁以上{disease}患者{random_.randint(20, 9999)}例的{design}"
    page = random_.randint(1, 3000)
    journal = random_.randint(0, 400)
    people = [
        Author(family=random_.choice(_FAMILY) + random_.choice(_GIVEN) + random_.choice(_GIVEN)) for _ in range(4)
    ]
    return Document(
        id=f"DOI:10.5555/{number}",
        passages=(),
        identifiers=(Identifier("doi", f"10.5555/{number}"),),
        titles=(Text(title, "zh"), Text(f"Study {number} of {drug} in {random_.randint(1, 10**6)} patients", "en")),
        authors=tuple(people),
        journal=Journal(title=f"虚拟杂志{journal}", issn=f"{8000 + journal}-0000"),
        year=random_.randint(1995, 2025),
        volume=str(random_.randint(1, 60)),
        issue=str(random_.randint(1, 12)),
        pages=f"{page}-{page + 5}",
    )


def speed(count: int) -> dict[str, float]:
    """Seconds and records per second from documents to clusters; clusters that were made."""
    rows = list(documents(count))
    started = time.perf_counter()
    made = clusters(citation(row) for row in rows)
    seconds = time.perf_counter() - started
    return {"records": count, "clusters": len(made), "seconds": seconds, "records_per_second": count / seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description="Precision, recall and speed of bringing records of one work together")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows, pace = quality(), speed(arguments.records)
    if arguments.json:
        print(json.dumps({"what": "pairs labelled by us", "figures": {"quality": rows, "speed": pace}}))
        return
    print(f"{'':8}{'pairs':>7}{'same':>7}{'found':>7}{'wrong':>7}{'precision':>11}{'recall':>8}")
    for name, row in rows.items():
        counts = "".join(f"{row[key]:7}" for key in ("pairs", "duplicates", "found", "wrong"))
        print(f"{name:8}{counts}{row['precision']:11.3f}{row['recall']:8.3f}")
    print(f"{pace['records']:,} records in {pace['seconds']:.1f} s: {pace['records_per_second']:,.0f} a second")


if __name__ == "__main__":
    main()
