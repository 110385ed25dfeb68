"""Adds these forms to the layer of works."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from geo.export.base import Format
from geo.export.calendar import MEDIA, write_calendar
from geo.export.formats import declare_format
from geo.ogc.systems import CRS84
from planning.works.exporting.calendar import work_event
from planning.works.exporting.ms_project import write_project


def declare() -> None:
    """Declare the forms in which only works can be had."""
    calendar = partial(write_calendar, to_event=work_event)
    declare_format("works", Format("ics", _("Agenda (iCalendar)"), MEDIA, calendar, CRS84))
    declare_format("works", Format("xml", _("MS Project (xml)"), "application/xml", write_project))
