"""Whether an English word is an ordinary one, or one of medicine, so that a capital on it names nobody."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from ontology.deidentification.eponyms import called_after
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

_INFLECTED = (
    ("'s", ""), ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("d", ""), ("ing", ""), ("ing", "e"),
    ("ly", ""), ("er", ""), ("er", "e"), ("est", ""), ("ness", ""), ("able", ""), ("y", ""),
)  # fmt: skip
"""Endings, and what the word has in their place without them."""
_PREFIXES = ("un", "re", "non", "over", "under", "pre", "post", "anti", "mid", "out")
_DRUG = re.compile(
    r"(?:mab|nib|pril|artan|statin|olol|azole|illin|mycin|micin|oxacin|cycline|vir|gliptin|gliflozin|glutide|prazole|"
    r"dipine|azepam|zolam|profen|oxicam|coxib|setron|triptan|caine|curium|parin|xaban|gatran|grel|terol|sone|olone|"
    r"asone|onide|tidine|thiazide|semide|amide|azine|idone|apine|oxetine|traline|triptyline|barbital|toin|"
    r"formin|glitazone|dronate|platin|rubicin|taxel|bicin|trexate|limus|cept|kinra|ximab|zumab|tinib|cillin|cef\w+|"
    r"itis|osis|emia|aemia|oma|omas|opathy|ectomy|otomy|ostomy|oscopy|ography|ogram|plasty|pathic|ology|ologist|"
    r"ologists|iatric|iatrics|iatry|plegia|paresis|algia|uria|rrhoea|rrhea|rrhage|philia|phobia|trophy|megaly|"
    r"lysis|centesis|genic|otic|tropin|globulin|vaccine|ase|oxide|chloride|acillus|coccus|cocci|virus|viridae)$"
)
"""Endings of drugs, diseases, procedures and germs."""
_WORDLIKE = re.compile(
    r"(?:ment|ments|ning|ting|ring|wing|ling|ding|king|ping|tion|tions|sion|sions|ness|ity|ities|ified|ally|"
    r"ously|ous|ive|"
    r"ful|less|ism|ance|ence|ated|ised|ized|ical|ology|ular|ectal|oid|oids|eal|cele|cephaly|dactyly|dontia|"
    r"phagia|phoria|"
    r"genesis|plasia|anomaly|lalia|somnia|blepharon|meria|melia|opia|opsia|esthesia|aesthesia|chromia|phasia|praxia|"
    r"kinesia|tonia|morphism|ptosis|malacia|clonus|spasm|aneurysm|cyte|cytes|blast|blasts|gland|ectasia|stasis|"
    r"scopic)$"
)
"""Endings of words of the language, and of signs."""
_COMPOUND = re.compile(
    r"(?:hemi|pseudo|tachy|brady|oligo|hypo|hyper|poly|para|peri|macro|micro|mega|auto|cyclo|hetero|homo|lipo|"
    r"myo|tricho|"
    r"dys|endo|exo|ecto|epi|extra|intra|inter|iso|leuko|leuco|lympho|melano|meningo|mono|multi|neuro|osteo|photo|"
    r"pneumo|"
    r"pre|post|retro|sub|super|supra|trans|ultra|uni|bi|tri|tetra|vaso|xero|cardio|chondro|cranio|encephalo|"
    r"gastro|hepato|"
    r"hydro|kerato|laryngo|nephro|oculo|onycho|ophthalmo|spondylo|thrombo|thyro|uro|veno|ventriculo|acro|angio|"
    r"arthro|"
    r"blepharo|broncho|cerebro|cysto|dermato|entero|erythro|fibro|glosso|haemato|hemato|immuno|mis|anti|cyto)"
    r"[a-z]{5,}$"
)
"""Words of medicine that are put together from Greek and Latin."""


@cache
def _lists() -> dict[str, frozenset[str]]:
    folder = files("ontology.deidentification")
    own = tomllib.loads((folder / "english_words.toml").read_text("utf-8"))
    return {
        **{name: frozenset(text.split()) for name, text in own.items()},
        **{name: frozenset((folder / f"{name}.txt").read_text("utf-8").split()) for name in ("ordinary", "labelled")},
    }


def _plain(word: str) -> bool:
    own, lists = words(), _lists()
    return any(
        word in those
        for those in (
            lists["ordinary"], lists["plain"], lists["regions"], own.common, own.not_people, own.general, own.idle,
            own.jobs, own.terms,
        )
    )  # fmt: skip


@cache
def ordinary(word: str) -> bool:
    """Whether running text has a word, in lower case here, without a capital, as it stands or less an ending.

    >>> ordinary("wheelchairs"), ordinary("unbandaged"), ordinary("okonjo")
    (True, True, False)
    """
    if _plain(word) or any(word.startswith(one) and _plain(word[len(one) :]) for one in _PREFIXES):
        return True
    for ending, instead in _INFLECTED:
        stem = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(stem) > 3 and (_plain(stem) or _plain(stem.removeprefix("un"))):
            return True
        if word.endswith(ending) and len(stem) > 4 and stem[-1] == stem[-2] and _plain(stem[:-1]):
            return True
    return False


@cache
def labelled(word: str) -> bool:
    """Whether a word, in lower case here, is one of diseases, drugs or tests, of a brand or an eponym.

    >>> labelled("tazocin"), labelled("wenckebach"), labelled("rivaroxaban"), labelled("okonjo")
    (True, True, True, False)
    """
    bare = word.removesuffix("'s")
    lists = _lists()
    return (
        known(bare)
        or bare in lists["labelled"]
        or bare in lists["brands"]
        or bare in words().eponyms
        or (len(bare) > 5 and not frequent(bare) and any(one.search(bare) for one in (_DRUG, _WORDLIKE)))
        or (not frequent(bare) and _COMPOUND.match(bare) is not None)
    )


def medicinal(word: str) -> bool:
    """Whether a word, in lower case here, is a brand or ends as drugs, diseases and germs do.

    >>> medicinal("lurasidone"), medicinal("tazocin"), medicinal("moines")
    (True, True, False)
    """
    return word in _lists()["brands"] or _DRUG.search(word) is not None


def follower(word: str) -> bool:
    """Whether a word, in lower case here, goes on behind somebody's name: *rang*, *who*, *to*."""
    return word in _lists()["followers"]


