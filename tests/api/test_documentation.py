"""The API's front door, its OpenAPI document, its page, and its manners when something is not there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.test import Client

from tests import factories as make
from tests.api.conftest import Ask
from tests.api.test_resources import LISTS

PARTNERS_ONLY = ("scenarios", "proposals")
QUESTIONS = ("overview", "histogram", "place", "search", "near")


@pytest.mark.django_db
def test_the_front_door_leads_everywhere(ask: Ask, client: Client) -> None:
    doors = ask("")
    assert {*LISTS, *PARTNERS_ONLY, *QUESTIONS, "schema", "docs"} == set(doors)
    for name in (*LISTS, *PARTNERS_ONLY, "schema", "docs"):
        assert client.get(doors[name]).status_code == 200, name


def test_the_openapi_document_names_every_list_filter_and_question(client: Client) -> None:
    document = client.get("/api/schema/", {"format": "json"}).json()
    assert document["openapi"].startswith("3.1")
    assert {f"/api/{name}/" for name in (*LISTS, *PARTNERS_ONLY, *QUESTIONS)} <= set(document["paths"])
    parameters = {p["name"]: p for p in document["paths"]["/api/works/"]["get"]["parameters"]}
    assert {"bbox", "from", "to", "wijk", "owner", "kind", "status", "search", "ordering", "page"} <= set(parameters)
    assert parameters["from"]["schema"]["format"] == "date"
    work = document["components"]["schemas"]["Work"]
    assert set(work["properties"]) == {"id", "type", "geometry", "properties"}
    assert {"$ref": "#/components/schemas/Geometry"} in work["properties"]["geometry"]["oneOf"]
    kinds = [kind["properties"]["type"]["const"] for kind in document["components"]["schemas"]["Geometry"]["oneOf"]]
    assert "MultiPolygon" in kinds


def test_the_document_lies_at_every_address_that_a_client_may_look_at(client: Client) -> None:
    whole = client.get("/api/openapi.json")
    assert whole["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert whole.json() == client.get("/api/schema/", {"format": "json"}).json()
    assert whole.json() == client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    for address in ("/api/openapi.yaml", "/api/schema/"):
        assert yaml.safe_load(client.get(address).content) == whole.json()
    again = client.get("/api/openapi.json", headers={"If-None-Match": whole["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/api/openapi.json", headers={"Origin": "https://ergens.example"})
    assert other["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/openapi.xml").status_code == 404


@pytest.mark.django_db
def test_every_answer_says_the_version_of_the_api(client: Client) -> None:
    version = client.get("/api/openapi.json").json()["info"]["version"]
    for path in ("", "works/", "works/999/", "works/?knid=x", "bestaat-niet/", "docs/", "near/"):
        assert client.get(f"/api/{path}")["API-Version"] == version, path
    assert client.post("/api/works/")["API-Version"] == version


@pytest.mark.django_db
def test_an_address_without_its_last_slash_is_answered_at_once(client: Client) -> None:
    work = make.make_work()
    assert client.get(f"/api/works/{work.pk}").json()["id"] == work.pk
    assert client.get("/api/works?kind=demolition").json()["count"] == 1
    client.force_login(make.make_user(make.make_organisation()))
    made = client.post("/api/projects", {"name": "Aar", "owner": "actium"}, content_type="application/json")
    assert made.status_code == 201
    assert Client(enforce_csrf_checks=True).post("/api/projects").status_code == 401


def test_the_document_is_made_without_a_complaint(capsys: pytest.CaptureFixture[str]) -> None:
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    captured = capsys.readouterr().err
    assert not GENERATOR_STATS, captured


@pytest.mark.django_db
def test_the_pages_show_every_operation_and_load_nothing_from_elsewhere(client: Client) -> None:
    html = client.get("/api/docs/").content.decode()
    pages = {}
    for path, methods in client.get("/api/openapi.json").json()["paths"].items():
        for operation in methods.values():
            tag = operation["tags"][0]
            page = pages.setdefault(tag, client.get(f"/api/docs/{tag}/").content.decode())
            assert path in html
            assert f'id="{operation["operationId"]}"' in page
            assert all(f"<code>{each['name']}</code>" in page for each in operation.get("parameters", []))
    for page in (html, *pages.values()):
        assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page)
        assert "<script" not in page
        assert "style=" not in page
    assert "planned_finish" in pages["works"]
    assert "verhuizing bewoners" in pages["works"]
    assert client.get("/api/docs/bestaat-niet/").status_code == 404


@pytest.mark.parametrize("path", ["bestaat-niet/", "works/abc/", "works/1/x/", "../etc/passwd", "works/%00/"])
def test_an_address_that_does_not_exist_is_a_problem_in_dutch(client: Client, path: str) -> None:
    response = client.get(f"/api/{path}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["detail"] == "Dit adres is er niet. Zie /api/ voor wat er wel is."


@pytest.mark.django_db
def test_what_depends_on_who_asks_is_kept_by_no_shared_cache(client: Client) -> None:
    make.make_work()
    for path in ("works/", "overview/", "search/?q=sloop"):
        assert client.get(f"/api/{path}")["Cache-Control"] == "private, no-cache"


def test_a_fault_of_ours_is_not_dressed_up_as_the_clients(client: Client, monkeypatch: Any) -> None:
    def broken(*arguments: Any) -> None:
        raise RuntimeError("kapot")

    monkeypatch.setattr("planning.api.map_views.search", broken)
    with pytest.raises(RuntimeError, match="kapot"):
        client.get("/api/search/", {"q": "x"})
