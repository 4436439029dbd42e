"""Annotated texts of our own and how they stand in each format: ``tests/kg/exchange/``.

    python -m tests.kg.annotated

writes what comes out now; look at the difference before it is committed. Texts and claims are illustrations.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from kg.exchange.annotated import AnnotatedText, Origin
from kg.exchange.formats import FORMATS
from kg.model.attribute import Attribute
from kg.model.evidence import Candidate, Claim, Mention, Place

FOLDER = Path(__file__).parent / "exchange"
ORIGIN = Origin("g20261122-0001", "grounding.v2+example")
ENGLISH = "𝒙 Demonstratin relieved sample fever.\nNo sample fever; c.35G>A of SF1, e\u0301 and 示例素."
CHINESE = "先用示例素，😀再查样例热？"


def _mention(text: str, surface: str, category: str, *concepts: tuple[str, float], **more: object) -> Mention:
    start = text.index(surface, int(str(more.pop("after", 0))))
    candidates = tuple(Candidate(concept, score, "exact·en·preferred·example") for concept, score in concepts)
    return Mention("", "text", start, start + len(surface), surface, category, candidates, **more)  # type: ignore[arg-type]


_DRUG = _mention(ENGLISH, "Demonstratin", "drug", ("medkg:drug-demonstratin", 0.9), sentence=(2, 37))
_FEVER = _mention(ENGLISH, "sample fever", "disease", ("DOID:9000002", 0.9), ("HP:9000002", 0.4), sentence=(2, 37))
_CLAIM = Claim(
    subject="medkg:drug-demonstratin", predicate="biolink:treats", object="DOID:9000002", evidence="text-mined",
    method="claims.v1", start=2, end=37, sentence=ENGLISH[2:37], score=0.6, directness="direct",
    qualifiers=(("calibrated", "no"),), ends=(Place(2, 14, "drug"), Place(24, 36, "disease")),
)  # fmt: skip
TEXTS = (
    AnnotatedText(
        "900000001", ENGLISH, "en",
        (
            _DRUG,
            _FEVER,
            _mention(
                ENGLISH, "sample fever", "disease", ("DOID:9000002", 0.9), after=40, sentence=(38, 53),
                attributes=(Attribute("negated", 38, 40),),
            ),
            _mention(ENGLISH, "c.35G>A", "variant"),
            _mention(ENGLISH, "SF1", "gene", ("NCBIGENE:9000001", 0.5), method="learned.v1+example"),
            _mention(ENGLISH, "示例素", "drug", ("medkg:drug-demonstratin", 0.8)),
        ),
        (_CLAIM,),
    ),
    AnnotatedText(
        "900000002", CHINESE, "zh",
        (
            _mention(CHINESE, "示例素", "drug", ("medkg:drug-demonstratin", 0.9)),
            _mention(CHINESE, "样例热", "symptom", ("DOID:9000002", 0.7)),
        ),
    ),
    AnnotatedText("900000003", "", "en", ()),
)  # fmt: skip


SIGNS = "ab ,.中示例素😀𝒙\u0301\u0308é\u200b\u202eﬁ\u00ad|\\\"'<&%"
"""With characters beyond the basic plane, combining and joining marks, and what formats give a meaning."""
CONCEPTS = ["DOID:9000002", "MESH:D000001", "medkg:drug-demonstratin", "OMIM:100", "HGNC:1"]
CATEGORIES = ["disease", "drug", "symptom", "test"]


@st.composite
def annotated(draw: st.DrawFn, signs: str = SIGNS, lines: int = 2) -> AnnotatedText:
    """A text with any spans, overlapping ones too, none with a line end in it; and claims between them."""
    rows = draw(st.lists(st.text(signs, min_size=1, max_size=20), min_size=1, max_size=lines))
    text = "\n".join(rows)
    mentions = {}
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        category = draw(st.sampled_from(CATEGORIES))
        if "\n" not in text[start:end]:
            concepts = draw(st.lists(st.sampled_from(CONCEPTS), max_size=3, unique=True))
            candidates = tuple(Candidate(concept, 0.5, "exact") for concept in concepts)
            marks = draw(st.sampled_from([(), (Attribute("negated", start, end),)]))
            mentions[start, end, category] = Mention(
                "", "text", start, end, text[start:end], category, candidates, None, marks
            )
    named = [mention for mention in mentions.values() if mention.candidates]
    claims = ()
    if len(named) > 1:
        first, second = named[:2]
        claims = (
            Claim(
                first.candidates[0].concept, "biolink:treats", second.candidates[0].concept, "text-mined", "claims.v1",
                start=0, end=len(text), sentence=text, score=0.5,
                ends=(Place(first.start, first.end, first.category), Place(second.start, second.end, second.category)),
            ),
        )  # fmt: skip
    return AnnotatedText(str(draw(st.integers(1, 10**9 - 1))), text, "en", tuple(mentions.values()), claims)


def golden(name: str) -> Path:
    return FOLDER / f"texts.{name}.{FORMATS[name].extension}"


def main() -> None:
    for name, form in FORMATS.items():
        golden(name).write_bytes(form.write(TEXTS, ORIGIN).encode())


if __name__ == "__main__":
    main()
