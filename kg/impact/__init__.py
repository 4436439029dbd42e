"""What hangs on a concept, and so what a change of it changes elsewhere (ADR 30)."""
