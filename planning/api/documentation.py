"""The API's front door, and its OpenAPI document as a page that needs nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.problems import Problems

RESOURCES = (
    "wijken",
    "buurten",
    "organisations",
    "programmes",
    "projects",
    "works",
    "dependencies",
    "findings",
    "scenarios",
    "proposals",
    "initiatives",
    "centres",
    "activities",
    "meetings",
)
QUESTIONS = ("overview", "histogram", "place", "search", "near", "schema", "docs")


class RootView(Problems):
    """Where everything is."""

    @extend_schema(operation_id="root", summary="Wat er is", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """List the resources and questions of the API with their addresses."""
        names = {name: f"{name}-list" for name in RESOURCES} | {name: name for name in QUESTIONS}
        return Response({name: request.build_absolute_uri(reverse(view)) for name, view in names.items()})


@dataclass(frozen=True)
class Operation:
    """One operation, as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]


def operations() -> list[Operation]:
    """Return all operations of the OpenAPI document, in the order of their addresses."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return [
        Operation(
            id=operation["operationId"],
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            description=operation.get("description", ""),
            parameters=operation.get("parameters", []),
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def documentation(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI document as a page."""
    return render(request, "api/documentation.html", {"operations": operations()})
