"""Things that are one in some respect: a forest, the least member of each tree stands for it."""

from __future__ import annotations

from kg.model.terms import Term


class Groups:
    """Whoever was never joined is a group of its own, and takes no room."""

    def __init__(self, below: Groups | None = None) -> None:
        """``below``: groups that those here are made of; they are not changed."""
        self._above: dict[Term, Term] = {}
        self._below = below

    def of(self, node: Term) -> Term:
        """The least member of the group.

        >>> groups = Groups()
        >>> groups.join(Term("<b>"), Term("<c>")), groups.join(Term("<c>"), Term("<a>"))
        (True, True)
        >>> groups.of(Term("<c>")), groups.of(Term("<z>"))
        ('<a>', '<z>')
        """
        if self._below is not None:
            node = self._below.of(node)
        while (above := self._above.get(node, node)) != node:
            node = above
        return node

    def join(self, a: Term, b: Term) -> bool:
        """Whether the two were apart."""
        first, second = sorted((self.of(a), self.of(b)))
        if first == second:
            return False
        self._above[second] = first
        return True
