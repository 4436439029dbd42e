"""Generations: immutable folders of store and indexes, published by swapping one pointer."""
