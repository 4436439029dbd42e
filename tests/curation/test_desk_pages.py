"""The curators' desk in a browser: proposed, judged by somebody else, in both languages, and nothing for strangers."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.deskforms import FIELDS, read_form
from api.problems import Refusal
from api.settings import Settings
from kg.model.edit import AddMapping, Deprecate, NewConcept
from ontology.curation.forms import FORMS, NewTerm

FEVER, NEPHRO = "DOID:9000002", "DOID:9000003"
Ask = Callable[..., Any]


@pytest.fixture
def ask(fresh: Callable[[], Settings]) -> Iterator[Ask]:
    """Asks as a person with a role, whose key is the password that a browser sends."""
    settings = fresh()
    keys: dict[tuple[str, str], str] = {}
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as client:

        def asked(who: str, role: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> Any:
            if (who, role) not in keys:
                keys[who, role] = wiring.keys(settings).create(who, role).text
            shown = b64encode(f"{who}:{keys[who, role]}".encode()).decode()
            sent = {"Authorization": f"Basic {shown}"} | {
                name.replace("_", "-"): text for name, text in headers.items()
            }
            if fields is None:
                return client.get(f"/desk/{path}", headers=sent)
            return client.post(f"/desk/{path}", data=fields, headers=sent)

        asked.client = client  # type: ignore[attr-defined]
        yield asked


def test_every_form_is_shown_and_says_what_the_api_knows() -> None:
    """But for the correction of a place in a text."""
    assert set(FIELDS) == set(FORMS) - {"correction"}
    for form, fields in FIELDS.items():
        kind = NewTerm if form == "concept" else FORMS[form]
        known = {field.name: field.required for field in msgspec.structs.fields(kind)}
        assert {field.name for field in fields} | ({"justification"} if form == "mapping" else set()) == set(known)
        assert all(not field.optional for field in fields if known[field.name])


def test_what_is_written_becomes_edits() -> None:
    concept = read_form(
        "concept", {"category": "disease", "labels": "zh：示例病\nen: sample disease", "parents": FEVER}
    )
    (edit,) = concept.edits()
    assert isinstance(edit, NewConcept)
    assert (edit.concept.id, edit.concept.parents) == ("medkg:sample-disease", (FEVER,))
    split = read_form("split", {"concept": FEVER, "parts": "disease; en: sample A\ndisease；zh：乙型"}).edits()
    assert isinstance(split[-1], Deprecate)
    assert len(split) == 3
    (mapped,) = read_form(
        "mapping", {"subject": FEVER, "object": NEPHRO, "confidence": "0.5", "negative": "yes"}
    ).edits()
    assert isinstance(mapped, AddMapping)
    assert (mapped.mapping.confidence, mapped.mapping.negative) == (0.5, True)


@pytest.mark.parametrize(
    ("form", "written", "where"),
    [
        ("label", {"concept": FEVER, "language": "en"}, "value"),
        ("label", {"concept": "nonsense", "value": "x", "language": "en"}, "concept"),
        ("mapping", {"subject": FEVER, "object": NEPHRO, "confidence": "much"}, "confidence"),
        ("mapping", {"subject": FEVER, "object": NEPHRO, "confidence": "nan"}, "confidence"),
        ("concept", {"category": "disease", "labels": "no language"}, "labels"),
        ("split", {"concept": FEVER, "parts": "disease; en: one alone"}, "parts"),
    ],
)
def test_what_does_not_fit_is_named(form: str, written: dict[str, str], where: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_form(form, written)
    assert where in str(refused.value.params["where"])


def test_a_name_from_its_form_to_acceptance(ask: Ask) -> None:
    page = ask("Li", "curator", f"new/synonym?concept={FEVER}&lang=zh")
    assert (page.status_code, 'lang="zh-CN"' in page.text, FEVER in page.text) == (200, True, True)
    fields = {
        "concept": FEVER,
        "value": "<b>示例烧</b>",
        "language": "zh",
        "kind": "lay",
        "reason": "说法",
        "submit": "yes",
    }
    made = ask("Li", "curator", "new/synonym?lang=zh", fields)
    assert made.status_code == 303
    place = made.headers["location"].removeprefix("/desk/")
    shown = ask("Li", "curator", place).text
    assert "&lt;b&gt;示例烧&lt;/b&gt;" in shown
    assert "已提交" in shown
    assert "/accept" not in shown
    assert "/withdraw" in shown
    number = re.findall(r"\d+", place)[0]
    version = re.findall(r'name="version" value="(\d+)"', shown)[0]
    # An author never judges, whatever a page would say.
    assert ask("Li", "reviewer", f"proposals/{number}/accept", {"version": version}).status_code == 409
    seen = ask("Wang", "reviewer", f"proposals/{number}").text
    assert "/accept" in seen
    assert "What it would change elsewhere" in seen
    assert ask("Wang", "reviewer", f"proposals/{number}/comments", {"text": "Looks right."}).status_code == 303
    assert ask("Wang", "reviewer", f"proposals/{number}/accept", {"version": "1"}).status_code == 409
    done = ask("Wang", "reviewer", f"proposals/{number}/accept", {"version": version, "note": "well known"})
    assert done.status_code == 303
    end = ask("Li", "curator", f"proposals/{number}").text
    assert "accepted" in end
    assert "Looks right." in end
    assert "well known" in end
    assert "sample fever" in end
    queue = ask("Wang", "reviewer", f"queue?state=accepted&kind=&concept={FEVER}")
    assert f"/desk/proposals/{number}" in queue.text
    assert "Nothing here fits." in ask("Wang", "reviewer", "queue?state=rejected").text


def test_what_the_form_or_the_graph_refuses_comes_back_with_what_was_written(ask: Ask) -> None:
    unfit = ask("Li", "curator", "new/mapping", {"subject": FEVER, "object": NEPHRO, "confidence": "2"})
    assert (unfit.status_code, "confidence" in unfit.text, NEPHRO in unfit.text) == (422, True, True)
    nobody = {"concept": "DOID:1234567", "value": "x", "language": "en"}
    missing = ask("Li", "curator", "new/label?lang=zh", nobody)
    assert (missing.status_code, "DOID:1234567" in missing.text) == (409, True)
    assert ask("Li", "curator", "new/poem").status_code == 404
    assert ask("Li", "curator", "new/poem", {"a": "b"}).status_code == 404
    assert ask("Li", "curator", "proposals/4711").status_code == 404
    assert ask("Li", "curator", "proposals/99999999999").status_code == 422
    assert ask("Li", "curator", "new/label", {str(number): "x" for number in range(50)}).status_code == 422
    assert ask("Wang", "reviewer", "proposals/4711/accept", {"version": "1"}).status_code == 404
    assert ask("Wang", "reviewer", "proposals/4711/accept", {"version": "²"}).status_code == 422


def test_strangers_are_asked_for_a_key(ask: Ask) -> None:
    refused = ask.client.get("/desk/queue")  # type: ignore[attr-defined]
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert ask("Li", "reader", "queue").status_code == 403
    assert ask("Wang", "reviewer", "new/label", {"concept": FEVER}).status_code == 403
    wrong = b64encode(b"Li:mk_wrong").decode()
    client = ask.client  # type: ignore[attr-defined]
    assert client.get("/desk/queue", headers={"Authorization": f"Basic {wrong}"}).status_code == 401
    for other in ("Basic", "Basic !!", "Basic bm9jb2xvbg=="):
        assert client.get("/desk/queue", headers={"Authorization": other}).status_code == 401


def test_a_password_is_taken_at_the_desk_alone(ask: Ask) -> None:
    """A browser sends it to nothing else, and what another site makes a browser send is not done."""
    client = ask.client  # type: ignore[attr-defined]
    key = ask("Li", "curator", "queue").request.headers["authorization"]
    assert client.get("/api/v1/proposals", headers={"Authorization": key}).status_code == 401
    fields = {"concept": FEVER, "value": "x", "language": "en"}
    for foreign in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}):
        assert ask("Li", "curator", "new/label", fields, **foreign).status_code == 403
    own = {"Origin": "http://testserver", "Sec_Fetch_Site": "same-origin"}
    assert ask("Li", "curator", "new/label", fields, **own).status_code == 303
    assert client.post("/desk/new/label", json=fields, headers={"Authorization": key}).status_code == 415
