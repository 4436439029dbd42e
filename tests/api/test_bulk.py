"""Export and restore as users meet them: over HTTP, on the command line, and the starter graph there and back."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.settings import Settings
from api.wiring import Building, Built
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.bulk.bag import flaws
from kg.generation.pointer import Shelf
from kg.store.state import STATE_GRAPH
from tests.api.conftest import problem
from tests.api.roles import Callers
from tests.api.test_cli import medkg
from tests.corpus import record, write_build, write_records
from tests.kg.test_bulk import quads, stored

EXPORT = "/api/v1/export"
PACK = "https://w3id.org/medkg/graph/terminology/pack/1"


@pytest.fixture(scope="module")
def callers(settings: Settings) -> Iterator[Callers]:
    given = msgspec.structs.replace(settings, exports_an_hour=0)
    with TestClient(create_app(given), raise_server_exceptions=False) as client:
        yield Callers(client, given)


@pytest.fixture(scope="module")
def reader(callers: Callers) -> TestClient:
    return callers.of("reader")


def everything(folder: Path) -> list[str]:
    """What a dump holds of a generation without small counts."""
    return [row for row in stored(folder) if not row.endswith(f"<{STATE_GRAPH}>")]


def content(rows: list[str]) -> list[str]:
    return [row for row in rows if not row.endswith(f"<{STATE_GRAPH}>")]


def test_an_export_is_the_whole_generation(reader: TestClient, settings: Settings, generations: list[str]) -> None:
    for as_of, name in ((None, generations[1]), (generations[0], generations[0])):
        answer = reader.get(EXPORT, params={"as_of": as_of} if as_of else {})
        assert answer.status_code == 200
        assert answer.headers["medkg-generation"] == name
        assert answer.headers["content-type"] == "application/n-quads"
        assert f"medkg-{name}-dataset.nq" in answer.headers["content-disposition"]
        assert content(quads(answer.content)) == everything(Shelf(settings.folder).path(name))


def test_forms_of_an_export(reader: TestClient) -> None:
    expected = quads(reader.get(EXPORT).content)
    packed = reader.get(EXPORT, params={"compressed": True})
    assert packed.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in packed.headers
    assert quads(gzip.decompress(packed.content)) == expected
    trig = reader.get(EXPORT, params={"format": "trig"})
    assert trig.headers["content-type"] == "application/trig"
    assert quads(trig.content, ox.RdfFormat.TRIG) == expected
    assert b"TextQuoteSelector" in reader.get(EXPORT, params={"web_annotations": True}).content


def test_an_export_has_an_etag_and_a_head(reader: TestClient, generations: list[str]) -> None:
    params = {"graph": PACK}
    head = reader.head(EXPORT, params=params)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["medkg-left-out"]) > 1
    etag = head.headers["etag"]
    same = reader.get(EXPORT, params=params, headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    assert reader.head(EXPORT, params=params | {"as_of": generations[0]}).headers["etag"] != etag
    assert reader.head(EXPORT, params=params | {"format": "trig"}).headers["etag"] != etag


@pytest.mark.parametrize(
    ("params", "status", "slug"),
    [
        ({"licence": "MIT"}, 404, "unknown-name"),
        ({"graph": "https://e.org/none"}, 404, "unknown-graph"),
        ({"as_of": "none"}, 404, "unknown-generation"),
        ({"format": "hdt"}, 422, "invalid-parameters"),
    ],
)
def test_what_is_not_exported(reader: TestClient, params: dict[str, str], status: int, slug: str) -> None:
    problem(reader.get(EXPORT, params=params), status, slug)


def test_export_is_a_right_of_its_own(callers: Callers) -> None:
    """A query is anonymous here, an export is not; whatever comes of it stands in the log."""
    problem(callers.of("anonymous").get(EXPORT), 401, "unauthenticated")
    problem(callers.of("clinician-system").get(EXPORT), 403, "forbidden")
    assert callers.of("clinician-system").get("/sparql", params={"query": "ASK {}"}).status_code == 200
    reader = callers.of("reader")
    request = "0123456789abcdef0123456789abcdef"
    assert reader.get(EXPORT, headers={"X-Request-ID": request}).status_code == 200
    log = wiring.audit(callers.settings)
    found = [entry for entry in log.entries(limit=100_000) if entry.request == request]
    assert [(entry.action, entry.outcome) for entry in found] == [
        (f"GET {EXPORT}", "begun"),
        (f"GET {EXPORT}", "done"),
    ]
    assert all(entry.actor.startswith("key") or "reader" in entry.actor for entry in found)
    assert list(log.check()) == []


def test_exports_have_caps(settings: Settings) -> None:
    tight = msgspec.structs.replace(settings, exports_an_hour=2, export_statements=50)
    with TestClient(create_app(tight), raise_server_exceptions=False) as client:
        one = Callers(client, tight).of("reader")
        document = problem(one.get(EXPORT), 422, "export-too-large")
        assert document["limit"] == 50
        for _ in range(2):
            assert one.get(EXPORT, params={"graph": PACK}).status_code == 200
        refused = one.get(EXPORT, params={"graph": PACK})
        document = problem(refused, 429, "exports-spent")
        assert document["limit"] == 2
        assert 3_000 < int(refused.headers["retry-after"]) <= 3_600


def test_a_worker_that_dies_is_no_whole_answer(
    settings: Settings, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first byte it is an error, after it the connection is cut."""
    from api.exports import Exports
    from kg.bulk.export import Wanted

    reader = callers.of("reader")

    async def failing(self: Exports, folder: Path, wanted: Wanted) -> object:
        async for _ in real(self, folder / "none", wanted):
            yield b""

    real = Exports.blocks
    monkeypatch.setattr(Exports, "blocks", failing)
    problem(reader.get(EXPORT), 500, "store")

    async def cut(self: Exports, folder: Path, wanted: Wanted) -> object:
        yield b"<https://e.org/a> "
        async for _ in real(self, folder / "none", wanted):
            yield b""

    monkeypatch.setattr(Exports, "blocks", cut)
    with pytest.raises(ConnectionAbortedError):
        TestClient(reader.app).get(EXPORT, headers=dict(reader.headers))


