"""Who wrote what: names across scripts as candidates, people and organisations brought together by evidence (ADR 8)."""
