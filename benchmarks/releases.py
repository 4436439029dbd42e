"""Made-up releases of any size for the benchmark: seeded, the same on any machine, and without any real content.

A release in the shape of SNOMED CT's international edition: for each concept a fully specified name and two or three
synonyms, each with a row in two dialects, one or two parents, three other relationships, a map row for three in
five; one concept in sixteen is inactive and has an association. Identifiers stand in an unassigned namespace and have
right check digits; names are drawn syllables.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ontology.reading.check_digit import with_verhoeff

NAMESPACE = "9999999"
DAY = "20260131"
_TAGS = ("disorder", "procedure", "finding", "body structure", "substance", "organism", "observable entity")
_SYLLABLES = (
    "ba",
    "ko",
    "li",
    "mur",
    "ten",
    "sa",
    "dro",
    "fex",
    "gan",
    "hul",
    "jim",
    "nor",
    "pel",
    "qua",
    "rit",
    "vos",
)
_MODULE, _STATUS, _CASE = "900000000000207008", "900000000000074008", "900000000000448009"
_DIALECTS = ("900000000000509007", "900000000000508004")
_PREFERRED, _ACCEPTABLE = "900000000000548007", "900000000000549004"
_FULL, _SYNONYM = "900000000000003001", "900000000000013009"
_IS_A, _INFERRED, _SOME = "116680003", "900000000000011006", "900000000000451002"
_HEAD = "id\teffectiveTime\tactive\tmoduleId"
_REFSET = f"{_HEAD}\trefsetId\treferencedComponentId"
_NAMES = f"{_HEAD}\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId"


def concept_id(number: int) -> str:
    return with_verhoeff(f"{number + 100}{NAMESPACE}10")


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4)))


def _write(path: Path, head: str, rows: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(f"{head}\r\n")
        stream.writelines(f"{row}\r\n" for row in rows)


def rf2(folder: Path, concepts: int, seed: int = 7) -> Path:
    """A Snapshot release; the Concept file is given back."""
    ids = [concept_id(number) for number in range(concepts)]
    inactive = {number for number in range(concepts) if number % 16 == 15}
    folder.mkdir(parents=True, exist_ok=True)
    lead = folder / f"sct2_Concept_Snapshot_ILL_{DAY}.txt"
    active = (f"{code}\t{DAY}\t{int(place not in inactive)}\t{_MODULE}\t{_STATUS}" for place, code in enumerate(ids))
    _write(lead, f"{_HEAD}\tdefinitionStatusId", active)
    _write(folder / f"sct2_Description_Snapshot-en_ILL_{DAY}.txt", _NAMES, _descriptions(ids, seed))
    language = f"{_REFSET}\tacceptabilityId"
    _write(folder / f"der2_cRefset_LanguageSnapshot-en_ILL_{DAY}.txt", language, _acceptabilities(ids, seed))
    columns = f"{_HEAD}\tsourceId\tdestinationId\trelationshipGroup\ttypeId\tcharacteristicTypeId\tmodifierId"
    relations = _relationships(ids, inactive, seed)
    _write(folder / f"sct2_Relationship_Snapshot_ILL_{DAY}.txt", columns, relations)
    _write(
        folder / f"der2_cRefset_AssociationSnapshot_ILL_{DAY}.txt",
        f"{_REFSET}\ttargetComponentId",
        (
            f"{_uuid(1, place)}\t{DAY}\t1\t{_MODULE}\t900000000000526001\t{ids[place]}\t{ids[place - 1]}"
            for place in sorted(inactive)
        ),
    )
    _write(
        folder / f"der2_iisssccRefset_ExtendedMapSnapshot_ILL_{DAY}.txt",
        f"{_REFSET}\tmapGroup\tmapPriority\tmapRule\tmapAdvice\tmapTarget\tcorrelationId\tmapCategoryId",
        _maps(ids),
    )
    return lead


def _maps(ids: list[str]) -> Iterator[str]:
    for place, code in enumerate(ids):
        if place % 5 < 3:
            target = f"X{place % 100:02}.{place % 10}"
            row = f"{_uuid(2, place)}\t{DAY}\t1\t{_MODULE}\t447562003\t{code}\t1\t1\tTRUE\tALWAYS {target}"
            yield f"{row}\t{target}\t447561005\t447637006"


def _uuid(kind: int, number: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def _names(ids: list[str], seed: int) -> Iterator[tuple[int, str, str, str]]:
    """(number of the description, concept, type, term)."""
    dice = random.Random(seed)
    number = 0
    for place, code in enumerate(ids):
        name = f"{_word(dice).capitalize()} {_word(dice)} {place}"
        terms = [(_FULL, f"{name} ({_TAGS[place % len(_TAGS)]})"), (_SYNONYM, name)]
        terms += [(_SYNONYM, f"{_word(dice).capitalize()} of {_word(dice)} {place}") for _ in range(place % 3)]
        for kind, term in terms:
            yield number, code, kind, term
            number += 1


def _description_id(number: int) -> str:
    return with_verhoeff(f"{number + 100}{NAMESPACE}11")


def _descriptions(ids: list[str], seed: int) -> Iterator[str]:
    for number, code, kind, term in _names(ids, seed):
        yield f"{_description_id(number)}\t{DAY}\t1\t{_MODULE}\t{code}\ten\t{kind}\t{term}\t{_CASE}"


def _acceptabilities(ids: list[str], seed: int) -> Iterator[str]:
    before = ("", "")
    for number, code, kind, _ in _names(ids, seed):
        liked = _PREFERRED if (code, kind) != before else _ACCEPTABLE
        before = (code, kind)
        for dialect in _DIALECTS:
            key = _uuid(3 + (dialect == _DIALECTS[1]), number)
            yield f"{key}\t{DAY}\t1\t{_MODULE}\t{dialect}\t{_description_id(number)}\t{liked}"


def _relationships(ids: list[str], inactive: set[int], seed: int) -> Iterator[str]:
    """A tree with a second parent for every second concept, parents before children; other kinds of relationship."""
    dice = random.Random(seed + 1)
    number = 0
    for place, code in enumerate(ids):
        if place == 0 or place in inactive:
            continue
        parents = {place // 8, dice.randrange(place)} if place % 2 else {place // 8}
        links = [(ids[above], _IS_A) for above in sorted(parents) if above != place and above not in inactive]
        links += [(ids[dice.randrange(len(ids))], concept_id(900_000_000 + kind)) for kind in range(3)]
        for other, kind in links:
            key = with_verhoeff(f"{number + 100}{NAMESPACE}12")
            yield f"{key}\t{DAY}\t1\t{_MODULE}\t{code}\t{other}\t0\t{kind}\t{_INFERRED}\t{_SOME}"
            number += 1


_UI = re.compile(r"\b([DMTC])(\d{6,9})\b")


def mesh(sample: Path, target: Path, times: int) -> Path:
    """The records of a real sample again and again under new numbers, as dense as they are: for speed alone."""
    text = sample.read_text("utf-8")
    start, end = text.index("<DescriptorRecord "), text.rindex("</DescriptorRecordSet>")
    records = text[start:end]
    with target.open("w", encoding="utf-8") as out:
        out.write(text[:start])
        for turn in range(times):
            # Numbers of nine digits belong to no record of 2015; tree numbers are set apart by their first letter.
            out.write(_UI.sub(lambda found, turn=turn: f"{found[1]}{turn:03}{int(found[2]) % 10**6:06}", records))  # type: ignore[misc]
        out.write(text[end:])
    return target
