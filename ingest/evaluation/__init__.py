"""How good reading is: labelled corpora, scores, mistakes. Nothing that answers imports this."""
