"""A browser, and the service over the data that ships, as ``medkg up`` starts it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.api.serving import Served, served
from tests.api.test_cli import medkg
from tests.browser.watched import Watched
from tests.requirement import absent

Look = Callable[..., Watched]
SIZES = {"wide": (1280, 900), "narrow": (375, 812)}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; playwright brings none and fetches none.

    It leaves with the last test of this folder: its loop runs in our thread, and others could start none beside it.
    """
    program = shutil.which("chromium")
    if program is None:
        absent("there is no chromium (apt-get install chromium)")
    with sync_playwright() as driver:
        # Its own walls need rights that a container has not; it sees nothing here but our pages.
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser") / "data"


@pytest.fixture(scope="session")
def service(folder: Path) -> Iterator[Served]:
    # Tests share a machine: none of them is about how long an answer takes. Each new window is refused once before it
    # shows its key, and all of them together are one client.
    with served(folder, "up", decision_seconds=60, rule_seconds=30, denials=10_000) as found:
        yield found


@pytest.fixture(scope="session")
def keys(service: Served, folder: Path) -> dict[str, str]:
    """A key of each role that the desk knows, each of another person."""
    made = {}
    for role in ("reader", "curator", "reviewer"):
        done = medkg("keys", "create", f"browser {role}", "--role", role, "--data", str(folder))
        assert done.returncode == 0, done.stderr
        made[role] = done.stdout.split()[-1]
    return made


@pytest.fixture
def look(browser: Browser, service: Served) -> Iterator[Look]:
    """Opens a window of a size, in a language, and for the desk with a key."""
    opened = []

    def made(language: str, size: str = "wide", key: str = "") -> Watched:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN" if language == "zh" else "en-GB",
            http_credentials={"username": "browser", "password": key} if key else None,
        )  # fmt: skip
        opened.append(context)
        return Watched(context.new_page(), service.address, language)

    yield made
    for context in opened:
        context.close()
