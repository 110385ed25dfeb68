"""PDOK Locatieserver: the national register, asked only where the municipality switched it on (GEOCODER_PDOK=1).

What a resident typed then leaves the house, which is why it is off by default.
"""

from __future__ import annotations

import logging
import re
from typing import Final

import requests
from django.conf import settings

from geo.geocoding import Exactness, Located

PATIENCE_S: Final = 3.0
_POINT: Final = re.compile(r"POINT\((?P<lon>[0-9.]+) (?P<lat>[0-9.]+)\)")
_EXACTNESS: Final = {
    "adres": Exactness.ADDRESS,
    "postcode": Exactness.POSTCODE,
    "weg": Exactness.STREET,
}

log = logging.getLogger(__name__)


def locate(text: str) -> Located | None:
    """Return the place that PDOK finds for ``text``; None where it finds none, cannot be reached or is not asked."""
    if not settings.GEOCODER_PDOK:
        return None
    try:
        answer = requests.get(
            settings.GEOCODER_PDOK_URL,
            params={"q": text, "rows": "1", "fq": f"type:({' OR '.join(_EXACTNESS)})"},
            timeout=PATIENCE_S,
        )
        answer.raise_for_status()
        found = answer.json()["response"]["docs"][0]
        place = _POINT.fullmatch(found["centroide_ll"])
        if place is None:
            return None
        return Located(found["weergavenaam"], float(place["lon"]), float(place["lat"]), _EXACTNESS[found["type"]])
    except (requests.RequestException, KeyError, IndexError, TypeError, ValueError):
        # What was typed is nobody's business: the log says only that it failed.
        log.warning("PDOK Locatieserver gave no usable answer")
        return None
