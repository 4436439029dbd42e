"""What a query says besides its subject: when, which kind of study, what not; and whether that is sure."""
