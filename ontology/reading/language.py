"""Tags of languages as sources write them."""

from __future__ import annotations


def language_tag(tag: str) -> str:
    """The tag that medkg writes: ``en`` and ``zh`` without region; traditional Chinese stays apart.

    >>> language_tag("zh-hans-cn"), language_tag("zh-tw"), language_tag("en-gb"), language_tag("de")
    ('zh', 'zh-tw', 'en', 'de')
    """
    if tag.startswith("zh"):
        return tag if any(part in ("hant", "tw", "hk", "mo") for part in tag.split("-")) else "zh"
    return "en" if tag.startswith("en-") else tag
