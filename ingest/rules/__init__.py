"""Rules from tables: families of rules that differ in a few cells."""
