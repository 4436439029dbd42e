"""Chinese names in the middle of a clause, told by the characters of their given name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.vocabulary import medical
from ontology.deidentification.words import words

_HAN = "一-鿿㐀-䶿"
_RUN = re.compile(rf"[{_HAN}]{{3,}}")
_VERB = re.compile(
    r"因|于|诉|称|说|述|来|到|在|的|拒|同意|签|要求|表示|打电话|昨|今|现|已|入院|出院|复查|复诊|"
    r"就诊|做|行|陪|送|带|住|负责|查房|会诊|主刀|换药|反映|投诉|"
    r"[主副]任|医|护|教授|老师|女士|先生|和|与|及|跟|给|也|都|还|就|又|没|不|有|是|去|问|想|家|之|,|"
    r"。|，|;|；|、|!|\)|）|\n|$"
)


def given_names(text: str) -> Iterator[tuple[int, int]]:
    """Starts and ends of a surname with one or two characters of which given names are made.

    >>> [text[slice(*place)] for text in ["上周我陪方晓婷去复查"] for place in given_names(text)]
    ['方晓婷']
    """
    own = words()
    for run in _RUN.finditer(text):
        for at in range(run.start(), run.end() - 1):
            if text[at] not in own.surnames or text.startswith(own.not_names, at) or medical(text, at):
                continue
            two = text[at + 1 : at + 3]
            telling = sum(character in own.telling for character in two)
            fitting = sum(character in own.telling or character in own.fitting for character in two)
            rare = text[at] in own.rare
            if len(two) == 2 and fitting == 2 and (telling == 2 if rare else telling) and at + 3 <= run.end():
                if not medical(text, at + 1) and _VERB.match(text, at + 3):
                    yield at, at + 3
            elif (
                not rare and two[:1] in own.telling and _VERB.match(text, at + 2) and not (at and medical(text, at - 1))
            ):
                yield at, at + 2
