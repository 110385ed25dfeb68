"""How often one network address may try something; counted where all processes see it, and forgotten within hours."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.initiatives.identities import keyed
from planning.initiatives.refusals import RefusedError

LIMITS: Final = {
    "idea": (5, dt.timedelta(hours=1)),
    "voice": (10, dt.timedelta(hours=1)),
    "code": (10, dt.timedelta(hours=1)),
    "signal": (10, dt.timedelta(hours=1)),
    "sign up": (10, dt.timedelta(hours=1)),
    "follow": (10, dt.timedelta(hours=1)),
    "link": (5, dt.timedelta(hours=1)),
}
"""How many times in how long (our own choice): a family at one connection has room, a script has not."""

_COUNT: Final = """
INSERT INTO initiatives_attempt AS known (key, times, until) VALUES (%(key)s, 1, %(until)s)
ON CONFLICT (key) DO UPDATE SET
    times = CASE WHEN known.until <= %(now)s THEN 1 ELSE known.times + 1 END,
    until = CASE WHEN known.until <= %(now)s THEN excluded.until ELSE known.until END
RETURNING times
"""


def count(what: str, network: str, now: dt.datetime | None = None) -> None:
    """Count one more try of ``what`` from a network address.

    Raises
    ------
    RefusedError
        Where there were too many.
    """
    now = now or timezone.now()
    most, within = LIMITS[what]
    with connection.cursor() as cursor:
        key = keyed("attempt", f"{what} {network}")
        cursor.execute(_COUNT, {"key": key, "now": now, "until": now + within})
        (times,) = cursor.fetchone()
    if times > most:
        raise RefusedError(
            _("Dit is vanaf uw internetverbinding nu te vaak gedaan. Probeer het over een uur nog eens.")
        )
