"""From a quad back to the records that state it, and to their bytes in the files that came in (ADR 7)."""
