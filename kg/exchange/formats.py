"""The formats of annotated texts by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from kg.errors import TextNotHeld
from kg.exchange import bioc, pubtator, webannotation
from kg.exchange.annotated import AnnotatedText, Origin

Texts = Sequence[AnnotatedText]


def _all_fit(texts: Texts) -> tuple[int, str] | None:
    return None


class Format(msgspec.Struct, frozen=True):
    """``misfit``: the place of the first text that the format cannot hold, and why, a key of ``[reason]``."""

    media_type: str
    extension: str
    text: Callable[[Texts, Origin], str]
    misfit: Callable[[Texts], tuple[int, str] | None] = _all_fit

    def check(self, texts: Texts) -> None:
        """Raises TextNotHeld for the first that would have to be changed; mentions count where there are any yet."""
        if found := self.misfit(texts):
            place, why = found
            raise TextNotHeld(where=f"$.texts[{place}]", media=self.media_type.partition(";")[0], why=why)

    def write(self, texts: Texts, origin: Origin) -> str:
        """All of the texts in their order; raises TextNotHeld."""
        self.check(texts)
        return self.text(texts, origin)


FORMATS: dict[str, Format] = {
    "bioc": Format("application/vnd.bioc+json", "json", bioc.write),
    "pubtator": Format("text/vnd.pubtator; charset=utf-8", "pubtator", pubtator.write, pubtator.misfit),
    "webannotation": Format(webannotation.PROFILE, "jsonld", webannotation.write),
}
