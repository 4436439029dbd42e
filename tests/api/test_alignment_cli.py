"""``medkg train align`` and the setting ``align``: what is asked wrongly, and what belongs to another encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.knowledge import Opener
from api.settings import Settings
from ingest.training.align import train
from ingest.training.bilingual import pairs
from kg.errors import ModelRefused
from kg.generation.pointer import Shelf
from ontology.lexicon import Lexicon
from tests.api.test_cli import medkg
from tests.kg.test_alignment import WordEncoder, rows

STARTER = str(Path(__file__).resolve().parents[2] / "api" / "starter.toml")


@pytest.mark.parametrize(
    ("arguments", "language", "told"),
    [
        (["--name", "own", "--without", "7"], "en", "Known: 0, 1, 2, 3, 4"),
        (["--name", "a/b"], "zh", "a/b"),
        (["--name", "own"], "en", "the setting encoder is none"),
    ],
)
def test_what_cannot_be_trained_is_told(tmp_path: Path, arguments: list[str], language: str, told: str) -> None:
    done = medkg("train", "align", *arguments, "--terminologies", STARTER, language=language, data=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "models").exists()


def test_a_generation_opens_with_an_alignment_or_says_why_not(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    train(pairs(Lexicon.build(rows()), ()), WordEncoder(), folder)
    shelf = Shelf(settings.folder)
    place = shelf.path(shelf.find(None))
    given = {name: getattr(settings, name) for name in settings.__struct_fields__}
    opened = Opener(Settings(**{**given, "align": str(folder)})).open(place)
    assert opened.id == place.name
    with pytest.raises(ModelRefused, match="no alignment"):
        Opener(Settings(**{**given, "align": str(tmp_path / "nowhere")})).open(place)
