"""The JWT profile of CDS Hooks (A7): who opens the CDS doors where clients are listed, and every way not to."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from starlette.testclient import TestClient

from api.access.cdsclients import read_clients
from api.app import create_app
from api.settings import Settings
from kg.errors import ConfigError
from kg.workflow.database import open_database
from kg.workflow.tokens import UsedTokens
from tests.api.conftest import problem
from tests.api.provider import Provider, packed, provider
from tests.api.serving import served

EHR, ADDRESSED = "https://ehr.example.org/", "https://portal.example.org/"
ADDRESS = "https://cds.example.org"
DOOR = f"{ADDRESS}/cds-services/patient-view"
CALL = {"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "1288992"}}  # fmt: skip


class Ehr:
    """A CDS client with a key of each kind; ``token`` makes a good one unless it is told otherwise."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {
            "ec": ec.generate_private_key(ec.SECP384R1()), "small": ec.generate_private_key(ec.SECP256R1()),
            "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        }  # fmt: skip

    def jwks(self) -> dict[str, Any]:
        rows = []
        for kid, key in self.keys.items():
            kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
            rows.append(kind.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig"})
        return {"keys": rows}

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        good = {"iss": EHR, "aud": DOOR, "iat": now, "exp": now + 300, "jti": f"j{time.perf_counter_ns()}"}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(
        self, kid: str = "ec", algorithm: str = "ES384", headers: dict[str, Any] | None = None, **changes: Any
    ) -> str:
        return jwt.encode(
            self.claims(**changes), self.keys[kid], algorithm, headers={"kid": kid, "typ": "JWT"} | (headers or {})
        )


@pytest.fixture(scope="module")
def ehr() -> Ehr:
    return Ehr()


@pytest.fixture(scope="module")
def portal() -> Iterator[Provider]:
    """A client whose keys lie at an address of its own."""
    with provider() as made:
        yield made


@pytest.fixture(scope="module")
def guarded(settings: Settings, ehr: Ehr, portal: Provider, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("clients")
    (folder / "ehr.json").write_text(json.dumps(ehr.jwks()), "utf-8")
    (folder / "clients.toml").write_text(
        f'[[client]]\nissuer = "{EHR}"\nkeys = "ehr.json"\n\n'
        f'[[client]]\nissuer = "{ADDRESSED}"\nkeys_url = "{portal.address}/jwks"\n',
        "utf-8",
    )
    return msgspec.structs.replace(
        settings, cds_clients=str(folder / "clients.toml"), cds_address=ADDRESS, fetch_networks="127.0.0.0/8",
        denials=1_000_000,
    )  # fmt: skip


@pytest.fixture(scope="module")
def doors(guarded: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(guarded), raise_server_exceptions=False) as client:
        yield client


def call(client: TestClient | httpx.Client, token: str, path: str = "/cds-services/patient-view") -> httpx.Response:
    return client.post(path, json=CALL, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    "how",
    [{}, {"kid": "rsa", "algorithm": "RS384"}, {"aud": ["https://other.example", DOOR]}, {"tenant": "ward-7"},
     {"iat": int(time.time()) + 40}],
    ids=["ES384", "RS384", "audience among several", "tenant", "clocks differ"],
)  # fmt: skip
def test_good_tokens_open_the_door_once(doors: TestClient, ehr: Ehr, how: dict[str, Any]) -> None:
    token = ehr.token(**how)
    assert call(doors, token).status_code == 200
    problem(call(doors, token), 401, "unauthenticated")


def test_a_client_with_keys_at_an_address(doors: TestClient, portal: Provider) -> None:
    jku = {"jku": f"{portal.address}/jwks", "typ": "JWT"}
    assert call(doors, portal.token("ES384", "ES384", jku, iss=ADDRESSED, aud=DOOR)).status_code == 200
    elsewhere = {"jku": f"{portal.address}/canary", "typ": "JWT"}
    assert call(doors, portal.token("ES384", "ES384", elsewhere, iss=ADDRESSED, aud=DOOR)).status_code == 401
    assert set(portal.hits) == {"/jwks"}


def by_hand(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    return f"{packed(header)}.{packed(claims)}.{packed(signature)}"


def hmac_with_public_key(ehr: Ehr) -> str:
    pem = ehr.keys["rsa"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = f"{packed({'alg': 'HS256', 'kid': 'rsa', 'typ': 'JWT'})}.{packed(ehr.claims())}"
    return f"{head}.{packed(hmac.new(pem, head.encode(), hashlib.sha256).digest())}"


def by_stranger(ehr: Ehr, **headers: Any) -> str:
    key = ec.generate_private_key(ec.SECP384R1())
    return jwt.encode(ehr.claims(), key, "ES384", headers={"kid": "ec", "typ": "JWT"} | headers)


NOW = int(time.time())
BAD: dict[str, Callable[[Ehr], str]] = {
    "none": lambda ehr: by_hand({"alg": "none", "kid": "ec", "typ": "JWT"}, ehr.claims()),
    "NoNe": lambda ehr: by_hand({"alg": "NoNe", "kid": "ec", "typ": "JWT"}, ehr.claims()),
    "no signature": lambda ehr: ehr.token().rpartition(".")[0] + ".",
    "HS256 with the public key": hmac_with_public_key,
    "ES256": lambda ehr: ehr.token("small", "ES256"),
    "RS256": lambda ehr: ehr.token("rsa", "RS256"),
    "RS512": lambda ehr: ehr.token("rsa", "RS512"),
    "PS384": lambda ehr: ehr.token("rsa", "PS384"),
    "algorithm of another key": lambda ehr: ehr.token("ec", "ES384", {"kid": "rsa"}),
    "stranger": by_stranger,
    "embedded jwk": lambda ehr: by_stranger(ehr, jwk=ehr.jwks()["keys"][0]),
    "expired": lambda ehr: ehr.token(exp=NOW - 600, iat=NOW - 900),
    "good for a day": lambda ehr: ehr.token(exp=NOW + 86_400),
    "not yet issued": lambda ehr: ehr.token(iat=NOW + 900),
    "aud of discovery": lambda ehr: ehr.token(aud=f"{ADDRESS}/cds-services"),
    "aud of another service": lambda ehr: ehr.token(aud=f"{ADDRESS}/cds-services/order-sign"),
    "aud with a slash": lambda ehr: ehr.token(aud=f"{DOOR}/"),
    "aud of the host that was called": lambda ehr: ehr.token(aud="http://testserver/cds-services/patient-view"),
    "aud of another site": lambda ehr: ehr.token(aud="https://evil.example/cds-services/patient-view"),
    "aud missing": lambda ehr: ehr.token(aud=None),
    "iss missing": lambda ehr: ehr.token(iss=None),
    "iss unknown": lambda ehr: ehr.token(iss="https://evil.example/"),
    "iss without slash": lambda ehr: ehr.token(iss=EHR.rstrip("/")),
    "iss of another client": lambda ehr: ehr.token(iss=ADDRESSED),
    "exp missing": lambda ehr: ehr.token(exp=None),
    "exp for ever": lambda ehr: ehr.token(exp=float("inf")),
    "iat missing": lambda ehr: ehr.token(iat=None),
    "jti missing": lambda ehr: ehr.token(jti=None),
    "jti empty": lambda ehr: ehr.token(jti=""),
    "jti long": lambda ehr: ehr.token(jti="x" * 301),
    "jti a number": lambda ehr: by_hand({"alg": "ES384", "kid": "ec", "typ": "JWT"}, ehr.claims(jti=7)),
    "kid unknown": lambda ehr: ehr.token(headers={"kid": "other"}),
    "kid path": lambda ehr: ehr.token(headers={"kid": "../../../dev/null"}),
    "kid missing": lambda ehr: jwt.encode(ehr.claims(), ehr.keys["ec"], "ES384"),
    "typ missing": lambda ehr: ehr.token(headers={"typ": None}),
    "typ other": lambda ehr: ehr.token(headers={"typ": "at+jwt"}),
    "jku where none is listed": lambda ehr: ehr.token(headers={"jku": f"{EHR}jwks.json"}),
    "x5u": lambda ehr: ehr.token(headers={"x5u": "https://evil.example/"}),
    "crit": lambda ehr: ehr.token(headers={"crit": ["exp"]}),
    "API key of ours": lambda ehr: "mk_notakey",
    "nonsense": lambda ehr: "a.b.c",
    "empty parts": lambda ehr: "..",
    "deep": lambda ehr: f"{packed(b'[' * 3_000)}.{packed({})}.",
    "claims are a list": lambda ehr: f"{packed({'alg': 'ES384', 'kid': 'ec', 'typ': 'JWT'})}.{packed([1])}.x",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_tokens_are_refused_alike(doors: TestClient, ehr: Ehr, name: str) -> None:
    document = problem(call(doors, BAD[name](ehr)), 401, "unauthenticated")
    nobody = problem(doors.post("/cds-services/patient-view", json=CALL), 401, "unauthenticated")
    assert {**document, "request": ""} == {**nobody, "request": ""}


def test_the_library_alone_would_take_some_of_them(ehr: Ehr) -> None:
    """The control: without our rules PyJWT takes another algorithm of the same key, and a replay."""
    token, public = BAD["RS256"](ehr), ehr.keys["rsa"].public_key()
    for _ in range(2):
        assert jwt.decode(token, public, algorithms=["RS256"], audience=DOOR)["iss"] == EHR


def test_discovery_is_open_and_takes_tokens_too(doors: TestClient, ehr: Ehr) -> None:
    assert doors.get("/cds-services").status_code == 200
    own = {"Authorization": f"Bearer {ehr.token(aud=f'{ADDRESS}/cds-services')}"}
    assert doors.get("/cds-services", headers=own).status_code == 200
    problem(doors.get("/cds-services", headers=own), 401, "unauthenticated")


def test_every_door_but_discovery_asks_for_a_token(doors: TestClient) -> None:
    for service in doors.get("/cds-services").json()["services"]:
        for path in (f"/cds-services/{service['id']}", f"/cds-services/{service['id']}/feedback"):
            problem(doors.post(path, json=CALL), 401, "unauthenticated")


def test_a_token_of_a_client_opens_nothing_else(doors: TestClient, ehr: Ehr) -> None:
    problem(call(doors, ehr.token(), "/api/v1/rules/evaluate"), 401, "unauthenticated")
    problem(call(doors, ehr.token(), "/cds-services/order-sign"), 401, "unauthenticated")


def test_a_used_token_is_known_to_other_processes_and_after_a_restart(guarded: Settings, ehr: Ehr) -> None:
    """A real server, then another application over the same database."""
    token, unused = ehr.token(), ehr.token()
    own = {"cds_clients": guarded.cds_clients, "cds_address": ADDRESS, "fetch_networks": "127.0.0.0/8"}
    with served(guarded.data, **own) as running, httpx.Client(base_url=running.address) as client:
        assert call(client, token).status_code == 200
        for bad in (token, BAD["none"](ehr), BAD["HS256 with the public key"](ehr), BAD["expired"](ehr)):
            assert call(client, bad).status_code == 401
    with TestClient(create_app(guarded)) as again:
        assert call(again, token).status_code == 401
        assert call(again, unused).status_code == 200


def test_without_clients_only_this_machine_is_answered(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        assert client.post("/cds-services/patient-view", json=CALL).status_code == 200
    reachable = msgspec.structs.replace(settings, host="0.0.0.0")
    with TestClient(create_app(reachable), raise_server_exceptions=False) as client:
        problem(client.post("/cds-services/patient-view", json=CALL), 403, "forbidden")
        assert client.get("/cds-services").status_code == 200


def test_origins_of_the_doors_are_their_own(settings: Settings) -> None:
    set_ = msgspec.structs.replace(settings, origins="https://pages.example", cds_origins="https://ehr.example")
    with TestClient(create_app(set_)) as client:
        for path, origin, allowed in (
            ("/cds-services", "https://ehr.example", True), ("/cds-services", "https://pages.example", False),
            ("/api/v1/examples", "https://pages.example", True), ("/api/v1/examples", "https://ehr.example", False),
            ("/cds-services", "https://ehr.example.evil", False),
        ):  # fmt: skip
            answer = client.get(path, headers={"Origin": origin})
            assert (answer.headers.get("access-control-allow-origin") == origin) is allowed, (path, origin)
            assert "access-control-allow-credentials" not in answer.headers
        asked = {"Origin": "https://ehr.example", "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization,content-type"}  # fmt: skip
        assert client.options("/cds-services/order-sign", headers=asked).status_code == 200
    with pytest.raises(ConfigError):
        create_app(msgspec.structs.replace(settings, cds_origins="*"))


@pytest.mark.parametrize(
    "text",
    ["", "[[client]]\n", '[[client]]\nissuer = "a"\n', '[[client]]\nissuer = "a"\nkeys = "x"\nkeys_url = "https://b"\n',
     '[[client]]\nissuer = "a"\nkeys = "absent.json"\n', '[[client]]\nissuer = "a"\nkeys_url = "http://b.example"\n',
     '[[client]]\nissuer = "a"\nsecret = "x"\n',
     '[[client]]\nissuer = "a"\n[[client.jwk]]\nkty = "oct"\nk = "AA"\nkid = "1"\n',
     '[[client]]\nissuer = "a"\nkeys = "bad.json"\n', '[[client]]\nissuer = "a"\nkeys = "small.json"\n', "client = 7"],
)  # fmt: skip
def test_lists_of_clients_that_do_not_fit_are_named(tmp_path: Path, ehr: Ehr, text: str) -> None:
    (tmp_path / "bad.json").write_text('{"keys": [{}, {}]}', "utf-8")
    small = [row for row in ehr.jwks()["keys"] if row["kid"] == "small"]
    (tmp_path / "small.json").write_text(json.dumps({"keys": small}), "utf-8")
    (tmp_path / "clients.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        read_clients(tmp_path / "clients.toml", ())


def test_a_private_key_is_no_key_of_a_client(tmp_path: Path, ehr: Ehr) -> None:
    row = ECAlgorithm.to_jwk(ehr.keys["ec"], as_dict=True) | {"kid": "ec"}
    (tmp_path / "all.json").write_text(json.dumps({"keys": [row]}), "utf-8")
    (tmp_path / "clients.toml").write_text('[[client]]\nissuer = "a"\nkeys = "all.json"\n', "utf-8")
    with pytest.raises(ConfigError, match="private"):
        read_clients(tmp_path / "clients.toml", ())


def test_clients_need_the_address_that_is_called(guarded: Settings) -> None:
    unset = msgspec.structs.replace(guarded, cds_address="")
    with pytest.raises(ConfigError), TestClient(create_app(unset)):
        pass


def test_a_token_may_be_named_by_half_a_character(tmp_path: Path) -> None:
    """JSON can write a surrogate alone; whoever signs such a ``jti`` gets an answer and no fault of the server."""
    used = UsedTokens(open_database(f"sqlite:///{tmp_path / 'workflow.sqlite'}"))
    assert [used.use("cds\0issuer\0\ud800", 100, 1) for _ in range(2)] == [True, False]
