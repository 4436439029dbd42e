"""Who can reach a service by what it was told of its own address: this machine alone, or others."""

from __future__ import annotations

from urllib.parse import urlsplit

from api.addresses import unseen
from api.settings import Settings


def local(settings: Settings) -> bool:
    """Whether only this machine can: bound to an address of its own, and told of no public name, neither in ``hosts``
    nor in ``cds_address``.

    >>> local(Settings()), local(Settings(hosts="cdss.example.org")), local(Settings(host="0.0.0.0"))
    (True, False, False)
    """
    own = urlsplit(settings.cds_address).hostname or ""
    return unseen(settings.host, [*settings.listed("hosts"), own])
