"""Rule bundles: how long they answer, who vouches for them, and what was stopped since they were written."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from api.bundles import Bundled
from api.killlist import kill_list
from kg.errors import BundleRefused, ConfigError, InputError, IntegrityError
from kg.model.case import Case
from kg.model.standing import Kill
from kg.rules.bundle import MANIFEST, Bundle, Content, Term, write_bundle
from kg.rules.firing import Firing, Installed
from kg.rules.ruleset import Asked
from tests.api.test_cli import medkg
from tests.kg.rules.known import NOW, rule

DRUG = "medkg:drug-warfarin"
WHEN = {"is": "has", "kind": "drug", "concepts": [DRUG]}
CASE = {"event": "order-sign", "orders": [{"codes": [{"code": DRUG}]}]}


def written(path: Path, issued: datetime = NOW, days: int = 7, key: Path | None = None) -> str:
    rules = (rule(WHEN), rule(WHEN, id="test:two", version="1+local:narrow@1"))
    content = Content(
        firings=(
            Firing(Installed("test", rules[0]), "active"),
            Firing(Installed("other", rules[1]), "active"),
        ),
        approvals={}, meanings={DRUG: ((DRUG,), (DRUG,))}, names=[], known=[DRUG], meant={}, local=[],
    )  # fmt: skip
    return write_bundle(
        path, content, generation="g", base="https://example.org/kg/", rules="r", term=Term(issued, days), key=key
    )  # fmt: skip


def fired(opened: Bundle, now: datetime = NOW, kills: tuple[Kill, ...] = ()) -> list[str]:
    told = Bundled(opened, lambda: now, kills).evaluate(msgspec.convert(CASE, Case), Asked())
    return [card.rule for card in told.items]


def keys(folder: Path, name: str) -> tuple[Path, Path]:
    """A private and its public key, as files."""
    made = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def why(error: pytest.ExceptionInfo[BundleRefused]) -> object:
    assert error.value.text("zh") != error.value.text("en")
    return error.value.params["why"]


def test_a_bundle_answers_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    path = tmp_path / "rules.bundle"
    opened = Bundle(path, written(path))
    assert fired(opened) == ["test:one", "test:two"]
    assert fired(opened, NOW + timedelta(days=7, seconds=-1)) == ["test:one", "test:two"]
    for now, reason in ((NOW + timedelta(days=7), "bundle-expired"), (NOW - timedelta(days=1), "bundle-early")):
        with pytest.raises(BundleRefused) as error:
            fired(opened, now)
        assert why(error) == reason
    for days in (0, 91):
        with pytest.raises(BundleRefused):
            written(path, days=days)


def test_a_bundle_that_nobody_vouches_for_does_not_answer(tmp_path: Path) -> None:
    path, (private, public) = tmp_path / "rules.bundle", keys(tmp_path, "ours")
    stranger, theirs = keys(tmp_path, "theirs")
    name = written(path, key=private)
    with pytest.raises(BundleRefused) as error:
        fired(Bundle(path))
    assert why(error) == "bundle-unvouched"
    assert fired(Bundle(path, name)) == fired(Bundle(path, keys=[theirs, public])) == ["test:one", "test:two"]
    written(path, key=stranger)
    for one in (path, tmp_path / "unsigned.bundle"):
        if one != path:
            written(one)
        with pytest.raises(BundleRefused) as error:
            Bundle(one, keys=[public])
        assert why(error) == "bundle-signature"
    with pytest.raises(ConfigError):
        written(path, key=public)
    with pytest.raises(ConfigError):
        Bundle(path, keys=[private])


def test_a_manifest_that_was_changed_after_it_was_signed_is_refused(tmp_path: Path) -> None:
    path, (private, public) = tmp_path / "rules.bundle", keys(tmp_path, "ours")
    name = written(path, key=private)
    with zipfile.ZipFile(path) as archive:
        bodies = {one: archive.read(one) for one in archive.namelist()}
    head = json.loads(bodies[MANIFEST])
    for longer in ("2026-12-30T00:00:00+00:00", "2099-01-01T00:00:00+00:00", "2026-12-30", "soon"):
        bodies[MANIFEST] = json.dumps(head | {"expires": longer}).encode()
        with zipfile.ZipFile(path, "w") as archive:
            for one, body in bodies.items():
                archive.writestr(one, body)
        for trust in ({"id": name}, {"keys": [public]}, {}):
            with pytest.raises(IntegrityError):
                Bundle(path, **trust)


def test_what_was_stopped_since_does_not_answer(tmp_path: Path) -> None:
    path, listed = tmp_path / "rules.bundle", tmp_path / "kills.jsonl"
    opened = Bundle(path, written(path))
    pulled = [
        {"id": 1, "kind": "rule", "name": "test:one", "person": "Li", "reason": "r", "since": "2026-11-02"},
        {"id": 2, "kind": "service", "name": "all", "person": "Li", "reason": "r", "since": "x", "until": "y"},
    ]
    listed.write_text("".join(json.dumps(one) + "\n" for one in pulled), "utf-8")
    assert fired(opened, kills=kill_list(listed)) == ["test:two"]
    assert fired(opened, kills=(Kill(3, "pack", "other", "Li", "r", "x"),)) == ["test:one"]
    assert fired(opened, kills=(Kill(4, "service", "all", "Li", "r", "x"),)) == []
    with pytest.raises(BundleRefused) as error:
        fired(opened, kills=(Kill(5, "rule", "local:narrow", "Li", "r", "x"),))
    assert why(error) == "bundle-change"
    for text in ("{", '{"id": 1}\n', "[]\n"):
        listed.write_text(text, "utf-8")
        with pytest.raises(InputError):
            kill_list(listed)


def test_a_bundle_that_is_over_is_an_error_at_the_command_line(tmp_path: Path) -> None:
    path, case = tmp_path / "rules.bundle", tmp_path / "case.json"
    case.write_text(json.dumps(CASE), "utf-8")
    name = written(path, datetime.now(UTC) - timedelta(days=8))
    told = medkg("rules", "bundle", "evaluate", str(path), str(case), "--id", name)
    assert (told.returncode != 0, told.stdout) == (True, "")
    assert "write it anew" in told.stderr
