"""Tokens that may be used once: which were, until they expire. Kept in the database, for all processes."""

from __future__ import annotations

import hashlib

from sqlalchemy import Engine, delete, insert
from sqlalchemy.exc import IntegrityError

from kg.workflow.database import session
from kg.workflow.tables import TokenRow


class UsedTokens:
    """Remembers tokens by a digest of their names."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def use(self, name: str, expires: int, now: int) -> bool:
        """Whether ``name`` was not used before; it is now. Times in seconds; raises StoreError."""
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        with session(self._engine) as opened:
            opened.execute(delete(TokenRow).where(TokenRow.expires < now))
            try:
                opened.execute(insert(TokenRow).values(digest=digest, expires=expires))
            except IntegrityError:
                return False
            opened.commit()
        return True
