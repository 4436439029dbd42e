"""Terminologies, and which concept a string means."""