def region(word: str) -> bool:
    """Whether a word, in lower case here, is a country, a state, a people or a language, which may stay."""
    return word in _lists()["regions"]


def unit(word: str) -> bool:
    """Whether *the* and a word, in lower case here, are a ward or a team rather than a house: *the ICU*."""
    return word in _lists()["units"]


def frequent(word: str) -> bool:
    """Whether a word, in lower case here, is a frequent given name or surname."""
    return word in words().given or word in words().families


_CALLED = re.compile(
    r"\s*(?:'s (?:wort|pattern)|sequence|protocol|shoulder|singing|sent\b|results\b|not applicable|of eating|"
    r"given for|started\b|"
    r"brace\b|follicle|criteria|regimen)"
)
"""What follows an idiom rather than a name: *St John's wort*, *Robin sequence*, *Carol singing*."""

_WORD_BEFORE, _WORD_BEHIND = re.compile(r"[^\W\d_]+[ -]\Z"), re.compile(r"[ -][^\W\d_]+")
_ROMAN = re.compile(r"\s(?:I{1,3}|IV|VI?)[A-Da-d]?(?![\w.])")
_GRADED = re.compile(
    r"(?:'s)?\s(?:[IVX]{1,4}[A-Da-d]?|\d{1,2}(?:-\d{1,2})?[a-d]?)(?![\w/-]|\.\d|:\d|\s?(?:y|yo|yrs?|years?|M|F)\b)"
)
"""A grade behind an eponym: *Bishop 6*, *Osserman IIa*; of two, a Roman one: *Pell-Gregory IIB*."""


_SCORED = re.compile(
    r"\s(?:1[3-9]|2\d)/(?:1[3-9]|2\d|30)(?![\d/])|\s\d{1,3}/(?:3[2-9]|[4-9]\d|1\d\d)(?![\d/])|"
    r"\s\d(?=[,;]\s[A-Za-z]|\s[LR]\s)|\+(?!\d)"
)
"""Points of so many, which nobody has behind his name (*Berg 31/56*), and the sign of a stain: *Melan-A+*."""


def idiom(text: str, start: int, end: int) -> bool:
    """Whether what looks like a name is an eponym of the list, or a word of a phrase that names nobody.

    >>> text = "House-Brackmann III, Harris said"
    >>> idiom(text, 0, 15), idiom(text, 21, 27)
    (True, False)
    """
    names = text[start:end].lower()
    before, behind = _WORD_BEFORE.search(text, max(0, start - 20), start), _WORD_BEHIND.match(text, end)
    around = {names, (before[0] if before else "") + names, names + (behind[0] if behind else "")}
    if any(re.sub(r"\W+$", "", one).lower().replace(" ", "_") in _lists()["phrases"] for one in around):
        return True
    parts = re.findall(r"[^\W\d_]+", names)
    if ("-" in names and _ROMAN.match(text, end)) or (not re.search(r"\s", names) and _SCORED.match(text, end)):
        return True
    if len(parts) == 1 and labelled(parts[0]):
        second = behind[0].strip().lower() if behind else ""
        if _GRADED.match(text, end) or (behind and labelled(second) and called_after(text, behind.end())):
            return True
    return _CALLED.match(text, end) is not None and all(
        ordinary(part) or labelled(part) or part in words().both or part == "john" for part in parts
    )
