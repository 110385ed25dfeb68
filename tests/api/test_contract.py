"""The OpenAPI documents keep their word: schemathesis asks all they allow, and more, writes included.

Reading is asked of the real server over the demonstration. Writing is asked in this process, by a planner, by a token
and by the team, so that all of it is undone afterwards.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from urllib3 import HTTPResponse

from geo.functions import RowVersion
from planning.api.documentation import document
from planning.coordination.models import Scenario
from planning.initiatives.models import Activity, Initiative, Meeting, NeighbourhoodCentre
from planning.partners.viewers import Scope
from planning.works.models import Dependency, Programme, Work
from tests import factories as make
from tests.api.test_resources import populate

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
DOCUMENTS = {"rest": "/api/openapi.json", "ogc": "/ogc/api?f=json"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_valid(demo_site: str, name: str) -> None:
    with urllib.request.urlopen(demo_site + DOCUMENTS[name]) as response:
        validate(json.loads(response.read()))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_answer_is_a_fault_of_ours_or_other_than_documented(demo_site: str, name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"), "run", demo_site + DOCUMENTS[name],
            "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "3", "--seed", "1",
            "--continue-on-failure", "--suppress-health-check", "all", "--include-method", "GET",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]


@pytest.fixture
def planner(db: None) -> Client:
    """A planner of an organisation."""
    client = Client(raise_request_exception=False)
    client.force_login(make.make_user(make.make_organisation("partner-0")))
    return client


@pytest.fixture
def team(db: None) -> Client:
    """The team's secretary."""
    client = Client(raise_request_exception=False)
    client.force_login(make.make_user(make.make_organisation("team"), "secretary"))
    return client


@pytest.fixture
def program(db: None) -> Client:
    """A program with a token that lets it do all there is."""
    text = make.make_token(*Scope.values, organisation=make.make_organisation("partner-0"))
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {text}"})


NOT_SENT = {"Content-Length", "Content-Type", "Authorization", "Cookie"}
"""Headers that the client makes itself: who asks is who the test says it is."""


def answer_to(case: Any, client: Client) -> requests.Response:
    """Return what ``client`` is answered in this process, as if it came over a wire."""
    asked = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {name: value for name, value in asked.headers.items() if name not in NOT_SENT}
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
    kind = asked.headers.get("Content-Type", "application/json")
    given = client.generic(str(asked.method), asked.path_url, body, content_type=kind, headers=headers)
    answer = requests.Response()
    answer.status_code, answer.request, answer.url = given.status_code, asked, str(asked.url)
    answer.headers.update(given.headers)
    answer.raw = HTTPResponse(io.BytesIO(given.content), dict(given.headers), given.status_code, preload_content=False)
    return answer


@pytest.fixture
def there() -> dict[str, Any]:
    """What there is: by tag and by the names of fields, so that examples speak of records that exist."""
    populate(2)
    owner = make.make_organisation("partner-0")
    first, second = Work.objects.filter(owner=owner).order_by("pk")
    Dependency.objects.all().delete()
    loose, waits = (make.make_work(kind, owner=owner) for kind in ("square", "green"))
    spare = make.make_project("Los", owner)
    meeting, centre = Meeting.objects.get(organiser=owner), NeighbourhoodCentre.objects.get(slug="bic-0")
    scenario = Scenario.objects.create(owner=owner, name="Anders")
    records = {
        "works": loose, "projects": spare, "programmes": make.make_programme("Los", owner),
        "dependencies": Dependency.objects.create(predecessor=first, successor=waits), "meetings": meeting,
        "centres": make.make_centre("BIC leeg"), "activities": Activity.objects.filter(centre=centre).get(),
        "initiatives": Initiative.objects.order_by("pk")[0], "scenarios": scenario,
    }  # fmt: skip
    named = {
        "owner": "partner-0", "organiser": "partner-0", "sender": "partner-0", "owners": ["partner-0"],
        "wijk": "wijk-0", "wijken": ["wijk-0"], "centre": "bic-0", "project": spare.pk,
        "programme": Programme.objects.get(name="Programma 0").pk, "predecessor": first.pk, "successor": second.pk,
        "work": first.pk, "works": [first.pk], "scenario": scenario.pk,
    }  # fmt: skip
    return {"records": records, "named": named}


VIEWERS = {
    "planner": None,
    "team": {"initiatives", "centres", "activities", "meetings"},
    "program": {"works", "centres"},
}
"""Who writes, and what: all there is where nothing is said."""

