"""An identity provider of our own: keys at an address, tokens as good or as bad as a test needs them."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from api.settings import Settings

ISSUER = "https://id.example"
AUDIENCE = "medkg"
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


class Provider:
    """Serves a JWK set on loopback; ``hits`` counts who asked for it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.hits: list[str] = []
        self.answer: tuple[int, bytes] | None = None
        self._rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.private: dict[str, Any] = {"rsa": self._rsa}
        self.private |= {name: ec.generate_private_key(curve()) for name, curve in CURVES.items()}

    def rotate(self, old: str, new: str) -> None:
        """Take a key away and put another in its place."""
        del self.private[old]
        self.private[new] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def document(self) -> bytes:
        rows = []
        for kid, key in self.private.items():
            kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
            rows.append(kind.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig"})
        return json.dumps({"keys": rows}).encode()

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Claims of a good token; None takes one away."""
        now = int(time.time())
        good = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "user-1",
            "iat": now,
            "exp": now + 300,
            "jti": f"j{time.time_ns()}",
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(
        self, kid: str = "rsa", algorithm: str = "RS256", headers: dict[str, Any] | None = None, **changes: Any
    ) -> str:
        claims = self.claims(**changes)
        return jwt.encode(claims, self.private[kid], algorithm, headers={"kid": kid} | (headers or {}))

    def settings(self, settings: dict[str, object]) -> dict[str, object]:
        """Settings that trust this provider."""
        return {
            "oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_keys": f"{self.address}/jwks",
            "oidc_roles": "curators=curator, chiefs=admin", "fetch_networks": "127.0.0.0/8", "denials": 1_000_000,
        } | settings  # fmt: skip


def packed(value: object) -> str:
    """A part of a token made by hand."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers while the block runs."""
    found: list[Provider] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found[0].hits.append(self.path)
            status, body = found[0].answer or (200, found[0].document())
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("Location", f"{found[0].address}/jwks")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.append(Provider(f"http://127.0.0.1:{server.server_port}"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found[0]
    finally:
        server.shutdown()
        server.server_close()


def trusting(settings: Settings, made: Provider, **more: object) -> Settings:
    """``settings`` with this provider."""
    return msgspec.structs.replace(settings, **made.settings(more))
