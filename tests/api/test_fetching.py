"""What is fetched from elsewhere: only listed servers, only addresses that may be asked (A1, for our own client)."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from api.addresses import networks
from api.fetching import Fetched, Fetcher
from kg.errors import FetchFailed
from tests.api.provider import Provider, provider

LOOPBACK = networks(["127.0.0.0/8"], "test")


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with provider() as made:
        yield made


def get(fetcher: Fetcher, url: str) -> Fetched:
    return asyncio.run(fetcher.get(url))


def why(fetcher: Fetcher, url: str) -> object:
    with pytest.raises(FetchFailed) as caught:
        get(fetcher, url)
    return caught.value.params["why"]


def test_a_listed_server_is_asked(server: Provider) -> None:
    answer = get(Fetcher([server.address], LOOPBACK), f"{server.address}/jwks")
    assert (answer.status, answer.body) == (200, server.document())
    assert answer.headers["content-length"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/jwks",
        "https://127.0.0.1/jwks",
        "http://localhost/jwks",
        "http://user@127.0.0.1/jwks",
        "http://127.0.0.1#@id.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://ⅼocalhost/",
        "",
    ],
)
def test_others_are_not(server: Provider, url: str) -> None:
    before = len(server.hits)
    assert why(Fetcher([server.address], LOOPBACK), url) == "fetch-origin"
    assert len(server.hits) == before


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "0x7f000001", "2130706433", "127.1", "169.254.169.254",
        "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "224.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_a_listed_name_must_not_lead_inside(server: Provider, host: str) -> None:
    """The port is that of a listener, so a connection that was made would be seen."""
    port = server.address.rpartition(":")[2]
    for scheme in ("https", "http"):
        url = f"{scheme}://{host}:{port}"
        before = len(server.hits)
        assert why(Fetcher([url]), f"{url}/jwks") in ("fetch-address", "fetch-network")
        assert len(server.hits) == before


def test_the_library_alone_would_ask(server: Provider) -> None:
    """Positive control."""
    assert httpx.get(f"{server.address}/jwks").status_code == 200


def test_http_is_for_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = networks(["10.0.0.0/8"], "test")
    assert why(Fetcher(["http://10.0.0.1"], inside), "http://10.0.0.1/x") == "fetch-address"


def test_a_name_that_changes_its_address(server: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the second answer of the resolver is not asked for."""
    answers = [("93.184.216.34", 0), ("127.0.0.1", 0)]
    asked: list[str] = []

    async def resolve(_: object, host: str, port: int, **__: object) -> list[object]:
        asked.append(host)
        address = answers[min(len(asked), len(answers)) - 1][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    reached: list[str] = []

    async def connect(_: object, host: str, *__: object, **___: object) -> object:
        reached.append(host)
        raise OSError

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", resolve)
    monkeypatch.setattr("httpcore.AnyIOBackend.connect_tcp", connect)
    assert why(Fetcher(["https://id.example"]), "https://id.example/x") == "fetch-network"
    assert (asked, reached) == (["id.example"], ["93.184.216.34"])


def test_one_bad_address_among_good_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(_: object, host: str, port: int, **__: object) -> list[object]:
        return [(socket.AF_INET, 1, 6, "", (name, port)) for name in ("93.184.216.34", "169.254.169.254")]

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", resolve)
    assert why(Fetcher(["https://id.example"]), "https://id.example/x") == "fetch-address"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [((302, b""), "fetch-answer"), ((404, b""), "fetch-answer"), ((200, b"x" * 1_001), "fetch-size")],
)
def test_answers_that_are_not_taken(server: Provider, answer: tuple[int, bytes], expected: str) -> None:
    server.answer = answer
    before = len(server.hits)
    try:
        assert why(Fetcher([server.address], LOOPBACK, limit=1_000), f"{server.address}/jwks") == expected
        assert len(server.hits) == before + 1  # no redirect was followed
    finally:
        server.answer = None


def test_a_server_that_drips() -> None:
    """The time is for everything together: bytes that come one by one do not win more of it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            try:
                for _ in range(100):
                    connection.sendall(b"x")
                    time.sleep(0.1)
            except OSError:
                pass

    threading.Thread(target=drip, daemon=True).start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    start = time.monotonic()
    assert why(Fetcher([address], LOOPBACK, seconds=0.5), f"{address}/x") == "fetch-network"
    assert time.monotonic() - start < 3
    listener.close()
