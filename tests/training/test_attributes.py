"""What says that a mention is denied, learned from labelled sentences: nothing judged gets in. All is invented."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from ingest.labelled import LabelledDocument, LabelledMention
from ingest.text import attributes as reading
from ingest.text.attributes import attributes
from ingest.text.denials import DenialJudge, packaged, read
from ingest.training.attributes import train
from kg.errors import ConfigError, ModelRefused
from kg.model.document import Passage


def sentences(number: int, language: str = "zh") -> list[LabelledDocument]:
    """Those of even numbers deny in a way that the rules do not know; the others do not deny."""
    made = []
    for at in range(number):
        denied = at % 2 == 0
        text = f"示例{at}：{'压根不沾边' if denied else '不料得'}莫须有热。"
        passage = Passage("sentence", "section", language, text)
        start = text.index("莫须有热")
        mention = LabelledMention(passage.key, start, start + 4, "disease", (), ("negated",) if denied else ())
        made.append(LabelledDocument(f"made:{at}", (passage,), (mention,), source=f"made.csv:{at}"))
    return made


def test_weights_follow_the_labels_and_leave_out_judged_documents(tmp_path: Path) -> None:
    card = train(sentences(60), sentences(10), {"made.csv:0", "made.csv:59"}, tmp_path / "own", ())
    assert card.removed == 3
    assert not {"made.csv:0", "made.csv:59"} & set(card.documents)
    assert card.figures["negated.folds"]["f1"] == 1.0 > card.figures["negated.rules"]["f1"]
    assert read(tmp_path / "own").language == "zh"
    with pytest.raises(ConfigError):
        train(sentences(60), [], set(), tmp_path / "own", ())


def test_weights_judge_and_show_a_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train(sentences(60), [], set(), tmp_path / "own", ())
    judge = DenialJudge(read(tmp_path / "own"))
    monkeypatch.setattr(reading, "packaged", lambda _: judge)
    text = "示例：压根不沾边莫须有热。"
    ((mark,),) = attributes(text, (0, len(text)), [(8, 12, "disease")], "zh")
    assert (mark.kind, text[mark.start : mark.end]) == ("negated", "不")
    assert attributes(text, (0, len(text)), [(8, 12, "disease")], "zh", weighs=False) == [()]


def test_nothing_to_learn_is_refused(tmp_path: Path) -> None:
    for documents in ([], sentences(60)[1::2], [*sentences(40), *sentences(20, "en")]):
        with pytest.raises(ConfigError):
            train(documents, [], set(), tmp_path / "own", ())
        assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    "change", [{"format": "other"}, {"features": "denial.v0"}, {"weights": "none"}, {"more": 1}, None]
)
def test_a_table_of_another_kind_is_refused(tmp_path: Path, change: dict[str, object] | None) -> None:
    train(sentences(60), [], set(), tmp_path / "own", ())
    file = tmp_path / "own" / "config.json"
    file.write_bytes(b"[]" if change is None else msgspec.json.encode(json.loads(file.read_bytes()) | change))
    with pytest.raises(ModelRefused):
        read(tmp_path / "own")
    with pytest.raises(ModelRefused):
        read(tmp_path / "absent")


def test_both_languages_have_weights_and_a_third_none() -> None:
    assert packaged("zh") is not None
    assert packaged("en") is not None
    assert packaged("de") is None


@pytest.mark.parametrize(("text", "cue"), [
    ("No evidence of foobaritis.", "No evidence of"), ("Foobaritis was seen.", ""),
    ("It did not affect foobaritis.", ""),
    ("Patients without gout or foobaritis were well.", "without"),
])  # fmt: skip
def test_packaged_english_weights_on_plain_sentences(text: str, cue: str) -> None:
    start = text.lower().index("foobaritis")
    (marks,) = attributes(text, (0, len(text)), [(start, start + 10, "disease")], "en")
    assert [text[one.start : one.end] for one in marks if one.kind == "negated"] == ([cue] if cue else [])


@pytest.mark.parametrize(("text", "name", "cue"), [
    ("没有莫须有热。", "莫须有热", "没有"), ("不是因为莫须有热。", "莫须有热", ""),
    ("有没有莫须有热？", "莫须有热", ""),
    ("莫须有试验阴性。", "莫须有试验", "阴性"), ("有莫须有热。", "莫须有热", ""),
])  # fmt: skip
def test_packaged_weights_on_plain_sentences(text: str, name: str, cue: str) -> None:
    spans = [(text.index(name), text.index(name) + len(name), "test" if cue == "阴性" else "disease")]
    (marks,) = attributes(text, (0, len(text)), spans, "zh")
    assert [text[one.start : one.end] for one in marks if one.kind == "negated"] == ([cue] if cue else [])
