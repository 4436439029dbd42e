"""Texts that rules quote, read where no generation holds them."""
