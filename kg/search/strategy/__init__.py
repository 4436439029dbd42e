"""The field search language of libraries: a strategy as text, as a tree, in words, and as a search."""
