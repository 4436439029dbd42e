"""Stores: one protocol, an embedded engine, and an exact reference."""
