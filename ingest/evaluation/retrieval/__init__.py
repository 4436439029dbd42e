"""How good search is: questions with judged answers, rankings of them, and figures against plain BM25."""
