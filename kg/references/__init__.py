"""Documents written as references: for reference managers, for other programs, and formatted for a reference list."""