def test_export_on_the_command_line(settings: Settings, generations: list[str], tmp_path: Path) -> None:
    data = ("--data", settings.data)
    out = tmp_path / "out.nq.gz"
    done = medkg("export", "--output", str(out), "--graph", PACK, *data)
    assert done.returncode == 0, done.stderr
    assert "derived from all graphs" in done.stderr, "what is left out is said"
    assert f"<{PACK}>" in quads(gzip.decompress(out.read_bytes()))[0]
    assert medkg("export", "--output", str(out), *data).returncode == 2, "nothing is overwritten"
    said = medkg("export", "--output", "-", "--as-of", generations[0], "--format", "trig", *data)
    old = quads(said.stdout.encode(), ox.RdfFormat.TRIG)
    assert content(old) == everything(Shelf(settings.folder).path(generations[0]))
    for wrong in (["--format", "hdt"], ["--bag"], ["--licence", "MIT"]):
        refused = medkg("export", "--output", "-", *wrong, *data)
        assert (refused.returncode, refused.stdout) == (2, "")
    entries = wiring.audit(settings).entries(limit=100_000)
    assert sum(entry.action == "medkg export" for entry in entries) >= 2


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A private key, its public one, and the public key of somebody else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    folder = tmp_path_factory.mktemp("keys")
    private, public, other = (folder / name for name in ("private.pem", "public.pem", "other.pem"))
    key = Ed25519PrivateKey.generate()
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for path, holder in ((public, key), (other, Ed25519PrivateKey.generate())):
        form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        path.write_bytes(holder.public_key().public_bytes(*form))
    return private, public, other


class Made(msgspec.Struct, frozen=True):
    """A signed graph and a bag of it; ``config`` is what it was built from."""

    settings: Settings
    config: Path
    bag: Path

    def build(self, settings: Settings) -> Built:
        return Building(settings).run(read_config(self.config), {}, Listener(), lambda *step: None)


def make(root: Path, config: Path, key: Path) -> Made:
    settings = Settings(data=str(root / "data"), encoder="none", workers=1, signing_key=str(key))
    made = Made(settings, config, root / "bag")
    made.build(settings)
    done = medkg("export", "--output", str(made.bag), "--bag", "--data", settings.data, signing_key=key)
    assert done.returncode == 0, done.stderr
    assert list(flaws(made.bag)) == []
    return made


@pytest.fixture
def small(tmp_path: Path, keys: tuple[Path, Path, Path]) -> Made:
    return make(tmp_path / "small", write_build(tmp_path / "small" / "in", files=1), keys[0])


def same(made: Made, target: Path) -> None:
    """``target`` holds the generation of ``made`` again: graphs, states, derived statements, indexes, lexicon."""
    old, new = Shelf(made.settings.folder), Shelf(target)
    before, after = (shelf.path(shelf.find()) for shelf in (old, new))
    assert stored(after) == stored(before)
    default = [sorted(str(row.triple) for row in store(folder)) for folder in (before, after)]
    assert default[0] == default[1]
    manifests = [shelf.manifest(shelf.find()) for shelf in (old, new)]
    assert manifests[0].counts == manifests[1].counts
    assert manifests[0].indexes == manifests[1].indexes
    assert (after / "lexicon").read_bytes() == (before / "lexicon").read_bytes()


def test_signatures_of_generations_and_bags(small: Made, keys: tuple[Path, Path, Path]) -> None:
    _, public, other = keys
    for arguments in (["--data", small.settings.data], ["--bag", str(small.bag)]):
        done = medkg("verify", *arguments)
        assert done.returncode == 0, done.stdout
        assert "no key is set as trusted" in done.stdout
        done = medkg("verify", *arguments, trusted_keys=f"{other}, {public}")
        assert done.returncode == 0, done.stdout
        assert "signed by the key" in done.stdout
        done = medkg("verify", *arguments, trusted_keys=other)
        assert done.returncode == 1
        assert "not trusted" in done.stdout
    assert medkg("verify", "--bag", str(small.bag), trusted_keys="/none.pem").returncode == 2
    manifest = small.bag / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text().upper().replace("DATA/DATASET.NQ.GZ", "data/dataset.nq.gz"))
    done = medkg("verify", "--bag", str(small.bag))
    assert done.returncode == 1
    assert "the signature does not fit" in done.stdout
    (small.bag / "signature.json").unlink()
    assert "is not signed" in medkg("verify", "--bag", str(small.bag), trusted_keys=public).stdout


