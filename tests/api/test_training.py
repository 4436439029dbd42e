"""``medkg train ner``, ``medkg eval ner --model`` and ``medkg annotate --model``: one model through all three; and a
linker of ``medkg train linker`` beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.test_cli import medkg
from tests.training.encoder import part, tiny_encoder

STARTER = str(Path(__file__).resolve().parents[2] / "api" / "starter.toml")
TYPES = ("disease", "chemical")


def pubtator(first: int, count: int) -> str:
    lines = []
    for one in part("any", TYPES, first, count).documents:
        [passage] = one.passages
        lines.append(f"{one.pmid}|t|{passage.text}\n{one.pmid}|a|")
        lines += [f"{one.pmid}\t{m.start}\t{m.end}\t{one.surface(m)}\t{m.type.title()}\t-1" for m in one.mentions]
        lines.append("")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 invented abstracts to train on, 20 to measure on, 5 of which stand in both."""
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "bc5cdr").mkdir()
    (folder / "bc5cdr" / "CDR_TrainingSet.PubTator.txt").write_text(pubtator(100, 60), "utf-8")
    (folder / "bc5cdr" / "CDR_DevelopmentSet.PubTator.txt").write_text(pubtator(155, 20), "utf-8")
    (folder / "own.PubTator").write_text(pubtator(300, 20).replace("\tDisease\t", "\tOther\t"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def model(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    encoder = tiny_encoder(data / "encoder")
    done = medkg(
        "train", "ner", "bc5cdr", str(corpora / "own.PubTator"), "--name", "tiny", "--corpora", str(corpora),
        "--terminologies", STARTER, "--encoder", str(encoder), "--epochs", "20", "--rate", "0.005",
        "--seed", "3", "--data", str(data), "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "5 documents of evaluated parts removed" in done.stderr
    card = json.loads(done.stdout)
    assert (card["removed"], card["options"]["seed"]) == (5, 3)
    assert [one["types"] for one in card["corpora"]] == [["disease", "chemical"], ["chemical"]]
    assert len(card["documents"]) + len(card["held_out"]) == 75
    assert card["dictionary"].startswith("grounding.")
    return data / "models" / "tiny"


def test_a_trained_model_is_measured(corpora: Path, model: Path) -> None:
    done = medkg("eval", "ner", "--corpus", "bc5cdr", "--corpora", str(corpora), "--terminologies", STARTER,
                 "--model", str(model), "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["n"], found["figures"]["all.span.labelled"]) == (20, 60)
    assert found["model"].startswith("tiny@")


def test_a_model_is_not_measured_on_what_it_has_seen(corpora: Path, model: Path) -> None:
    done = medkg("eval", "ner", "--corpus", "bc5cdr", "--part", "training", "--corpora", str(corpora),
                 "--terminologies", STARTER, "--model", str(model))  # fmt: skip
    assert done.returncode != 0
    assert done.stdout == ""


@pytest.mark.slow
def test_names_that_documents_taught_are_measured(tmp_path: Path) -> None:
    corpora = tmp_path / "corpora"
    (corpora / "bc5cdr").mkdir(parents=True)
    for name, first in (("Training", 100), ("Development", 155)):
        text = pubtator(first, 20).replace("gout", "grue").replace("\t-1", "\tD999999")
        (corpora / "bc5cdr" / f"CDR_{name}Set.PubTator.txt").write_text(text, "utf-8")
    where = ("--corpora", str(corpora), "--terminologies", STARTER)
    done = medkg("train", "names", "bc5cdr", "--name", "own", *where, "--data", str(tmp_path))
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "names" / "own"
    plain, taught = (
        json.loads(medkg("eval", "ner", "--corpus", "bc5cdr", *where, *more, "--json").stdout)
        for more in ((), ("--names", str(folder)))
    )
    assert taught["model"].startswith("own grounding.")
    assert plain["figures"]["disease.span.recall"] < taught["figures"]["disease.span.recall"] == 1
    seen = medkg("eval", "linking", "--corpus", "bc5cdr", "--part", "training", *where, "--names", str(folder))
    assert (seen.returncode, seen.stdout) == (2, "")
    assert "own" in seen.stderr
    (folder / "card.json").write_text("{}", "utf-8")
    for broken in (folder, tmp_path / "absent"):
        done = medkg("eval", "ner", "--corpus", "bc5cdr", *where, "--names", str(broken))
        assert done.returncode != 0
        assert ".json" in done.stderr


@pytest.mark.slow
def test_mentions_from_the_command_line(settings: Settings, model: Path) -> None:
    text = "120 patients with gout and gout were treated with aspirin."
    done = medkg("annotate", text, "--data", settings.data, "--model", str(model), "--json")
    assert done.returncode == 0, done.stderr
    config = json.loads((model / "config.json").read_text("utf-8"))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert f"tiny@{config['weights'][:12]}" in {one["method"] for one in found}
    assert all(text[one["start"] : one["end"]] == one["surface"] for one in found)


@pytest.mark.parametrize(("language", "words"), [("en", "is not used"), ("zh", "不使用")])
def test_a_folder_without_a_model_is_refused(settings: Settings, model: Path, language: str, words: str) -> None:
    done = medkg("annotate", "gout", "--data", settings.data, "--model", str(model.parent), language=language)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_name_is_used_once(corpora: Path, model: Path) -> None:
    data = str(model.parents[1])
    for name in ("tiny", "../tiny", ""):
        done = medkg("train", "ner", "bc5cdr", "--name", name, "--corpora", str(corpora), "--data", data)
        assert (done.returncode, done.stdout) == (2, "")


def spelled(first: int, count: int) -> str:
    """Invented abstracts with names that no dictionary has: broken ones of real diseases, and one of nothing."""
    names = (("pneu monia", "D011014"), ("hyper tension", "D006973"), ("bluish wobble", "D999999"))
    lines = []
    for number in range(first, first + count):
        name, concept = names[number % 3]
        lines += [f"{number}|t|A case of {name} here.", f"{number}|a|"]
        lines += [f"{number}\t10\t{10 + len(name)}\t{name}\tDisease\t{concept}", ""]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def linker(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("linker")
    (data / "spelled.PubTator").write_text(spelled(153, 30), "utf-8")
    asked = (
        "train", "linker", str(data / "spelled.PubTator"), "--name", "small", "--types", "disease", "--corpora",
        str(corpora), "--terminologies", STARTER, "--data", str(data), "--json",
    )  # fmt: skip
    done = medkg(*asked)
    assert done.returncode == 0, done.stderr
    card = json.loads(done.stdout)
    assert (card["removed"], len(card["documents"])) == (20, 10)
    assert card["figures"]["disease.all.folds"]["f1"] > card["figures"]["disease.all.without"]["f1"] == 0
    again = medkg(*asked)
    assert (again.returncode, again.stdout) == (2, "")
    return data / "models" / "small"


def test_a_linker_is_measured_beside_a_model(corpora: Path, model: Path, linker: Path) -> None:
    where = ("--corpora", str(corpora), "--terminologies", STARTER, "--model", str(model))
    done = medkg("eval", "linking", "--corpus", "bc5cdr", *where, "--linker", str(linker), "--json")
    assert done.returncode == 0, done.stderr
    assert "small@" in json.loads(done.stdout)["model"]


@pytest.mark.slow
def test_mentions_with_a_linker_from_the_command_line(settings: Settings, model: Path, linker: Path) -> None:
    text = "120 patients with gout and gout were treated with aspirin."
    asked = ("annotate", text, "--data", settings.data, "--model", str(model), "--json")
    done = medkg(*asked, "--linker", str(linker))
    assert done.returncode == 0, done.stderr
    plain = medkg(*asked)
    assert [json.loads(line)["start"] for line in done.stdout.splitlines()] == [
        json.loads(line)["start"] for line in plain.stdout.splitlines()
    ]


@pytest.mark.parametrize(("language", "words"), [("en", "give --model"), ("zh", "须同时给出")])
def test_a_linker_alone_is_refused(settings: Settings, corpora: Path, linker: Path, language: str, words: str) -> None:
    for asked in (
        ("annotate", "gout", "--data", settings.data),
        ("eval", "linking", "--corpus", "bc5cdr", "--corpora", str(corpora), "--terminologies", STARTER),
    ):
        done = medkg(*asked, "--linker", str(linker), language=language)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr


def test_a_model_is_no_linker_and_a_linker_no_model(settings: Settings, model: Path, linker: Path) -> None:
    for one, other in ((linker, linker), (model, model)):
        asked = ("annotate", "gout", "--data", settings.data, "--model", str(one), "--linker", str(other))
        done = medkg(*asked)
        assert (done.returncode, done.stdout) == (2, "")
        assert "medkg-" in done.stderr
