"""Making and changing works: one or many at once, all or nothing, and never over what another changed meanwhile."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from planning.api.etags import form_tag, names_state, state
from planning.api.serializers import PartnerWorkSerializer
from planning.api.writing import WorkInput
from planning.coordination.findings import sync_findings
from planning.partners.permissions import organisations_edited_by
from planning.works.models import Work

MOST: Final = 1_000
"""Works in one body."""


class PreconditionFailed(exceptions.APIException):
    """Somebody changed the work since it was read (RFC 9110, 412)."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = "changed"


class PreconditionRequired(exceptions.APIException):
    """A change must say which version it starts from (RFC 6585, 428)."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = "If-Match"


class WritableWorks(GenericViewSet[Work]):
    """What the resource of works can do besides reading."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a work, or with a list several: all of them or none."""
        bodies, many = _bodies(request.data)
        inputs = [WorkInput(data=body, context={"request": request}) for body in bodies]
        _must_be_valid(inputs, many=many)
        with transaction.atomic(), pghistory.context(reason=_reason(bodies)):
            made = [each.save() for each in inputs]
        sync_findings()
        return self._answer([work.pk for work in made], many=many, status=HTTPStatus.CREATED)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change some values of one work; If-Match must name the version that was read."""
        known = self.get_object()  # a hidden work is not there
        match = request.headers.get("If-Match")
        if match is None:
            raise PreconditionRequired(
                _("Stuur If-Match mee met de ETag van het werk dat u las, zodat niemand iets kwijtraakt.")
            )
        bodies, many = _bodies(request.data)
        if many:
            raise exceptions.ValidationError(_("Op dit adres hoort één werk; een lijst gaat naar /api/works/."))
        with transaction.atomic(), pghistory.context(reason=_reason(bodies)):
            work = _locked(request, known.pk)
            if not names_state(match, work.pk, work.version):
                raise PreconditionFailed(_changed(work))
            given = WorkInput(work, data=bodies[0], partial=True, context={"request": request})
            given.is_valid(raise_exception=True)
            given.save()
        sync_findings()
        return self._answer([work.pk], many=False, status=HTTPStatus.OK)

    @extend_schema(
        operation_id="works_bulk_update",
        summary="Wijzig meer werken tegelijk, alle of geen",
        request=WorkInput(many=True),
        responses={200: PartnerWorkSerializer(many=True)},
    )
    def bulk_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change several works, each with its ``id`` and the ``version`` that was read: all of them or none."""
        bodies, _many = _bodies(request.data)
        with transaction.atomic(), pghistory.context(reason=_reason(bodies)):
            inputs = []
            for index, body in enumerate(bodies):
                pk, version = (body.get("id") if isinstance(body, dict) else None), _values(body).get("version")
                if type(pk) is not int or type(version) is not int:
                    raise exceptions.ValidationError(
                        {str(index): {"id": [_("Geef id en version, als hele getallen.")]}}
                    )
                if not self.get_queryset().filter(pk=pk).exists():
                    raise exceptions.ValidationError(
                        {str(index): {"id": [_("Dit is er niet, of u mag het niet zien.")]}}
                    )
                work = _locked(request, pk)
                if work.version != version:
                    raise PreconditionFailed(_changed(work))
                inputs.append(WorkInput(work, data=body, partial=True, context={"request": request}))
            _must_be_valid(inputs, many=True)
            for each in inputs:
                each.save()
        sync_findings()
        return self._answer([each.instance.pk for each in inputs], many=True, status=HTTPStatus.OK)

    def _answer(self, pks: list[int], *, many: bool, status: int) -> Response:
        records = self.get_queryset().filter(pk__in=pks)
        by_pk = {work.pk: work for work in records}
        works = [by_pk[pk] for pk in pks]
        data = self.get_serializer(works if many else works[0], many=many).data
        response = Response(data, status)
        if not many:
            response["ETag"] = form_tag(data, state(works[0].pk, works[0].version))
            response["Location"] = f"/api/works/{works[0].pk}/"
        return response


def _bodies(data: Any) -> tuple[list[Any], bool]:
    """Return the works of a body as a list, and whether it was one (a FeatureCollection is)."""
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        data = data.get("features")
    many = isinstance(data, list)
    bodies = data if many else [data]
    if not 0 < len(bodies) <= MOST:
        raise exceptions.ValidationError(_("Stuur tussen 1 en %(most)s werken tegelijk.") % {"most": MOST})
    return bodies, many


def _must_be_valid(inputs: list[WorkInput], *, many: bool) -> None:
    """Refuse a body with all that is wrong in it, under the number of each work where there are several."""
    wrong = {str(index): each.errors for index, each in enumerate(inputs) if not each.is_valid()}
    if wrong:
        raise exceptions.ValidationError(wrong if many else wrong["0"])


def _locked(request: Request, pk: int) -> Work:
    """Return a work that nobody else can change until this is over; raises PermissionDenied for another's."""
    work = Work.objects.select_for_update(of=("self",)).get(pk=pk)
    if not organisations_edited_by(request.user).filter(pk=work.owner_id).exists():
        raise exceptions.PermissionDenied
    return work


def _wrong_at(index: int, text: str) -> exceptions.ValidationError:
    return exceptions.ValidationError({str(index): {"id": [text]}})


def _changed(work: Work) -> str:
    said = _("Werk %(pk)s is intussen gewijzigd (versie %(version)s). Lees het opnieuw en kijk wat er veranderd is.")
    return said % {"pk": work.pk, "version": work.version}


def _reason(bodies: list[Any]) -> str:
    """Return why this is done, as the writer says in ``reason``."""
    for body in bodies:
        reason = _values(body).get("reason")
        if isinstance(reason, str):
            return reason[:500]
    return ""


def _values(body: Any) -> dict[str, Any]:
    """Return the properties of a body, flat or as a feature; none where it is neither."""
    values = body.get("properties", body) if isinstance(body, dict) else {}
    return values if isinstance(values, dict) else {}
