"""In which languages names are wanted."""

from __future__ import annotations

from functools import lru_cache

from api.negotiation import ranges

MOST = 6


@lru_cache(maxsize=256)
def wanted(display: str, accept: str) -> tuple[str, ...]:
    """``displayLanguage`` before Accept-Language, each tag with its language alone behind it.

    >>> wanted("zh-CN", "en;q=0.5"), wanted("", "")
    (('zh-cn', 'zh', 'en'), ('en',))
    """
    told = [display.lower(), *(tag for tag, _ in ranges(accept))] if display else [tag for tag, _ in ranges(accept)]
    found = [one for tag in told[:MOST] for one in (tag, tag.partition("-")[0]) if one != "*"]
    return tuple(dict.fromkeys(found or ["en"]))


def spoken(languages: tuple[str, ...]) -> str:
    """The one of our two languages that is wanted most."""
    return next((one for one in languages if one in ("zh", "en")), "en")
