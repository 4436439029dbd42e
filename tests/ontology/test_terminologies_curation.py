"""Released edits: what they state of concepts, what sources may state no more, and that both can be taken back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, ConceptMapping, Label, Xref
from kg.model.edit import (
    AddLabel,
    AddMapping,
    AddParent,
    Deprecate,
    Edit,
    Merge,
    NewConcept,
    Reinstate,
    ReleasedEdit,
    ReleaseHead,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)
from kg.model.source import Reject
from ontology.curation.inverse import inverse
from ontology.curation.released import Curated
from ontology.curation.shelf import ReleaseFiles
from ontology.curation.withholding import Withheld
from ontology.reading.raw import describe
from ontology.terminologies.curation import Curation
from tests.contract.terminology import TerminologyContract

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "curation.v1"
GOUT = Concept(
    "DOID:1", "disease", (Label("gout", "en"), Label("podagra", "en", "old")), parents=("DOID:4",),
    xrefs=(Xref("MESH:D1"),),
)  # fmt: skip


class TestCuration(TerminologyContract):
    plugin = "curation.v1"
    file_name = "current.jsonl"
    sample = (FOLDER / "releases.jsonl").read_bytes()
    sure = 0.9


def line(edit: Edit, number: int = 1, names: tuple[Label, ...] = ()) -> ReleasedEdit:
    return ReleasedEdit(
        edit=edit, release="1", proposal=1, number=number, author="a", approver="b", date="2026-11-22",
        category="disease", names=names,
    )  # fmt: skip


def seen(*edits: ReleasedEdit) -> tuple[Concept, list[Concept]]:
    """What the source may state of gout, and what curation adds."""
    curated = Curated(edits)
    return Withheld(curated).of(GOUT), list(curated.additions())


def test_a_preferred_name_takes_the_place_of_that_of_the_source() -> None:
    source, (own,) = seen(line(AddLabel("DOID:1", Label("podagra", "en"))))
    assert source.labels == (Label("gout", "en", "exact"),), "and is no synonym beside itself"
    assert own.labels == (Label("podagra", "en"),)


def test_a_retired_concept_names_nothing_in_texts() -> None:
    withheld = Withheld(Curated([line(Deprecate("DOID:1"))]))
    assert withheld.of(GOUT) == GOUT, "its source states what it stated"
    assert withheld.linked(GOUT).deprecated
    assert not Withheld(Curated([line(Deprecate("DOID:1")), line(Reinstate("DOID:1"))])).linked(GOUT).deprecated


def test_a_source_s_own_deprecation_can_be_withheld() -> None:
    old = msgspec.structs.replace(GOUT, deprecated=True, replaced_by=("DOID:2",))
    found = Withheld(Curated([line(Reinstate("DOID:1"))])).of(old)
    assert (found.deprecated, found.replaced_by) == (False, ())


def test_a_mapping_that_does_not_hold_is_withheld_wherever_it_is_stated() -> None:
    wrong = ConceptMapping("DOID:1", "skos:exactMatch", "MESH:D1", "x", negative=True)
    withheld = Withheld(Curated([line(AddMapping(wrong))]))
    stated = ConceptMapping("DOID:1", "skos:exactMatch", "MESH:D1")
    assert not withheld.states(stated)
    assert withheld.states(wrong)
    assert withheld.of(GOUT).xrefs == ()
    again = Withheld(Curated([line(AddMapping(wrong)), line(RemoveMapping(wrong))]))
    assert again.states(stated)


EDITS: list[tuple[Edit, tuple[Label, ...]]] = [
    (AddLabel("DOID:1", Label("痛风", "zh")), ()),
    (AddLabel("DOID:1", Label("arthragra", "en")), (Label("gout", "en"),)),
    (RemoveLabel("DOID:1", Label("podagra", "en", "old")), ()),
    (AddParent("DOID:1", "DOID:5"), ()),
    (RemoveParent("DOID:1", "DOID:4"), ()),
    (Deprecate("DOID:1", ("DOID:2",)), ()),
    (Merge("DOID:1", "DOID:2"), (Label("gout", "en", "exact"),)),
    (RemoveMapping(ConceptMapping("DOID:1", "skos:exactMatch", "MESH:D1")), ()),
    (AddMapping(ConceptMapping("DOID:1", "skos:closeMatch", "MESH:D2")), ()),
    (NewConcept(Concept("medkg:x", "disease", (Label("x", "en"),))), ()),
]


def union(source: Concept, added: list[Concept]) -> dict[str, set[object]]:
    """What the default graph says of everything, whoever states it."""
    found: dict[str, set[object]] = {}
    for one in (source, *added):
        told = found.setdefault(one.id, set())
        told |= {*one.labels, *one.parents, *one.xrefs, *one.replaced_by} | (
            {"deprecated"} if one.deprecated else set()
        )
    return {name: told for name, told in found.items() if told}


@given(st.lists(st.sampled_from(range(len(EDITS))), max_size=6, unique=True))
@settings(max_examples=200)
def test_what_is_undone_is_as_if_it_had_never_been(chosen: list[int]) -> None:
    made = [line(EDITS[one][0], place, EDITS[one][1]) for place, one in enumerate(chosen, 1)]
    edits = [line(edit, 100 + place) for place, edit in enumerate(inverse(made))]
    source, added = seen(*made, *edits)
    after = union(source, added)
    # A concept that was new is deprecated, not deleted.
    new = after.pop("medkg:x", None)
    assert (new is not None) is (9 in chosen)
    assert new is None or "deprecated" in new
    assert after == union(GOUT, [])


def test_lines_that_are_none_are_rejected() -> None:
    items = list(Curation().parse(describe(FOLDER / "damaged.jsonl"), {}))
    assert [item.position for item in items if isinstance(item, Reject)] == ["line 2", "line 3"]
    assert [type(item).__name__ for item in items if not isinstance(item, Reject)] == ["Concept", "ReleasedEdit"]


def test_files_are_brought_together_in_the_order_of_their_releases(tmp_path: Path) -> None:
    files = ReleaseFiles(tmp_path)
    assert files.assemble() is None
    for sequence, version in ((2, "a"), (1, "b")):
        files.write(
            ReleaseHead(release=version, sequence=sequence, date="2026-11-22", by="x"), [line(Deprecate("X:1"))]
        )
    newest = files.assemble()
    assert newest is not None
    assert newest.release == "a"
    assert [head.release for head in files.heads()] == ["b", "a"]
    for bad in ("../x", "", "a/b", ".x", "x" * 65):
        with pytest.raises(ConfigError):
            files.path(bad)
    (files.folder / "c.jsonl").write_text("{}\n")
    with pytest.raises(InputError):
        files.heads()
