"""The W3C Reconciliation API 0.2, by which OpenRefine and others match a spreadsheet with the concepts."""
