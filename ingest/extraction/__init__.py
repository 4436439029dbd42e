"""The text of pages and office files as blocks in reading order: HTML, Markdown, Word, PDF."""
