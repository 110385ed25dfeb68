"""The API's front door, its OpenAPI document, and the same as pages that need nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from geo.problems import problem, problem_response
from planning.api.problems import Problems
from planning.api.schema import operations_of
from planning.api.schema_words import Field, fields_of

QUESTIONS: Final = ("overview", "histogram", "place", "search", "near", "schema", "docs")
JSON: Final = "application/vnd.oai.openapi+json;version=3.1"
YAML: Final = "application/vnd.oai.openapi;version=3.1"


class RootView(Problems):
    """Where everything is."""

    @extend_schema(operation_id="root", responses={200: {"type": "object", "additionalProperties": {"type": "string"}}})
    def get(self, request: Request) -> Response:
        """List the resources and questions of the API with their addresses."""
        from planning.api.urls import router

        names = {prefix: f"{prefix}-list" for prefix, _view, _name in router.registry}
        names |= {name: name for name in QUESTIONS}
        return Response({name: request.build_absolute_uri(reverse(view)) for name, view in names.items()})


@lru_cache(maxsize=len(settings.LANGUAGES) + 1)
def document(language: str) -> dict[str, Any]:
    """Return the OpenAPI document in a language; made once per process, for only another version changes it."""
    made: dict[str, Any] = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    return made


@lru_cache(maxsize=2 * (len(settings.LANGUAGES) + 1))
def written(language: str, form: str) -> tuple[str, str]:
    """Return the document as it is sent, in ``json`` or ``yaml``, and its ETag; written out once per process."""
    whole = document(language)
    if form == "json":
        text = json.dumps(whole, ensure_ascii=False)
    else:
        text = yaml.dump(whole, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


def _here() -> dict[str, Any]:
    return document(_language())


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@csrf_exempt
@require_safe
def openapi(request: HttpRequest, form: str = "") -> HttpResponseBase:
    """Answer with the document, as JSON or YAML: as the address says, else ``format``, else as is preferred."""
    form = form or request.GET.get("format", "")
    if not form:
        form = "json" if request.get_preferred_type([YAML, "application/json"]) == "application/json" else "yaml"
    if form not in ("json", "yaml"):
        return problem_response(problem(HTTPStatus.NOT_FOUND, _("Kies json of yaml.")))
    text, tag = written(_language(), form)
    held = get_conditional_response(request, etag=tag)
    response = held or HttpResponse(text, content_type=JSON if form == "json" else YAML)
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"
    patch_vary_headers(response, ["Accept", "Accept-Language"])
    return response


@dataclass(frozen=True)
class Shown:
    """A body as a page shows it: its fields, and an example."""

    title: str
    fields: list[Field]
    example: str


@dataclass(frozen=True)
class Operation:
    """One operation, as a page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    public: bool
    parameters: list[Field]
    body: Shown | None
    answer: Shown | None
    problems: list[tuple[str, str]]


@dataclass
class Group:
    """Operations on one resource, or one question."""

    name: str
    title: str
    about: str
    operations: list[Operation] = field(default_factory=list)


def groups() -> list[Group]:
    """Return all operations of the document, in groups."""
    whole = _here()
    found = {tag["name"]: Group(tag["name"], tag["x-displayName"], tag["description"]) for tag in whole["tags"]}
    for method, path, operation in operations_of(whole):
        found[operation["tags"][0]].operations.append(_operation(whole, method, path, operation))
    return list(found.values())


def _operation(whole: dict[str, Any], method: str, path: str, told: dict[str, Any]) -> Operation:
    responses = told["responses"]
    good = next(status for status in responses if status.startswith("2"))
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=told["description"],
        deprecated=told.get("deprecated", False),
        public={} in told.get("security", [{}]),
        parameters=[_parameter(whole, each) for each in told.get("parameters", [])],
        body=_shown(whole, _("Wat u stuurt"), told.get("requestBody", {})),
        answer=_shown(whole, f"{good} – {responses[good]['description']}", responses[good]),
        problems=[(status, response["description"]) for status, response in responses.items() if status != good],
    )


def _parameter(whole: dict[str, Any], parameter: dict[str, Any]) -> Field:
    example = parameter.get("example")
    text = ",".join(map(str, example)) if isinstance(example, list) else json.dumps(example, ensure_ascii=False)
    name, schema = parameter["name"], parameter["schema"] | {"description": parameter["description"]}
    shown = fields_of(whole, {"type": "object", "properties": {name: schema}})[0]
    return replace(shown, required=parameter.get("required", False), example=text.strip('"'))


def _shown(whole: dict[str, Any], title: str, body: dict[str, Any]) -> Shown | None:
    media = next(iter(body.get("content", {}).values()), None)
    if media is None:
        return None
    example = _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", _json(media["example"]))
    return Shown(title, fields_of(whole, media["schema"]), example)


_NUMBERS: Final = re.compile(r"\[\s+([^\[\]{}\"]+?)\s+\]")
"""A list of numbers, which is read more easily on one line."""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Show what there is, on one page."""
    info = _here()["info"]
    # "**Who are you?** Without …": what the paragraph is about, and the rest.
    about = [paragraph.removeprefix("**").rpartition("**")[::2] for paragraph in info["description"].split("\n\n")]
    context = {"groups": groups(), "info": info, "about": about, "section": "api"}
    return render(request, "api/documentation.html", context)


@require_safe
def documentation_of(request: HttpRequest, name: str) -> HttpResponse:
    """Show all about one resource or question."""
    every = groups()
    group = next((group for group in every if group.name == name), None)
    if group is None:
        return problem_response(problem(HTTPStatus.NOT_FOUND, _("Dit adres is er niet. Zie /api/ voor wat er wel is.")))
    context = {"group": group, "groups": every, "section": "api"}
    return render(request, "api/documentation_of.html", context)
