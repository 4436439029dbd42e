"""Named queries, and the safe running of queries that users write."""
