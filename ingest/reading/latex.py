r"""LaTeX in the fields of BibTeX to plain text (pylatexenc).

>>> plain(r"{An} example of M{\"u}ller \& co, 5\% and 5%")
'An example of Müller & co, 5% and 5%'
"""

from __future__ import annotations

import re
from functools import cache

from pylatexenc.latex2text import LatexNodes2Text

_MARKED = re.compile(r"[\\{}$]").search
_PERCENT = re.compile(r"(?<!\\)%").sub


@cache
def _converter() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="text", keep_comments=True)


def plain(value: str) -> str:
    """``value`` without markup, blanks as single spaces; itself where it has none.

    A percent sign begins a comment in LaTeX and in no field of any database: it is text.
    """
    if _MARKED(value):
        value = _converter().latex_to_text(_PERCENT(r"\\%", value), tolerant_parsing=True)
    return " ".join(value.replace("~", " ").split())
