"""The NLGov REST API Design Rules (Logius, 2.x), rule by rule: what can be checked is, what does not apply says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client

from planning.api.documentation import document
from planning.partners.viewers import Scope
from planning.partners.visibility import Visibility
from tests import factories as make

pytestmark = pytest.mark.django_db
BASE = Path(__file__).resolve().parents[2]
COLLECTIONS: Final = {
    "activities", "buurten", "centres", "dependencies", "findings", "initiatives", "meetings", "organisations",
    "programmes", "projects", "proposals", "scenarios", "wijken", "works",
}  # fmt: skip
METHODS: Final = {"get", "post", "patch", "delete"}
PROBLEM: Final = "application/problem+json"
Rule = Callable[[Client], None]


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document("nl")["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def collections_are_plural_nouns(client: Client) -> None:
    with_records = {path.split("/")[2] for _method, path, _operation in operations() if "{" in path} - {"board"}
    assert with_records == COLLECTIONS
    assert all(name.endswith(("s", "en")) for name in COLLECTIONS)


def paths_are_lower_case_with_hyphens(client: Client) -> None:
    for _method, path, _operation in operations():
        assert re.fullmatch(r"/api(/([a-z-]+|\{[a-z]+\}))*/", path), path


def only_standard_methods(client: Client) -> None:
    assert {method for method, _path, _operation in operations()} == METHODS


def reading_is_safe(client: Client) -> None:
    assert not [path for method, path, told in operations() if method == "get" and "requestBody" in told]
    work = make.make_work(visibility=Visibility.PUBLIC)
    before = work.version
    for path in ("/api/works/", f"/api/works/{work.pk}/", "/api/"):
        client.get(path)
    work.refresh_from_db()
    assert work.version == before


def nothing_is_kept_of_a_client(client: Client) -> None:
    owner = make.make_organisation("actium")
    work = make.make_work(owner=owner, visibility=Visibility.INTERNAL)
    token = make.make_token(Scope.WORKS_READ, organisation=owner)
    read = client.get(f"/api/works/{work.pk}/", headers={"Authorization": f"Bearer {token}"})
    assert read.status_code == HTTPStatus.OK
    assert not read.cookies
    assert client.get(f"/api/works/{work.pk}/").status_code == HTTPStatus.NOT_FOUND


def children_and_operations_hang_under_their_record(client: Client) -> None:
    under = {(method, path) for method, path, _operation in operations() if re.search(r"\}/.+/", path)}
    assert {method for method, _path in under} <= {"get", "post"}
    assert {path.split("}/")[0] + "}/" for _method, path in under} <= set(document("nl")["paths"])


def documentation_is_dutch(client: Client) -> None:
    assert client.get("/api/openapi.json").json() == document("nl")
    assert 'lang="nl"' in client.get("/api/docs/").content.decode()


def openapi_tells_whom_to_write_to(client: Client) -> None:
    told = document("nl")
    assert told["openapi"].startswith("3.")
    assert all(told["info"]["contact"].get(name) for name in ("name", "url", "email"))


def openapi_lies_where_it_is_looked_for(client: Client) -> None:
    found = client.get("/api/openapi.json", headers={"Origin": "https://ergens.example"})
    assert found.status_code == HTTPStatus.OK
    assert found["Access-Control-Allow-Origin"] == "*"


def versions_are_semantic_and_said(client: Client) -> None:
    version = client.get("/api/works/")["API-Version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert document("nl")["info"]["version"] == version


def a_changelog_names_the_version(client: Client) -> None:
    assert f"## {settings.API_VERSION}" in (BASE / "CHANGELOG.md").read_text("utf-8")


def what_goes_away_is_announced(client: Client) -> None:
    assert "deprecated" in document("nl")["info"]["description"]
    assert "CHANGELOG" in document("nl")["info"]["description"]


def addresses_work_without_a_slash_at_the_end(client: Client) -> None:
    make.make_work(visibility=Visibility.PUBLIC)
    with_slash, without = (client.get(path).json() for path in ("/api/works/", "/api/works"))
    assert with_slash["features"] == without["features"]


def nothing_secret_stands_in_an_address(client: Client) -> None:
    schemes = document("nl")["components"]["securitySchemes"].values()
    assert all(scheme.get("in", "header") != "query" for scheme in schemes)
    assert client.get("/api/works/?token=abc").status_code == HTTPStatus.BAD_REQUEST


def headers_are_strict(client: Client) -> None:
    answer = client.get("/api/works/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]


def other_origins_may_read_what_is_public(client: Client) -> None:
    answer = client.get("/api/works/", headers={"Origin": "https://ergens.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


def errors_are_problems(client: Client) -> None:
    for path, status in (("works/999999/", 404), ("works/?bbox=x", 400), ("bestaat-niet/", 404)):
        answer = client.get(f"/api/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM), path
        assert {"type", "title", "status", "detail"} <= set(answer.json())


def invalid_input_says_where_and_why(client: Client) -> None:
    said = client.get("/api/works/?from=morgen").json()
    assert "morgen" in said["detail"]
    assert "from" in str(said)


def moments_and_days_are_rfc_3339(client: Client) -> None:
    work = make.make_work(visibility=Visibility.PUBLIC)
    said = client.get(f"/api/works/{work.pk}/").json()["properties"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", said["updated_at"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", said["planned_start"])


def shapes_are_geojson_in_wgs_84(client: Client) -> None:
    make.make_work(visibility=Visibility.PUBLIC)
    page = client.get("/api/works/").json()
    (lon, lat), *_more = page["features"][0]["geometry"]["coordinates"][0]
    assert page["type"] == "FeatureCollection"
    assert 6 < lon < 7
    assert 52 < lat < 54


CHECKED: Final[dict[str, Rule]] = {
    "/core/naming-resources": paths_are_lower_case_with_hyphens,
    "/core/naming-collections": collections_are_plural_nouns,
    "/core/path-segments-kebab-case": paths_are_lower_case_with_hyphens,
    "/core/http-methods": only_standard_methods,
    "/core/http-safety": reading_is_safe,
    "/core/stateless": nothing_is_kept_of_a_client,
    "/core/nested-child": children_and_operations_hang_under_their_record,
    "/core/resource-operations": children_and_operations_hang_under_their_record,
    "/core/doc-language": documentation_is_dutch,
    "/core/doc-openapi": openapi_tells_whom_to_write_to,
    "/core/doc-openapi-contact": openapi_tells_whom_to_write_to,
    "/core/publish-openapi": openapi_lies_where_it_is_looked_for,
    "/core/semver": versions_are_semantic_and_said,
    "/core/version-header": versions_are_semantic_and_said,
    "/core/changelog": a_changelog_names_the_version,
    "/core/deprecation-schedule": what_goes_away_is_announced,
    "/core/no-trailing-slash": addresses_work_without_a_slash_at_the_end,
    "/core/transport/no-sensitive-uris": nothing_secret_stands_in_an_address,
    "/core/transport/security-headers": headers_are_strict,
    "/core/transport/cors": other_origins_may_read_what_is_public,
    "/core/error-handling/problem-details": errors_are_problems,
    "/core/error-handling/invalid-input": invalid_input_says_where_and_why,
    "/core/date-time": moments_and_days_are_rfc_3339,
    "/geo/geojson-response, /geo/default-crs": shapes_are_geojson_in_wgs_84,
}
NOT_HERE: Final = {
    "/core/uri-version": "addresses are a contract without a version; each answer says its own (API-Version)",
    "/core/transition-period": "begins with the first version that another replaces; there is none before 0.1",
    "/core/interface-language": "names are English as in GeoJSON and OGC; official words stay Dutch: wijk, buurt",
    "/core/hide-implementation": "cannot be seen from outside; the contract tests compare answers and documents",
    "/core/query-keys-camel-case": "names in addresses are those of the properties they filter, with underscores",
    "/core/transport/tls": "is the web server's in front; SITE_URL with https turns on HSTS and secure cookies",
}
"""Rules that we do not follow or that cannot be checked here, and why."""


@pytest.mark.parametrize("rule", CHECKED)
def test_a_rule_that_applies_is_kept(rule: str, client: Client) -> None:
    CHECKED[rule](client)


def test_no_rule_is_both_kept_and_not() -> None:
    assert not CHECKED.keys() & NOT_HERE.keys()
    assert all(len(reason) > 20 for reason in NOT_HERE.values())
