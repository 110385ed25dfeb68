"""Making, changing and removing records: one or many at once, all or nothing, and never over another's change.

A resource says what may be written (``input_class``), about what it is (``scope``), and what follows from a change
(``save_all``); the rest is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar, Final, cast

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from geo.functions import RowVersion
from planning.api.base import Resource
from planning.api.etags import form_tag, names_state, state
from planning.api.idempotency import once
from planning.api.problems import Refusal
from planning.coordination.plan_changes import PlanChange, plan_changes
from planning.partners.permissions import Rights, rights_of
from planning.partners.viewers import Program, Scope
from planning.works.models import Work

MOST: Final = 1_000
"""Records in one body."""

LONGEST_REASON: Final = 500


class Changing(Resource):
    """What a resource can do besides being read."""

    input_class: ClassVar[Any]
    scope: ClassVar[Scope]
    feeds_findings: ClassVar[bool] = False
    """Whether rules look at these records, so that findings must follow."""

    @cached_property
    def rights(self) -> Rights:
        """What the writer may do here."""
        return rights_of(self.request.user, self.scope)

    @property
    def model(self) -> Any:
        """The model of the records."""
        return self.input_class.Meta.model

    # What a resource decides for itself.

    def may_make(self) -> bool:
        """Whether the writer may make any record at all; whose, the input judges."""
        return self.rights.everything or bool(self.rights.edits_for)

    def may_change(self, record: Any) -> bool:
        """Whether the writer may change this record."""
        return self.rights.everything or record.owner_id in self.rights.edits_for

    def hindrance(self, record: Any) -> str:
        """Return why a record cannot be removed; empty where it can."""
        return ""

    def stored(self) -> QuerySet[Any]:
        """Return the records as they are stored, to be locked and changed."""
        return cast(QuerySet[Any], self.model.objects.all())

    def save_all(self, inputs: Sequence[Any], reason: str) -> list[Any]:
        """Save what was read from a body, and what follows from it."""
        return [each.save() for each in inputs]

    # What all do alike.

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Make a record, or with a list several: all of them or none."""
        self._refuse_unknown({"fields", "format"})
        bodies, many = read_bodies(request.data)
        if not self.may_make():
            raise self._no_right()

        def make() -> Response:
            with pghistory.context(reason=read_reason(bodies)):
                inputs = [self.input_class(data=body, context=self._input_context) for body in bodies]
                must_be_valid(inputs, many=many)
                made = self._saved(inputs, read_reason(bodies))
            return self._answer([record.pk for record in made], many=many, status=HTTPStatus.CREATED)

        return once(request, make)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change some values of a record; If-Match must name the state that was read."""
        self._refuse_unknown({"fields", "format"})
        known = self.get_object()  # what is hidden is not there
        bodies, many = read_bodies(request.data)
        if many:
            raise exceptions.ValidationError(_("Op dit adres hoort één record; een lijst gaat naar het adres erboven."))
        with transaction.atomic(), pghistory.context(reason=read_reason(bodies)):
            record = self.locked([known.pk])[known.pk]
            must_be_named(self.request, record)
            given = self.input_class(record, data=bodies[0], partial=True, context=self._input_context)
            must_be_valid([given], many=False)
            self._saved([given], read_reason(bodies))
            return self._answer([record.pk], many=False, status=HTTPStatus.OK)

    def bulk_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change several records, each with its ``id`` and the ``version`` that was read: all of them or none."""
        self._refuse_unknown({"fields", "format"})
        bodies, _many = read_bodies(request.data)
        read = [_read_state(index, body) for index, body in enumerate(bodies)]
        pks = [pk for pk, _version in read]
        visible = set(self.get_queryset().order_by().filter(pk__in=pks).values_list("pk", flat=True))
        for index, pk in enumerate(pks):
            if pk not in visible:
                raise _wrong(index, "id", _("Dit is er niet, of u mag het niet zien."))
            if pk in pks[:index]:
                raise _wrong(index, "id", _("Dit staat er twee keer in."))
        with transaction.atomic(), pghistory.context(reason=read_reason(bodies)):
            records = self.locked(pks)
            passed = [pk for pk, version in read if records[pk].version != version]
            if passed:
                raise _passed([records[pk] for pk in passed])
            inputs = [
                self.input_class(records[pk], data=body, partial=True, context=self._input_context)
                for pk, body in zip(pks, bodies, strict=True)
            ]
            must_be_valid(inputs, many=True)
            self._saved(inputs, read_reason(bodies))
            return self._answer(pks, many=True, status=HTTPStatus.OK)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove a record; If-Match must name the state that was read."""
        self._refuse_unknown({"reason", "format"})
        known = self.get_object()
        reason = request.query_params.get("reason", "")[:LONGEST_REASON]
        with transaction.atomic(), pghistory.context(reason=reason):
            record = self.locked([known.pk])[known.pk]
            must_be_named(self.request, record)
            if hindrance := self.hindrance(record):
                raise Refusal(HTTPStatus.CONFLICT, hindrance)
            with self._following(reason):
                record.delete()
        return Response(status=HTTPStatus.NO_CONTENT)

    def state_of(self, record: Any) -> str:
        """Return what a change must name."""
        return state(record.pk, record.version)

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the viewer may see, with what a change must name."""
        return self._with_version(super().get_queryset())

    def _with_version(self, records: QuerySet[Any]) -> QuerySet[Any]:
        counted = any(field.name == "version" for field in records.model._meta.concrete_fields)
        return records if counted else records.annotate(version=RowVersion())

    @cached_property
    def _input_context(self) -> dict[str, Any]:
        """What inputs need to know; one for all of a body, so that they look the same record up once."""
        return {"viewer": self.request.user, "rights": self.rights, "team": self.rights.secretary, "known": {}}

    def _saved(self, inputs: Sequence[Any], reason: str) -> list[Any]:
        with self._following(reason) as change:
            records = self.save_all(inputs, reason)
            if change is not None and self.model is Work:
                change.works.update(record.pk for record in records)
        return records

    @contextmanager
    def _following(self, reason: str) -> Iterator[PlanChange | None]:
        """Change records in the body of this, with what follows for the plan where rules look at them."""
        if not self.feeds_findings:
            yield None
            return
        with plan_changes(self.request.user, reason) as change:
            yield change

    def locked(self, pks: Iterable[int]) -> dict[int, Any]:
        """Return records that nobody else can change until this is over, locked in one order for everybody.

        Raises
        ------
        PermissionDenied
            Where one is another's.
        """
        made_by_database = [field.name for field in self.model._meta.concrete_fields if field.generated]
        # Not the whole row: what is tied to it meanwhile need not wait.
        rows = self._with_version(self.stored()).filter(pk__in=pks).order_by("pk")
        rows = rows.select_for_update(of=("self",), no_key=True)
        records = {record.pk: record for record in rows.defer(*made_by_database)}
        if len(records) < len(set(pks)):
            raise exceptions.NotFound
        if not all(self.may_change(record) for record in records.values()):
            raise self._no_right()
        return records

    def _no_right(self) -> PermissionDenied:
        viewer = self.request.user
        if isinstance(viewer, Program) and not viewer.may(self.scope):
            return PermissionDenied(_("Deze toegangssleutel mag dit niet; daarvoor is “%(scope)s” nodig.") % {
                "scope": self.scope.value,
            })  # fmt: skip
        return PermissionDenied(_("U mag dit niet maken of wijzigen: het is niet van uw organisatie."))

    def _answer(self, pks: Sequence[int], *, many: bool, status: int) -> Response:
        """Answer with records as they are now, in the order of ``pks``."""
        found = {record.pk: record for record in self.get_queryset().filter(pk__in=pks)}
        records = [found[pk] for pk in pks]
        data = self.get_serializer(records if many else records[0], many=many).data
        response = Response(data, status)
        if not many:
            response["ETag"] = form_tag(data, self.state_of(records[0]))
            named = getattr(records[0], self.lookup_field)
            response["Location"] = reverse(f"{self.basename}-detail", args=[named])
        return response


