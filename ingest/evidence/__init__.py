"""Claims taken together: what they come to, which contradict each other, and which sources are independent (ADR 14)."""
