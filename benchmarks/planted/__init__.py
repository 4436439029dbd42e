"""Planted identifiers: clinical notes of invented people, to measure de-identification (ADR 38, ADR 41).

Written before there was a recogniser. Whoever writes or mends one reads nothing of this folder.

    python -m benchmarks.planted [--seed 41] > planted.jsonl

One note a line: ``text``, ``language``, ``written`` (a sentence shape written by hand, or put together from fields),
``spans`` (identifiers: ``kind``, ``start``, ``end``) and ``medical`` (``start``, ``end`` of words that must stay).
Offsets count code points from 0, ``end`` excluded.
"""
