"""What an index of texts holds in tantivy: its fields, and the analyser that parts tokens at blanks."""

from __future__ import annotations

import tantivy

from kg.index.fields import DATE_FIELDS, FACET_FIELDS, KEY_FIELDS, PHRASE_FIELDS
from kg.index.ordering import COLUMNS
from kg.index.rescoring import MENTION

TEXT_FIELDS = ("title", "body", "label", "synonyms", "names")
"""Fields of free search that are analysed; ``concept`` and ``subtree`` hold CURIEs as they are."""
NO_YEAR = -1
ILLUSTRATIVE = 1
"""Of the flags of a row."""
COARSE = {"concept": 1, "subtree": MENTION}
"""tantivy counts whole mentions of what is counted more finely: it only finds who is scored."""
_FIELDS = (*TEXT_FIELDS, "concept", "subtree")
_ANALYSER = "medkg-blanks"


def schema() -> tantivy.Schema:
    """The fields of documents and of concepts alike."""
    builder = tantivy.SchemaBuilder()
    for name in _FIELDS:
        builder.add_text_field(name, tokenizer_name=_ANALYSER, index_option="freq")
    for name in PHRASE_FIELDS:
        builder.add_text_field(name, tokenizer_name=_ANALYSER, index_option="position")
    for name in KEY_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACET_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in sorted({column.field for column in COLUMNS.values()}):
        builder.add_unsigned_field(name, fast=True)
    for name in DATE_FIELDS.values():
        builder.add_integer_field(name, fast=True)
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("row", fast=True)
    builder.add_integer_field("year", fast=True, indexed=True)
    builder.add_boolean_field("illustrative", indexed=True)
    return builder.build()


def register(index: tantivy.Index) -> None:
    """Give an index that was made or opened its analyser."""
    # tantivy stores only the name of an analyser, so each opened index needs it anew.
    index.register_tokenizer(_ANALYSER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
