"""Bodies as JSON and GeoJSON; what a database could not keep is refused where it comes in."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.parsers import JSONParser


class TooLarge(exceptions.APIException):
    """A body that would fill the memory of the server."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class StrictJSONParser(JSONParser):
    """JSON (RFC 8259) that is text all through and not nested beyond reason."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return what the body holds; raises ParseError."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        text = stream.read(most + 1)
        if len(text) > most:
            raise TooLarge(_("Dit is te groot. Stuur het in delen."))
        try:
            data = self._read(text, media_type, parser_context)
            _must_be_text(data)
        except RecursionError:
            raise exceptions.ParseError(_("Dit is te diep genest.")) from None
        except UnicodeEncodeError:
            raise exceptions.ParseError(_("Er staat een half teken in (een los surrogaat).")) from None
        return data

    def _read(self, text: bytes, media_type: Any, parser_context: Any) -> Any:
        try:
            return super().parse(io.BytesIO(text), media_type, parser_context)
        except exceptions.ParseError as error:
            raise exceptions.ParseError(_("Dit is geen JSON: %(why)s.") % {"why": error.detail}) from error


class GeoJSONParser(StrictJSONParser):
    """GeoJSON (RFC 7946), which is JSON by another name."""

    media_type = "application/geo+json"


def _must_be_text(data: Any) -> None:
    """Refuse strings that no database keeps: with half a character, which UTF-8 cannot write, or a zero."""
    if isinstance(data, str):
        data.encode()
        if "\x00" in data:
            raise exceptions.ParseError(_("Er staat een onzichtbaar teken in (U+0000)."))
    elif isinstance(data, dict):
        for name, value in data.items():
            _must_be_text(name)
            _must_be_text(value)
    elif isinstance(data, list):
        for value in data:
            _must_be_text(value)
