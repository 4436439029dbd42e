"""The page on security says what the code does, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.access.rights import RIGHTS, ROLES, anonymous_rights
from api.settings import Settings
from tests.docs.test_docs import test_both_languages_have_the_same_shape as same_shape

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"docs/security.md": "yes", "docs/security.zh.md": "有"}
ACCESS = (
    "hosts", "proxies", "origins", "anonymous", "denials", "connections", "fetch_networks", "oidc_issuer",
    "oidc_audience", "oidc_keys", "oidc_role_claim", "oidc_roles", "oidc_default_role", "oidc_single_use",
    "cds_clients", "cds_address", "cds_origins",
)  # fmt: skip


def rows(page: str) -> list[list[str]]:
    lines = (ROOT / page).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


@pytest.mark.parametrize(("page", "yes"), PAGES.items())
def test_roles(page: str, yes: str) -> None:
    table = rows(page)
    header = next(row for row in table if "admin" in row)
    roles = ROLES | {"anonymous": anonymous_rights(Settings().listed("anonymous"))}
    assert set(header[2:]) == set(roles)
    found = {row[0].strip("`"): row[2:] for row in table if len(row) == len(header) and row[0].startswith("`")}
    assert found == {
        right: [yes if right in roles[role] else "" for role in header[2:]] for right in RIGHTS
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_settings_and_their_defaults(page: str) -> None:
    found: dict[str, str] = {}
    for row in rows(page):
        if len(row) == 3:
            found |= dict.fromkeys(re.findall(r"`([a-z_]+)`", row[0]), row[1])
    for name in ACCESS:
        default = getattr(Settings(), name)
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        assert found[name].strip("`") == shown, name


def test_pages_have_the_same_shape() -> None:
    same_shape(*PAGES)
