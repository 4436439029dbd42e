"""The spaCy components: the same mentions as without spaCy, and pipelines that can be saved.

spaCy is imported by the tests themselves: every process of the suite lists this file, and it takes seconds to load.
"""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.text.annotate import Annotator
from ingest.text.sentences import sentences
from ontology.lexicon import LabelRow, Lexicon

if TYPE_CHECKING:
    from spacy.language import Language

TEXTS = {
    "en": "Chronic obstructive pulmonary disease (COPD) is not asthma. p53 fell. COPD-like disease rose by 0.5 mg.",
    "zh": "确诊慢性阻塞性肺疾病（COPD）。EGFR突变，COPD加重！",
}


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = [
        ("DOID:3083", "disease", "en", "chronic obstructive pulmonary disease"),
        ("DOID:3083", "disease", "zh", "慢性阻塞性肺疾病"),
        ("DOID:2841", "disease", "en", "asthma"),
        ("NCBIGENE:1956", "gene", "en", "EGFR"),
    ]
    path = tmp_path_factory.mktemp("lexicon") / "labels.lexicon"
    Lexicon.build(LabelRow(*row[:3], "preferred", "made-up", row[3]) for row in names).save(path)
    return path


def blank(language: str) -> Language:
    import spacy

    import ingest.text.components  # noqa: F401  (registers the factories)

    return spacy.blank(language)


def pipeline(language: str, lexicon: Path, **abbreviations: str) -> Language:
    nlp = blank(language)
    nlp.add_pipe("medkg_sentences")
    nlp.add_pipe("medkg_abbreviations", config=abbreviations)
    nlp.add_pipe("medkg_entities", config={"lexicon": str(lexicon)})
    return nlp


@pytest.mark.parametrize("language", ["en", "zh"])
def test_entities_are_the_annotators_mentions(language: str, lexicon: Path) -> None:
    text = TEXTS[language]
    doc = pipeline(language, lexicon)(text)
    mentions = Annotator(Lexicon.load(lexicon)).text(text, language)
    assert len(mentions) >= 4
    assert list(doc._.medkg_mentions) == mentions
    assert [(ent.start_char, ent.end_char, ent.label_, ent.kb_id_) for ent in doc.ents] == [
        (mention.start, mention.end, mention.category, mention.candidates[0].concept) for mention in mentions
    ]
    assert [span._.medkg_mention for span in doc.spans["medkg"]] == mentions


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_are_ours(language: str, lexicon: Path) -> None:
    text = TEXTS[language]
    doc = pipeline(language, lexicon)(text)
    assert [(sent.start_char, sent.end_char) for sent in doc.sents] == sentences(text)


def test_abbreviations_by_both_detectors(lexicon: Path) -> None:
    ours = pipeline("en", lexicon)(TEXTS["en"])._.medkg_abbreviations
    assert ours == (("COPD", (39, 43), (0, 37)),)
    theirs = pipeline("en", lexicon, detector="scispacy")(TEXTS["en"])._.medkg_abbreviations
    assert theirs[0] == ours[0]
    assert pipeline("zh", lexicon)(TEXTS["zh"])._.medkg_abbreviations


def test_a_pipeline_can_be_saved_with_its_path(lexicon: Path, tmp_path: Path) -> None:
    import spacy

    nlp = pipeline("zh", lexicon)
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    assert again.config["components"]["medkg_entities"]["lexicon"] == str(lexicon)
    assert [ent.kb_id_ for ent in again(TEXTS["zh"]).ents] == [ent.kb_id_ for ent in nlp(TEXTS["zh"]).ents]


@pytest.mark.parametrize(("alignment", "found"), [("strict", []), ("contract", []), ("expand", ["asthma_like"])])
def test_alignment_of_names_inside_a_token(alignment: str, found: list[str], lexicon: Path) -> None:
    nlp = blank("en")
    nlp.add_pipe("medkg_entities", config={"lexicon": str(lexicon), "alignment": alignment})
    doc = nlp("an asthma_like state")
    assert [mention.surface for mention in doc._.medkg_mentions] == ["asthma"]
    assert [ent.text for ent in doc.ents] == found


def test_empty_and_blank_texts(lexicon: Path) -> None:
    for text in ("", " ", "\n"):
        assert list(pipeline("en", lexicon)(text).ents) == []


def test_the_entry_points_name_the_factories() -> None:
    from spacy.language import Language

    tree = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    for name, target in tree["project"]["entry-points"]["spacy_factories"].items():
        module, _, attribute = target.partition(":")
        assert callable(getattr(import_module(module), attribute))
        assert Language.has_factory(name)
