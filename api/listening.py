"""The socket that a service listens at, alone or beside others of the same user."""

from __future__ import annotations

import socket


def alone(host: str, port: int) -> socket.socket:
    """A socket that nobody shares; raises OSError where the address is in use, also by sharers."""
    return _bound(host, port, shared=False)


def shared(host: str, port: int) -> socket.socket:
    """One of several sockets at the same address, among which the kernel deals out what connects (``SO_REUSEPORT``,
    socket(7)): as soon as a process has ended, the others get all of it. Raises OSError."""
    return _bound(host, port, shared=True)


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
