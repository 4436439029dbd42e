"""Writable datasets of curators, each apart from the published graphs: one confined writer process a workspace.

``kg.workspace.shelf`` finds and opens them. Nothing is imported here: a writer loads this package as it starts, and
the parent's side of it would take half of that time.
"""
