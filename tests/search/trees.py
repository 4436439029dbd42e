"""Trees of strategies for property tests."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from kg.search.strategy.tree import (
    FIELDS,
    And,
    Days,
    Field,
    FieldName,
    Heading,
    History,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    Term,
    Tree,
    is_bare,
)  # fmt: skip

LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
LINES = st.text(st.one_of(LETTERS, st.just(" ")), min_size=1, max_size=14).map(lambda text: " ".join(text.split()))
LINE = LINES.filter(bool)
WORD = st.one_of(
    st.sampled_from(("asthma", "哮喘", "IL-6", "N,N", "andy", "和谐", "O'Brien", "2015")),
    st.text(LETTERS, min_size=1, max_size=6).filter(is_bare),
)
PLAIN = st.text("abcXYZ哮喘肺炎0123-", min_size=1, max_size=6).filter(is_bare)
TERM = st.lists(WORD, min_size=1, max_size=3).map(lambda words: Term(" ".join(words)))
ENDS = st.one_of(st.just(""), PLAIN)
PATTERN = st.builds(lambda start, sign, end: Pattern(f"ab{start}{sign}{end}"), PLAIN, st.sampled_from("*?"), ENDS)
YEAR = st.integers(1000, 2999)
RANGE = st.one_of(
    st.tuples(YEAR, YEAR).map(lambda years: Range(min(years), max(years))),
    YEAR.map(lambda year: Range(year, None)),
    YEAR.map(lambda year: Range(None, year)),
)
MONTH = st.tuples(YEAR, st.integers(1, 12)).map(lambda one: one[0] * 100 + one[1])
DAY = st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(lambda day: day.year * 10_000 + day.month * 100 + day.day)
DATE = st.one_of(MONTH, DAY)
DAYS = st.one_of(
    st.tuples(DATE, DATE).map(lambda dates: Days(*sorted(dates, key=lambda one: f"{one:<08}"))),
    DATE.map(lambda one: Days(one, None)),
    DATE.map(lambda one: Days(None, one)),
)
NAMED = LINE.filter(lambda text: not set("/*?") & set(text))
HEADING = st.builds(Heading, NAMED, st.booleans(), st.booleans(), st.one_of(st.just(""), NAMED))
TEXT_FIELDS: tuple[FieldName, ...] = tuple(name for name in FIELDS if name not in ("py", "mh"))
FIELD = st.one_of(
    st.builds(Field, st.sampled_from(TEXT_FIELDS), st.one_of(TERM, LINE.map(Phrase), PATTERN)),
    st.builds(Field, st.just("py"), st.one_of(RANGE, DAYS)),
    st.builds(Field, st.just("mh"), HEADING),
)


def trees(leaf: st.SearchStrategy[Tree], *, history: bool = True) -> st.SearchStrategy[Tree]:
    """Trees over these leaves."""
    ends = st.one_of(leaf, st.integers(1, 99).map(History)) if history else leaf

    def joined(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(parts.map(And), parts.map(Or), st.builds(Not, inner, inner))

    return st.recursive(ends, joined, max_leaves=6)


TREES = trees(FIELD)
