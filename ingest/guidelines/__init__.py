"""Recommendations in guidelines, and the grades and editions that guidelines print."""
