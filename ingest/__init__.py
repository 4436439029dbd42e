"""Getting sources, reading text, and turning both into batches."""
