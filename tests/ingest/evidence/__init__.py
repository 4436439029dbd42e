"""Claims taken together."""