def test_what_signs_nothing(small: Made, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    done = medkg("export", "--output", str(tmp_path / "b"), "--bag", "--data", small.settings.data, signing_key=wrong)
    assert done.returncode == 2
    assert "openssl genpkey" in done.stderr
    assert not (tmp_path / "b").exists()


def test_a_graph_there_and_back(small: Made, tmp_path: Path) -> None:
    target = tmp_path / "restored"
    done = medkg("restore", str(small.bag), "--data", str(target))
    assert done.returncode == 0, done.stderr
    same(small, target)
    answers = [medkg("search", "sample fever", "--json", "--data", str(each)).stdout for each in
               (small.settings.data, target)]  # fmt: skip
    assert answers[0] == answers[1] != ""
    assert medkg("restore", str(small.bag), "--data", str(target)).returncode == 2, "never over another graph"


def test_builds_go_on_from_a_restored_graph(small: Made, tmp_path: Path) -> None:
    """No record is known there: the same inputs change nothing, others what they changed where they were built."""
    target = msgspec.structs.replace(small.settings, data=str(tmp_path / "restored"))
    first = Building(target).restore(small.bag, lambda *step: None)
    again = small.build(target)
    assert (again.generation, again.current) == (None, first.current)
    assert all(outcome.batch is None for outcome in again.report.outcomes)
    rows = [record(0), record(1, text="Something else, an illustrative disease.")]
    write_records(small.config.parent / "records-00.jsonl", rows)
    for settings in (small.settings, target):
        small.build(settings)
    one, two = (Shelf(each.folder) for each in (small.settings, target))
    assert content(stored(one.path(one.find()))) == content(stored(two.path(two.find())))


def test_a_bare_dump_is_searchable_again(small: Made, tmp_path: Path) -> None:
    """Label tables are not in it: the names are read from the graph."""
    dump = tmp_path / "dump.trig.gz"
    assert medkg("export", "--output", str(dump), "--format", "trig", "--data", small.settings.data).returncode == 0
    target = msgspec.structs.replace(small.settings, data=str(tmp_path / "restored"))
    Building(target).restore(dump, lambda *step: None)
    same(small, target.folder)


def test_mentions_in_full_form_are_restored_as_they_were(small: Made, tmp_path: Path) -> None:
    bag = tmp_path / "full"
    arguments = ("export", "--output", str(bag), "--bag", "--web-annotations", "--data", small.settings.data)
    assert medkg(*arguments).returncode == 0
    target = msgspec.structs.replace(small.settings, data=str(tmp_path / "restored"))
    Building(target).restore(bag, lambda *step: None)
    same(small, target.folder)


def test_a_part_is_restored_as_a_part(small: Made, tmp_path: Path) -> None:
    """What is derived is derived from what is there; the rest of the provenance graph is right."""
    terms = "https://w3id.org/medkg/graph/terminology/terms/2026-01-01"
    bag = tmp_path / "part"
    arguments = ("export", "--output", str(bag), "--bag", "--graph", terms, "--data", small.settings.data)
    assert medkg(*arguments).returncode == 0
    target = msgspec.structs.replace(small.settings, data=str(tmp_path / "restored"))
    built = Building(target).restore(bag, lambda *step: None)
    manifest = Shelf(target.folder).manifest(built.current)
    assert {graph for graph in manifest.counts if graph} == {terms, "https://w3id.org/medkg/graph/provenance/sources"}
    assert (manifest.indexes["documents"], manifest.indexes["concepts"]) == ("0", "3")


@pytest.mark.slow
def test_the_starter_graph_there_and_back(tmp_path: Path, keys: tuple[Path, Path, Path]) -> None:
    with as_file(files("api") / "starter.toml") as config:
        made = make(tmp_path / "starter", config, keys[0])
        target = tmp_path / "restored"
        done = medkg("restore", str(made.bag), "--data", str(target))
        assert done.returncode == 0, done.stderr
        same(made, target)
        assert medkg("verify", "--data", str(target)).returncode == 0
        for text in ("糖尿病", "metformin", "high blood pressure"):
            answers = [medkg("search", text, "--json", "--data", str(each)).stdout for each in
                       (made.settings.data, target)]  # fmt: skip
            assert answers[0] == answers[1] != ""
        again = made.build(msgspec.structs.replace(made.settings, data=str(target)))
        assert again.generation is None


def store(folder: Path) -> Iterator[ox.Quad]:
    return ox.Store.read_only(str(folder / "store")).quads_for_pattern(None, None, None, ox.DefaultGraph())
