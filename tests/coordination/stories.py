"""Plans in which a rule finds something, for tests of what partners do with it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from planning.coordination.findings import sync_findings
from planning.coordination.models import Finding
from tests import factories as make

TODAY: Final = dt.date(2027, 1, 4)


def street_before_building() -> Finding:
    """A street of the municipality laid before the building of Actium beside it is done."""
    city, actium = make.make_organisation("gemeente-assen"), make.make_organisation("actium")
    make.make_work("new_build", "2027-02-01", "2028-02-01", owner=actium, name="Nieuwbouw", geometry=make.box(0, 0, 40))
    make.make_work("street", "2027-03-01", "2027-06-01", owner=city, name="Straat", geometry=make.box(45, 0, 10, 40))
    sync_findings(TODAY)
    return Finding.objects.get(rule="building-before-surface")