def read_bodies(data: Any) -> tuple[list[Any], bool]:
    """Return the records of a body as a list, and whether it was one (a FeatureCollection is)."""
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        data = data.get("features")
    many = isinstance(data, list)
    bodies = data if many else [data]
    if not 0 < len(bodies) <= MOST:
        raise exceptions.ValidationError(_("Stuur tussen 1 en %(most)s records tegelijk.") % {"most": MOST})
    return bodies, many


def read_reason(bodies: list[Any]) -> str:
    """Return why this is done, as the writer says in ``reason``."""
    for body in bodies:
        reason = values_of(body).get("reason")
        if isinstance(reason, str):
            return reason[:LONGEST_REASON].replace("\x00", "")
    return ""


def values_of(body: Any) -> dict[str, Any]:
    """Return the properties of a body, flat or as a feature; none where it is neither."""
    values = body.get("properties", body) if isinstance(body, dict) else {}
    return values if isinstance(values, dict) else {}


def must_be_valid(inputs: Sequence[Any], *, many: bool) -> None:
    """Refuse a body with all that is wrong in it, under the number of each record where there are several."""
    wrong = {str(index): each.errors for index, each in enumerate(inputs) if not each.is_valid()}
    if wrong:
        raise exceptions.ValidationError(wrong if many else wrong["0"])


def must_be_named(request: Request, record: Any) -> None:
    """Refuse a change of a record of which If-Match does not name the state it is in."""
    match = request.headers.get("If-Match")
    if match is None:
        detail = _("Stuur If-Match mee met de ETag van wat u las, zodat niemand iets kwijtraakt.")
        raise Refusal(HTTPStatus.PRECONDITION_REQUIRED, detail)
    if not names_state(match, record.pk, record.version):
        raise _passed([record])


def _read_state(index: int, body: Any) -> tuple[int, int]:
    pk, version = (body.get("id") if isinstance(body, dict) else None), values_of(body).get("version")
    if type(pk) is not int or type(version) is not int:
        raise _wrong(index, "id", _("Geef id en version, als hele getallen."))
    return pk, version


def _wrong(index: int, name: str, text: str) -> exceptions.ValidationError:
    return exceptions.ValidationError({str(index): {name: [text]}})


def _passed(records: Sequence[Any]) -> Refusal:
    """Return the answer to a change of what somebody else changed since it was read."""
    said = _("“%(name)s” is intussen gewijzigd (versie %(version)s). Lees het opnieuw en kijk wat er veranderd is.")
    first = records[0]
    versions = [{"id": record.pk, "version": record.version} for record in records]
    detail = said % {"name": first, "version": first.version}
    return Refusal(HTTPStatus.PRECONDITION_FAILED, detail, versions=versions)


def router_routes(routes: Sequence[Any]) -> list[Any]:
    """Return a router's routes for these resources: a list can be changed as a whole, and nothing is replaced."""
    known = cast(Any, routes)
    return [
        route._replace(mapping={"get": "list", "post": "create", "patch": "bulk_update"})
        if route.name == "{basename}-list"
        else route._replace(mapping={"get": "retrieve", "patch": "partial_update", "delete": "destroy"})
        if route.name == "{basename}-detail"
        else route
        for route in known
    ]
