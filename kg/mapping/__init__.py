"""Records to statements: pure functions, no clock, no engine, no blank node."""
