"""Scores, their reasons, ambiguity, and the grounder that joins matcher and scoring."""

import pytest

from kg.model.evidence import Candidate
from ontology.grounding import Grounder
from ontology.lexicon import LabelRow, Lexicon
from ontology.scoring import Scoring, doubted, expanded

ROWS = [
    LabelRow("DOID:1", "disease", "en", "preferred", "doid", "cold"),
    LabelRow("HP:1", "symptom", "en", "exact", "hpo", "cold"),
    LabelRow("DOID:2", "disease", "en", "related", "doid", "cold"),
    LabelRow("NCBIGENE:1", "gene", "en", "preferred", "gene", "CAT"),
    LabelRow("NCBIGENE:2", "gene", "en", "preferred", "gene", "p53b"),
    LabelRow("NCBIGENE:3", "gene", "en", "exact", "gene", "P53B"),
    LabelRow("MESH:1", "disease", "en", "preferred", "mesh", "Neoplasms, Lung"),
]


def best(grounder: Grounder, text: str, language: str = "en") -> list[tuple[str, list[Candidate]]]:
    found = []
    for start, stop, number in grounder.hits(text, language):
        if meaning := grounder.meaning(number, text[start:-stop], language):
            found.append((meaning.category, list(meaning.candidates)))
    return found


def test_ambiguity_is_kept_and_sorted() -> None:
    [(category, candidates)] = best(Grounder(Lexicon.build(ROWS)), "a cold")
    assert category == "disease"
    assert [candidate.concept for candidate in candidates] == ["DOID:1", "HP:1", "DOID:2"]
    assert [candidate.score for candidate in candidates] == sorted((c.score for c in candidates), reverse=True)
    assert all(0 < candidate.score <= 1 for candidate in candidates)
    assert candidates[0].reason == "exact·en·preferred·doid"


def test_two_concepts_of_one_source_share_the_name_and_two_sources_do_not() -> None:
    alone = best(Grounder(Lexicon.build(ROWS[:1])), "cold")[0][1][0]
    beside_other_source = best(Grounder(Lexicon.build(ROWS[:2])), "cold")[0][1]
    beside_same_source = best(Grounder(Lexicon.build([ROWS[0], ROWS[2]])), "cold")[0][1]
    assert alone.score == 1.0
    assert alone in beside_other_source
    assert beside_same_source[0].concept == "DOID:1"
    assert beside_same_source[0].score < 1.0


def test_a_gene_in_small_letters_scores_less_and_says_why() -> None:
    grounder = Grounder(Lexicon.build(ROWS))
    upper, lower = best(grounder, "P53B")[0][1][0], best(grounder, "p53b")[0][1][0]
    assert lower.concept == upper.concept == "NCBIGENE:2"
    assert lower.score < upper.score
    assert lower.reason.startswith("case·")


def test_scores_do_not_depend_on_what_was_seen_before() -> None:
    texts = ["p53b", "P53B", "Ｐ５３b", "CAT", "cold", "COLD", "Lung-Neoplasm"]
    forward, backward = Grounder(Lexicon.build(ROWS)), Grounder(Lexicon.build(ROWS))
    ahead = [best(forward, text) for text in texts]
    back = [best(backward, text) for text in reversed(texts)]
    assert ahead == back[::-1]


def test_variants_say_so() -> None:
    [(_, [candidate])] = best(Grounder(Lexicon.build(ROWS)), "Lung neoplasms")
    assert candidate.reason == "inverted·en·preferred·mesh"
    assert 0.9 < candidate.score < 1


def test_another_language_costs_a_little() -> None:
    grounder = Grounder(Lexicon.build(ROWS))
    assert best(grounder, "CAT突变", "zh")[0][1][0].score < best(grounder, "CAT mutation", "en")[0][1][0].score


def test_sources_can_be_weighed() -> None:
    grounder = Grounder(Lexicon.build(ROWS), Scoring(sources={"doid": 0.5}))
    assert best(grounder, "cold")[0][1][0].concept == "HP:1"


def test_expanded_and_doubted_meanings_say_so() -> None:
    meaning = Grounder(Lexicon.build(ROWS)).lookup("Cold")
    assert meaning is not None
    assert expanded(meaning).candidates[0].reason == "abbreviation·exact·en·preferred·doid"
    assert doubted(meaning).score == pytest.approx(meaning.score / 4, abs=1e-4)
    assert Grounder(Lexicon.build(ROWS)).lookup("unheard of") is None


def test_the_version_names_rules_and_lexicon() -> None:
    lexicon = Lexicon.build(ROWS)
    assert Grounder(lexicon).version == f"grounding.v2+{lexicon.digest}"
