"""A data folder with four generations in which concepts come, change, are replaced and go."""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.corpus import write_build

FIRST = """format-version: 1.2

[Term]
id: DOID:9000001
name: illustrative disease

[Term]
id: DOID:9000002
name: sample fever
is_a: DOID:9000001
xref: MESH:D999002

[Term]
id: DOID:9000003
name: example nephropathy

[Term]
id: DOID:9000007
name: passing disease

[Term]
id: DOID:9000008
name: forgotten disease
"""
SECOND = FIRST.replace("name: sample fever", 'name: sample pyrexia\ndef: "A fever." []').replace(
    "[Term]\nid: DOID:9000008\nname: forgotten disease\n", ""
)
THIRD = SECOND.replace(
    "[Term]\nid: DOID:9000007\nname: passing disease\n",
    "[Term]\nid: DOID:9000007\nname: passing disease\nis_obsolete: true\nreplaced_by: DOID:9000003\n",
)
FOURTH = SECOND.replace("[Term]\nid: DOID:9000007\nname: passing disease\n", "").replace(
    "name: example nephropathy\n",
    "name: example nephropathy\nalt_id: DOID:9000033\n",
) + "".join(
    f"\n[Term]\nid: DOID:95{number:05d}\nname: later condition {number}\nxref: MESH:D999009\n" for number in range(30)
)


def make_history(root: Path) -> Settings:
    """Settings over the folder; its generations are g00001 to g00004."""
    config = write_build(root / "in", files=1, size=3)
    settings = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver")
    for terms in (FIRST, SECOND, THIRD, FOURTH):
        (root / "in" / "terms.obo").write_text(terms, "utf-8")
        Building(settings).run(read_config(config), {}, Listener(), lambda *step: None)
    return settings
