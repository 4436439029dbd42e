"""Classification of OWL sources in the EL profile, with a justification of each result (ADR 29)."""
