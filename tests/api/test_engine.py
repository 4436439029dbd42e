"""The settings of a remote engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.engine import use_engine
from api.settings import Settings, load
from kg.errors import ConfigError
from kg.store.remote import Remote


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    Remote.configure(None)


def test_without_an_engine_no_remote_store_is_made(tmp_path: Path) -> None:
    use_engine(Settings())
    with pytest.raises(ConfigError, match="remote_query"):
        Remote.create(tmp_path / "store")


def test_settings_reach_the_store_and_the_password_stays_out_of_it() -> None:
    use_engine(
        load(
            {"remote_query": "http://e.org/q", "remote_loader": "load 'a folder'"},
            {"MEDKG_REMOTE_PASSWORD": "word", "MEDKG_REMOTE_LOGIN": "digest", "MEDKG_REMOTE_SECONDS": "3"},
        )
    )
    assert Remote._engine is not None
    assert (Remote._engine.loader, Remote._engine.login, Remote._engine.seconds) == (("load", "a folder"), "digest", 3)
    assert Remote._password == "word"
    assert "word" not in repr(Remote._engine)


def test_a_login_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="remote_"):
        use_engine(Settings(remote_query="http://e.org/q", remote_login="card"))
