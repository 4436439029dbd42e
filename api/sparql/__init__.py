"""The SPARQL endpoint: protocol, answers, description."""
