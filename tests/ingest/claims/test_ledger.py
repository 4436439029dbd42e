"""Claims of texts: what sentences say, and that every claim quotes its sentence with both mentions in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.annotate import Annotator
from ingest.text.claims.extraction import LONGEST
from ingest.text.claims.ledger import METHOD, Ledger
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document, Passage
from kg.model.evidence import Candidate, Claim, Mention, Place
from kg.query.named import named
from kg.store.base import STORES
from kg.vocab import DEFAULT_BASE
from ontology.lexicon import LabelRow, Lexicon
from tests.contract.store import make_batch

NAMES = [
    ("medkg:drug", "drug", "en", "demonstratin"),
    ("medkg:drug", "drug", "zh", "示例素"),
    ("medkg:second", "drug", "en", "examplamide"),
    ("medkg:second", "drug", "zh", "范例胺"),
    ("medkg:illness", "disease", "en", "sample fever"),
    ("medkg:illness", "disease", "zh", "示例热"),
    ("medkg:kidney", "disease", "en", "example nephropathy"),
    ("medkg:kidney", "disease", "zh", "范例肾病"),
    ("medkg:sign", "symptom", "en", "made-up ache"),
    ("medkg:sign", "symptom", "zh", "虚构痛"),
    ("medkg:test", "test", "en", "fictive scan"),
    ("medkg:test", "test", "zh", "虚拟扫描"),
    ("medkg:gene", "gene", "en", "DEMO1"),
]
WORDS = [name for *_, name in NAMES]
LEXICON = Lexicon.build(
    LabelRow(concept, category, language, "preferred", "made-up", name) for concept, category, language, name in NAMES
)


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(LEXICON)


def claims(annotator: Annotator, text: str, language: str) -> list[Claim]:
    return Ledger().text(text, language, annotator.text(text, language))


def brief(found: list[Claim]) -> set[tuple[str, str, str, str]]:
    return {
        (one.subject.removeprefix("medkg:"), one.predicate.removeprefix("biolink:"),
         one.object.removeprefix("medkg:"), one.direction)
        for one in found
    }  # fmt: skip


@pytest.mark.parametrize(
    ("english", "chinese", "said"),
    [
        ("Demonstratin treats sample fever.", "示例素治疗示例热。", ("drug", "treats", "illness", "supports")),
        ("Demonstratin did not relieve sample fever.", "示例素未缓解示例热。",
         ("drug", "treats", "illness", "refutes")),
        (
            "It is unclear whether demonstratin treats sample fever.", "示例素是否能治疗示例热？",
            ("drug", "treats", "illness", "insufficient"),
        ),
        ("Patients with sample fever were treated with demonstratin.", "示例热患者可用示例素治疗。",
         ("drug", "treats", "illness", "supports")),
        ("Demonstratin prevented sample fever.", "示例素可预防示例热。",
         ("drug", "preventative_for_condition", "illness", "supports")),
        ("Demonstratin-induced example nephropathy is rare.", "示例素引起的范例肾病少见。",
         ("drug", "causes", "kidney", "supports")),
        ("Example nephropathy was caused by demonstratin.", "范例肾病是由示例素引起的。",
         ("drug", "causes", "kidney", "supports")),
        ("Demonstratin is contraindicated in sample fever.", "示例热患者禁用示例素。",
         ("drug", "contraindicated_in", "illness", "supports")),
        ("Sample fever presents with made-up ache.", "示例热表现为虚构痛。",
         ("illness", "has_phenotype", "sign", "supports")),
        ("The fictive scan confirmed sample fever.", "虚拟扫描可诊断示例热。",
         ("test", "diagnoses", "illness", "supports")),
        ("Demonstratin interacts with examplamide.", "示例素与范例胺有相互作用。",
         ("drug", "interacts_with", "second", "supports")),
    ],
)  # fmt: skip
def test_both_languages_say_the_same(
    annotator: Annotator, english: str, chinese: str, said: tuple[str, str, str, str]
) -> None:
    for text, language in ((english, "en"), (chinese, "zh")):
        assert said in brief(claims(annotator, text, language)), text


def test_what_is_taken_as_known_is_not_asked() -> None:
    text = "We aimed to study demonstratin-induced example nephropathy."
    [one] = claims(Annotator(LEXICON), text, "en")
    assert (one.predicate, one.direction) == ("biolink:causes", "supports")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Demonstratin and sample fever are listed here.", "en"),
        ("Demonstratin was given. Sample fever is caused by something else.", "en"),
        ("示例素、示例热、范例肾病。", "zh"),
    ],
)
def test_nothing_is_said_without_words_that_say_it(annotator: Annotator, text: str, language: str) -> None:
    assert claims(annotator, text, language) == []


def test_a_list_says_it_of_each(annotator: Annotator) -> None:
    found = brief(claims(annotator, "Demonstratin caused sample fever, example nephropathy and made-up ache.", "en"))
    assert {target for _, _, target, _ in found} == {"illness", "kidney", "sign"}
    found = brief(claims(annotator, "示例素可引起示例热、范例肾病和虚构痛。", "zh"))
    assert {target for _, _, target, _ in found} == {"illness", "kidney", "sign"}


def test_a_hedge_halves_the_score(annotator: Annotator) -> None:
    [sure] = claims(annotator, "Demonstratin causes sample fever.", "en")
    [may] = claims(annotator, "Demonstratin may cause sample fever.", "en")
    assert may.direction == "supports"
    assert may.score == pytest.approx((sure.score or 0) / 2, abs=0.001)
    assert ("hedged", "yes") in may.qualifiers


def test_a_score_is_calibrated_where_claims_of_the_kind_were_judged(annotator: Annotator) -> None:
    for text, language, calibrated in (
        ("Demonstratin causes sample fever.", "en", "yes"),
        ("示例素引起示例热。", "zh", "no"),
    ):
        [one] = claims(annotator, text, language)
        assert dict(one.qualifiers)["calibrated"] == calibrated


def test_a_document_gives_its_study_with_each_claim(annotator: Annotator) -> None:
    text = "We enrolled 40 patients with sample fever. Demonstratin relieved sample fever."
    document = Document(
        "PMID:900000001", (Passage("abstract.1", "abstract", "en", text),), types=("Randomized Controlled Trial",)
    )
    [one] = Ledger().document(document, annotator.document(document))
    assert one.study
    assert (one.study.design, one.study.size, one.study.design_quote) == ("randomised-trial", 40, None)
    assert one.study.population
    assert text[one.study.population.start : one.study.population.end] == one.study.population.text
    assert (one.method, one.evidence, one.directness) == (METHOD, "text-mined", "direct")


SENTENCE = Mention("", "", 0, 12, "Demonstratin", "drug", (Candidate("medkg:drug", 1.0),), (0, 33))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sentence": (0, 99)}, "quote-outside-text"),
        ({"sentence": (3, 33)}, "mention-outside-quote"),
        ({"surface": "Examplamide "}, "mention-not-in-text"),
        ({"candidates": (Candidate("medkg:illness", 1.0),)}, "same-concept"),
    ],
)
def test_what_does_not_pass_a_gate_is_counted_and_not_written(change: dict[str, object], reason: str) -> None:
    text = "Demonstratin treats sample fever."
    passage = Passage("text", "section", "en", text)
    place = {"passage": passage.key, "sentence": change.get("sentence", (0, 33))}
    drug = Mention(**{name: getattr(SENTENCE, name) for name in SENTENCE.__struct_fields__} | place | change)  # type: ignore[arg-type]
    illness = Mention(
        "", passage.key, 20, 32, "sample fever", "disease", (Candidate("medkg:illness", 1.0),), place["sentence"],  # type: ignore[arg-type]
    )  # fmt: skip
    ledger = Ledger()
    assert ledger.text(text, "en", [drug, illness]) == []
    assert ledger.refused == {reason: 1}


def test_a_claim_in_the_graph_points_at_the_mentions_it_was_read_from(annotator: Annotator) -> None:
    document = Document("PMID:900000001", (Passage("title", "title", "zh", "示例素治疗示例热。"),))
    mentions = annotator.document(document)
    [claim] = Ledger().document(document, mentions)
    nodes = {statements(one, Context())[0].split(" ")[0] for one in mentions}
    rows = [row for row in statements(claim, Context()) if "Mention> " in row]
    assert {row.split(" ")[2] for row in rows} == nodes
    assert len(rows) == 2


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [*WORDS, " causes ", " was treated with ", "治疗", "引起", "未", "、", "。", ". ", "? ", " not "]
        ),
        st.text(max_size=6),
        st.sampled_from(["\ue000", "\uf8ff", "\u202e", "\x00", "(", "（", "\ud800"]),
    ),
    max_size=14,
).map("".join)


@settings(max_examples=300)
@given(text=_PIECES, language=st.sampled_from(["en", "zh"]))
def test_every_claim_quotes_its_sentence_and_holds_its_mentions(annotator: Annotator, text: str, language: str) -> None:
    for one in claims(annotator, text, language):
        assert text[one.start : one.end] == one.sentence
        assert one.ends
        for end in one.ends:
            assert isinstance(end, Place)
            assert one.start <= end.start < end.end <= one.end
        assert one.subject != one.object
        assert one.score is not None
        assert 0 <= one.score <= 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("sample fever and demonstratin " * 4000, "en"),
        ("示例素引起示例热，" * 200, "zh"),
        ("示例素" * 300 + "引起" + "示例热" * 300, "zh"),
        ("Demonstratin causes " + "x" * LONGEST + " sample fever.", "en"),
    ],
)
def test_what_no_splitter_could_cut_says_nothing(annotator: Annotator, text: str, language: str) -> None:
    assert claims(annotator, text, language) == []


def test_only_curated_claims_make_plain_edges(tmp_path: Path) -> None:
    made = [
        Claim("medkg:drug", "biolink:treats", f"medkg:{kind}", kind, "m", sentence="x")  # type: ignore[arg-type]
        for kind in ("curated", "text-mined")
    ]
    rows = [row for one in made for row in statements(one, Context())]
    store = STORES.load("oxigraph").create(tmp_path / "store")
    graph = f"{DEFAULT_BASE}graph/source/test/1"
    store.apply_all([make_batch(tmp_path / "batch", (graph, "replace", rows, [], "", "1"))])
    edges = [row["object"] for row in store.select(named("derive/claims"))]
    assert edges == [f"<{DEFAULT_BASE}concept/curated>"]
