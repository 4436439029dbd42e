"""Other spellings of a name that texts use: made once for the dictionary, never in the text.

Every rule takes a normalised name (``ontology.normalize``) and yields (rule, variant). Rules are
deliberately few: measured on BC5CDR, plurals and a handful of spellings help, while unfiltered
variants cost two points of F1. Changing a rule changes ``RULES`` and so the lexicon's digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology import chinese

RULES = "variants.v6"

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "kappa": "κ", "lambda": "λ",
    "mu": "μ", "sigma": "σ", "tau": "τ", "omega": "ω",
}  # fmt: skip
_GREEK_WORD = re.compile(rf"\b({'|'.join(_GREEK)})\b")
_GREEK_LETTER = re.compile(f"[{''.join(_GREEK.values())}]")
_GREEK_NAMES = {letter: name for name, letter in _GREEK.items()}

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_CHINESE = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_NUMBERED_EN = re.compile(r"\b(type|types|stage|grade|class|phase|factor|group) (\d{1,2}|[ivx]{1,4})(?=$|[a-z]?\b)")
_NUMBERED_ZH = re.compile(r"(\d{1,2}|[ivx]{1,4}|[一二三四五六七八九十]{1,2}) ?(型|期|级|度|类|因子)")

_TYPE_FIRST = re.compile(r"((?:\d{1,2}|[ivx]{1,4}|[一二三四五六七八九十]{1,2})型)(.*(?:病|症|征|瘤|衰竭|呼衰))")
_TYPE_LAST = re.compile(r"(.*(?:病|症|征|瘤|衰竭|呼衰))((?:\d{1,2}|[ivx]{1,4}|[一二三四五六七八九十]{1,2})型)")

_BRITISH = (
    ("tumor", "tumour"), ("emia", "aemia"), ("edema", "oedema"), ("esophag", "oesophag"), ("diarrhea", "diarrhoea"),
    ("estrogen", "oestrogen"), ("fetal", "foetal"), ("pediatric", "paediatric"), ("ischemic", "ischaemic"),
    ("anemic", "anaemic"), ("orrhea", "orrhoea"), ("cecal", "caecal"), ("sulf", "sulph"),
    (" hemo", " haemo"), (" hema", " haema"),
)  # fmt: skip
_EPONYM = re.compile(r"([a-z]+) s (disease|syndrome|disorder|palsy|lymphoma|sarcoma|chorea|tumor|dementia|thyroiditis)")
_BARE_EPONYM = re.compile(r"([a-z]{4,}) (disease|syndrome)")
_ADJECTIVES = (
    ("tension", "tensive"), ("ilepsy", "ileptic"), ("betes", "betic"), ("phrenia", "phrenic"), ("ischemia", "ischemic"),
    ("anemia", "anemic"), ("uremia", "uremic"), ("glycemia", "glycemic"), ("volemia", "volemic"),
    ("kalemia", "kalemic"), ("calcemia", "calcemic"), ("natremia", "natremic"), ("lipidemia", "lipidemic"),
    ("leukemia", "leukemic"), ("ataxia", "ataxic"), ("kinesia", "kinetic"), ("plegia", "plegic"), ("uria", "uric"),
    ("cirrhosis", "cirrhotic"), ("sclerosis", "sclerotic"), ("psychosis", "psychotic"), ("thrombosis", "thrombotic"),
    ("necrosis", "necrotic"), ("fibrosis", "fibrotic"), ("neurosis", "neurotic"), ("asthma", "asthmatic"),
    ("arthritis", "arthritic"), ("allergy", "allergic"), ("autism", "autistic"), ("megaly", "megalic"),
    ("obesity", "obese"), ("psoriasis", "psoriatic"), ("dystonia", "dystonic"), ("rrhage", "rrhagic"),
    ("anxiety", "anxious"), ("migraine", "migrainous"), ("convulsion", "convulsive"),
)  # fmt: skip
"""Ending of a disease that is one word -> ending of its adjective: *hypertensive* patients have hypertension."""
_LAST_WORD = re.compile(r"([a-z]+ )*[a-z]{4,}")
_JOINED = re.compile(r"([a-z]{2,6}) ?(\d{1,3}[a-z]?)")

_REGIONAL = (
    ("综合征", "症候群"), ("综合征", "综合症"), ("心肌梗死", "心肌梗塞"), ("脑梗死", "脑梗塞"),
    ("计算机断层", "电脑断层"), ("帕金森病", "帕金森氏症"), ("帕金森病", "帕金森氏病"), ("阿尔茨海默病", "阿兹海默症"),
    ("阿尔茨海默病", "阿尔茨海默症"), ("阿尔茨海默病", "阿尔兹海默症"), ("抑郁症", "忧郁症"), ("孤独症", "自闭症"),
    ("红细胞", "红血球"), ("白细胞", "白血球"), ("超声", "超音波"), ("艾滋病", "爱滋病"), ("青霉素", "盘尼西林"),
    ("脑卒中", "脑中风"), ("哮喘", "气喘"), ("获得性免疫缺陷综合征", "后天免疫缺乏症候群"), ("泌尿道", "尿路"),
    ("幽门螺杆菌", "幽门螺旋杆菌"), ("幽门螺杆菌", "幽门螺旋菌"), ("食管", "食道"), ("反流", "返流"),
    ("前列腺增生", "前列腺肥大"), ("维生素", "维他命"), ("粘", "黏"), ("黏", "粘"),
    ("甲型肝炎", "a型肝炎"), ("乙型肝炎", "b型肝炎"), ("丙型肝炎", "c型肝炎"), ("丁型肝炎", "d型肝炎"),
    ("戊型肝炎", "e型肝炎"), ("甲型病毒性肝炎", "a型病毒性肝炎"), ("乙型病毒性肝炎", "b型病毒性肝炎"),
    ("丙型病毒性肝炎", "c型病毒性肝炎"), ("乙肝", "b肝"), ("丙肝", "c肝"),
)  # fmt: skip
"""Mainland form of a label -> form in texts, simplified characters (OpenCC leaves regional words alone)."""
_RESECTION = 4
"""全切除术 names no operation; 阑尾切除术 does, and so does 阑尾切除."""
_BORDER = re.compile(r"(?<=[a-z0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[a-z0-9])")
_BORDER_SPACE = re.compile(r"(?<=[a-z0-9]) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=[a-z0-9])")


def adjective(name: str) -> str:
    """The adjective of a disease or symptom of one English word; empty where no rule fits.

    >>> adjective("hypertension"), adjective("epilepsy"), adjective("gout")
    ('hypertensive', 'epileptic', '')
    """
    for ending, other in _ADJECTIVES:
        if name.endswith(ending):
            return name[: -len(ending)] + other
    return ""


def variants(name: str, language: str) -> Iterator[tuple[str, str]]:
    """(rule, variant) of an ordinary name; the name itself and repetitions are left out.

    >>> sorted(variants("leukemia, myeloid, acute", "en"))[0]
    ('inverted', 'acute myeloid leukemia')
    >>> [variant for _, variant in variants("2型糖尿病", "zh")]
    ['糖尿病2型', '糖尿病ii型', '糖尿病二型', 'ii型糖尿病', '二型糖尿病', '2 型糖尿病']
    """
    seen = {name}
    rules = (_chinese if language.startswith("zh") else _english)(name)
    for rule, variant in rules:
        if variant not in seen:
            seen.add(variant)
            yield rule, variant


def symbol_variants(name: str) -> Iterator[tuple[str, str]]:
    """Of a gene-like symbol: Greek letters (``TNF alpha`` is also ``TNF-a``), and its number joined or apart.

    >>> list(symbol_variants("il 6")), [form for _, form in symbol_variants("pkc alpha")]
    ([('spacing', 'il6')], ['pkc α', 'pkcα', 'pkc a', 'pkca', 'pkcalpha'])
    """
    for _, greek in _greek(name):
        yield "greek", greek
        yield "greek", greek.replace(" ", "")
    if latin := _latin(name):
        for form in (latin, latin.replace(" ", ""), name.replace(" ", "")):
            yield "greek", form
    if match := _JOINED.fullmatch(name):
        letters, number = match.groups()
        yield "spacing", letters + number if " " in name else f"{letters} {number}"


def _english(name: str) -> Iterator[tuple[str, str]]:
    bases = [("exact", name)]
    if ", " in name and "(" not in name:
        parts = name.split(", ")
        if 2 <= len(parts) <= 4 and not any(part[:1].isdigit() and len(part) < 3 for part in parts):
            bases.append(("inverted", " ".join(reversed(parts))))
    for rule, base in bases:
        yield rule, base
        yield from _greek(base)
        yield from _numbered(base)
        yield from _possessive(base)
        british = list(_british(base))
        yield from british
        if _LAST_WORD.fullmatch(base):
            yield from (("plural", form) for form in _number_of(base))
            for _, spelled in british:
                yield from (("spelling", form) for form in _number_of(spelled))
    collapsed = " ".join(name.split())
    yield "spacing", collapsed


def _number_of(name: str) -> Iterator[str]:
    """The plural of a singular name, or the singular of a plural one."""
    for ending, other in (
        ("ases", "asis"), ("oses", "osis"), ("omata", "oma"), ("ies", "y"), ("sses", "ss"), ("xes", "x"),
    ):  # fmt: skip
        if name.endswith(ending):
            yield name[: -len(ending)] + other
            if ending != "ases":
                return
    if name.endswith("s") and not name.endswith(("ss", "us", "is", "ics")):
        yield name[:-1]
    elif name.endswith(("asis", "osis")):
        yield name[:-2] + "es"
    elif name.endswith(("ss", "x", "ch", "sh")):
        yield name + "es"
    elif name.endswith("y") and name[-2] not in "aeiou":
        yield name[:-1] + "ies"
    elif not name.endswith(("s", "itis", "emia", "uria")):
        yield name + "s"


def _greek(name: str) -> Iterator[tuple[str, str]]:
    if _GREEK_WORD.search(name):
        yield "greek", _GREEK_WORD.sub(lambda match: _GREEK[match[1]], name)
    elif not name.isascii() and _GREEK_LETTER.search(name):
        yield "greek", _GREEK_LETTER.sub(lambda match: _GREEK_NAMES[match[0]], name)


def _latin(name: str) -> str:
    """A symbol with the Latin first letter where it spells a Greek one; what is left must still be a symbol."""
    if len(name) > 16 or not (match := _GREEK_WORD.search(name)) or len(name) - len(match[0]) < 4:
        return ""
    return _GREEK_WORD.sub(lambda found: found[0][0], name)


def _numbered(name: str) -> Iterator[tuple[str, str]]:
    """``type ii`` beside ``type 2``."""
    match = _NUMBERED_EN.search(name)
    if match is None:
        return
    number = match[2]
    if number.isdigit() and 1 <= int(number) <= len(_ROMAN):
        yield "numeral", name[: match.start(2)] + _ROMAN[int(number) - 1] + name[match.end(2) :]
    elif number in _ROMAN:
        yield "numeral", name[: match.start(2)] + str(_ROMAN.index(number) + 1) + name[match.end(2) :]


def _possessive(name: str) -> Iterator[tuple[str, str]]:
    if match := _EPONYM.fullmatch(name):
        yield "possessive", f"{match[1]} {match[2]}"
        yield "possessive", f"{match[1]}s {match[2]}"
    elif match := _BARE_EPONYM.fullmatch(name):
        yield "possessive", f"{match[1]} s {match[2]}"


def _british(name: str) -> Iterator[tuple[str, str]]:
    padded = f" {name}"
    for american, british in _BRITISH:
        if british in padded:
            yield "spelling", padded.replace(british, american)[1:]
            return
    for american, british in _BRITISH:
        padded = padded.replace(american, british)
    if padded[1:] != name:
        yield "spelling", padded[1:]


def _chinese(name: str) -> Iterator[tuple[str, str]]:
    if match := _TYPE_FIRST.fullmatch(name) or _TYPE_LAST.fullmatch(name):
        turned = match[2] + match[1]
        yield "inverted", turned
        yield from _chinese_numbers(turned)
    yield from _chinese_numbers(name)
    if name.endswith("切除术") and len(name) > _RESECTION:
        yield "shortened", name[:-1]
    for mainland, other in _REGIONAL:
        if mainland in name:
            yield "regional", name.replace(mainland, other)
    yield from chinese.forms(name)
    closed = _BORDER_SPACE.sub("", name)
    yield "spacing", closed
    yield "spacing", _BORDER.sub(" ", closed)


def _chinese_numbers(name: str) -> Iterator[tuple[str, str]]:
    """The other numerals of a type, stage or grade.

    >>> list(_chinese_numbers("糖尿病2型"))
    [('numeral', '糖尿病2型'), ('numeral', '糖尿病ii型'), ('numeral', '糖尿病二型')]
    """
    if match := _NUMBERED_ZH.search(name):
        number = match[1]
        value = _value(number)
        if value is not None:
            for form in (str(value), _ROMAN[value - 1], _CHINESE[value - 1]):
                yield "numeral", name[: match.start(1)] + form + name[match.end(1) :]


def _value(number: str) -> int | None:
    if number.isdigit():
        value = int(number)
        return value if 1 <= value <= len(_ROMAN) else None
    for forms in (_ROMAN, _CHINESE):
        if number in forms:
            return forms.index(number) + 1
    return None
