"""Infobutton by POST: the form says what the URL says, and what does not fit is refused with its place."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import problem
from tests.doors.conftest import client, settings  # noqa: F401 - fixtures

URL = "/infobutton"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ASKED = {"mainSearchCriteria.v.c": "Z99AA01", "mainSearchCriteria.v.cs": "ATC", "mainSearchCriteria.v.dn": "示例素",
         "age.v.v": "40", "age.v.u": "a", "patientPerson.administrativeGenderCode.c": "F", "taskContext.c.c": "MLREV",
         "informationRecipient.languageCode.c": "zh-CN", "performer": "PROV"}  # fmt: skip


@pytest.mark.parametrize("form", ["json", "application/atom+xml"])
def test_a_form_is_answered_as_the_url_is(client: TestClient, form: str) -> None:  # noqa: F811
    asked = ASKED | {"_format": form}
    answers = [client.get(URL, params=asked), client.post(URL, data=asked)]
    assert [one.status_code for one in answers] == [200, 200], answers[1].text
    assert answers[0].content == answers[1].content
    assert answers[0].headers["content-type"] == answers[1].headers["content-type"]
    body, media = urlencode(asked, encoding="gb18030"), f"{FORM['Content-Type']}; charset=gb18030"
    assert client.post(URL, content=body, headers={"Content-Type": media}).content == answers[0].content
    problem(client.post(URL, content=body, headers=FORM), 400, "bad-request")


@pytest.mark.parametrize(
    ("body", "status", "slug", "where"),
    [
        ("", 422, "invalid-parameters", "mainSearchCriteria.v.c"),
        ("age.v.v=4", 422, "invalid-parameters", "mainSearchCriteria.v.c"),
        ("mainSearchCriteria.v.c=", 422, "invalid-parameters", "mainSearchCriteria.v.c"),
        ("mainSearchCriteria.v.c=x&mainSearchCriteria.v.c=y", 422, "invalid-parameters", "mainSearchCriteria.v.c"),
        ("mainSearchCriteria.v.c=x&age.v.v=-1", 422, "invalid-parameters", "age.v.v"),
        ("mainSearchCriteria.v.c=x&age.v.v=nan", 422, "invalid-parameters", "age.v.v"),
        ("mainSearchCriteria.v.c=x&age.v.v=1e400", 422, "invalid-parameters", "age.v.v"),
        ("mainSearchCriteria.v.c=x&age.v.u=century", 422, "invalid-parameters", "age.v.u"),
        ("mainSearchCriteria.v.c=" + "x" * 301, 422, "invalid-parameters", "mainSearchCriteria.v.c"),
        ("mainSearchCriteria.v.c=%FF%FE", 400, "bad-request", ""), ("mainSearchCriteria.v.c", 400, "bad-request", ""),
        ("&".join(f"a{number}=1" for number in range(201)), 400, "bad-request", ""),
        ("mainSearchCriteria.v.c=x&_format=text/html", 406, "not-acceptable", ""),
        ("a=" + "x" * 50_001, 413, "body-too-large", ""),
    ],
)  # fmt: skip
def test_forms_that_do_not_fit_are_refused_with_their_place(
    client: TestClient, body: str, status: int, slug: str, where: str  # noqa: F811
) -> None:  # fmt: skip
    assert where in str(problem(client.post(URL, content=body, headers=FORM), status, slug)["detail"])


@pytest.mark.parametrize("media", ["application/json", "text/xml", "application/soap+xml", "multipart/form-data", ""])
def test_only_forms_are_read(client: TestClient, media: str) -> None:  # noqa: F811
    problem(client.post(URL, content="x=1", headers={"Content-Type": media}), 415, "unsupported-media-type")
