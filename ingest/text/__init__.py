"""Reading text: sentences, abbreviations, mentions. spaCy stays behind ``components``."""
