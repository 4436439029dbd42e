"""The dialects by name."""

from __future__ import annotations

from kg.search.strategy.dialects.base import Dialect
from kg.search.strategy.dialects.cnki import CNKI
from kg.search.strategy.dialects.pubmed import PubMed
from kg.search.strategy.dialects.sinomed import SinoMed

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (PubMed(), SinoMed(), CNKI())}
