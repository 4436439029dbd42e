"""Which bibliographic records describe one work: keys, comparison, clusters (ADR 4)."""
