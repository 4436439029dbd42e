"""What curators say of mentions and claims, and what follows from it."""
