"""Document formats: each module is one plug-in, none imports another."""