NOT_BY_A_PARTNER_ALONE = {"initiatives", "centres", "activities"}
bounded = settings(
    deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, max_examples=3, database=None,
    phases=[Phase.generate],
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_write_is_a_fault_of_ours_or_answered_other_than_documented(
    viewer: str, there: dict[str, Any], request: Any
) -> None:
    client, tags = request.getfixturevalue(viewer), VIEWERS[viewer]
    schema = schemathesis.openapi.from_dict(document("nl"))
    checks = [getattr(schemathesis.checks, name) for name in CHECKS.split(",")]
    wrong: list[str] = []
    succeeded: set[str] = set()

    def ask(case: Any) -> None:
        with transaction.atomic():
            response = answer_to(case, client)
            transaction.set_rollback(True)
        if response.ok:
            succeeded.add(case.operation.label)
        try:
            case.validate_response(response, checks=checks)
        except FailureGroup as error:
            wrong.append(f"{case.method} {case.path}: {error}"[:1500])

    for result in schema.exclude(method="GET").get_all_operations():
        operation = result.ok()
        if tags is not None and not tags & set(operation.tags or ()):
            continue
        ask(example_of(operation, there))
        for mode in GenerationMode:
            given(case=operation.as_strategy(generation_mode=mode))(bounded(lambda case: ask(placed(case, there))))()
    assert not wrong, "\n".join(wrong)
    # What is documented as an example works, or all of this was refused before it was looked at.
    expected = {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, methods in document("nl")["paths"].items()
        for method, operation in methods.items()
        if method != "get" and operation["tags"][0] in (tags or set(there["records"]) - NOT_BY_A_PARTNER_ALONE)
    }
    assert sorted(set(expected.values()) - succeeded - REFUSED) == []


REFUSED = {"POST /api/scenarios/{id}/search/stop/"}
"""Examples that this world cannot grant: no search runs in it."""


def example_of(operation: Any, there: dict[str, Any]) -> Any:
    """Return the request that the document gives as an example, about records that exist."""
    raw = operation.definition.raw
    body = raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    tag = operation.tags[0]
    sent = {} if body is None else {"body": real(body, tag, there), "media_type": "application/json"}
    return placed(operation.Case(path_parameters={}, headers={}, **sent), there)


def placed(case: Any, there: dict[str, Any]) -> Any:
    """Let a case be about a record that exists, whatever version it has."""
    record = there["records"].get(case.operation.tags[0])
    for name in ("id", "slug"):
        if f"{{{name}}}" in case.path:
            key = "pk" if name == "id" else name
            case.path_parameters = {name: 999_999 if record is None else getattr(record, key)}
    if case.method in ("PATCH", "DELETE"):
        case.headers = {**(case.headers or {}), "If-Match": "*"}
    return case


def real(value: Any, tag: str, there: dict[str, Any]) -> Any:
    """Put records that exist in the place of those that an example made up."""
    if isinstance(value, list):
        return [real(each, tag, there) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: there["named"].get(name, real(inner, tag, there)) for name, inner in value.items()}
    record = there["records"].get(tag)
    if "id" in value and record is not None:
        found["id"] = record.pk
    if "version" in value and record is not None:
        stored = type(record)._default_manager.filter(pk=record.pk)
        counted = isinstance(record, Work)
        found["version"] = record.version if counted else stored.annotate(at=RowVersion()).values_list("at").get()[0]
    return found


def test_every_operation_and_parameter_is_told_with_an_example_that_its_schema_allows() -> None:
    whole = _absolute(document("nl"))
    known = Registry().with_resource(DOCUMENT, Resource.from_contents(whole, default_specification=DRAFT202012))
    wrong: list[str] = []

    def look(where: str, schema: Any, example: Any) -> None:
        faults = OAS31Validator(schema, registry=known).iter_errors(example)
        wrong.extend(f"{where}: {fault.message[:200]}" for fault in faults)

    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            wrong += [f"{where}: no {name}" for name in ("summary", "description") if not operation.get(name)]
            assert {"API-Version"} <= set(operation["responses"]["404"]["headers"])
            for parameter in operation.get("parameters", []):
                wrong += [] if parameter.get("description") else [f"{where}: {parameter['name']} is not told"]
                look(f"{where} {parameter['name']}", parameter["schema"], parameter["example"])
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (media for body in bodies for media in body.get("content", {}).values()):
                look(where, media["schema"], media["example"])
            if method != "get":
                assert {} not in operation["security"], where
    assert not wrong, "\n".join(wrong)
    assert set(whole["components"]["securitySchemes"]) == {"token", "cookieAuth"}


DOCUMENT = "urn:document"


def _absolute(value: Any) -> Any:
    """Let references in a document say which document they are in."""
    if isinstance(value, dict):
        return {
            name: f"{DOCUMENT}{inner}" if name == "$ref" and isinstance(inner, str) else _absolute(inner)
            for name, inner in value.items()
        }
    return [_absolute(each) for each in value] if isinstance(value, list) else value
