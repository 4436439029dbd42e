"""Telling webhooks of changes: signed deliveries through the one client that checks addresses.

A delivery is a POST of ``{"id", "cursor", "items": [FeedItem]}``, and ``yours`` where rules are to be looked at again
that whoever made the hook answers for, with two headers: ``Medkg-Delivery``, the same for the
same events however often it is tried, and ``Medkg-Signature: t=SECONDS,v1=HEX``, the HMAC-SHA-256 of ``t.body`` under
the secret of the hook. Any answer of 200 to 299 means that it was taken.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Sequence

import msgspec

from api.addresses import networks
from api.fetching import Fetcher
from api.keeping import Keeping
from api.settings import Settings
from kg.errors import ChangesForgotten, ConfigError, FetchFailed, MedkgError
from kg.generation.feed import Feed, FeedItem
from kg.model.ids import digest
from kg.model.standing import ENDED
from kg.workflow.states import same_person
from kg.workflow.webhooks import Due, Webhooks

PAUSE = 5.0
"""Seconds between two looks at the feed."""
AT_ONCE = 100
"""Events of one delivery."""
SECONDS = 10.0

log = logging.getLogger("medkg.webhooks")


class Delivery(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a receiver gets. ``yours``: rules among ``items`` whose author is the person who made the hook. The feed
    that everybody reads names no people; only a person's own hook tells what is theirs."""

    id: str
    cursor: str
    items: Sequence[FeedItem]
    yours: tuple[str, ...] = ()


def signature(secret: str, moment: int, body: bytes) -> str:
    """The value of ``Medkg-Signature``."""
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={mark.hexdigest()}"


def check_url(url: str, settings: Settings) -> str:
    """``url`` if it may be told; raises ConfigError where its origin is not in the setting ``webhook_origins``."""
    try:
        Fetcher(settings.listed("webhook_origins")).check(url)
    except FetchFailed as error:
        raise ConfigError(where="url", why="webhook-origin") from error
    return url


class Deliveries:
    """Makes deliveries that are due."""

    def __init__(self, settings: Settings, hooks: Webhooks) -> None:
        self._feed = Feed(settings.folder)
        self._hooks = hooks
        self._keeping = Keeping(settings)
        self._fetcher = Fetcher(
            settings.listed("webhook_origins"),
            networks(settings.listed("fetch_networks"), "fetch_networks"),
            seconds=SECONDS,
        )

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self.once()
            except MedkgError as error:
                log.warning("webhooks wait: %s", error.slug)
            await asyncio.sleep(PAUSE)

    async def once(self) -> int:
        """One delivery to each hook that is due; how many were taken."""
        end = await asyncio.to_thread(self._feed.end)
        due = await asyncio.to_thread(self._hooks.take, end)
        return sum(await asyncio.gather(*(self._deliver(one, end) for one in due)))

    def _owned(self, person: str, items: Sequence[FeedItem]) -> tuple[str, ...]:
        """Rules of these events that a person asked for; raises StoreError."""
        rules = dict.fromkeys(item.event.thing for item in items if item.event.kind == "rule")
        if not rules or not person.strip():
            return ()
        standings = self._keeping.decided().standings
        authors = {one.mark.rule: one.author for one in standings if one.mode not in ENDED}
        return tuple(name for name in rules if same_person(authors.get(name, ""), person))

    async def _deliver(self, due: Due, end: str) -> bool:
        try:
            items = await asyncio.to_thread(self._feed.read, due.cursor or None, AT_ONCE)
        except ChangesForgotten:
            # It was away too long: it is told what is still there, which begins with what it can see is a gap.
            items = await asyncio.to_thread(self._feed.read, None, AT_ONCE)
        if not items:
            # Files without events were passed over.
            await asyncio.to_thread(self._hooks.delivered, due.id, end)
            return False
        yours = await asyncio.to_thread(self._owned, due.person, items)
        made = Delivery(digest(str(due.id), *(item.event.id for item in items)), items[-1].cursor, items, yours)
        body = msgspec.json.encode(made)
        headers = [
            ("Content-Type", "application/json"),
            ("Medkg-Delivery", made.id),
            ("Medkg-Signature", signature(due.secret, int(time.time()), body)),
        ]
        try:
            await self._fetcher.ask("POST", due.url, body, headers)
        except FetchFailed as error:
            await asyncio.to_thread(self._hooks.failed, due.id, str(error))
            return False
        await asyncio.to_thread(self._hooks.delivered, due.id, made.cursor)
        return True
