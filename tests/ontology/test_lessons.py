"""What labelled texts teach a lexicon: names come, names go, and the file says so."""

from pathlib import Path

import pytest

from kg.errors import ConfigError
from ontology.grounding import Grounder
from ontology.lessons import Group, Lessons, Taught, group_of, read, taught, unknown
from ontology.lexicon import LabelRow, Lexicon

LEXICON = Lexicon.build(
    LabelRow(concept, category, "en", kind, source, name)
    for concept, category, kind, source, name in (
        ("X:1", "symptom", "preferred", "signs", "fall"),
        ("X:2", "gene", "preferred", "genes", "HTT"),
        ("X:3", "disease", "abbreviation", "short", "CIX"),
        ("X:4", "disease", "preferred", "names", "asthma"),
    )
)


def test_nothing_learned_is_nothing_changed() -> None:
    same = taught(LEXICON, Lessons())
    assert (same.names, same.senses, same.digest) == (LEXICON.names, LEXICON.senses, LEXICON.digest)


def test_a_stop_holds_for_the_family_and_only_for_it() -> None:
    names = taught(LEXICON, Lessons(stops=(("fall", "disease"), ("htt", "chemical")))).names
    assert "fall" in LEXICON.names
    assert "fall" not in names
    assert "htt" in names


def test_a_group_goes_but_for_what_is_kept() -> None:
    place = LEXICON.names.index("cix")
    group = group_of("cix", LEXICON.senses[place][0])
    assert group == Group("disease", "short", "abbreviation", "exact", True)
    assert "cix" not in taught(LEXICON, Lessons(groups=(group,))).names
    assert "cix" in taught(LEXICON, Lessons(groups=(group,), kept=(("cix", "disease"),))).names


def test_taught_names_bring_concepts_and_capitals() -> None:
    names = Taught("ht", "disease", ("MESH:D006973",), ("HT",)), Taught("asthma", "disease", ("X:9",))
    lexicon = taught(LEXICON, Lessons(names=names))
    [sense] = lexicon.senses[lexicon.names.index("ht")]
    assert (sense.concept, sense.exact, sense.source) == ("MESH:D006973", "HT", "corpus")
    senses = {sense.concept: sense.kind for sense in lexicon.senses[lexicon.names.index("asthma")]}
    assert senses == {"X:9": "labelled", "X:4": "doubted"}, "both stand"
    found = Grounder(lexicon).lookup("asthma", "en")
    assert found is not None
    assert [one.concept for one in found.candidates] == ["X:9", "X:4"], "what texts mean comes first"
    assert lexicon.digest != LEXICON.digest


def test_a_taught_concept_takes_no_place_from_another_terminology() -> None:
    one = Taught("asthma", "disease", ("Y:1",))
    lexicon = taught(LEXICON, Lessons(names=(one,)))
    senses = {sense.concept: sense.kind for sense in lexicon.senses[lexicon.names.index("asthma")]}
    assert senses == {"Y:1": "labelled", "X:4": "preferred"}
    other = Taught("asthma", "chemical", ("Y:2",))
    assert unknown(LEXICON, (one, other)) == (other,)


def test_a_taught_lexicon_is_saved_like_any(tmp_path: Path) -> None:
    lexicon = taught(LEXICON, Lessons(names=(Taught("ht", "disease", ("X:5",)),)))
    lexicon.save(tmp_path / "one")
    assert Lexicon.load(tmp_path / "one").digest == lexicon.digest


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"format": "lessons.v2"}', b'{"format": "lessons.v1", "code": 1}', b"\xff"]
)
def test_what_is_no_lessons_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lessons.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        read(path)
    with pytest.raises(ConfigError):
        read(tmp_path / "absent")
