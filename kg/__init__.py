"""The graph's language: records, mapping to quads, stores, indexes, queries.

Knows nothing of source formats, of language processing or of HTTP.
"""
