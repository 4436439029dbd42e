"""Registrations of trials in the XML of the WHO's portal (ICTRP) and of registries such as ChiCTR.

Documented: the portal's export (``<Trials_downloaded_from_ICTRP>``, trialsearch.who.int), with trials of all
registries, and the form in which registries hand in theirs (``<trials><trial><main>…``), as published by ReBEC.
ChiCTR's own export is not described in public. It is taken to be of that second form, and these are guesses: a root
or record called ``Triall``, a namespace, parallel Chinese and English as ``<public_title_cn>``, as an attribute
``xml:lang`` or ``lang``, or as ``<cn>`` and ``<en>`` inside, and the element ``study_objective``. What is not known is
kept as it stands. Trials of ClinicalTrials.gov and ChiCTR have the CURIE of their number, others an id made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading import ictrp_fields
from ingest.reading.options import check_options
from kg.errors import InputError
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected
from ontology.reading.xml import Element, elements

_TAGS = ("{*}Trial", "{*}trial", "{*}Triall", "{*}triall")
_PORTAL = b"<Trials_downloaded_from_ICTRP"
_SNIFF = re.compile(rb"<(?:\w+:)?triall?s?[\s>].*?<(?:\w+:)?(?:trial_?id|main)[\s>]", re.IGNORECASE | re.DOTALL).search


class ChiCtr:
    """Documents of kind ``trial``; takes no options."""

    name: ClassVar[str] = "chictr.v1"
    extensions: ClassVar[tuple[str, ...]] = (".xml", ".xml.gz")

    def sniff(self, head: bytes) -> float:
        """Sure by the portal's root; nearly sure where a trial begins with its number."""
        return 1.0 if _PORTAL in head else 0.9 if _SNIFF(head) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document a trial; one without title is rejected."""
        check_options(self.name, options)
        try:
            for element in elements(raw.path, _TAGS):
                if not _is_root(element):
                    yield _trial(raw, element)
        except InputError as error:
            yield fatal(raw, error)


def _is_root(element: Element) -> bool:
    """Whether records are inside: they have been handed out before it ends."""
    return any(str(child.tag).rpartition("}")[2].lower() in ("trial", "triall") for child in element)


def _trial(raw: RawFile, element: Element) -> SourceItem:
    draft = ictrp_fields.trial(element)
    if not draft.titles:
        return rejected(raw, f"line {element.sourceline}", draft.number[:80], "no-title")
    return draft.finish(draft.identifier() or draft.derived())
