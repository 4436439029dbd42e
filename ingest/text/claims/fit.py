"""Whether a sentence says what a pattern found in it, by the words around and between the two mentions.

Patterns find more than sentences say: the name of a longer name, what several do together, what another agent did.
What does not fit is refused with a reason; nothing is added. Words are data (``fit.toml``); English alone has any.
"""

from __future__ import annotations

from typing import NamedTuple

from ingest.text.claims.extraction import Found
from ingest.text.claims.patterns import patterns
from ingest.text.claims.phrases import Phrases, phrases
from ingest.text.sentences import Span
from kg.model.evidence import Direction, Mention

_REACH = 60
"""Characters before a mention that are looked at."""
_CONDITIONS = frozenset({"disease", "symptom"})
_AGENTS = frozenset({"drug", "chemical"})


class _Around(NamedTuple):
    """A pair in its sentence: words between the two, before and behind each; ``forward``: the subject comes first."""

    between: str
    forward: bool
    before_subject: str
    before_object: str
    behind: tuple[str, str]


def misfit(text: str, sentence: Span, found: Found, ends: tuple[Mention, Mention], language: str) -> str:
    """Why the sentence does not say it; empty where nothing speaks against it. Offsets are those of ``text``."""
    if language == "zh":
        return ""
    words, around = phrases(), _around(text, sentence, ends)
    for end, behind in zip(ends, around.behind, strict=True):
        if words.behind.match(behind) or (end.category in _CONDITIONS and words.behind_condition.match(behind)):
            return "part-of-longer-name"
        if text[max(0, end.start - 4) : end.start].lower() == "non-":
            return "part-of-longer-name"
        if words.general.fullmatch(end.surface):
            return "general-word"
    predicate = found.predicate.removeprefix("biolink:")
    if predicate != "gene_associated_with_condition" and words.before_lack.search(around.before_subject):
        return "without-subject"
    if words.before_alike.search(around.before_object):
        return "only-alike"
    if predicate in ("causes", "associated_with") and (
        words.before_together.search(around.before_subject)
        or words.together.search(around.between)
        or words.behind_together.match(around.behind[0])
    ):
        return "together-with-others"
    if predicate == "associated_with" and words.others_risk.search(around.between):
        return "risk-of-others"
    if predicate == "causes":
        if found.direction == "refutes" and around.forward and words.own.match(around.between):
            return "known-and-denied"
        return _not_caused(words, around, ends)
    if predicate == "treats":
        return _not_treated(words, around)
    return ""


def direction(text: str, sentence: Span, found: Found, ends: tuple[Mention, Mention], language: str) -> Direction:
    """What the sentence says of the relation, where a heading asks, or what it asks takes the relation as known."""
    if language == "zh" or found.direction != "insufficient":
        return found.direction
    words, around = phrases(), _around(text, sentence, ends)
    if not around.forward and words.known.match(around.between):
        return "supports"
    said = text[sentence[0] : max(end.end for end in ends)]
    bare = words.headings.sub(" ", said)
    doubt = patterns("en").doubt
    if (
        bare == said
        or doubt.questions.search(bare)
        or doubt.denies.search(around.between)
        or text[sentence[1] - 1] == "?"
    ):
        return "insufficient"
    return "supports"


def wording(text: str, sentence: Span, found: Found, ends: tuple[Mention, Mention]) -> str:
    """The kind of words that say it, as ``reliability.toml`` names it: the direction where it is not supported, else
    the predicate and how the two stand."""
    if found.direction != "supports":
        return found.direction
    words, around = phrases(), _around(text, sentence, ends)
    stands = "forward" if around.forward else "backward"
    if around.forward and words.own.match(around.between):
        stands = "own"
    elif not around.forward and words.known.match(around.between):
        stands = "known"
    return f"{found.predicate.removeprefix('biolink:')}-{stands}"


def _not_caused(words: Phrases, around: _Around, ends: tuple[Mention, Mention]) -> str:
    between = around.between
    if ends[0].category == "procedure" and words.before_meanwhile.search(around.before_subject):
        return "only-meanwhile"
    if not around.forward:
        return "population" if words.population.match(between) else ""
    if words.only_associated.match(between) or (ends[0].category == "disease" and words.own_associated.match(between)):
        return "only-associated"
    if words.other_object.match(between):
        return "other-object"
    if words.other_agent.search(words.own.sub("", between)) and not (
        # "picrotoxin- and cocaine-induced seizures", and not "nephritis, and cocaine-related renal failure".
        ends[0].category in _AGENTS and words.listed.match(between) and not words.listed_last.search(between)
    ):
        return "other-agent"
    if words.caused.search(between):
        return "other-way-round"
    return "less-of-it" if words.less.search(between) else ""


def _not_treated(words: Phrases, around: _Around) -> str:
    if words.prevents.search(around.between):
        return "prevented"
    arises = words.treated_group if around.forward else words.arises
    return "arises-under-it" if arises.search(around.between) else ""


def _around(text: str, sentence: Span, ends: tuple[Mention, Mention]) -> _Around:
    subject, target = ends
    first, last = (subject, target) if subject.start < target.start else (target, subject)

    def before(end: Mention) -> str:
        return text[max(sentence[0], end.start - _REACH) : end.start]

    return _Around(
        text[first.end : last.start], first is subject, before(subject), before(target),
        (text[subject.end : sentence[1]], text[target.end : sentence[1]]),
    )  # fmt: skip
